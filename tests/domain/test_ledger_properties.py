"""The law of money and the price, over random debts and whatever may happen to them in whatever order.

A debt that lives on, step by step, is tests/proofs/money/test_law_of_money.py.
"""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from aldia.domain.debt import Entry
from aldia.domain.ledger import in_force, law_of_money, stand, state
from aldia.domain.quote import part, quote
from tests.domain.random_debts import KINDS, ZONE, debts, entries, noon, offsets, on_day


def has_returns_ahead(debt, on):
    """Whether more was sent back than had come in: flows refuse that, and the next money would go straight back."""
    booked = {kind: sum(e.amount_minor for e in debt.entries if e.kind == kind and e.on <= on) for kind in KINDS[:4]}
    standing = stand(debt, on)
    counted = standing.refunded_minor + standing.charged_back_minor
    return counted < booked["refund"] + booked["chargeback"] - min(booked["chargeback"], booked["chargeback_won"])


@given(debts(), entries(), offsets)
def test_whatever_happens_nothing_is_lost_or_made(debt, happened, offset):
    one = replace(debt, entries=happened)
    on = on_day(offset)
    standing = stand(one, on)
    assert law_of_money(one, on)
    assert standing.payable_minor >= 0
    assert sum(each.paid_minor + each.open_minor for each in standing.instalments) == sum(
        each.amount_minor for each in standing.instalments
    )
    assert state(one, on) in ("written_off", "paid", "open")
    assert (state(one, on) == "open") == (standing.payable_minor > 0)


@given(debts(), entries(), offsets)
def test_credit_stands_only_when_nothing_is_owed_or_given_up(debt, happened, offset):
    standing = stand(replace(debt, entries=happened), on_day(offset))
    if standing.credit_minor:
        owed = (standing.balance_minor, standing.interest_due_minor, standing.compensation_due_minor)
        assert (*owed, standing.written_off_minor) == (0, 0, 0, 0)


@given(debts(), entries(), st.randoms(use_true_random=False), offsets)
def test_the_order_of_booking_matters_only_within_a_day(debt, happened, random, offset):
    """Shuffling entries keeps the result as long as those of one day keep their order."""
    shuffled = list(happened)
    random.shuffle(shuffled)
    by_day = {entry.on: [e for e in happened if e.on == entry.on] for entry in happened}
    same_days = tuple(by_day[entry.on].pop(0) for entry in shuffled)
    on = on_day(offset)
    assert stand(replace(debt, entries=same_days), on) == stand(replace(debt, entries=happened), on)


@given(debts(), entries(), entries(), offsets)
def test_what_is_dated_later_changes_nothing_today(debt, happened, later, offset):
    on = on_day(offset)
    future = tuple(replace(entry, key=f"f{entry.key}", on=on + timedelta(days=1)) for entry in later)
    assert stand(replace(debt, entries=(*future, *happened)), on) == stand(replace(debt, entries=happened), on)


@given(debts(), entries(), offsets)
def test_paying_exactly_the_price_settles_the_debt(debt, happened, offset):
    at = noon(on_day(offset))
    one = replace(debt, entries=happened)
    assume(not has_returns_ahead(one, at.date()))
    quoted = quote(one, at=at, zone=ZONE)
    if quoted.payable_minor:
        effect = part(one, amount_minor=quoted.payable_minor, at=at, zone=ZONE)
        assert effect.settles
        assert effect.earns_minor == quoted.discount_minor
        assert effect.credit_minor == 0


@given(debts(tolerances=st.just(0)), entries(), offsets)
def test_paying_one_unit_less_never_settles_it(debt, happened, offset):
    assume(debt.discount is None or debt.discount.partial == "none")
    at = noon(on_day(offset))
    one = replace(debt, entries=happened)
    payable = quote(one, at=at, zone=ZONE).payable_minor
    if payable > 1:
        assert not part(one, amount_minor=payable - 1, at=at, zone=ZONE).settles


@given(debts(), entries(), offsets)
def test_left_alone_a_price_never_falls(debt, happened, offset):
    on = on_day(offset)
    one = replace(debt, entries=tuple(entry for entry in happened if entry.on <= on))
    prices = [stand(one, on + timedelta(days=ahead)).payable_minor for ahead in range(40)]
    assert prices == sorted(prices)


@given(debts(), entries(), offsets, st.integers(1, 20000))
def test_a_chargeback_that_is_won_leaves_no_trace(debt, happened, offset, amount):
    happened = tuple(entry for entry in happened if not entry.kind.startswith("chargeback"))
    lost_on = on_day(offset)
    took = Entry("lost", "chargeback", on=lost_on, at=noon(lost_on), amount_minor=amount)
    gave = Entry("won", "chargeback_won", on=lost_on + timedelta(days=3), at=noon(lost_on), amount_minor=amount)
    on = on_day(230)
    assert stand(replace(debt, entries=(*happened, took, gave)), on) == stand(replace(debt, entries=happened), on)


@given(debts(), entries(), offsets)
def test_an_extension_never_makes_a_debt_dearer(debt, happened, offset):
    assume(debt.discount is None)
    on = on_day(offset)
    plain = replace(debt, extended_to=None, entries=tuple(e for e in happened if e.kind == "payment"))
    longer = replace(plain, extended_to=on_day(80))
    assert stand(longer, on).interest_minor <= stand(plain, on).interest_minor
    assert all(a.due_on >= b.due_on for a, b in zip(in_force(longer), in_force(plain), strict=True))
