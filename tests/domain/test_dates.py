"""A debt's dates one by one: what is asked for up to each, what came for it, and what more time moves."""

from dataclasses import replace

import pytest

from aldia.domain.dates import DateTold, Moved, asked, moved_to, next_asked, told
from aldia.domain.debt import Instalment
from tests.domain.money_world import booked, day, debt, tiers, yearly

FIRST, SECOND, THIRD = "2026-07-01", "2026-08-01", "2026-09-01"
BEFORE, BETWEEN, AFTER = "2026-06-15", "2026-07-15", "2026-09-02"
PARTS = ((FIRST, "300.00"), (SECOND, "300.00"), (THIRD, "400.00"))


def three(*lines, **fields):
    """300, 300 and 400 at the start of July, August and September, after entries (kind, day, amount or None)."""
    return booked(debt(due=THIRD, parts=PARTS, **fields), *lines)


def undoing(one, place):
    """The debt with its entry at that place taken back."""
    wrong = one.entries[place]
    line = replace(wrong, key=f"undone/{wrong.key}", kind="undone", amount_minor=0, note=wrong.key)
    return replace(one, entries=(*one.entries, line))


# -- what is asked for ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "today", "minor", "on"),
    [
        ((), BEFORE, 30000, FIRST),  # nothing is due: the first
        ((), FIRST, 30000, FIRST),
        ((), BETWEEN, 30000, FIRST),
        ((), SECOND, 60000, SECOND),  # on its own day it is due
        ((), AFTER, 100000, THIRD),
        ([("payment", BEFORE, "299.99")], BETWEEN, 1, FIRST),  # a cent of it is open
        ([("payment", BEFORE, "300.00")], BETWEEN, 30000, SECOND),  # what is settled is not due
        ([("payment", BEFORE, "350.00")], SECOND, 25000, SECOND),
        ([("payment", BEFORE, "1000.00")], BETWEEN, 0, THIRD),
    ],
)
def test_asked_for_is_what_is_open_up_to_the_last_date_that_is_due_else_up_to_the_first_open_one(
    lines, today, minor, on
):
    found = asked(three(*lines), day(today))
    assert (found.minor, found.on) == (minor, day(on))


def test_a_letter_about_a_date_asks_up_to_that_one_and_up_to_whatever_falls_on_the_same_day():
    assert asked(three(), day(BEFORE), "i2").minor == 60000
    moved = three(extended_to=day(SECOND))  # more days put the first two on one date
    assert (asked(moved, day(BEFORE), "i1").minor, asked(moved, day(BEFORE), "i1").on) == (60000, day(SECOND))


def test_interest_and_compensation_are_asked_for_with_it_and_no_discount_is_taken_off():
    late = three(interest=yearly("12", fixed_compensation_minor=4000))
    days_of_july = 300 * 12 // 100 * 100 * 14 // 365  # 300.00 at 12 % a year for 14 days
    assert asked(late, day(BETWEEN)).minor == 30000 + 4000 + days_of_july
    offered = three(discount=tiers(("10", BEFORE)))
    assert asked(offered, day(BEFORE)).minor == 30000


@pytest.mark.parametrize(
    ("known", "today", "minor"),
    [
        (three(), BETWEEN, 30000),
        (three(), AFTER, None),  # everything is due
        (three(("payment", BEFORE, "600.00")), BETWEEN, None),  # only the last is open
        (three(("payment", BEFORE, "1000.00")), BETWEEN, None),
        (debt(), AFTER, None),  # one date
    ],
)
def test_where_all_that_is_payable_is_asked_for_there_is_no_sum_of_its_own(known, today, minor):
    found = next_asked(known, day(today))
    assert (found and found.minor) == minor


# -- what became of each --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "paid", "still_open"),
    [
        ((), (0, 0, 0), (30000, 30000, 40000)),
        ([("payment", BEFORE, "100.00")], (10000, 0, 0), (20000, 30000, 40000)),
        (  # the second payment goes on where the first ended
            [("payment", BEFORE, "300.00"), ("payment", BETWEEN, "100.00")],
            (30000, 10000, 0),
            (0, 20000, 40000),
        ),
        ([("payment", BEFORE, "450.00")], (30000, 15000, 0), (0, 15000, 40000)),
        ([("payment", BEFORE, "1200.00")], (30000, 30000, 40000), (0, 0, 0)),  # what came over is for no date
        ([("waive", BEFORE, "300.00")], (0, 0, 0), (0, 30000, 40000)),  # closed, and nothing came for it
        ([("waive", BEFORE, "300.00"), ("payment", BETWEEN, "100.00")], (0, 10000, 0), (0, 20000, 40000)),
        ([("payment", BEFORE, "100.00"), ("waive", BETWEEN, None)], (10000, 0, 0), (0, 0, 0)),
        ([("payment", BEFORE, "100.00"), ("write_off", BETWEEN, None)], (10000, 0, 0), (0, 0, 0)),
        ([("payment", BETWEEN, "300.00"), ("waive", BEFORE, "300.00")], (0, 30000, 0), (0, 0, 40000)),  # read by day
        ([("payment", BEFORE, "300.00"), ("refund", BETWEEN, "300.00")], (0, 0, 0), (30000, 30000, 40000)),
        (  # part of it went back: what was paid last is open again
            [("payment", BEFORE, "600.00"), ("refund", BETWEEN, "100.00")],
            (30000, 20000, 0),
            (0, 10000, 40000),
        ),
        ([("payment", BETWEEN, "300.00")], (30000, 0, 0), (0, 30000, 40000)),  # on the day that is asked about
        ([("payment", "2026-07-16", "300.00")], (0, 0, 0), (30000, 30000, 40000)),  # after it
        ([("amount_changed", BEFORE, "800.00")], (0, 0, 0), (10000, 30000, 40000)),  # smaller, and nothing came
        ([("payment", BEFORE, "300.00"), ("chargeback", BEFORE, "300.00")], (0, 0, 0), (30000, 30000, 40000)),
        (
            [("payment", BEFORE, "300.00"), ("chargeback", BEFORE, "300.00"), ("chargeback_won", BETWEEN, "300.00")],
            (30000, 0, 0),
            (0, 30000, 40000),
        ),
    ],
)
def test_each_date_tells_the_money_that_came_for_it_and_what_is_open(lines, paid, still_open):
    found = told(three(*lines), day(BETWEEN))
    assert tuple(part.paid_minor for part in found) == paid
    assert tuple(part.open_minor for part in found) == still_open


def test_each_date_says_which_it_is_and_when_it_is_due_by_now():
    moved = three(("payment", BEFORE, "300.00"), extended_to=day("2026-08-15"))
    assert told(moved, day(BETWEEN)) == (
        DateTold("i1", day("2026-08-15"), 30000, 0),
        DateTold("i2", day("2026-08-15"), 0, 30000),
        DateTold("i3", day(THIRD), 0, 40000),
    )


def test_a_discount_that_was_earned_is_no_money_that_came():
    one = three(("payment", BEFORE, "900.00"), discount=tiers(("10", BEFORE)))
    assert [part.paid_minor for part in told(one, day(BETWEEN))] == [30000, 30000, 30000]
    assert [part.open_minor for part in told(one, day(BETWEEN))] == [0, 0, 0]


def test_what_was_noted_by_mistake_and_taken_back_came_for_no_date():
    wrong = undoing(three(("payment", BEFORE, "300.00")), 0)
    assert [part.paid_minor for part in told(wrong, day(BETWEEN))] == [0, 0, 0]
    failed = undoing(three(("payment", BEFORE, "300.00"), ("refund", BETWEEN, "300.00")), 1)
    assert [part.paid_minor for part in told(failed, day(BETWEEN))] == [30000, 0, 0]  # it never went back


# -- what more time moves -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "until", "moved"),
    [
        ((), BETWEEN, Moved(30000, f"{FIRST}=30000 {SECOND}=30000 {THIRD}=40000")),
        ((), SECOND, Moved(60000, f"{FIRST}=30000 {SECOND}=30000 {THIRD}=40000")),  # that day is within it
        ((), THIRD, None),
        ([("payment", BEFORE, "350.00")], SECOND, Moved(25000, f"{SECOND}=25000 {THIRD}=40000")),
        ([("payment", BEFORE, "600.00")], SECOND, Moved(0, f"{THIRD}=40000")),
    ],
)
def test_more_time_names_what_it_moves_and_all_that_is_open_unless_that_is_everything(lines, until, moved):
    assert moved_to(three(*lines), day(until), day(BEFORE)) == moved


def test_a_later_date_on_which_nothing_is_open_is_not_more_to_come():
    plan = three(("payment", BEFORE, "600.00"))
    closed = replace(plan, instalments=(*plan.instalments, Instalment("i4", day("2026-10-01"), 0)))
    assert moved_to(closed, day(THIRD), day(BEFORE)) is None
