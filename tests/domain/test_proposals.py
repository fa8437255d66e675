"""A client asks, the freelancer answers: every way it can go, what is silent meanwhile, and what becomes of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import proposals
from aldia.domain.agreements import in_effect, times_broken
from aldia.domain.concessions import Wish
from aldia.domain.debt import Checkout
from aldia.domain.decisions import change_due, write_off
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.needs import needs
from aldia.domain.payments import record_payment
from aldia.domain.quote import quote
from aldia.domain.reminders import decide
from aldia.domain.silences import all_silences
from tests.domain.answer_world import at, case, day, debt, news, only_letter, steps, two_percent_until

NOW = at("2026-07-20 12:00")  # a Monday, 19 days late
NEAR, FAR = Wish(until=day("2026-07-30")), Wish(until=day("2026-09-30"))
HALVES = Wish(parts=((day("2026-07-27"), 50000), (day("2026-08-27"), 50000)))
SMALL = Wish(parts=tuple((day(f"2026-{8 + n:02}-01"), 20000) for n in range(5)))


def ask(known, wish, now=NOW):
    return proposals.ask(known, "f1", wish=wish, now=now)


def pay(known, minor, on):
    now = at(f"{on} 12:00")
    return record_payment(known, "f1", key=f"p{on}", amount_minor=minor, method="transfer", on=day(on), now=now).case


def reasons(known, now):
    return [silence.reason for silence in all_silences(known, known.debt("f1"), now)]


def run(known, now):
    return decide(known, now)


def test_inside_the_fence_more_days_are_agreed_at_once_in_writing():
    outcome = ask(case(), NEAR)
    assert steps(outcome) == ["extension_noted"]
    assert news(outcome) == ["extended"]
    assert reasons(outcome.case, NOW) == ["extension"]
    held = in_effect(outcome.case.debt("f1"))
    assert (held.kind, held.by, held.last_on, held.state) == ("extension", "fence", day("2026-07-30"), "open")
    assert ask(outcome.case, NEAR).letters == ()  # pressed twice


def test_inside_the_fence_a_plan_is_agreed_at_once_and_the_debts_own_dates_stay_on_record():
    outcome = ask(case(), HALVES)
    assert steps(outcome) == ["plan_noted"]
    assert news(outcome) == ["planned"]
    found = outcome.case.debt("f1")
    assert (found.due_on, found.own.due_on) == (day("2026-08-27"), day("2026-07-01"))
    assert found.own.instalments == debt().instalments
    assert ask(outcome.case, HALVES).letters == ()


@pytest.mark.parametrize(("wish", "why"), [(FAR, "days"), (SMALL, "parts")])
def test_outside_it_waits_for_the_freelancer_in_silence_and_with_a_limit(wish, why):
    outcome = ask(case(), wish)
    assert (steps(outcome), news(outcome)) == (["proposal_noted"], ["proposal"])
    found = outcome.case.debt("f1").proposal
    assert (found.why, found.answer_by) == (why, day("2026-07-23"))
    assert only_letter(outcome).facts["reply_on"] == "2026-07-23"
    assert ("f1", "proposal") in needs(outcome.case, NOW)
    assert reasons(outcome.case, at("2026-07-23 23:59")) == ["proposal"]
    assert reasons(outcome.case, at("2026-07-24 00:00")) == []
    assert ask(outcome.case, wish).letters == ()  # the same again


def test_asking_again_prolongs_nothing_and_ends_after_three():
    known = ask(case(), FAR).case
    later = at("2026-07-22 12:00")
    known = ask(known, Wish(until=day("2026-10-01")), later).case
    assert known.debt("f1").proposal.answer_by == day("2026-07-23")
    known = ask(known, Wish(until=day("2026-10-02")), later).case
    with pytest.raises(Refused) as refused:
        ask(known, Wish(until=day("2026-10-03")), later)
    assert refused.value.key == "answers.too_many_proposals"


def test_the_client_may_still_take_what_is_inside_while_it_waits():
    known = ask(ask(case(), FAR).case, NEAR).case
    assert known.debt("f1").proposal is None
    assert reasons(known, NOW) == ["extension"]


def test_yes_makes_the_agreement_as_it_was_asked_for():
    known = ask(case(), FAR).case
    outcome = proposals.accept(known, "f1", now=NOW)
    assert (steps(outcome), news(outcome)) == (["extension_noted"], [])
    assert outcome.case.debt("f1").extended_to == day("2026-09-30")
    assert in_effect(outcome.case.debt("f1")).by == "freelancer"
    assert needs(outcome.case, NOW) == frozenset()


@pytest.mark.parametrize(
    ("wish", "last", "key"),
    [(FAR, "2026-09-29", "wish_is_past"), (SMALL, "2026-08-01", "first_day_is_past")],
    ids=["days", "parts"],
)
def test_what_was_asked_for_can_be_agreed_to_until_its_own_day(wish, last, key):
    asked = ask(case(), wish).case
    assert news(proposals.accept(asked, "f1", now=at(f"{last} 23:59"))) == []
    with pytest.raises(Refused, match=key) as refused:
        proposals.accept(asked, "f1", now=at(f"{last} 23:59") + timedelta(minutes=1))
    assert refused.value.field == "past"


def test_a_plan_that_was_proposed_is_fitted_to_what_is_left_by_then():
    known = pay(ask(case(), SMALL).case, 10001, "2026-07-21")
    outcome = proposals.accept(known, "f1", now=at("2026-07-22 12:00"))
    found = outcome.case.debt("f1")
    assert [part.amount_minor for part in found.instalments if part.id in found.plan.instalment_ids] == [
        18000, 18000, 18000, 18000, 17999,
    ]  # fmt: skip
    assert sum(part.open_minor for part in stand(found, day("2026-07-22")).instalments) == 89999


def test_other_terms_are_taken_by_the_client_with_one_tap():
    known = ask(case(), FAR).case
    offered = proposals.offer(known, "f1", wish=HALVES, now=NOW)
    assert steps(offered) == ["terms_offered"]
    assert offered.case.debt("f1").proposal.answer_by == day("2026-07-27")
    assert reasons(offered.case, at("2026-07-27 12:00")) == ["proposal"]
    taken = proposals.take(offered.case, "f1", now=NOW)
    assert (steps(taken), news(taken)) == (["plan_noted"], ["planned"])
    assert in_effect(taken.case.debt("f1")).by == "client"


def test_offering_what_was_asked_for_is_a_yes():
    outcome = proposals.offer(ask(case(), FAR).case, "f1", wish=FAR, now=NOW)
    assert steps(outcome) == ["extension_noted"]


def test_no_is_said_kindly_and_the_letters_go_on_a_week_later():
    outcome = proposals.decline(ask(case(), FAR).case, "f1", now=NOW)
    assert steps(outcome) == ["proposal_declined"]
    assert only_letter(outcome).facts == {"until": "2026-09-30"}
    assert reasons(outcome.case, NOW) == []
    assert run(outcome.case, NOW + timedelta(days=6)).letters == ()
    assert [letter.step for letter in run(outcome.case, NOW + timedelta(days=7)).letters] == ["overdue_1"]


@pytest.mark.parametrize("deed", [proposals.accept, proposals.decline, proposals.take])
def test_what_was_answered_cannot_be_answered_again(deed):
    with pytest.raises(Refused) as refused:
        deed(case(), "f1", now=NOW)
    assert refused.value.key == "answers.no_proposal"


def test_nobody_answers_for_the_other_side():
    known = ask(case(), FAR).case
    with pytest.raises(Refused):
        proposals.take(known, "f1", now=NOW)
    offered = proposals.offer(known, "f1", wish=HALVES, now=NOW).case
    with pytest.raises(Refused):
        proposals.accept(offered, "f1", now=NOW)


@pytest.mark.parametrize(("until", "key"), [("2026-07-20", "day_not_later"), ("2027-07-21", "day_too_far")])
def test_a_day_that_gives_nothing_or_that_nobody_can_mean_is_refused(until, key):
    with pytest.raises(Refused) as refused:
        ask(case(), Wish(until=day(until)))
    assert refused.value.key == f"answers.{key}"


# -- kept, broken, replaced -----------------------------------------------------------------------


def state_of(known):
    return [agreed.state for agreed in known.debt("f1").agreements]


def test_an_agreement_is_kept_when_its_money_comes():
    known = run(pay(ask(case(), HALVES).case, 100000, "2026-07-25"), at("2026-07-25 12:00")).case
    assert state_of(known) == ["kept"]


def test_a_missed_part_breaks_it_after_the_first_open_day_and_catching_up_mends_it():
    known = ask(case(), HALVES).case
    assert state_of(run(known, at("2026-07-28 23:59")).case) == ["open"]
    broken = run(known, at("2026-07-29 09:00"))
    assert state_of(broken.case) == ["broken"]
    assert [letter.step for letter in broken.letters] == ["instalment_missed"]  # a kind note, not a harsher step
    paid = run(pay(broken.case, 50000, "2026-07-30"), at("2026-07-30 12:00")).case
    assert state_of(paid) == ["open"]
    assert times_broken(paid.debt("f1")) == 1
    assert reasons(paid, at("2026-07-31 12:00")) == ["plan"]
    assert state_of(run(pay(paid, 50000, "2026-08-27"), at("2026-08-27 13:00")).case) == ["kept"]


def test_the_moment_at_which_it_will_be_broken_wakes_the_job():
    known = ask(case(), NEAR).case  # until Thursday 30 July: broken from Saturday the 1st on
    at_ = at("2026-07-30 09:00")
    wakes = []
    while at_ and at_ < at("2026-08-05 00:00"):
        known = run(known, at_).case
        wakes.append((known.client.next_at, state_of(known)))
        at_ = known.client.next_at
    assert at("2026-08-01 00:00") in {when for when, _ in wakes}
    assert wakes[-1][1] == ["broken"]


def test_a_later_agreement_replaces_the_one_before_and_a_corrected_due_date_ends_more_days():
    known = ask(ask(case(), NEAR).case, HALVES).case
    assert state_of(known) == ["replaced", "open"]
    moved = change_due(ask(case(), NEAR).case, "f1", due_on=day("2026-08-15"), now=NOW).case
    assert state_of(moved) == ["replaced"]


def test_what_is_given_up_replaces_the_agreement_and_ends_the_question():
    known = ask(ask(case(), NEAR).case, FAR).case
    known = run(write_off(known, "f1", key="w", now=NOW).case, at("2026-07-21 09:00")).case
    assert state_of(known) == ["replaced"]
    assert known.debt("f1").proposal is None


def test_no_agreement_makes_a_discount_larger_or_longer():
    early = at("2026-06-10 12:00")
    plain = case(debt(discount=two_percent_until("2026-06-20")))
    for wish in (Wish(until=day("2026-07-10")), Wish(parts=((day("2026-07-01"), 50000), (day("2026-08-01"), 50000)))):
        agreed = ask(plain, wish, early).case
        for days in range(40):
            now = early + timedelta(days=days)
            was = quote(plain.debt("f1"), at=now, zone=plain.zone)
            found = quote(agreed.debt("f1"), at=now, zone=plain.zone)
            assert found.discount_minor <= was.discount_minor
            assert found.payable_minor == was.payable_minor


def test_while_a_payment_is_under_way_nothing_is_agreed():
    started = Checkout("cs", "card", 100000, day("2026-07-20"), NOW, NOW + timedelta(hours=1))
    known = case(debt(checkouts=(started,)))
    for wish in (NEAR, HALVES):
        with pytest.raises(Refused) as refused:
            ask(known, wish)
        assert refused.value.key == "answers.payment_under_way"
    offered = replace(known.debt("f1"), proposal=proposals.Proposal(NOW, "freelancer", day("2026-07-27"), NEAR.until))
    with pytest.raises(Refused):
        proposals.take(known.with_debt(offered), "f1", now=NOW)
