"""The edges of promises, plans and questions: their first and last days, and what takes the place of what."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import agreed, answers, proposals
from aldia.domain.concessions import Wish
from aldia.domain.debt import Checkout, Instalment, Mark
from aldia.domain.look import Look
from aldia.domain.payments import record_payment
from aldia.domain.reminders import decide
from aldia.domain.spoken import Proposal
from tests.domain.answer_world import at, case, day, debt, news, only_letter, steps

NOW = at("2026-07-02 10:00")


def dated(*dates):
    parts = tuple(Instalment(f"i{n}", day(on), minor) for n, (on, minor) in enumerate(dates, start=1))
    return debt(instalments=parts, due_on=parts[-1].due_on)


def planned(*parts, **changes):
    asked = [(day(on), minor) for on, minor in parts or (("2026-08-17", 50_000), ("2026-09-17", 50_000))]
    return answers.plan(case(debt(**changes)), "f1", instalments=asked, now=NOW).case


def paid(known, minor, now=NOW):
    on = known.local_day(now)
    return record_payment(known, "f1", key="p", amount_minor=minor, method="transfer", on=on, now=now).case


# -- more days ------------------------------------------------------------------------------------


def test_more_days_for_some_of_the_dates_say_which_sum_moved_and_what_is_still_to_come():
    known = case(dated(("2026-07-01", 40_000), ("2026-07-10", 35_000), ("2026-09-01", 25_000)))
    outcome = answers.extension(known, "f1", until=day("2026-07-20"), by="client", now=NOW)
    facts = only_letter(outcome).facts
    assert (facts["moved_minor"], facts["balance_minor"]) == ("75000", "100000")
    assert facts["schedule"] == "2026-07-20=40000 2026-07-20=35000 2026-09-01=25000"
    assert [(told.kind, told.amount_minor, told.text) for told in outcome.notices] == [
        ("extended", 75_000, "2026-07-20")
    ]


def test_granting_the_days_that_hold_already_still_answers_what_was_asked_for_meanwhile():
    waiting = Proposal(NOW, "client", day("2026-07-07"), until=day("2026-09-30"))
    known = answers.extension(case(), "f1", until=day("2026-07-20"), now=NOW).case
    asked = known.with_debt(replace(known.debt("f1"), proposal=waiting))
    outcome = answers.extension(asked, "f1", until=day("2026-07-20"), now=NOW)
    assert outcome.case.debt("f1").proposal is None
    assert steps(outcome) == ["extension_noted"]


@pytest.mark.parametrize("until", ["2026-07-03", "2027-07-02"])
def test_a_day_from_tomorrow_to_a_year_from_today_may_be_asked_for(until):
    outcome = proposals.ask(case(), "f1", wish=Wish(until=day(until)), now=NOW)
    assert news(outcome) in (["extended"], ["proposal"])


@pytest.mark.parametrize(("moment", "is_late"), [("2026-07-07 23:59", False), ("2026-07-08 00:00", True)])
def test_a_question_is_late_from_the_day_after_its_last_one_on(moment, is_late):
    asked = Proposal(NOW, "client", day("2026-07-07"), until=day("2026-09-30"))
    assert proposals.is_late(case(), asked, at(moment)) is is_late


@pytest.mark.parametrize(
    ("asked", "last"),
    [
        ({"until": day("2026-07-20")}, "2026-07-19"),  # days that end today give nothing
        ({"parts": ((day("2026-09-20"), 1), (day("2026-07-20"), 1))}, "2026-07-20"),  # a part may be paid today
    ],
)
def test_what_was_asked_for_is_past_once_its_first_day_cannot_be_kept(asked, last):
    known = Proposal(NOW, "client", day("2026-07-07"), **asked)
    assert not proposals.is_past(case(), known, at(f"{last} 23:59"))
    assert proposals.is_past(case(), known, at(f"{last} 23:59") + timedelta(minutes=1))


# -- promises -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("until", "state"),
    [(None, "broken"), ("2026-07-10", "broken"), ("2026-07-14", "broken"), ("2026-07-15", "replaced")],
)
def test_a_promise_that_was_not_kept_is_broken_unless_days_reach_beyond_it(until, state):
    promised = answers.promise(case(), "f1", on=day("2026-07-14"), now=NOW).case
    known = promised.with_debt(replace(promised.debt("f1"), extended_to=until and day(until)))
    later = agreed.brought_up_to_date(known.debt("f1"), known, at("2026-07-20 12:00"))
    assert later.promise.state == state


# -- plans ----------------------------------------------------------------------------------------


def test_the_letter_before_a_part_may_go_from_a_week_before_to_the_day_before_it():
    known = planned()
    assert list(agreed.instalment_due_spans(known, known.debt("f1"))) == [
        ("i2", day("2026-08-10"), day("2026-08-16")),
        ("i3", day("2026-09-10"), day("2026-09-16")),
    ]


@pytest.mark.parametrize(("paid_minor", "first"), [(49_999, "i2"), (50_000, "i3")])
def test_a_part_is_written_about_while_a_cent_of_it_is_open(paid_minor, first):
    known = paid(planned(), paid_minor)
    look = Look(known, known.debt("f1"), NOW)
    assert next(agreed.chosen_days(look))[0] == first


def test_a_letter_before_a_part_that_was_left_out_or_has_gone_has_no_days_any_more():
    known = planned()
    left = Mark("given_up", NOW, "not_wanted", over_on=day("2026-08-10"))
    debts = known.debt("f1")
    for changed, ids in (
        (debts, ["i2", "i3"]),
        (replace(debts, marks={"instalment_due@i2": left}), ["i3"]),
        (replace(debts, plan=replace(debts.plan, due_letters=("i2",))), ["i3"]),
    ):
        look = Look(known.with_debt(changed), changed, NOW)
        assert [part_id for part_id, _first, _last in agreed.chosen_days(look)] == ids


def test_one_letter_is_about_all_parts_of_a_date_and_each_is_told_of_once():
    known = planned(("2026-08-17", 30_000), ("2026-08-17", 30_000), ("2026-09-17", 40_000))
    told = known.debt("f1")
    told = replace(told, plan=replace(told.plan, due_letters=("i2",)))
    look = Look(known.with_debt(told), told, at("2026-08-10 10:00"))
    (letter,) = agreed.dated_letters(look)
    assert letter.after.plan.due_letters == ("i2", "i3")


# -- payments that were started -------------------------------------------------------------------


def voucher(name, state, opened, method="oxxo"):
    moment = at(f"{opened} 10:00")
    return Checkout(name, method, 100_000, day(opened), moment, moment + timedelta(days=2), state=state)


@pytest.mark.parametrize(
    ("started", "told"),
    [
        ([voucher("a", "expired", "2026-07-03")], "voucher_expired@a"),
        ([voucher("a", "expired", "2026-07-03"), voucher("b", "expired", "2026-07-04", "spei")], "voucher_expired@b"),
        ([voucher("a", "expired", "2026-07-03"), voucher("b", "paid", "2026-07-04")], ""),
        ([voucher("b", "paid", "2026-07-02"), voucher("a", "expired", "2026-07-03")], "voucher_expired@a"),
        ([voucher("a", "expired", "2026-07-03", "card")], ""),  # a card leaves no paper behind
        ([voucher("a", "failed", "2026-07-03")], ""),
        ([replace(voucher("a", "expired", "2026-07-03"), expired_letter=True)], ""),
    ],
)
def test_a_voucher_that_ended_is_told_of_once_and_not_when_a_later_one_was_paid(started, told):
    known = case(debt(checkouts=tuple(started)))
    found = agreed.voucher_expired(Look(known, known.debt("f1"), at("2026-07-10 10:00")))
    assert (found.key if found else "") == told
    if found:
        assert all(checkout.expired_letter for checkout in found.after.checkouts if checkout.state == "expired")


def test_once_it_is_paid_no_kind_word_is_needed_about_a_voucher_or_a_broken_promise():
    promised = answers.promise(case(), "f1", on=day("2026-07-03"), now=NOW).case
    broken = decide(promised, at("2026-07-10 12:00")).case
    started = broken.with_debt(replace(broken.debt("f1"), checkouts=(voucher("a", "expired", "2026-07-03"),)))
    settled = paid(started, 100_000, at("2026-07-11 10:00"))
    after = agreed.brought_up_to_date(settled.debt("f1"), settled, at("2026-07-11 10:00"))
    assert after.promise.missed_letter or after.promise.state == "kept"
    assert [checkout.expired_letter for checkout in after.checkouts] == [True]
