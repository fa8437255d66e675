"""The one price: what is payable, until when it holds, and what paying a part would do."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aldia.domain.debt import Discount
from aldia.domain.quote import minimum_part, part, quote
from tests.domain.money_world import MADRID, MEXICO, booked, debt, instant, major, minor, price, tiers, yearly

TWO = tiers(("2", "2026-06-11"))
LINEAR = Discount("linear", percent=Decimal(2))
THREE = tiers(("3", "2026-06-06"), ("2", "2026-06-11"))


@pytest.mark.parametrize(
    ("one", "on", "until", "next_price"),
    [
        (debt(), "2026-06-05", None, None),
        (debt(), "2027-06-05", None, None),
        (debt(discount=TWO), "2026-06-05", "2026-06-12", "1000.00"),
        (debt(discount=TWO), "2026-06-11", "2026-06-12", "1000.00"),
        (debt(discount=TWO), "2026-06-12", None, None),
        (debt(discount=THREE), "2026-06-05", "2026-06-07", "980.00"),
        (debt(discount=tiers(("2", "2026-06-06"), ("2", "2026-06-11"))), "2026-06-05", "2026-06-12", "1000.00"),
        (booked(debt(discount=TWO), ("payment", "2026-06-02", "980.00")), "2026-06-05", None, None),
        (booked(debt(discount=TWO), ("payment", "2026-06-20", "980.00")), "2026-06-05", "2026-06-12", "1000.00"),
        (debt(discount=LINEAR), "2026-06-05", "2026-06-06", "983.33"),
        (debt("1.00", discount=LINEAR), "2026-06-01", "2026-06-09", "0.99"),  # a cent takes days to melt
        (debt(interest=yearly("8")), "2026-06-05", "2026-07-02", "1000.22"),
        (debt(interest=yearly("8")), "2026-07-02", "2026-07-03", "1000.44"),
        (debt("1.00", interest=yearly("8")), "2026-06-05", "2026-07-24", "1.01"),
        (debt("0.01", interest=yearly("8")), "2026-06-05", "2032-09-29", "0.02"),
        (debt(interest=yearly("0", fixed_compensation_minor=4000)), "2026-06-05", "2026-07-02", "1040.00"),
        (debt(interest=yearly("0", fixed_compensation_minor=4000)), "2026-07-02", None, None),
        (debt(interest=yearly("0")), "2026-06-05", None, None),
        (debt(interest=yearly("8", grace_days=5)), "2026-06-05", "2026-07-07", "1000.22"),
        (booked(debt(interest=yearly("8")), ("payment", "2026-07-03", "1000.44")), "2026-07-05", None, None),
        (booked(debt(interest=yearly("8")), ("payment", "2026-07-03", "1000.00")), "2026-07-05", None, None),
        (debt(discount=TWO, interest=yearly("8")), "2026-06-05", "2026-06-12", "1000.00"),
    ],
)
def test_a_price_holds_until_the_first_midnight_that_changes_it(one, on, until, next_price):
    quoted = price(one, on)
    assert quoted.holds_until == (instant(f"{until} 00:00") if until else None)
    assert (quoted.next_payable_minor is not None and major(quoted.next_payable_minor)) == (next_price or False)


@pytest.mark.parametrize(
    ("at", "zone", "pay"),
    [
        ("2026-06-11 23:59:59", MEXICO, "980.00"),
        ("2026-06-12 00:00:00", MEXICO, "1000.00"),
        ("2026-06-12 00:30:00", MADRID, "1000.00"),
    ],
)
def test_the_clients_clock_dates_the_price(at, zone, pay):
    assert major(quote(debt(discount=TWO), at=instant(at, zone), zone=zone).payable_minor) == pay


def test_a_price_never_changes_before_it_says_so_and_changes_then():
    one = debt("12.34", discount=LINEAR, interest=yearly("30", fixed_compensation_minor=10))
    at = instant("2026-06-01 00:00")
    for _ in range(40):
        quoted = quote(one, at=at, zone=MADRID)
        just_before = quote(one, at=quoted.holds_until.replace(microsecond=0) - one_second(), zone=MADRID)
        then = quote(one, at=quoted.holds_until, zone=MADRID)
        assert just_before.payable_minor == quoted.payable_minor
        assert then.payable_minor == quoted.next_payable_minor > quoted.payable_minor
        at = quoted.holds_until


def one_second():
    return instant("2026-06-01 00:00:01") - instant("2026-06-01 00:00:00")


@given(st.sampled_from(["0.01", "0.90", "17.00", "1000.00"]), st.integers(0, 60), st.integers(0, 400))
def test_the_price_that_comes_next_is_the_first_other_one_found_day_by_day(amount, rate, days_on):
    one = debt(amount, discount=LINEAR, interest=yearly(str(rate), grace_days=2))
    at = instant("2026-05-25 12:00") + one_second() * 86400 * days_on
    quoted = quote(one, at=at, zone=MADRID)
    prices = (quote(one, at=at + one_second() * 86400 * ahead, zone=MADRID) for ahead in range(1, 60))
    changed = next((later for later in prices if later.payable_minor != quoted.payable_minor), None)
    if changed:
        assert quoted.holds_until.astimezone(MADRID).date() == changed.on
        assert quoted.next_payable_minor == changed.payable_minor
    else:
        assert quoted.holds_until is None or quoted.holds_until > at + one_second() * 86400 * 58


@pytest.mark.parametrize(
    ("sent", "earns", "left", "credit", "settles"),
    [
        ("100.00", "0.00", "880.00", "0.00", False),  # within the window the rest still has its discount
        ("979.99", "0.00", "0.01", "0.00", False),
        ("980.00", "20.00", "0.00", "0.00", True),
        ("1000.00", "20.00", "0.00", "20.00", True),
    ],
)
def test_paying_a_part_says_what_it_earns_and_leaves(sent, earns, left, credit, settles):
    effect = part(debt(discount=TWO), amount_minor=minor(sent), at=instant("2026-06-05 12:00"), zone=MADRID)
    assert [major(m) for m in (effect.earns_minor, effect.left_minor, effect.credit_minor)] == [earns, left, credit]
    assert effect.settles is settles


@pytest.mark.parametrize(
    ("amount", "currency", "least"),
    [
        ("1000.00", "EUR", "100.00"),
        ("3.00", "EUR", "0.50"),  # what a card may be charged
        ("0.30", "EUR", "0.30"),  # all there is
        ("50.00", "MXN", "10.00"),
        ("100.05", "EUR", "10.01"),
        ("1000.00", "BOB", "100.00"),  # not online: the share alone
        ("0.04", "BOB", "0.01"),
    ],
)
def test_the_least_part_is_a_share_of_the_balance_that_can_be_charged(amount, currency, least):
    one = debt(amount, currency=currency)
    got = minimum_part(one, percent=10, at=instant("2026-06-05 12:00"), zone=MADRID)
    assert major(got, currency) == least


def test_a_paid_debt_has_no_part_to_pay():
    paid = booked(debt(), ("payment", "2026-06-02", "1000.00"))
    assert minimum_part(paid, percent=10, at=instant("2026-06-05 12:00"), zone=MADRID) == 0
    assert price(paid, "2026-06-05").payable_minor == 0
