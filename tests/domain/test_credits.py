"""A surplus goes to another debt or back: what one debt loses the other gets, to the cent, and once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aldia.domain.answers import apply_credit, return_credit
from aldia.domain.edits import undo
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, stand
from aldia.domain.payments import record_payment
from tests.domain.answer_world import at, case, day, debt, only_letter, steps
from tests.soak import amount

NOW = at("2026-06-12 10:00")
TODAY = day("2026-06-12")


def overpaid(over=30_000, other=100_000, key="k"):
    """f1 of 1000.00 is paid with something over; f2 is open."""
    second = debt(id="f2", number="F-2", amount_minor=other)
    second = replace(second, instalments=(replace(second.instalments[0], amount_minor=other),))
    both = case(debt(), second)
    values = {"key": key, "amount_minor": 100_000 + over, "method": "transfer", "on": TODAY}
    return record_payment(both, "f1", **values, now=NOW)


def sums(known):
    for one in known.debts:
        assert law_of_money(one, TODAY)
    return {one.id: (stand(one, TODAY).credit_minor, stand(one, TODAY).payable_minor) for one in known.debts}


def test_the_letter_of_thanks_tells_of_the_surplus():
    assert only_letter(overpaid()).facts["surplus_minor"] == "30000"


def test_a_surplus_pays_a_part_of_another_debt_or_all_of_it():
    part = apply_credit(overpaid().case, "f1", to="f2", key="c", now=NOW)
    assert sums(part.case) == {"f1": (0, 0), "f2": (0, 70_000)}
    assert steps(part) == ["part_received"]
    assert only_letter(part).facts["method"] == "credit"
    whole = apply_credit(overpaid(other=20_000).case, "f1", to="f2", key="c", now=NOW)
    assert sums(whole.case) == {"f1": (10_000, 0), "f2": (0, 0)}
    assert steps(whole) == ["thanks"]


def test_the_same_form_twice_moves_it_once():
    once = apply_credit(overpaid().case, "f1", to="f2", key="c", now=NOW).case
    assert apply_credit(once, "f1", to="f2", key="c", now=NOW).case is once
    back = return_credit(overpaid().case, "f1", key="r", now=NOW)
    assert steps(back) == ["credit_returned"]
    assert sums(back.case)["f1"] == (0, 0)
    assert return_credit(back.case, "f1", key="r", now=NOW).case is back.case


def test_money_that_was_moved_cannot_count_twice_when_the_first_payment_is_charged_back():
    from aldia.domain.reversals import chargeback

    moved = apply_credit(overpaid().case, "f1", to="f2", key="c", now=NOW).case
    gone = chargeback(moved, "f1", key="cb", amount_minor=100_000, now=NOW).case
    assert sums(gone) == {"f1": (0, 100_000), "f2": (0, 70_000)}
    with pytest.raises(Refused, match="more_than_received"):
        chargeback(gone, "f1", key="cb2", amount_minor=1, now=NOW)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"to": "f1"}, "unknown_debt"),
        ({"to": "f9"}, "unknown_debt"),
        ({"over": 0}, "no_credit"),
        ({"currency": "USD"}, "one_currency"),
    ],
)
def test_what_cannot_be_moved_is_refused(change, key):
    known = overpaid(over=change.get("over", 30_000)).case
    known = known.with_debt(replace(known.debt("f2"), currency=change.get("currency", known.debt("f2").currency)))
    with pytest.raises(Refused, match=key):
        apply_credit(known, "f1", to=change.get("to", "f2"), key="c", now=NOW)


@settings(max_examples=amount(100, 5_000), deadline=None)
@given(over=st.integers(1, 60_000), other=st.integers(1, 60_000), later=st.integers(0, 9))
@pytest.mark.soak
def test_a_surplus_moved_by_mistake_is_its_debts_again_and_then_the_payment_may_be_taken_back_too(over, other, later):
    given_before = overpaid(over, other, key="hand.k").case
    known = apply_credit(given_before, "f1", to="f2", key="credit.c", now=NOW).case
    then = NOW + timedelta(days=later)
    with pytest.raises(Refused):
        undo(known, "f1", key="hand.k", now=then)  # a part of it is another debt's
    back = undo(known, "f2", key="credit.c.in", now=then)
    assert sums(back.case) == sums(given_before)
    told = only_letter(back)
    assert (told.step, told.facts["method"]) == ("payment_corrected", "credit")
    assert undo(back.case, "f2", key="credit.c.in", now=then).case is back.case
    whole = undo(back.case, "f1", key="hand.k", now=then).case
    assert sums(whole) == {"f1": (0, 100_000), "f2": (0, other)}
