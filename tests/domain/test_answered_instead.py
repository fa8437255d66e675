"""A day that passes while the freelancer's answer is waited for is not called missed when the answer comes."""

from datetime import UTC, datetime, timedelta

import pytest

from aldia.domain import needs, proposals, silencing
from aldia.domain.concessions import Wish
from aldia.domain.payments import record_payment
from aldia.domain.reminders import decide
from tests.domain.driver import LONG_LADDER, play
from tests.domain.test_agreed_letters import event, story

NOON = datetime(2026, 7, 6, 18, tzinfo=UTC)
PROMISE = event("2026-07-02T10:00", "promise", on="2026-07-06")
PROBLEM = event("2026-07-03T10:00", "dispute")
PAID = event("2026-07-06T10:00", "already_paid", paid_on="2026-07-06")
NOT_FOUND = event("2026-07-13T11:00", "payment_not_found")


def sent(*events, until="2026-08-02"):
    """What went from the answer on, with its day; the days are a Monday's of July 2026 in Mexico City."""
    played = play(story(*events, until=until))
    letters = sorted((played.local(it.at)[:10], it.step) for it in played.letters)
    return played, [letter for letter in letters if letter[0] >= "2026-07-09"]


def test_a_settled_problem_with_a_new_date_is_all_that_is_said():
    settled = event("2026-07-13T11:00", "dispute_resolved", due_on="2026-07-24")
    played, letters = sent(PROMISE, PROBLEM, settled)
    assert letters == [("2026-07-13", "dispute_resolved"), ("2026-07-31", "overdue_1")]
    assert played.case.debt("f1").promise.state == "replaced"


def test_a_problem_settled_before_the_promised_day_with_a_later_date_ends_the_promise():
    settled = event("2026-07-04T11:00", "dispute_resolved", due_on="2026-07-24")
    played, letters = sent(PROMISE, PROBLEM, settled)
    assert letters == [("2026-07-31", "overdue_1")]
    assert "promise_day" not in [letter.step for letter in played.letters]


@pytest.mark.parametrize("settled", [event("2026-07-04T11:00", "dispute_resolved"), PROBLEM], ids=["no date", "waits"])
def test_otherwise_the_promise_holds(settled):
    played, _ = sent(PROMISE, PROBLEM, *([settled] if settled is not PROBLEM else []), until="2026-07-06")
    assert played.case.debt("f1").promise.state == "open"


def test_another_due_date_ends_a_promise_of_an_earlier_day_and_no_other():
    moved = [event("2026-07-03T11:00", "due_changed", due_on=day) for day in ("2026-07-24", "2026-07-05")]
    assert [sent(PROMISE, one, until="2026-07-05")[0].case.debt("f1").promise.state for one in moved] == [
        "replaced",
        "open",
    ]


@pytest.mark.parametrize(
    ("waits", "answer", "step"),
    [
        (PAID, NOT_FOUND, "payment_not_found"),
        (PAID, event("2026-07-13T11:00", "payment_confirmed", amount="100.00"), "part_received"),
        (PROBLEM, event("2026-07-13T11:00", "dispute_resolved"), "dispute_resolved"),
    ],
)
def test_an_answer_is_the_only_letter_of_its_day_and_the_next_keeps_its_distance(waits, answer, step):
    played, letters = sent(PROMISE, waits, answer)
    assert letters[0] == ("2026-07-13", step)
    assert [day for day, _step in letters[1:2]] == ["2026-07-20"]
    assert "promise_missed" not in [letter.step for letter in played.letters]


@pytest.mark.parametrize("waits", [PROBLEM, PAID], ids=["problem", "claim"])
def test_while_it_waits_nobody_is_told_that_the_promise_did_not_come(waits):
    seen = []
    play(
        story(PROMISE, waits, until="2026-07-20"),
        on_tick=lambda _case, now, outcome: seen.append(
            {need.kind for need in needs.needs(decide(outcome.case, now).case, now)}
        ),
    )
    assert not any("promise_broken" in kinds for kinds in seen)


def test_a_broken_promise_is_not_shown_beside_a_claim_that_came_later():
    late = event("2026-07-10T10:00", "already_paid")
    played, _ = sent(PROMISE, late, until="2026-07-11")
    at = played.case.debt("f1").claim.at
    assert {need.kind for need in needs.needs(played.case, at)} == {"claim"}
    played, letters = sent(PROMISE, late, NOT_FOUND, until="2026-07-14")
    assert {need.kind for need in needs.needs(played.case, at)} == {"promise_broken"}
    assert ("2026-07-13", "promise_missed") in letters  # it was missed before the client spoke


def test_inside_days_that_were_agreed_on_a_promise_of_an_earlier_day_is_not_missed():
    longer = event("2026-07-02T09:00", "extension", until="2026-07-15")
    played, letters = sent(longer, PROMISE)
    assert letters == [("2026-07-22", "overdue_1")]
    assert played.case.debt("f1").promise.state == "replaced"


def test_what_is_answered_in_time_leaves_the_promise_to_its_day():
    _, letters = sent(PROMISE, PROBLEM, event("2026-07-03T12:00", "dispute_resolved"), until="2026-07-20")
    assert "promise_missed" in [step for _day, step in letters]


def test_a_payment_noted_by_hand_that_answers_a_claim_is_such_an_answer_too():
    known = play(story(PROMISE, event("2026-07-06T10:00", "already_paid", amount="100.00"), until="2026-07-13")).case
    now = NOON.replace(day=13)
    values = {"amount_minor": 10_000, "method": "cash", "on": known.local_day(now), "by_hand": True}
    known = record_payment(known, "f1", key="k", now=now, **values).case
    assert (known.debt("f1").promise.state, known.client.contact_days[-1]) == ("replaced", known.local_day(now))


def test_a_no_to_other_dates_does_not_bring_the_letter_about_the_promised_day_with_it():
    known = play(story(PROMISE, until="2026-07-06")).case
    wish = Wish(until=known.local_day(NOON) + timedelta(days=60))
    known = decide(proposals.ask(known, "f1", wish=wish, now=NOON).case, NOON).case
    now = NOON.replace(day=9)
    outcome = proposals.decline(known, "f1", now=now)
    assert [letter.step for letter in outcome.letters] == ["proposal_declined"]
    assert decide(outcome.case, now).letters == ()


def test_where_the_day_was_called_missed_before_the_next_step_does_not_wait_for_the_answer():
    late, not_found = event("2026-07-15T10:00", "already_paid"), event("2026-07-21T08:00", "payment_not_found")
    played = play(story(PROMISE, late, not_found, until="2026-07-26", ladder=LONG_LADDER))
    assert [step for _at, step in played.sent][-2:] == ["promise_missed", "overdue_2"]
    assert played.sent[-1] == ("2026-07-21 09:00", "overdue_2")


# -- without a promise: the reminder that waited --------------------------------------------------

WAITED = {
    "problem": (event("2026-07-03T10:00", "dispute"), event("2026-07-13T11:00", "dispute_resolved")),
    "claim": (event("2026-07-06T10:00", "already_paid"), NOT_FOUND),
    "a part of it came": (
        event("2026-07-06T10:00", "already_paid"),
        event("2026-07-13T11:00", "payment_confirmed", amount="100.00"),
    ),
}


def answered(waits, *, answers_count):
    told = story(*WAITED[waits], until="2026-07-31", ladder=LONG_LADDER)
    told["account"]["answers_count"] = answers_count
    played = play(told)
    return [at for at, _step in played.sent if at >= "2026-07-13"], played


@pytest.mark.parametrize("waits", WAITED)
def test_no_reminder_goes_beside_the_answer_but_a_distance_later(waits):
    days, played = answered(waits, answers_count=True)
    assert days[0] == "2026-07-20 09:00"
    assert played.case.client.contact_days[0] != played.case.client.contact_days[1]


@pytest.mark.parametrize("waits", WAITED)
def test_in_a_story_of_the_format_an_answer_counts_for_nothing_and_the_letters_go_on_with_the_next_run(waits):
    days, _played = answered(waits, answers_count=False)
    assert days[0] == "2026-07-13 11:00"


def test_an_answer_that_settles_the_debt_holds_back_nothing_else():
    waits, confirmed = WAITED["claim"][0], event("2026-07-13T11:00", "payment_confirmed")
    told = story(waits, confirmed, until="2026-07-14", ladder=LONG_LADDER)
    told["account"]["answers_count"] = True
    played = play(told)
    assert "2026-07-13" not in [day.isoformat() for day in played.case.client.contact_days]


def test_a_no_to_other_dates_is_an_answer_too_and_the_reminder_that_waited_goes_a_week_later():
    told = story(until="2026-07-07", ladder=LONG_LADDER)
    told["account"]["answers_count"] = True
    known, now = play(told).case, NOON.replace(day=7)
    known = proposals.ask(known, "f1", wish=Wish(until=known.local_day(now) + timedelta(days=60)), now=now).case
    then = now + timedelta(days=2)
    outcome = proposals.decline(known, "f1", now=then)
    assert decide(outcome.case, then).letters == ()
    assert outcome.case.client.contact_days[-1] == known.local_day(then)


def test_who_takes_back_the_stop_gets_no_reminder_in_the_same_breath():
    known = play(story(event("2026-07-03T10:00", "stop"), until="2026-07-20", ladder=LONG_LADDER)).case
    now = NOON.replace(day=20)
    outcome = silencing.wants_them_again(known, now=now)
    assert outcome.case.client.stopped_at is None
    assert decide(outcome.case, now).letters == ()
    week = now + timedelta(days=7)
    assert decide(decide(outcome.case, now).case, week).letters != ()
