"""Early-payment discounts: every worked example, what a payment earns, deadlines in every zone, and advice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.debt import Discount
from aldia.domain.discounts import (
    annual_cost,
    credit_note_split,
    deadline,
    first_deadline,
    last_day,
    limit,
    offer,
    pinned,
)
from aldia.domain.ledger import stand
from tests.domain.money_world import MEXICO, booked, day, debt, major, minor, price, tiers, yearly

EARLY = "2026-06-05"
TWO = tiers(("2", "2026-06-11"))
TWO_NET = tiers(("2", "2026-06-11"), base="net")


@pytest.mark.parametrize(
    ("currency", "amount", "split", "percent", "base", "off", "pay"),
    [
        ("EUR", "1210.00", ("1000.00", "210.00", "0.00"), "2", "total", "24.20", "1185.80"),  # D1
        ("EUR", "1210.00", ("1000.00", "210.00", "0.00"), "2", "net", "20.00", "1190.00"),  # D2
        ("EUR", "1060.00", ("1000.00", "210.00", "150.00"), "2", "total", "21.20", "1038.80"),  # D3
        ("MXN", "9533.33", ("10000.00", "1600.00", "2066.67"), "2", "total", "190.67", "9342.66"),  # D4, top-down
        ("EUR", "568.94", ("483.88", "85.06", "0.00"), "2", "total", "11.38", "557.56"),  # D5, top-down
        ("CLP", "12340", None, "2.5", "total", "309", "12031"),  # D11
        ("CLP", "595000", None, "3", "total", "17850", "577150"),  # D12
        ("COP", "2380000.00", ("2000000.00", "380000.00", "0.00"), "2", "net", "40000.00", "2340000.00"),  # D13
        ("COP", "2380000.00", ("2000000.00", "380000.00", "0.00"), "2", "total", "47600.00", "2332400.00"),
        ("COP", "1234567.89", None, "2", "total", "24691.36", "1209876.53"),  # D14
        ("USD", "2499.99", None, "1.5", "total", "37.50", "2462.49"),  # D15
        ("PEN", "1180.00", None, "2", "total", "23.60", "1156.40"),  # D16
    ],
)
def test_a_percentage_comes_off_the_total_or_the_net(currency, amount, split, percent, base, off, pay):
    one = debt(amount, currency=currency, split=split, discount=tiers((percent, "2026-06-11"), base=base))
    quoted = price(one, EARLY)
    assert (major(quoted.discount_minor, currency), major(quoted.payable_minor, currency)) == (off, pay)
    assert major(quoted.full_minor, currency) == amount


@pytest.mark.parametrize(
    ("on", "pay"),
    [
        ("2026-06-01", "5626.00"), ("2026-06-06", "5626.00"), ("2026-06-07", "5684.00"), ("2026-06-11", "5684.00"),
        ("2026-06-12", "5742.00"), ("2026-06-21", "5742.00"), ("2026-06-22", "5800.00"), ("2026-08-01", "5800.00"),
    ],
)  # fmt: skip
def test_the_best_tier_of_the_day_holds_to_its_last_day_inclusive(on, pay):  # D6
    one = debt("5800.00", currency="MXN", discount=tiers(("3", "2026-06-06"), ("2", "2026-06-11"), ("1", "2026-06-21")))
    assert major(price(one, on).payable_minor) == pay


def test_a_later_tier_that_takes_more_off_is_the_best_one():
    one = debt(discount=tiers(("1", "2026-06-06"), ("=30.00", "2026-06-21")))
    assert [price(one, on).discount_minor for on in ("2026-06-02", "2026-06-21", "2026-06-22")] == [3000, 3000, 0]


@pytest.mark.parametrize(
    ("sent", "credited", "off", "left"),
    [("592.90", "605.00", "12.10", "605.00"), ("500.00", "510.20", "10.20", "699.80")],  # D7, D8
)
def test_a_proportional_part_payment_earns_its_share(sent, credited, off, left):
    one = booked(debt("1210.00", discount=tiers(("2", "2026-06-11"), partial="proportional")), ("payment", EARLY, sent))
    standing = stand(one, day(EARLY))
    assert (major(standing.discount_minor), major(standing.balance_minor)) == (off, left)
    assert major(121000 - standing.balance_minor) == credited


def test_the_rest_of_a_proportional_debt_is_offered_its_share_and_settles():
    one = debt("1210.00", discount=tiers(("2", "2026-06-11"), partial="proportional"))
    one = booked(one, ("payment", EARLY, "500.00"))
    quoted = price(one, "2026-06-11")
    assert (major(quoted.discount_minor), major(quoted.payable_minor)) == ("14.00", "685.80")
    settled = stand(booked(one, ("payment", "2026-06-11", "685.80")), day("2026-06-11"))
    assert (settled.balance_minor, major(settled.discount_minor), settled.credit_minor) == (0, "24.20", 0)


def test_a_payment_one_cent_short_counts_as_settled_within_the_tolerance():  # D9
    one = debt("1210.00", discount=TWO, tolerance_minor=5)
    standing = stand(booked(one, ("payment", EARLY, "1185.79")), day(EARLY))
    assert (standing.balance_minor, standing.waived_minor, major(standing.discount_minor)) == (0, 1, "24.20")


@pytest.mark.parametrize(("tolerance", "sent"), [(0, "1185.79"), (5, "1185.74")])
def test_a_payment_below_the_tolerance_earns_nothing(tolerance, sent):
    one = debt("1210.00", discount=TWO, tolerance_minor=tolerance)
    standing = stand(booked(one, ("payment", EARLY, sent)), day(EARLY))
    assert (standing.discount_minor, standing.waived_minor) == (0, 0)
    assert standing.balance_minor == 121000 - minor(sent)


def test_the_full_sum_in_time_earns_the_discount_and_leaves_the_surplus_as_credit():  # D10
    standing = stand(booked(debt("1210.00", discount=TWO), ("payment", EARLY, "1210.00")), day(EARLY))
    assert (major(standing.discount_minor), major(standing.credit_minor)) == ("24.20", "24.20")
    assert (standing.balance_minor, major(standing.paid_minor)) == (0, "1210.00")


def test_two_payments_that_together_reach_the_discounted_total_earn_it():  # D16: one part goes to the state
    one = booked(debt("1180.00", currency="PEN", discount=TWO), ("payment", EARLY, "1014.80"))
    assert major(price(one, EARLY).payable_minor) == "141.60"
    standing = stand(booked(one, ("payment", EARLY, "141.60")), day(EARLY))
    assert (standing.balance_minor, major(standing.discount_minor)) == (0, "23.60")


@pytest.mark.parametrize(("paid_on", "off"), [("2026-06-11", "20.00"), ("2026-06-12", "20.00"), ("2026-06-13", "0.00")])
def test_tolerance_days_keep_the_discount_and_the_page_shows_them(paid_on, off):  # D17: 2/10 and one day
    one = debt(discount=TWO, tolerance_days=1)
    assert major(price(one, paid_on).discount_minor) == off
    assert major(stand(booked(one, ("payment", paid_on, "980.00")), day(paid_on)).discount_minor) == off
    assert last_day(one) == day("2026-06-12")


@pytest.mark.parametrize(
    ("days_early", "off", "pay"),
    [
        (30, "11.93", "1198.07"), (25, "9.95", "1200.05"), (20, "7.96", "1202.04"), (15, "5.97", "1204.03"),
        (10, "3.98", "1206.02"), (5, "1.99", "1208.01"), (1, "0.40", "1209.60"), (0, "0.00", "1210.00"),
        (-5, "0.00", "1210.00"),
    ],
)  # fmt: skip
def test_an_apr_discount_pays_for_each_day_early(days_early, off, pay):
    one = debt("1210.00", discount=Discount("apr", percent=Decimal(12)))
    quoted = price(one, one.due_on - timedelta(days=days_early))
    assert (major(quoted.discount_minor), major(quoted.payable_minor)) == (off, pay)


@pytest.mark.parametrize(
    ("day_of_30", "off", "pay"),
    [
        (0, "24.20", "1185.80"), (10, "16.13", "1193.87"), (15, "12.10", "1197.90"), (20, "8.07", "1201.93"),
        (29, "0.81", "1209.19"), (30, "0.00", "1210.00"), (31, "0.00", "1210.00"), (-3, "24.20", "1185.80"),
    ],
)  # fmt: skip
def test_a_linear_discount_melts_from_issue_to_due(day_of_30, off, pay):
    one = debt("1210.00", discount=Discount("linear", percent=Decimal(2)))
    quoted = price(one, one.issued_on + timedelta(days=day_of_30))
    assert (major(quoted.discount_minor), major(quoted.payable_minor)) == (off, pay)


def test_an_apr_discount_is_of_what_is_still_open():
    one = booked(debt("1210.00", discount=Discount("apr", percent=Decimal(12))), ("payment", "2026-06-01", "605.00"))
    assert major(price(one, "2026-06-01").discount_minor) == "5.97"


def test_a_proportional_apr_part_payment_earns_by_the_rate_of_its_day():
    one = debt("1210.00", discount=Discount("apr", percent=Decimal(12), partial="proportional"))
    standing = stand(booked(one, ("payment", "2026-06-01", "599.03")), day("2026-06-01"))
    assert (major(standing.discount_minor), major(standing.balance_minor)) == ("5.96", "605.01")


def test_a_discount_on_the_net_follows_a_corrected_amount():
    one = debt("1210.00", split=("1000.00", "210.00", "0.00"), discount=TWO_NET)
    assert major(price(booked(one, ("amount_changed", "2026-06-02", "605.00")), EARLY).discount_minor) == "10.00"


@pytest.mark.parametrize("kind", ["linear", "apr"])
def test_a_plan_does_not_bring_a_sliding_discount_back(kind):
    one = debt(discount=Discount(kind, percent=Decimal(2)))
    later = replace(one, due_on=day("2026-09-30"), discount=pinned(one))
    for on in ("2026-06-15", "2026-08-01"):
        assert price(later, on).discount_minor == price(one, on).discount_minor
    assert last_day(later) == last_day(one)
    assert pinned(later) == later.discount


def test_a_debt_due_on_the_day_of_issue_has_no_linear_discount():
    one = debt(due="2026-06-01", discount=Discount("linear", percent=Decimal(2)))
    assert offer(one, balance_minor=100000, on=day("2026-06-01")) == 0


def test_a_discount_is_never_more_than_the_balance():
    assert offer(debt(discount=tiers(("=150.00", "2026-06-11"))), balance_minor=900, on=day(EARLY)) == 900


# -- the last day --------------------------------------------------------------------------------


def test_the_ladder_counts_from_the_earliest_tier_end_that_was_not_past_when_the_debt_was_opened():
    one = debt(discount=tiers(("2", "2026-06-11"), ("3", "2026-06-06"), ("1", "2026-06-21")))
    late = debt(discount=one.discount, opened_at=datetime(2026, 6, 7, 5, 30, tzinfo=UTC))
    assert first_deadline(one) == day("2026-06-06")
    assert first_deadline(late) == day("2026-06-11")
    assert first_deadline(late, zone=MEXICO) == day("2026-06-06")  # there it is still the 6th
    assert last_day(one) == day("2026-06-21")


@pytest.mark.parametrize("kind", ["linear", "apr"])
def test_a_sliding_discount_ends_the_day_before_it_is_due(kind):
    one = debt(discount=Discount(kind, percent=Decimal(2)))
    assert first_deadline(one) == last_day(one) == day("2026-06-30")


def test_without_a_discount_there_is_no_last_day():
    assert first_deadline(debt()) is None
    assert last_day(debt()) is None
    past = debt(discount=TWO, opened_at=datetime(2026, 6, 20, tzinfo=UTC))
    assert first_deadline(past) is None


@pytest.mark.parametrize(
    ("on", "zone", "expected"),
    [
        ("2026-06-11", "Europe/Madrid", "2026-06-11T22:00:00+00:00"),
        ("2026-06-11", "America/Mexico_City", "2026-06-12T06:00:00+00:00"),
        ("2026-03-28", "Europe/Madrid", "2026-03-28T23:00:00+00:00"),
        ("2026-03-29", "Europe/Madrid", "2026-03-29T22:00:00+00:00"),
        ("2026-09-05", "America/Santiago", "2026-09-06T04:00:00+00:00"),  # midnight does not exist: 24:00 is 01:00
        ("2026-04-04", "America/Santiago", "2026-04-05T04:00:00+00:00"),  # 23:00 to 24:00 happens twice
        ("2026-10-31", "America/Havana", "2026-11-01T04:00:00+00:00"),  # 00:00 happens twice: the first one
        ("2011-12-29", "Pacific/Apia", "2011-12-30T10:00:00+00:00"),  # the 30th never happened
        ("1919-03-30", "America/Toronto", "1919-03-31T04:30:00+00:00"),  # 23:30 became 00:30
        ("2010-03-26", "Asia/Gaza", "2010-03-26T22:00:00+00:00"),  # 00:01 became 01:01: midnight exists
    ],
)
def test_a_day_ends_at_the_first_instant_of_the_next(on, zone, expected):
    assert deadline(day(on), ZoneInfo(zone)) == datetime.fromisoformat(expected)


def check_deadlines(zone_names, start, days):
    for name in zone_names:
        zone = ZoneInfo(name)
        for offset in range(days):
            on = start + timedelta(days=offset)
            end = deadline(on, zone)
            before, at, after = ((end + timedelta(seconds=s)).astimezone(zone).date() for s in (-1, 0, 1))
            assert before <= on < at <= after, (name, on)
            assert before == on or zone_skips(zone, on), (name, on)


def zone_skips(zone, on):
    """Whether that local day never happened."""
    noon = datetime(on.year, on.month, on.day, 12, tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() != on


ZONES = sorted(available_timezones() - {"localtime", "build/etc/localtime"})
LIVELY = (
    "Europe/Madrid", "America/Mexico_City", "America/Santiago", "America/Havana", "America/Asuncion", "Africa/Cairo",
    "Asia/Beirut", "Atlantic/Azores", "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Asia/Kathmandu",
    "America/Tijuana", "Africa/Casablanca", "Pacific/Kiritimati", "Antarctica/Troll",
)  # fmt: skip


def test_deadlines_are_right_to_the_second_in_zones_that_move_their_clocks():
    check_deadlines(LIVELY, date(2026, 1, 1), 365)


@pytest.mark.slow
def test_deadlines_are_right_to_the_second_in_every_zone_for_two_years():
    check_deadlines(ZONES, date(2026, 1, 1), 731)


@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2036, 12, 31)))
def test_the_deadline_is_the_first_instant_after_the_day_in_any_zone_and_year(name, on):
    zone = ZoneInfo(name)
    end = deadline(on, zone)
    assert (end - timedelta(microseconds=1)).astimezone(zone).date() <= on < end.astimezone(zone).date()


# -- advice --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("percent", "days", "net_days", "simple", "compound", "simple_360"),
    [
        ("2", 10, 30, "37.24", "44.59", "36.73"),
        ("1", 10, 30, "18.43", "20.13", "18.18"),
        ("3", 10, 30, "56.44", "74.35", "55.67"),
        ("2", 10, 60, "14.90", "15.89", "14.69"),
        ("1.5", 7, 15, "69.48", "99.28", "68.53"),
        ("0.5", 10, 30, "9.17", "9.58", "9.05"),
        ("5", 5, 30, "76.84", "111.46", "75.79"),
    ],
)
def test_a_discount_costs_as_much_as_a_credit_of_that_rate(percent, days, net_days, simple, compound, simple_360):
    cents = Decimal("0.01")
    got = annual_cost(Decimal(percent), days, net_days)
    assert [str(rate.quantize(cents)) for rate in got] == [simple, compound]
    by_360, _ = annual_cost(Decimal(percent), days, net_days, year_days=360)
    assert str(by_360.quantize(cents)) == simple_360


@pytest.mark.parametrize(
    ("percent", "verdict"), [("2", "ok"), ("10", "ok"), ("10.01", "warn"), ("20", "warn"), ("20.01", "block")]
)
def test_a_high_discount_is_warned_of_and_a_very_high_one_blocked(percent, verdict):
    assert limit(Decimal(percent)) == verdict


# -- the credit note -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "split", "discount", "off", "expected"),
    [
        ("1210.00", ("1000.00", "210.00", "0.00"), TWO, "24.20", ("20.00", "4.20", "0.00")),  # D1
        ("1210.00", ("1000.00", "210.00", "0.00"), TWO_NET, "20.00", ("20.00", "0.00", "0.00")),  # D2
        ("1060.00", ("1000.00", "210.00", "150.00"), TWO, "21.20", ("20.00", "4.20", "3.00")),  # D3
        # D4 and D5: line by line it would be 190.66 and 11.39; prices come from the total and the note adds up to them
        ("9533.33", ("10000.00", "1600.00", "2066.67"), TWO, "190.67", ("200.00", "32.00", "41.33")),
        ("568.94", ("483.88", "85.06", "0.00"), TWO, "11.38", ("9.68", "1.70", "0.00")),
        ("2380000.00", ("2000000.00", "380000.00", "0.00"), TWO_NET, "40000.00", ("40000.00", "0.00", "0.00")),  # D13
        ("1210.00", None, TWO, "24.20", ("24.20", "0.00", "0.00")),
    ],
)
def test_the_credit_note_is_split_like_the_invoice_and_adds_up(amount, split, discount, off, expected):
    one = debt(amount, split=split, discount=discount)
    assert tuple(major(part) for part in credit_note_split(one, minor(off))) == expected


@given(st.integers(1, 10**9), st.integers(0, 25), st.integers(0, 20), st.integers(0, 1000))
def test_a_credit_note_always_adds_up_and_takes_nothing_below_zero(net, tax_percent, withheld_percent, permille):
    tax, withheld = net * tax_percent // 100, net * withheld_percent // 100
    one = debt(major(net + tax - withheld), split=(major(net), major(tax), major(withheld)), discount=TWO)
    discount = one.amount_minor * permille // 1000
    parts = credit_note_split(one, discount)
    assert parts[0] + parts[1] - parts[2] == discount
    assert min(parts) >= 0


def test_a_discount_and_interest_may_both_stand_when_one_instalment_is_late():
    one = debt(
        "900.00",
        due="2026-08-14",
        parts=(("2026-06-15", "300.00"), ("2026-07-15", "300.00"), ("2026-08-14", "300.00")),
        discount=tiers(("2", "2026-06-30")),
        interest=yearly("10"),
    )
    quoted = price(one, "2026-06-25")
    assert (major(quoted.discount_minor), major(quoted.interest_minor)) == ("18.00", "0.82")
    settled = stand(booked(one, ("payment", "2026-06-25", major(quoted.payable_minor))), day("2026-06-25"))
    assert settled.payable_minor == settled.credit_minor == 0
