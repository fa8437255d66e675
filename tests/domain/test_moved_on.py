"""A plan that is not kept, and a second one: each time the kind letter first, then the ladder goes on where it was."""

import pytest

from aldia.domain.debt import Instalment, Mark, Plan, Step
from aldia.domain.ladder import occurrences
from aldia.domain.look import Look
from aldia.domain.moved_on import is_passed
from aldia.domain.spoken import Agreement
from tests.domain.answer_world import at, case, day, debt
from tests.domain.driver import BRUNO, play

DEFAULT = None
TWO = [{"step": "overdue_1", "anchor": "due", "days": 7}, {"step": "overdue_2", "anchor": "due", "days": 21}]
AFTER = "2027-02-12"  # the second plan's first day


def event(at, kind, **values):
    return {"at": f"{at}-05:00", "type": kind, "debt": "f1", **values}


def halves(at, *days):
    return event(at, "plan", instalments=[{"due_on": day, "amount": "500.00"} for day in days])


FIRST = halves("2027-01-15T16:00", "2027-01-22", "2027-02-22")
SECOND = halves("2027-02-05T16:00", AFTER, "2027-03-12")


def story(*events, ladder=DEFAULT, until="2027-04-10"):
    account = {"name": "Amy", "country": "US"} | ({} if ladder is None else {"ladder": ladder})
    debt = {"id": "f1", "client": "bruno", "number": "N-1", "issued_on": "2027-01-02", "due_on": "2027-01-05",
            "currency": "USD", "amount": "1000.00"}  # fmt: skip
    run = {"until": f"{until}T00:00:00-05:00", "every_minutes": 60}
    return {"format": 1, "account": account, "clients": [BRUNO], "debts": [debt], "events": list(events), "run": run}


def late(played, since="2027-01-16"):
    """(day, step) of the letters from a day on, without the word before a part of a plan."""
    return [(at[:10], step) for at, step in played.sent if at[:10] >= since and step != "instalment_due"]


def test_the_first_plan_that_is_not_kept_starts_over_kindly_and_the_second_moves_on():
    played = play(story(FIRST, SECOND))
    assert late(played) == [
        ("2027-01-26", "instalment_missed"),
        ("2027-02-02", "overdue_1"),
        ("2027-02-17", "instalment_missed"),
        ("2027-03-05", "overdue_2"),  # no overdue_1 once more, and nothing about 12 March while February is open
        ("2027-03-16", "instalment_missed"),
        ("2027-04-02", "overdue_2"),
    ]
    assert played.skips["f1/overdue_1@i4"][1:] == ("overtaken", "")
    assert {f"f1/{step}@i5" for step in ("pre_due", "due_today", "overdue_1")} <= played.skips.keys()


def test_a_repeated_reminder_is_repeated_after_the_second_one_too():
    every_week = [TWO[0], {"step": "overdue_2", "anchor": "due", "days": 14, "repeat_every": 7, "times": 3}]
    played = play(story(FIRST, SECOND, ladder=every_week, until="2027-03-13"))
    assert late(played, "2027-02-17") == [
        ("2027-02-17", "instalment_missed"),
        ("2027-02-26", "overdue_2"),
        ("2027-03-05", "overdue_2"),
        ("2027-03-12", "overdue_2"),
    ]


def test_a_ladder_never_ends_by_it_its_last_reminder_stays():
    overdue = [("2027-01-12", "overdue_1"), ("2027-01-26", "overdue_2")]
    days = halves("2027-01-27T16:00", "2027-01-28", "2027-02-22"), SECOND
    played = play(story(*days, ladder=TWO, until="2027-03-12"))
    assert late(played, "2027-01-12")[:2] == overdue
    assert late(played, AFTER) == [("2027-02-17", "instalment_missed"), ("2027-03-05", "overdue_2")]


@pytest.mark.parametrize("paid_on", ["2027-01-22", "2027-01-25"])
def test_a_plan_that_was_kept_for_as_long_as_it_held_does_not_count(paid_on):
    paid = event("2027-01-25T12:00", "payment", amount="500.00", method="transfer", paid_on=paid_on)
    again = event("2027-02-05T16:00", "plan", instalments=[{"due_on": AFTER, "amount": "500.00"}])
    played = play(story(FIRST, paid, again, until="2027-03-04"))
    assert late(played, AFTER) == [("2027-02-17", "instalment_missed"), ("2027-02-24", "overdue_1")]


# -- which letters are passed, at one instant -----------------------------------------------------

PARTS = (
    Instalment("i1", day("2026-07-01"), 0),  # the debt's own, which the plan closed
    Instalment("i2", day("2026-09-01"), 50000),
    Instalment("i3", day("2026-10-01"), 50000),
)
PLANNED = Plan(at("2026-08-25 10:00"), ("i2", "i3"))
TWICE = ("2026-07-20", "2026-08-20")
GENTLE = {"pre_due", "due_today", "overdue_1"}


def broken(*days):
    """Plans that were not kept, found so on those days; None: one that was never broken."""
    return tuple(
        Agreement("plan", at("2026-07-05 10:00"), day("2026-09-01"), broken_on=one and day(one)) for one in days
    )


def marks(*keys, on="2026-08-10", state="sent"):
    return {key: Mark(state, at(f"{on} 10:00")) for key in keys}


def planned(went=None, *, days=TWICE, **changes):
    made = {"instalments": PARTS, "plan": PLANNED, "agreements": broken(*days), "marks": went or {}}
    return debt(**(made | changes))


def passed(one, **client):
    """Keys of the steps that are gentler than the next letter, by the part of the plan that they are about."""
    known = case(one, **client)
    look = Look(known, one, at("2026-09-02 10:00"))
    return {step.key for step in occurrences(known, one) if is_passed(look, step)}


def of_parts(steps, *parts):
    return {f"{step}@{part}" for step in steps for part in parts or ("i2", "i3")}


@pytest.mark.parametrize(
    ("went", "gentler"),
    [
        ({}, GENTLE),  # the second reminder at least
        (marks("overdue_1"), GENTLE),
        (marks("overdue_1", "overdue_2"), GENTLE | {"overdue_2"}),  # the firmest counts; the call is never passed
        (marks("overdue_2", "overdue_1"), GENTLE | {"overdue_2"}),
        (marks("overdue_2", on="2026-08-19"), GENTLE | {"overdue_2"}),  # the day before it was broken
        (marks("overdue_2", on="2026-08-20"), GENTLE),  # on that day, no longer before
        (marks("overdue_2", state="given_up"), GENTLE),
        (marks("overdue_2", state="waiting"), GENTLE),
        (marks("overdue_2@i1/2"), GENTLE | {"overdue_2"}),
        (marks("formal_letter", "last_notice"), GENTLE | {"overdue_2", "formal_letter"}),  # the last one stays
    ],
)
def test_after_the_second_one_the_letters_of_its_parts_begin_after_the_firmest_that_went_before(went, gentler):
    assert passed(planned(went)) == of_parts(gentler)


@pytest.mark.parametrize("days", [(), (None,), TWICE[:1], (*TWICE[:1], None), (None, None, TWICE[0])])
def test_until_two_were_broken_nothing_is_passed(days):
    assert passed(planned(days=days)) == set()


def test_one_that_was_kept_between_two_broken_ones_changes_nothing():
    assert passed(planned(days=(TWICE[0], None, TWICE[1]))) == of_parts(GENTLE)


def test_where_more_days_took_the_place_of_no_plan_nothing_is_passed():
    assert passed(planned(plan=None)) == set()


@pytest.mark.parametrize(
    ("ladder", "gentler"),
    [
        ([Step("a", "due", 1), Step("b", "due", 7), Step("c", "due", 14)], {"a"}),  # a day late is late
        ([Step("hello", "issued", 3), Step("a", "due", 7), Step("b", "due", 14)], {"a"}),  # not after a due date
        ([Step("call", "due", 3, channel="task"), Step("a", "due", 7), Step("b", "due", 14)], {"a"}),  # no letter
        ([Step("before", "due", -7), Step("day", "due", 0)], set()),  # it has none after a due date
        ([Step("before", "due", -7), Step("a", "due", 7)], {"before"}),  # its only one stays
    ],
)
def test_what_is_next_is_a_letter_after_a_due_date_in_a_ladder_of_ones_own_too(ladder, gentler):
    assert passed(planned(ladder=tuple(ladder))) == of_parts(gentler)


@pytest.mark.parametrize(
    ("days", "went", "gentler"),
    [
        (TWICE, {}, set()),  # before they came
        (("2026-07-20", "2026-08-23"), {}, set()),  # one of the two
        (("2026-08-22", "2026-08-23"), {}, set()),  # on their first day it was not theirs yet
        (("2026-08-23", "2026-08-24"), {}, GENTLE),
        (  # the second reminder went to those before
            ("2026-08-23", "2026-08-29"),
            marks("overdue_2") | marks("overdue_1@i2~1", on="2026-08-28"),
            GENTLE,
        ),
        (
            ("2026-08-23", "2026-08-29"),
            marks("overdue_1@i2~1", "overdue_2@i2~1", on="2026-08-28"),
            GENTLE | {"overdue_2"},
        ),
    ],
)
def test_what_was_not_kept_and_what_went_before_other_people_got_the_letters_is_not_theirs(days, went, gentler):
    others = {"begun_anew": 1, "addressed_since": at("2026-08-22 10:00")}
    found = {key.partition("@")[0] for key in passed(planned(went, days=days), **others)}
    assert found & {"overdue_1", "overdue_2", "formal_letter", "due_today", "pre_due"} == gentler
