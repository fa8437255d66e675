"""What silences a debt, with which reason, and until when."""

from dataclasses import replace
from datetime import date

import pytest

from aldia.adapters.public_holidays import national_holidays
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Checkout, Debt, Discount, Entry, Instalment, Pause, Tier
from aldia.domain.silences import Silence, all_silences, client_silence, debt_silence, letter_silences
from aldia.domain.spoken import Claim, Dispute, Plan, Promise
from tests.domain.answer_world import at, day

NOW = at("2026-07-10 10:00")  # a Friday
ANA = Account("ana", "ana@example.com", "Ana", "MX", "America/Mexico_City")
BRUNO = Client(
    "bruno", "Bruno", country="MX", timezone="America/Mexico_City", contacts=(BillingContact("b@example.com"),)
)
OWED = Debt(
    id="f1",
    client_id="bruno",
    number="F-001",
    currency="MXN",
    amount_minor=100000,
    issued_on=date(2026, 6, 1),
    due_on=date(2026, 7, 1),
    opened_at=at("2026-06-01 00:00"),
    instalments=(Instalment("i1", date(2026, 7, 1), 100000),),
)


def case(debt, **client):
    return Case(ANA, replace(BRUNO, **client), (debt,), national_holidays)


def booked(kind, amount_minor, on="2026-07-05"):
    return Entry(f"{kind}{on}", kind, day(on), at(f"{on} 12:00"), amount_minor)


def started(method="oxxo", state="open", ends_at="2026-07-12 23:59"):
    return (Checkout("k1", method, 100000, day("2026-07-09"), at("2026-07-09 12:00"), at(ends_at), state),)


def promised(on, **more):
    return Promise(day(on), at("2026-07-02 10:00"), **more)


PLANNED = {
    "instalments": (Instalment("i2", day("2026-07-20"), 50000), Instalment("i3", day("2026-08-20"), 50000)),
    "plan": Plan(at("2026-07-02 10:00"), ("i2", "i3")),
}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, None),
        ({"entries": (booked("payment", 100000),)}, Silence("paid")),
        ({"entries": (booked("payment", 99999),)}, None),
        ({"entries": (booked("write_off", None),)}, Silence("written_off")),
        ({"promise": promised("2026-07-10")}, Silence("promise", at("2026-07-14 00:00"))),  # Monday 13 is the open day
        ({"promise": promised("2026-07-08")}, None),  # the end of Thursday 9 has passed
        ({"promise": promised("2026-07-20", state="replaced")}, None),
        ({"extended_to": day("2026-07-11")}, Silence("extension", at("2026-07-11 00:00"))),
        ({"extended_to": day("2026-07-10")}, None),  # on that day letters may go again
        (PLANNED, Silence("plan", at("2026-07-22 00:00"))),
        ({"dispute": Dispute(NOW)}, Silence("dispute")),
        ({"review_since": NOW}, Silence("review")),
        ({"checkouts": started()}, Silence("payment_on_its_way", at("2026-07-12 23:59"))),
        ({"checkouts": started(state="processing")}, Silence("payment_on_its_way", at("2026-07-12 23:59"))),
        ({"checkouts": started(ends_at="2026-07-10 10:00")}, None),
        ({"checkouts": started(state="failed")}, None),
        ({"claim": Claim(NOW)}, Silence("already_paid")),
        ({"pause": Pause(NOW)}, Silence("paused")),
        ({"pause": Pause(NOW, until=day("2026-07-10"))}, Silence("paused", at("2026-07-11 00:00"))),
        ({"pause": Pause(NOW, until=day("2026-07-09"))}, None),
    ],
)
def test_a_debt_is_silent_for_a_reason_and_as_long_as_it_lasts(changes, expected):
    debt = replace(OWED, **changes)
    assert debt_silence(case(debt), debt, NOW) == expected


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"wrong_person_at": NOW}, "wrong_person"),
        ({"stopped_at": NOW}, "stopped"),
        ({"bounced_at": NOW}, "bounced"),
        ({"complained_at": NOW}, "complaint"),
        ({"pause": Pause(NOW)}, "paused"),
    ],
)
def test_what_concerns_the_client_silences_every_debt(told, reason):
    known = case(OWED, **told)
    assert client_silence(known, NOW) == debt_silence(known, OWED, NOW) == Silence(reason)


def test_a_paused_account_silences_everything():
    paused = Case(replace(ANA, paused=Pause(NOW, until=day("2026-07-12"))), BRUNO, (OWED,), national_holidays)
    assert client_silence(paused, NOW) == Silence("paused", at("2026-07-13 00:00"))


def test_of_several_reasons_the_first_in_the_formats_order_is_told():
    debt = replace(OWED, claim=Claim(NOW), dispute=Dispute(NOW), promise=promised("2026-07-20"), pause=Pause(NOW))
    reasons = [silence.reason for silence in all_silences(case(debt, stopped_at=NOW), debt, NOW)]
    assert reasons == ["promise", "dispute", "already_paid", "paused", "stopped"]


def test_a_plan_is_silent_only_while_every_part_is_paid_by_the_first_open_day_after_its_date():
    debt = replace(OWED, **PLANNED)
    friday, saturday = at("2026-07-21 23:59"), at("2026-07-22 00:00")
    assert debt_silence(case(debt), debt, friday) == Silence("plan", at("2026-07-22 00:00"))
    assert debt_silence(case(debt), debt, saturday) is None
    paid = replace(debt, entries=(booked("payment", 50000, "2026-07-25"),))
    assert debt_silence(case(paid), paid, at("2026-07-25 12:00")) == Silence("plan", at("2026-08-22 00:00"))


@pytest.mark.parametrize(("received", "is_silent"), [(29999, True), (30000, False), (100000, True)])
def test_a_promise_of_a_sum_is_kept_by_that_sum(received, is_silent):
    debt = replace(OWED, promise=promised("2026-07-20", amount_minor=30000), entries=(booked("payment", received),))
    silence = debt_silence(case(debt), debt, NOW)
    assert (silence is not None) is is_silent
    assert received != 100000 or silence.reason == "paid"


def test_money_received_before_the_promise_does_not_keep_it():
    before = booked("payment", 30000, "2026-07-01")
    debt = replace(OWED, promise=promised("2026-07-20", amount_minor=30000), entries=(before,))
    assert debt_silence(case(debt), debt, NOW).reason == "promise"


def test_a_debt_that_only_a_discount_covers_is_silent_until_the_discount_ends():
    fifteen = Discount("tiers", tiers=(Tier(day("2026-07-15"), fixed_minor=1500),))
    debt = replace(OWED, discount=fifteen, entries=(booked("waive", 99000),))
    assert debt_silence(case(debt), debt, NOW) == Silence("paid", at("2026-07-16 00:00"))
    assert debt_silence(case(debt), debt, at("2026-07-16 00:00")) is None


@pytest.mark.parametrize(
    ("letter_class", "reasons"), [("answer", []), ("dated", ["dispute"]), ("ladder", ["promise", "dispute"])]
)
def test_what_the_client_agreed_to_does_not_silence_the_letter_on_its_date(letter_class, reasons):
    debt = replace(OWED, dispute=Dispute(NOW), promise=promised("2026-07-20"))
    found = letter_silences(case(debt), debt, NOW, letter_class=letter_class)
    assert [silence.reason for silence in found] == reasons
