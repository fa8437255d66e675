"""When the job looks again: never too late, and never when nothing can happen."""

from dataclasses import replace

import pytest

from aldia.domain.case import Case
from aldia.domain.debt import Checkout, Entry, Instalment, Mark, Pause, Step
from aldia.domain.reminders import decide, next_wakeup, preview
from aldia.domain.spoken import Claim, Dispute, Plan, Promise
from tests.domain.answer_world import at, case, day, debt

SENT = {
    step: Mark("sent", at("2026-06-01 09:00"))
    for step in (
        "invoice_sent",
        "pre_due",
        "due_today",
        "call",
        "overdue_2",
        "formal_letter",
        "last_notice",
        "next_options",
    )
}
NOW = at("2026-07-02 10:00")  # a Thursday


def owed(**changes):
    """A debt of which only `overdue_1` is left: due 1 July, so dated 8 July."""
    return debt(marks=SENT, **changes)


def woken(*debts, **client):
    return next_wakeup(case(*debts, **client), NOW)


def test_it_sleeps_until_the_next_step_falls_due():
    assert woken(owed()) == at("2026-07-08 09:00")


def test_when_everything_has_gone_it_never_wakes_again():
    assert woken(debt(marks=SENT | {"overdue_1": Mark("sent", at("2026-07-01 09:00"))})) is None


def test_it_wakes_when_a_debt_is_opened():
    later = debt(id="f2", opened_at=at("2026-07-05 11:00"))
    assert woken(owed(), later) == at("2026-07-05 11:00")


def test_something_to_do_at_once_is_told_as_now():
    assert next_wakeup(case(owed()), at("2026-07-08 09:00")) == at("2026-07-08 09:00")


def test_a_step_held_back_by_the_distance_wakes_it_when_the_distance_is_kept():
    held = case(owed(), contact_days=(day("2026-07-06"),))
    outcome = decide(held, at("2026-07-08 09:00"))
    assert outcome.case.debt("f1").marks["overdue_1"].reason == "cap"
    assert outcome.case.client.next_at == at("2026-07-13 09:00")


def test_a_step_held_back_by_a_closed_day_wakes_it_on_the_next_open_one():
    outcome = decide(case(owed(due_on=day("2026-07-04"), instalments=())), at("2026-07-11 09:00"))
    assert outcome.case.client.next_at == at("2026-07-13 09:00")


WAITING = SENT | {"overdue_1": Mark("waiting", at("2026-07-08 09:00"), "promise")}
LATER = at("2026-07-09 10:00")  # a Thursday, the day after overdue_1 fell due


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"dispute": Dispute(LATER, nudged=True)}, None),
        ({"claim": Claim(LATER)}, None),
        ({"review_since": LATER}, None),
        ({"pause": Pause(LATER)}, None),
        ({"pause": Pause(LATER, until=day("2026-07-10"))}, "2026-07-13 09:00"),
        ({"extended_to": day("2026-07-20")}, "2026-07-27 09:00"),  # the step is dated again from there
        ({"promise": Promise(day("2026-07-14"), NOW)}, "2026-07-14 09:00"),  # promise_day
        ({"promise": Promise(day("2026-07-14"), NOW, day_letter=True)}, "2026-07-16 00:00"),  # kept or broken by then
        (
            {"checkouts": (Checkout("k", "oxxo", 100000, day("2026-07-09"), LATER, at("2026-07-12 23:59")),)},
            "2026-07-12 23:59",
        ),
    ],
)
def test_a_silence_that_time_ends_wakes_it_and_any_other_does_not(changes, expected):
    silent = case(debt(marks=WAITING, **changes))
    assert next_wakeup(silent, LATER) == (at(expected) if expected else None)


def of_three_parts(**changes):
    """A plan whose second part has its letter from 2 July on."""
    sum_of = {"i1": 40_000, "i2": 30_000, "i3": 30_000}
    days = {"i1": "2026-06-20", "i2": "2026-07-09", "i3": "2026-08-10"}
    parts = tuple(Instalment(part_id, day(on), sum_of[part_id]) for part_id, on in days.items())
    plan = Plan(at("2026-06-10 10:00"), tuple(days), due_letters=("i1",), missed_letters=("i1",))
    return owed(instalments=parts, plan=plan, ladder=(), **changes)


def test_a_plan_that_was_not_kept_does_not_wake_it_for_its_later_parts_every_second():
    assert woken(of_three_parts()) == at("2026-07-11 00:00")  # when the next part is missed


def test_a_part_that_is_paid_already_does_not_wake_it_every_second():
    paid = Entry("p1", "payment", day("2026-06-19"), at("2026-06-19 10:00"), 40_000)
    early = Entry("p2", "payment", day("2026-06-25"), at("2026-06-25 10:00"), 30_000)
    assert woken(of_three_parts(entries=(paid,))) == NOW  # its letter goes now
    assert woken(of_three_parts(entries=(paid, early))) == at("2026-08-03 09:00")  # the third one's letter


def test_a_plan_wakes_it_a_week_before_each_part_and_when_one_is_missed():
    planned = owed(plan=Plan(at("2026-07-01 10:00"), ("i1",)), instalments=debt(due_on=day("2026-07-20")).instalments)
    planned = replace(planned, instalments=(replace(planned.instalments[0], due_on=day("2026-07-20")),))
    assert woken(planned) == at("2026-07-13 09:00")
    told = replace(
        planned, plan=replace(planned.plan, due_letters=("i1",)), marks=WAITING | {"overdue_1": SENT["call"]}
    )
    assert woken(told) == at("2026-07-22 00:00")


@pytest.mark.parametrize("told", [{"stopped_at": NOW}, {"contacts": ()}, {"consents": ()}])
def test_a_client_that_may_not_be_written_to_does_not_wake_it_for_letters(told):
    assert next_wakeup(case(debt(marks=WAITING), **told), LATER) is None


def test_it_wakes_to_give_up_what_is_true_no_more_even_in_silence():
    ladder = (Step("due_today", "due", 0), Step("call", "last", 0, channel="task"))
    silent = case(debt(ladder=ladder, dispute=Dispute(NOW)))
    noted = decide(silent, at("2026-07-01 09:00"))
    assert noted.case.client.next_at == at("2026-07-02 09:00")
    given_up = decide(noted.case, at("2026-07-02 09:00")).case.debt("f1").marks
    assert (given_up["due_today"].state, given_up["due_today"].over_on) == ("given_up", day("2026-07-02"))
    assert given_up["call"].reason == "dispute"


def test_a_paid_debt_wakes_it_only_to_note_why_its_steps_did_not_go():
    paid = owed(entries=(Entry("k", "payment", day("2026-07-01"), at("2026-07-01 12:00"), 100000),))
    assert woken(paid) == at("2026-07-08 09:00")
    outcome = decide(case(paid), at("2026-07-08 09:00"))
    assert outcome.letters == ()
    assert outcome.case.client.next_at is None


def test_a_debt_in_the_bin_is_not_decided_about():
    gone = case(debt(deleted_at=NOW))
    assert next_wakeup(gone, NOW) is None
    assert decide(gone, at("2026-07-08 09:00")).letters == ()


def test_before_saving_every_letter_task_and_reason_can_be_seen():
    known = case(debt())
    planned = preview(known, at("2026-06-01 00:00"), until=at("2027-01-01 00:00"))
    assert [(plan.kind, plan.step, plan.at) for plan in planned if plan.kind != "skip"] == [
        ("letter", "invoice_sent", at("2026-06-01 09:00")),
        ("letter", "pre_due", at("2026-06-24 09:00")),
        ("letter", "due_today", at("2026-07-01 09:00")),
        ("letter", "overdue_1", at("2026-07-08 09:00")),
        ("task", "call", at("2026-07-15 09:00")),
        ("letter", "overdue_2", at("2026-07-22 09:00")),
        ("task", "next_options", at("2026-08-31 09:00")),
    ]
    assert [(plan.step, plan.reason) for plan in planned if plan.kind == "skip"] == [
        ("formal_letter", "needs_approval"),
        ("last_notice", "needs_approval"),
        ("next_options", "closed_day"),
    ]
    assert {plan.amount_minor for plan in planned if plan.kind == "letter"} == {100000}
    assert isinstance(known, Case)
    assert known == case(debt())
