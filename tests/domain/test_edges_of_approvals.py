"""The edges of being asked first: how long a yes holds, what a no leaves behind, and when she is asked at all."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.adapters.public_holidays import national_holidays
from aldia.domain import answers, approvals, asking_days, decisions, held
from aldia.domain.debt import Instalment, Mark, Step
from aldia.domain.errors import Refused
from aldia.domain.look import Look
from tests.domain.answer_world import at, case, day, debt
from tests.domain.test_approvals import LADDER, NINE, NOW, OTHER, allowed, asking, marks, run


def two_letters():
    """A word a week before a part of a plan, and the formal letter of another debt, which keeps its distance to it."""
    formal = tuple(step for step in LADDER if step.step == "formal_letter")
    due = day("2026-06-08")
    late = debt(**OTHER | {"due_on": due}, ladder=formal, instalments=(Instalment("i1", due, 100_000),))
    parts = [(day("2026-07-15"), 50_000), (day("2026-09-15"), 50_000)]
    known = answers.plan(asking(debt(), late), "f1", instalments=parts, now=at("2026-07-03 12:00")).case
    return run(known, NINE).case


# -- a yes ----------------------------------------------------------------------------------------


def test_a_yes_holds_for_thirty_days_and_no_longer():
    (yes,) = allowed(asking()).debt("f1").yeses
    assert (yes.key, yes.until) == ("overdue_1", day("2026-08-07"))


def test_what_fell_due_and_keeps_its_distance_is_shown_today_though_it_goes_in_a_week():
    called = decisions.log_contact(run(asking(), NINE).case, now=NINE).case
    (one,) = approvals.asked(called, NINE)
    assert (one.parts, one.at) == ((("f1", "overdue_1"),), at("2026-07-15 09:00"))
    two = two_letters()
    shown = [(one.letter.step, str(two.local_day(one.at))) for one in approvals.asked(two, NINE)]
    assert shown == [("instalment_due", "2026-07-08"), ("formal_letter", "2026-07-15")]


def test_one_formal_letter_among_others_has_to_be_read_all_the_same():
    known = two_letters()
    both = marks(known, NINE)
    assert len(both) == 2
    with pytest.raises(Refused, match=r"approvals\.unread"):
        approvals.allow(known, both, now=NINE)
    let = approvals.allow(known, both, now=NINE, is_read=True).case
    assert [one.has_yes for one in approvals.asked(let, NINE)] == [True, True]
    assert approvals.allow(let, both, now=NINE).case is let  # said twice: nothing is new, nothing to be read again


# -- a no -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [asking, lambda: run(asking(), NINE).case, lambda: allowed(asking())])
def test_what_is_left_out_is_given_up_with_its_day_and_has_no_yes_any_more(before):
    known = before()
    left = approvals.leave_out(known, marks(known, NINE)[0], now=NINE).case.debt("f1")
    mark = left.marks["overdue_1"]
    assert (mark.state, mark.reason, mark.over_on) == ("given_up", "not_wanted", day("2026-07-08"))
    assert mark.parts == (("f1", "overdue_1"),)
    assert left.yeses == ()


@pytest.mark.parametrize(
    ("over_on", "is_listed"), [("2026-07-08", True), ("2026-07-01", True), ("2026-06-30", False), (None, False)]
)
def test_what_was_left_out_can_be_brought_back_for_a_week(over_on, is_listed):
    mark = Mark("given_up", NOW, "not_wanted", over_on=over_on and day(over_on))
    for deleted_at in (None, NOW):
        known = case(debt(marks={"overdue_1": mark}, deleted_at=deleted_at))
        listed = is_listed and deleted_at is None
        assert approvals.left_out(known, NOW) == ([(("f1", "overdue_1"),)] if listed else [])


# -- who is asked, and when -----------------------------------------------------------------------


def test_nobody_is_asked_where_letters_go_by_themselves_and_saying_so_again_changes_nothing():
    known = asking()
    assert approvals.asked(known, NOW)
    for off in (
        approvals.ask_first(known, wish=False, now=NOW).case,
        approvals.ask_first(known, wish=None, now=NOW).case,
    ):
        assert approvals.asked(off, NOW) == []
        assert approvals.ask_first(off, wish=off.client.asks_first, now=NOW).case is off


@pytest.mark.parametrize(
    ("moment", "may_be"),
    [
        ("2026-07-08 17:59", True),
        ("2026-07-08 18:00", False),  # on the next morning
        ("2026-07-09 00:00", True),
        ("2026-07-11 10:00", False),  # Saturday
        ("2026-07-13 10:00", True),
        ("2026-12-25 10:00", False),
    ],
)
def test_she_may_be_asked_on_her_working_days_until_the_evening(moment, may_be):
    known = replace(asking(), holidays=national_holidays)
    hers = at(moment).astimezone(known.zone).replace(tzinfo=asking_days.own_zone(known.account))
    assert asking_days.is_morning(known, hers) is may_be


def test_letters_are_asked_for_until_the_next_morning_or_for_a_week_when_every_day_is_closed():
    known = asking()
    assert asking_days.horizon(known, NOW) == asking_days.next_morning(known, day("2026-07-08"))
    assert asking_days.horizon(known, NOW).isoformat() == "2026-07-09T06:00:00+00:00"
    policy = replace(known.account.policy, closed_days=tuple(day("2026-07-01") + timedelta(n) for n in range(420)))
    closed = replace(known, account=replace(known.account, policy=policy))
    assert asking_days.horizon(closed, NOW) == NOW + timedelta(days=7)
    assert not asking_days.is_morning(closed, NOW)


# -- what waits for her ---------------------------------------------------------------------------


def test_a_letter_about_a_promise_waits_all_day_and_is_given_up_on_the_next():
    known = answers.promise(asking(), "f1", on=day("2026-07-20"), now=NOW).case
    states = []
    for moment in ("2026-07-20 09:00", "2026-07-20 18:00", "2026-07-21 09:00"):
        known = run(known, at(moment)).case
        states.append(known.debt("f1").marks["promise_day@2026-07-20"].state)
    assert states == ["waiting", "waiting", "given_up"]


def test_a_word_about_a_missed_promise_is_not_asked_for_while_a_problem_is_open():
    known = answers.promise(asking(), "f1", on=day("2026-07-20"), now=NOW).case
    missed = at("2026-07-22 09:00")
    known = run(known, missed).case
    assert list(held.held_keys(Look(known, known.debt("f1"), missed))) == ["promise_missed@2026-07-20"]
    problem = answers.dispute(known, "f1", text="Falta algo", now=missed).case
    assert list(held.held_keys(Look(problem, problem.debt("f1"), missed))) == []


@pytest.mark.parametrize(
    ("ladder", "is_noted", "waits"),
    [
        (LADDER, False, False),  # it has fallen due this minute, and no run has noted it
        (LADDER, True, True),
        ((Step("call", "due", 7, channel="task"),), True, False),  # a task is hers to do, not to allow
    ],
)
def test_a_letter_waits_for_her_once_it_has_fallen_due_and_was_noted(ladder, is_noted, waits):
    known = asking(debt(ladder=ladder))
    if is_noted:
        known = known.with_debt(
            replace(known.debt("f1"), marks={ladder[0].step: Mark("waiting", NINE, "needs_approval")})
        )
    assert held.waits(known, known.debt("f1"), NINE) is waits
