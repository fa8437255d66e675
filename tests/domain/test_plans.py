from decimal import Decimal

import pytest

from aldia.domain.answers import extension, plan, promise, spread
from aldia.domain.debt import Instalment, Interest
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day, debt, news, only_letter, standing

NOW = at("2026-07-08 12:00")
THREE = (
    Instalment("i1", day("2026-06-15"), 30000),
    Instalment("i2", day("2026-07-15"), 30000),
    Instalment("i3", day("2026-08-14"), 30000),
)


def half_paid():
    """900 in three parts, of which 400 are paid: the first whole, the second in part."""
    known = case(debt(amount_minor=90000, due_on=day("2026-08-14"), instalments=THREE))
    now = at("2026-06-12 12:00")
    return record_payment(
        known, "f1", key="p1", amount_minor=40000, method="transfer", on=day("2026-06-12"), now=now
    ).case


def three_months(known, first_on="2026-08-17"):
    parts = spread(50000, count=3, first_on=day(first_on), every="month")
    return plan(known, "f1", instalments=parts, now=NOW)


def test_a_plan_replaces_what_is_open_and_keeps_what_was_paid():
    known = three_months(half_paid()).case
    listed = [(part.id, part.due_on.isoformat(), part.amount_minor) for part in known.debt("f1").instalments]
    assert listed == [
        ("i1", "2026-06-15", 30000),
        ("i2", "2026-07-15", 10000),
        ("i4", "2026-08-17", 16667),
        ("i5", "2026-09-17", 16667),
        ("i6", "2026-10-17", 16666),
    ]
    assert known.debt("f1").due_on == day("2026-10-17")


def test_money_after_a_plan_goes_to_its_first_part_whatever_the_dates():
    known = three_months(half_paid()).case
    now = at("2026-08-17 12:00")
    paid = record_payment(known, "f1", key="p2", amount_minor=16667, method="transfer", on=day("2026-08-17"), now=now)
    parts = standing(paid.case, "2026-08-17").instalments
    assert [part.paid_minor for part in parts] == [30000, 10000, 16667, 0, 0]
    assert standing(paid.case, "2026-08-17").balance_minor == 33333


def test_a_plan_is_noted_with_its_first_part_and_its_calendar():
    outcome = three_months(half_paid())
    letter = only_letter(outcome)
    assert letter.step == "plan_noted"
    assert letter.facts == {
        "count": "3",
        "first_on": "2026-08-17",
        "first_minor": "16667",
        "schedule": "2026-08-17=16667 2026-09-17=16667 2026-10-17=16666",
    }
    assert news(outcome) == ["planned"]


def test_ids_of_instalments_are_never_used_again():
    known = three_months(half_paid()).case
    again = plan(known, "f1", instalments=[(day("2026-12-01"), 50000)], now=NOW).case
    assert [part.id for part in again.debt("f1").instalments] == ["i1", "i2", "i7"]
    assert again.debt("f1").plan.instalment_ids == ("i7",)


def test_a_plan_ends_an_extension_and_a_promise():
    known = extension(case(), "f1", until=day("2026-07-20"), now=NOW).case
    known = promise(known, "f1", on=day("2026-07-20"), now=NOW).case
    changed = plan(known, "f1", instalments=[(day("2026-08-01"), 100000)], now=NOW).case.debt("f1")
    assert changed.extended_to is None
    assert changed.promise.state == "replaced"


def test_parts_are_listed_by_date_however_they_came():
    parts = [(day("2026-09-01"), 60000), (day("2026-08-01"), 40000)]
    known = plan(case(), "f1", instalments=parts, now=NOW).case
    assert [part.due_on.month for part in known.debt("f1").instalments] == [8, 9]
    assert known.debt("f1").due_on == day("2026-09-01")


def test_the_same_plan_sent_twice_is_noted_once():
    known = three_months(half_paid()).case
    assert three_months(known).case is known


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ([("2026-08-01", 99999)], "plan_sum"),
        ([("2026-08-01", 60000), ("2026-09-01", 60000)], "plan_sum"),
        ([("2026-08-01", 100000), ("2026-09-01", 0)], "plan_parts"),
        ([("2026-08-01", 110000), ("2026-09-01", -10000)], "plan_parts"),
        ([], "plan_parts"),
        ([("2026-07-07", 100000)], "day_is_past"),
    ],
)
def test_a_plan_that_does_not_fit_is_refused(parts, key):
    with pytest.raises(Refused, match=key):
        plan(case(), "f1", instalments=[(day(on), minor) for on, minor in parts], now=NOW)


def test_a_plan_leaves_the_ledger_as_it_was():
    before = standing(half_paid(), "2026-07-08")
    known = three_months(half_paid()).case
    after = standing(known, "2026-07-08")
    assert (after.balance_minor, after.paid_minor) == (before.balance_minor, before.paid_minor) == (50000, 40000)
    assert law_of_money(known.debt("f1"), day("2026-07-08"))


@pytest.mark.parametrize(
    ("first_on", "every", "days"),
    [
        ("2026-01-31", "month", ["2026-01-31", "2026-02-28", "2026-03-31"]),
        ("2026-11-30", "month", ["2026-11-30", "2026-12-30", "2027-01-30"]),
        ("2026-12-28", "week", ["2026-12-28", "2027-01-04", "2027-01-11"]),
    ],
)
def test_months_are_counted_from_the_first_day_and_clamped(first_on, every, days):
    parts = spread(100, count=3, first_on=day(first_on), every=every)
    assert [on.isoformat() for on, _ in parts] == days
    assert [minor for _, minor in parts] == [34, 33, 33]


@pytest.mark.parametrize(("balance_minor", "count"), [(100, 0), (100, -1), (2, 3)])
def test_a_plan_has_at_least_one_part_and_no_empty_one(balance_minor, count):
    with pytest.raises(Refused, match="plan_count"):
        spread(balance_minor, count=count, first_on=day("2026-08-01"), every="week")


def test_a_plan_beyond_the_calendar_is_refused():
    with pytest.raises(Refused, match="plan_count"):
        spread(10**9, count=10**6, first_on=day("2026-08-01"), every="month")


def test_a_plan_does_not_charge_the_days_that_an_extension_had_freed():
    late = Interest(rate=Decimal(10), fixed_compensation_minor=4000)
    own = (Instalment("i1", day("2026-06-15"), 100000),)
    known = case(debt(amount_minor=100000, due_on=day("2026-06-15"), interest=late, instalments=own))
    known = extension(known, "f1", until=day("2026-07-20"), now=NOW).case
    paid = record_payment(known, "f1", key="p1", amount_minor=60000, method="transfer", on=day("2026-07-08"), now=NOW)
    before = standing(paid.case, "2026-07-08")
    after = plan(paid.case, "f1", instalments=[(day("2026-08-01"), 40000)], now=NOW).case
    now = standing(after, "2026-07-08")
    assert (before.balance_minor, before.interest_minor, before.compensation_minor) == (40000, 0, 0)
    assert (now.balance_minor, now.interest_minor, now.compensation_minor) == (40000, 0, 0)
    assert [part.due_on for part in now.instalments] == [day("2026-06-15"), day("2026-08-01")]
