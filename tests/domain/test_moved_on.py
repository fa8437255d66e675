"""A plan that is not kept, and a second one: each time the kind letter first, then the ladder goes on where it was."""

import pytest

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
