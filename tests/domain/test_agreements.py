"""Whether an agreement was kept: by the day on which money counts, and not while a question about it waits."""

import pytest

from aldia.domain import answers, checkouts, proposals
from aldia.domain.agreements import times_broken
from aldia.domain.concessions import Wish
from aldia.domain.debt import Checkout
from aldia.domain.payments import record_payment
from aldia.domain.reminders import decide
from tests.domain.answer_world import at, case, day

NOW = at("2026-07-20 12:00")  # a Monday
PART = "2026-07-27"  # its grace ends with the 28th
HALVES = Wish(parts=((day(PART), 50000), (day("2026-08-27"), 50000)))


def planned():
    return proposals.ask(case(), "f1", wish=HALVES, now=NOW).case


def through(known, *moments):
    for moment in moments:
        known = decide(known, at(moment)).case
    return known


def agreed(known):
    (found,) = known.debt("f1").agreements
    return found.state, found.broken_on


def paid(known, moment, on):
    now = at(moment)
    return record_payment(known, "f1", key=f"p{on}", amount_minor=50000, method="transfer", on=day(on), now=now).case


def test_a_claim_that_is_confirmed_late_is_no_broken_agreement():
    told = answers.claim_paid(planned(), "f1", paid_on=day(PART), amount_minor=50000, now=at(f"{PART} 18:00")).case
    waiting = through(told, "2026-07-29 09:00", "2026-08-03 09:00")
    assert agreed(waiting) == ("open", None)
    found = answers.confirm_claim(waiting, "f1", key="c1", now=at("2026-08-03 12:00")).case
    assert agreed(through(found, "2026-08-03 12:00")) == ("open", None)
    not_there = answers.claim_not_found(waiting, "f1", now=at("2026-08-03 12:00")).case
    assert not_there.client.next_at == at("2026-08-03 12:00")
    assert agreed(through(not_there, "2026-08-03 12:00")) == ("broken", day("2026-08-03"))


def test_a_problem_and_a_payment_that_was_started_are_waited_for_too():
    problem = answers.dispute(planned(), "f1", text="Falta algo", now=at(f"{PART} 18:00")).case
    assert agreed(through(problem, "2026-07-29 09:00")) == ("open", None)
    opened = at(f"{PART} 18:00")
    debit = Checkout("cs", "card", 50000, day(PART), opened, checkouts.checkout_end("card", opened))
    started = checkouts.open_checkout(planned(), "f1", checkout=debit, now=opened).case
    ordered = checkouts.checkout_processing(started, "f1", checkout_id="cs", method="sepa_debit", now=opened).case
    assert agreed(through(ordered, "2026-07-29 09:00")) == ("open", None)
    now = at("2026-08-03 12:00")
    there = checkouts.checkout_paid(ordered, "f1", checkout_id="cs", key="pi", amount_minor=50000, now=now).case
    assert agreed(through(there, "2026-08-03 12:00")) == ("open", None)


@pytest.mark.parametrize(("on", "broken_on"), [(PART, None), ("2026-07-28", None), ("2026-07-29", "2026-07-29")])
def test_money_noted_late_counts_by_the_day_on_which_it_came(on, broken_on):
    broken = through(planned(), "2026-07-29 09:00")
    assert agreed(broken) == ("broken", day("2026-07-29"))
    caught_up = through(paid(broken, "2026-08-03 12:00", on), "2026-08-03 12:00")
    assert agreed(caught_up) == ("open", broken_on and day(broken_on))
    assert times_broken(caught_up.debt("f1")) == (1 if broken_on else 0)
    again = through(caught_up, "2026-08-31 09:00")  # the second part is missed as well
    assert agreed(again) == ("broken", day(broken_on or "2026-08-31"))


def test_what_was_late_stays_late_when_the_rest_comes_in_time():
    late = paid(through(planned(), "2026-07-29 09:00"), "2026-08-03 12:00", "2026-08-03")
    kept = through(paid(late, "2026-08-27 12:00", "2026-08-27"), "2026-08-27 12:00")
    assert agreed(kept) == ("kept", day("2026-07-29"))
