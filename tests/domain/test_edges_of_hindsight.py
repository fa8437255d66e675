"""A story told again: what was under way, in dispute or claimed holds the letters back for as long as it did."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from aldia.domain.case import Letter, LetterPart, Notice
from aldia.domain.debt import Checkout, Entry, Mark, Step
from aldia.domain.facts import facts
from aldia.domain.hindsight import Choice, retold
from aldia.domain.spoken import Promise
from tests.domain.test_hindsight import OPENED, UNTIL, case_of, debt, steps, story

WEEKLY = (Step("overdue_1", "due", 35, repeat_every=7, times=8),)  # 5 August, and every Wednesday after it


def day_of(text):
    return datetime.fromisoformat(text).replace(hour=15, tzinfo=UTC)


def letter(step, on, **facts):
    part = LetterPart("d1", step, "", 100_000, "MXN")
    return Letter(step, "answer", date.fromisoformat(on), day_of(on), (part,), facts=facts)


def ladder_days(*, notices=(), letters=(), **changes):
    found = story(case_of(debt(ladder=WEEKLY, **changes)), notices=notices, letters=letters)
    return [day for day, step in steps(found) if step == "overdue_1"]


def test_nothing_happened_and_a_letter_goes_every_week():
    assert ladder_days()[:4] == ["2026-08-05", "2026-08-12", "2026-08-19", "2026-08-26"]


@pytest.mark.parametrize("state", ["open", "failed", "expired"])
def test_a_payment_that_was_started_held_the_letters_back_whatever_became_of_it(state):
    started = Checkout(
        "cs1", "card", 100_000, date(2026, 8, 7), day_of("2026-08-07"), day_of("2026-08-20"), state=state
    )
    assert ladder_days(checkouts=(started,))[:2] == ["2026-08-05", "2026-08-20"]


@pytest.mark.parametrize("seconds", [0, 60])
def test_a_payment_was_on_its_way_from_the_letter_that_said_so(seconds):
    at = day_of("2026-08-07") - timedelta(seconds=seconds)
    started = Checkout("cs1", "oxxo", 100_000, date(2026, 8, 7), at, day_of("2026-08-20"))
    found = story(
        case_of(debt(ladder=WEEKLY, checkouts=(started,))), letters=[letter("payment_on_its_way", "2026-08-07")]
    )
    assert ("2026-08-07", "payment_on_its_way") in steps(found)


def test_a_problem_holds_the_letters_back_until_a_week_after_the_letter_that_settled_it():
    told = Notice("problem", day_of("2026-08-07"), "d1", text="Falta algo.")
    settled = letter("dispute_resolved", "2026-08-18")
    assert ladder_days(notices=[told], letters=[settled])[:2] == ["2026-08-05", "2026-08-25"]


def test_a_problem_that_no_letter_settled_is_taken_as_settled_at_once():
    told = Notice("problem", day_of("2026-08-07"), "d1", text="Falta algo.")
    assert ladder_days(notices=[told])[:2] == ["2026-08-05", "2026-08-14"]


def test_a_claim_holds_the_letters_back_until_a_week_after_it_was_said_that_the_money_is_not_there():
    claimed = Notice("claimed", day_of("2026-08-07"), "d1", amount_minor=100_000, text="2026-08-06")
    told = letter("payment_not_found", "2026-08-18")
    assert ladder_days(notices=[claimed], letters=[told])[:2] == ["2026-08-05", "2026-08-25"]
    assert ladder_days(notices=[claimed]) == ["2026-08-05"]


def test_contacts_of_the_thirty_days_before_the_story_keep_their_distance():
    first = case_of(debt(ladder=(Step("overdue_1", "due", 7),)), contact_days=(date(2026, 7, 30),))
    assert steps(story(first))[0] == ("2026-08-06", "overdue_1")


def test_a_promise_that_is_in_the_news_is_told_once():
    at, earlier = day_of("2026-08-07"), day_of("2026-08-06")
    notices = [
        Notice("promised", earlier, "d1", amount_minor=100_000, text="2026-08-19"),
        Notice("promised", at, "d1", text="2026-08-20"),
    ]
    kept = Promise(date(2026, 8, 20), at)
    found = steps(story(case_of(debt(ladder=WEEKLY, promise=kept)), notices=notices))
    assert [day for day, step in found if step == "promise_noted"] == ["2026-08-06", "2026-08-07"]
    alone = steps(story(case_of(debt(ladder=WEEKLY, promise=kept))))
    assert [day for day, step in alone if step == "promise_noted"] == ["2026-08-07"]


def test_a_letter_about_another_debt_tells_nothing_of_this_one():
    part = LetterPart("d2", "extension_noted", "", 100_000, "MXN")
    noted = replace(letter("extension_noted", "2026-08-07", until="2026-09-15"), parts=(part,))
    other = debt("d2", ladder=(), extended_to=date(2026, 9, 15))
    found = story(case_of(debt(ladder=WEEKLY), other), letters=[noted])
    assert [day for day, step in steps(found) if step == "overdue_1"][:2] == ["2026-08-05", "2026-08-12"]


def test_a_step_was_approved_when_the_first_of_its_letters_went():
    first, second = day_of("2026-08-20"), day_of("2026-09-03")
    marks = {"overdue_1/2": Mark("sent", second), "overdue_1": Mark("sent", first), "call": Mark("sent", OPENED)}
    told = facts(case_of(debt(marks=marks, approved=("overdue_1",))), [], [])
    assert [fact.at for fact in told if fact.kind == "approved"] == [first]


@pytest.mark.parametrize(("review_since", "days"), [(day_of("2026-08-10"), []), (None, ["2026-08-12"])])
def test_money_that_went_back_silences_for_as_long_as_its_review_is_known_to_have_lasted(review_since, days):
    entries = (
        Entry("p1", "payment", date(2026, 8, 7), day_of("2026-08-07"), 40_000),
        Entry("r1", "refund", date(2026, 8, 10), day_of("2026-08-10"), 10_000),
    )
    assert ladder_days(entries=entries, review_since=review_since)[1:2] == days


def test_a_call_that_was_noted_counts_from_the_noon_of_its_day():
    spoken = case_of(debt(ladder=WEEKLY), contact_days=(date(2026, 8, 5),))
    told = [fact for fact in facts(spoken, [], []) if fact.kind == "contact"]
    assert [fact.at for fact in told] == [datetime(2026, 8, 5, 18, tzinfo=UTC)]  # 12:00 in Mexico City


def test_the_story_begins_with_the_debt_being_written_down():
    case = case_of(debt())
    first = next(retold(case, facts(case, [], []), Choice("d1", None), until=UNTIL))
    assert (first.at, first.fact.kind) == (OPENED, "opened")
