"""What holds once something else was said: a promise, a plan with more time, a yes, and who reads the letters."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.adapters.public_holidays import national_holidays
from aldia.domain import agreed, agreements, answers, approvals, asking_days, new_readers
from aldia.domain.bank_lines import BankLine
from aldia.domain.booked_lines import as_payments
from aldia.domain.client import BillingContact
from aldia.domain.debt import Mark, Step
from aldia.domain.errors import Refused
from aldia.domain.payments import record_payment
from aldia.domain.spoken import Agreement, Claim, Promise
from tests.domain.answer_world import at, case, day, debt
from tests.domain.test_approvals import NOW as EIGHT
from tests.domain.test_approvals import OTHER, allowed, asking

NOW, TODAY = at("2026-07-20 12:00"), day("2026-07-20")
PROMISED = Promise(day("2026-07-14"), at("2026-07-02 10:00"))  # a Tuesday: it has until the end of the 15th


# -- promises -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "moment", "state"),
    [
        ({}, "2026-07-15 23:59", "open"),
        ({}, "2026-07-16 00:00", "broken"),
        ({"claim": Claim(NOW)}, "2026-07-16 00:00", "open"),  # nobody has said yet that it is not there
        ({"promise": replace(PROMISED, state="replaced")}, "2026-07-16 00:00", "replaced"),
    ],
)
def test_a_promise_is_broken_at_the_end_of_the_open_day_after_it(changes, moment, state):
    known = case(debt(**{"promise": PROMISED} | changes))
    assert agreed.brought_up_to_date(known.debt("f1"), known, at(moment)).promise.state == state


def test_money_keeps_a_promise_and_leaves_no_word_about_a_missed_one():
    known = record_payment(
        case(), "f1", key="p", amount_minor=100_000, method="transfer", on=day("2026-07-10"), now=at("2026-07-10 10:00")
    ).case
    promised = replace(known.debt("f1"), promise=PROMISED)
    found = agreed.brought_up_to_date(promised, known.with_debt(promised), NOW).promise
    assert (found.state, found.missed_letter) == ("kept", False)


def test_a_promise_of_everything_is_of_no_single_date():
    made = answers.promise(case(), "f1", on=day("2026-07-24"), amount_minor=100_000, up_to=day("2026-07-01"), now=NOW)
    assert (made.case.debt("f1").promise.amount_minor, made.case.debt("f1").promise.up_to) == (None, None)
    part = answers.promise(case(), "f1", on=day("2026-07-24"), amount_minor=99_999, up_to=day("2026-07-01"), now=NOW)
    assert part.case.debt("f1").promise.up_to == day("2026-07-01")


# -- agreements -----------------------------------------------------------------------------------

OLD = Agreement("extension", EIGHT, day("2026-07-10"), state="replaced")
PLAN = Agreement("plan", EIGHT, day("2026-08-27"), by="fence")
MORE = Agreement("extension", NOW, day("2026-08-10"), by="client")


@pytest.mark.parametrize(
    ("held", "kind", "last_on", "until"),
    [
        (PLAN, "plan", "2026-08-27", "2026-08-10"),
        (replace(PLAN, last_on=day("2026-08-01")), "plan", "2026-08-10", "2026-08-10"),
        (replace(PLAN, state="kept"), "extension", "2026-08-10", None),
        (replace(PLAN, kind="extension"), "extension", "2026-08-10", None),
    ],
)
def test_more_time_for_a_plan_leaves_it_a_plan(held, kind, last_on, until):
    last = agreements.with_more_time(debt(agreements=(held,)), MORE).agreements[-1]
    assert (last.kind, last.last_on, last.until) == (kind, day(last_on), until and day(until))


def test_a_corrected_due_date_is_a_plans_last_day_and_leaves_those_before_as_they_were():
    moved = agreements.with_moved_agreement(
        debt(agreements=(OLD, replace(PLAN, until=day("2026-08-10")))), day("2026-09-30")
    )
    assert moved.agreements == (OLD, replace(PLAN, last_on=day("2026-09-30"), until=None))
    assert [one.state for one in agreements.with_moved_agreement(debt(agreements=(OLD, MORE)), TODAY).agreements] == [
        "replaced", "replaced",
    ]  # fmt: skip


# -- yeses ----------------------------------------------------------------------------------------


def test_a_letter_over_two_debts_has_its_yes_when_both_have():
    known = allowed(asking(debt(), debt(**OTHER)))
    assert [one.has_yes for one in approvals.asked(known, EIGHT)] == [True]
    half = known.with_debt(replace(known.debt("f2"), yeses=()))
    assert [one.has_yes for one in approvals.asked(half, EIGHT)] == [False]
    again = allowed(half)
    assert [len(one.yeses) for one in again.debts] == [1, 1]  # a new yes takes the old one's place


def test_a_holiday_of_the_client_is_a_working_day_of_hers():
    known = replace(asking(), holidays=national_holidays)
    for after, morning in (("2026-11-15", "2026-11-16 07:00"), ("2026-10-11", "2026-10-13 06:00")):
        assert f"{asking_days.next_morning(known, day(after)):%Y-%m-%d %H:%M}" == morning


# -- lines of a statement -------------------------------------------------------------------------


def test_a_transfer_is_not_shared_out_over_two_currencies():
    known = case(debt(), debt(id="f2", number="F-2", currency="USD"))
    line = BankLine("l1", TODAY, 200_000, "MXN", "TRANSF BRUNO")
    with pytest.raises(Refused, match="other_currency"):
        as_payments(known, line, [("f1", 100_000), ("f2", 100_000)], now=NOW)


# -- other people get the letters -----------------------------------------------------------------

LADDER = (Step("pre_due", "due", -7), Step("overdue_1", "due", 7), Step("again", "last", 5))
BOSS, ROSA = BillingContact("boss@example.com"), BillingContact("rosa@example.com")


def test_what_is_late_and_what_follows_the_kindest_late_letter_comes_again():
    known = case(addressed_since=NOW, begun_anew=1)
    again = new_readers.anew(known, known.debt("f1"), LADDER)
    assert [again.has(place, step) for place, step in enumerate(LADDER)] == [False, True, True]
    assert not again.has(0, Step("after_hello", "last", 3))
    assert not again.has(2, Step("hello", "issued", 3))


@pytest.mark.parametrize(
    ("marks", "is_first"),
    [
        ({}, True),
        ({"overdue_1": Mark("sent", EIGHT)}, True),  # to those before
        ({"overdue_1@~1": Mark("sent", NOW)}, False),
        ({"overdue_1@~1": Mark("waiting", NOW)}, True),
    ],
)
def test_a_late_letter_is_their_first_until_one_of_theirs_has_gone(marks, is_first):
    known = case(debt(marks=marks), addressed_since=NOW, begun_anew=1)
    tells = new_readers.is_first_of(known, known.debt("f1"), LADDER)
    assert (tells("overdue_1@~1"), tells("overdue_1")) == (is_first, False)
    nobody = case(debt(marks=marks))
    assert not new_readers.is_first_of(nobody, nobody.debt("f1"), LADDER)("overdue_1")


@pytest.mark.parametrize(
    ("before", "known", "after", "begun"),
    [
        ((BOSS,), (), (ROSA,), 0),  # no letter ever went
        ((BOSS,), ("boss@example.com",), (ROSA,), 1),
        ((BOSS,), ("boss@example.com",), (ROSA, BOSS), 0),  # one more person
        ((BOSS,), ("boss@example.com",), (), 0),
        ((), ("boss@example.com",), (ROSA,), 1),
        ((), (), (ROSA,), 0),
        ((BOSS, ROSA), ("boss@example.com",), (ROSA,), 1),  # who was added and never written to
    ],
)
def test_letters_begin_anew_for_people_of_whom_none_had_one(before, known, after, begun):
    was = replace(case().client, contacts=before, known_addresses=known)
    found = new_readers.addressed(was, replace(was, contacts=after), NOW, begins_anew=True)
    assert found.begun_anew == begun
    since = NOW if begun or (before and not known and after) else None
    assert found.addressed_since == since
    assert new_readers.addressed(was, replace(was, contacts=after), NOW, begins_anew=False).begun_anew == 0


def test_a_plan_is_broken_at_the_end_of_the_open_day_after_a_part_that_was_not_paid():
    known = answers.plan(case(), "f1", instalments=[(day("2026-07-27"), 50_000), (day("2026-08-27"), 50_000)], now=NOW)
    ends = at("2026-07-29 00:00")
    for moment, state in ((ends - timedelta(seconds=1), "open"), (ends, "broken")):
        judged = agreements.judged(known.case, known.case.debt("f1"), moment)
        assert judged.agreements[-1].state == state
