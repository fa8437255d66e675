"""When a client may be written to: domain 1.1, 1.3 and the vectors of 1.4 that are about hours and days."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from aldia.adapters.public_holidays import national_holidays
from aldia.domain.account import Account, ContactPolicy
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.contact_rules import (
    Allowed,
    Stop,
    Wait,
    automatic_rules,
    country_policy,
    may_write,
    next_slot,
    strictest,
    with_contact,
)
from aldia.rules import load

MADRID = ZoneInfo("Europe/Madrid")
MEXICO = ZoneInfo("America/Mexico_City")
BRUNO = Client(
    "bruno", "Bruno", country="ES", timezone="Europe/Madrid", contacts=(BillingContact("bruno@example.com"),)
)
ANA = Account("ana", "ana@example.com", "Ana", "ES", "Europe/Madrid")


def case(policy=None, **client):
    account = replace(ANA, policy=policy) if policy else ANA
    return Case(account, replace(BRUNO, **client), (), national_holidays)


def at(text, zone=MADRID):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def days(*texts):
    return tuple(date.fromisoformat(text) for text in texts)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-06-01 09:00", Allowed()),
        ("2026-06-01 17:59", Allowed()),
        ("2026-06-01 18:00", Wait(at("2026-06-02 09:00"), "window")),
        ("2026-06-01 08:59", Wait(at("2026-06-01 09:00"), "window")),
        ("2026-06-06 10:00", Wait(at("2026-06-08 09:00"), "closed_day")),  # Saturday
        ("2026-12-25 10:00", Wait(at("2026-12-28 09:00"), "closed_day")),
    ],
)
def test_letters_go_on_open_days_between_the_hours(now, expected):
    assert may_write(case(), at(now)) == expected


def test_a_holiday_in_either_country_closes_the_day():
    assert may_write(case(country="CO"), at("2026-06-15 10:00")).reason == "closed_day"  # Sagrado Corazón
    assert may_write(case(country="MX"), at("2026-06-15 10:00")) == Allowed()


@pytest.mark.parametrize(
    ("contacts", "now", "expected"),
    [
        (["2026-06-01"], "2026-06-07 10:00", Wait(at("2026-06-08 09:00"), "closed_day")),
        (["2026-06-02"], "2026-06-08 10:00", Wait(at("2026-06-09 09:00"), "cap")),
        (["2026-06-02"], "2026-06-09 09:00", Allowed()),
        # a back-dated contact typed in later does not hide the newer one
        (["2026-06-02", "2026-05-01"], "2026-06-08 10:00", Wait(at("2026-06-09 09:00"), "cap")),
    ],
)
def test_the_distance_is_seven_local_days_between_contacts(contacts, now, expected):
    assert may_write(case(contact_days=days(*contacts)), at(now)) == expected


def test_the_distance_counts_local_days_not_hours():
    late = case(contact_days=days("2026-06-01"))
    assert may_write(late, at("2026-06-08 09:00")) == Allowed()


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"stopped_at": datetime(2026, 1, 1, tzinfo=UTC)}, "stopped"),
        ({"bounced_at": datetime(2026, 1, 1, tzinfo=UTC)}, "bounced"),
        ({"complained_at": datetime(2026, 1, 1, tzinfo=UTC)}, "complaint"),
        ({"wrong_person_at": datetime(2026, 1, 1, tzinfo=UTC)}, "wrong_person"),
        ({"contacts": ()}, "no_consent"),
        ({"consents": ("call",)}, "no_consent"),
    ],
)
@pytest.mark.parametrize("by_hand", [False, True])
def test_what_the_client_or_the_provider_said_stops_every_letter(told, reason, by_hand):
    assert may_write(case(**told), at("2026-06-01 10:00"), by_hand=by_hand) == Stop(reason)


def test_the_account_may_tighten_the_policy():
    policy = ContactPolicy(send_at=time(11), window_end=time(16), min_days_between=10, closed_days=days("2026-06-01"))
    strict = case(policy, contact_days=days("2026-05-20"))
    assert may_write(strict, at("2026-06-01 12:00")).reason == "closed_day"
    assert may_write(strict, at("2026-05-29 12:00")) == Wait(at("2026-06-02 11:00"), "cap")
    assert may_write(strict, at("2026-06-02 10:00")).reason == "window"


def test_the_account_may_not_loosen_the_policy_past_the_ceilings():
    rules = automatic_rules(case(ContactPolicy(send_at=time(5), window_end=time(23), min_days_between=0)))
    assert (rules.mon_fri, rules.days_between, rules.sat) == ((time(8), time(19)), 3, None)
    in_argentina = case(ContactPolicy(send_at=time(5)), country="AR")
    assert automatic_rules(in_argentina).mon_fri == (time(9), time(18))
    in_colombia = case(ContactPolicy(min_days_between=1), country="CO")
    assert automatic_rules(in_colombia).days_between == 7


def test_rules_that_are_off_leave_only_the_hour():
    free = case(ContactPolicy(enabled=False), contact_days=days("2026-06-06"))
    assert may_write(free, at("2026-06-06 22:00")) == Allowed()
    assert may_write(free, at("2026-06-06 08:00")) == Wait(at("2026-06-06 09:00"), "window")


# -- by hand --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("countries", "saturday", "between", "per_week"),
    [
        (("ES",), None, 3, 2),
        (("MX",), (time(10), time(13)), 3, 2),
        (("CO", "MX"), (time(10), time(13)), 7, 1),
        (("CL", "PE"), None, 3, 2),
        (("DE",), None, 3, 2),
        ((), None, 3, 2),
    ],
)
def test_by_hand_the_strictest_of_both_countries_and_the_ceilings_hold(countries, saturday, between, per_week):
    rules = strictest(countries)
    assert (rules.sat, rules.days_between, rules.per_week) == (saturday, between, per_week)


def test_by_hand_a_letter_may_go_earlier_than_an_automatic_one():
    mexican = case(country="MX", timezone="America/Mexico_City", contact_days=days("2026-06-01"))
    in_mexico = Case(replace(ANA, country="MX"), mexican.client, (), national_holidays)
    saturday = at("2026-06-06 10:30", MEXICO)
    assert may_write(in_mexico, saturday) == Wait(at("2026-06-08 09:00", MEXICO), "closed_day")
    assert may_write(in_mexico, saturday, by_hand=True) == Allowed()
    assert may_write(in_mexico, at("2026-06-04 18:30", MEXICO), by_hand=True) == Allowed()


def test_by_hand_a_letter_still_keeps_three_days_and_two_a_week():
    assert may_write(case(contact_days=days("2026-06-01")), at("2026-06-03 10:00"), by_hand=True).reason == "cap"
    twice = case(contact_days=days("2026-06-01", "2026-06-04"))
    assert may_write(twice, at("2026-06-07 12:00"), by_hand=True).reason == "closed_day"
    assert may_write(replace_days(twice, "2026-06-02", "2026-06-05"), at("2026-06-08 10:00"), by_hand=True) == Wait(
        at("2026-06-09 08:00"), "cap"
    )


def test_by_hand_the_seventh_letter_in_thirty_days_waits_for_the_first_to_be_thirty_days_old():
    six = case(contact_days=days("2026-06-01", "2026-06-05", "2026-06-10", "2026-06-15", "2026-06-19", "2026-06-24"))
    assert may_write(six, at("2026-06-30 10:00"), by_hand=True) == Wait(at("2026-07-01 08:00"), "cap")
    assert may_write(six, at("2026-07-01 10:00"), by_hand=True) == Allowed()
    five = replace_days(six, "2026-06-05", "2026-06-10", "2026-06-15", "2026-06-19", "2026-06-24")
    assert may_write(five, at("2026-06-30 10:00"), by_hand=True) == Allowed()


def replace_days(known, *texts):
    return replace(known, client=replace(known.client, contact_days=days(*texts)))


def test_by_hand_a_client_in_colombia_is_written_to_once_a_week():
    known = case(country="CO", contact_days=days("2026-06-01"))
    assert may_write(known, at("2026-06-05 10:00"), by_hand=True).reason == "cap"


# -- zones ----------------------------------------------------------------------------------------


def test_while_the_zone_is_not_known_both_windows_must_be_open():
    unknown = case(country="MX", timezone="")
    winter_morning = at("2027-01-12 09:00")
    assert next_slot(unknown, winter_morning) == at("2027-01-12 16:00") == at("2027-01-12 09:00", MEXICO)
    assert may_write(unknown, winter_morning) == Wait(at("2027-01-12 16:00"), "window")
    assert may_write(unknown, at("2027-01-12 17:59")) == Allowed()
    assert may_write(unknown, at("2027-01-12 18:00")).reason == "window"


def test_windows_of_zones_a_day_apart_are_compared_on_their_own_dates():
    account = replace(ANA, country="NZ", timezone="Pacific/Auckland")
    far = Case(account, replace(BRUNO, country="MX", timezone=""), (), national_holidays)
    slot = next_slot(far, datetime(2026, 6, 9, 0, tzinfo=UTC))
    assert slot == at("2026-06-09 15:00", MEXICO) == at("2026-06-10 09:00", ZoneInfo("Pacific/Auckland"))


# -- bookkeeping and data -------------------------------------------------------------------------


def test_contacts_are_kept_in_order_once_a_day_and_at_most_ten():
    client = BRUNO
    for number in (3, 1, 2, 2, *range(4, 15)):
        client = with_contact(client, date(2026, 6, number))
    assert client.contact_days == tuple(date(2026, 6, number) for number in range(5, 15))


def test_every_rule_says_where_it_comes_from_and_when_it_was_looked_up():
    policies = load("contact_policies")
    rows = [policies["default"], policies["ceiling"], *policies["countries"].values()]
    for row in rows:
        assert row["source"]
        assert date.fromisoformat(row["as_of"])
        assert isinstance(row["verified"], bool)
    assert set(policies["countries"]) == {"AR", "CL", "CO", "ES", "MX", "PE", "US"}
    assert country_policy("XX") == {}


def test_the_default_policy_is_the_one_in_the_data_file():
    default, policy = load("contact_policies")["default"], ContactPolicy()
    assert [policy.send_at.isoformat("minutes"), policy.window_end.isoformat("minutes")] == default["mon_fri"]
    assert policy.min_days_between == default["days_between"]
