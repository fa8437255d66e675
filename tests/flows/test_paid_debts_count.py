"""Paid debts lift an account's first limits: what is noted by hand and taken back again leaves the count as it was."""

from datetime import timedelta

import pytest

from aldia.domain import answers
from aldia.flows import casework
from aldia.flows.record_payment import confirm_claim, record_payment
from aldia.flows.take_back import take_back
from aldia.store import accounts


@pytest.fixture
def asked(world):
    """Somebody whose letters about five debts went on an earlier day, and the debts."""
    ana = world.account()
    debts = [world.debt(ana, client=f"Cliente {n}", email=f"c{n}@example.com") for n in range(5)]
    world.clock.at = world.clock.at.replace(hour=15)
    world.jobs()
    world.clock.at += timedelta(days=1)
    return ana, debts


def count(world, ana):
    return accounts.load(world.ports, ana.id).trust.debts_paid


def note(world, ana, debt, key, minor=100_000):
    ids, on = (ana.id, debt.client_id, debt.id), world.clock.at.date()
    record_payment(world.ports, ids, key=key, amount_minor=minor, method="cash", on=on)
    return count(world, ana)


def undo(world, ana, debt, key):
    take_back(world.ports, (ana.id, debt.client_id, debt.id), key=key)
    return count(world, ana)


def test_what_is_taken_back_counts_no_more_and_nothing_else_is_lost(world, asked):
    ana, debts = asked
    assert [note(world, ana, debt, f"hand.{n}") for n, debt in enumerate(debts)] == [1, 2, 3, 4, 5]
    assert undo(world, ana, debts[4], "hand.4") == 4
    assert undo(world, ana, debts[4], "hand.4") == 4
    assert note(world, ana, debts[4], "hand.5") == 5
    assert note(world, ana, debts[4], "hand.too-much") == 5
    assert undo(world, ana, debts[4], "hand.too-much") == 5


def test_a_debt_of_a_client_whose_address_is_dead_counts_and_is_taken_back_alike(world, asked):
    ana, debts = asked
    world.change_client(ana, debts[0], bounced_at=world.clock.at)
    assert note(world, ana, debts[0], "hand.1") == 1
    assert undo(world, ana, debts[0], "hand.1") == 0


@pytest.mark.parametrize("first", [0, 1])
def test_a_debt_noted_in_parts_counts_by_the_part_that_settled_it_whichever_is_taken_back_first(world, asked, first):
    ana, _debts = asked
    debt = world.debt(ana, client="Nueva", email="n@example.com")
    assert note(world, ana, debt, "hand.0", 60_000) == 0
    world.jobs()
    world.clock.at += timedelta(days=1)
    assert note(world, ana, debt, "hand.1", 40_000) == 1
    assert undo(world, ana, debt, f"hand.{first}") == 0
    assert undo(world, ana, debt, f"hand.{1 - first}") == 0


def test_money_that_was_noted_already_counts_once_though_the_client_tells_of_it_as_well(world, asked):
    ana, debts = asked
    ids = (ana.id, debts[0].client_id, debts[0].id)
    casework.change(
        world.ports, *ids[:2], lambda case, now: answers.claim_paid(case, ids[2], paid_on=now.date(), now=now)
    )
    casework.change(world.ports, *ids[:2], lambda case, now: _typed(case, ids[2], now))
    assert count(world, ana) == 0
    confirm_claim(world.ports, ids, key="claim.1", amount_minor=100_000, on=world.clock.at.date(), twin="same")
    assert count(world, ana) == 0


def _typed(case, debt_id, now):
    """Booked elsewhere, without an answer to what the client told of."""
    from aldia.domain.payments import record_payment as pay

    return pay(case, debt_id, key="pi_1", amount_minor=100_000, method="card", on=now.date(), now=now)
