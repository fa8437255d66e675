"""Jumps of the clock over what waits at the bank: it ends, and nobody asks about it for ever."""

from datetime import timedelta

import pytest

from aldia.flows.start_payment import Wish, start_payment
from aldia.store import checkouts, wakeups
from infra.local.pretend_stripe import payments
from infra.local.timeline import Timeline


@pytest.fixture
def waiting(world):
    """A client that chose to pay in cash, and never went to the shop."""
    account = world.account()
    debt = world.debt(account)
    url = start_payment(world.ports, account.id, debt.client_id, Wish((debt.id,), debt.amount_minor))
    with world.stripe.world.store.transaction():
        payments.confirm(world.stripe.world, url.rpartition("/")[2], "oxxo")
    world.jobs()
    return account, debt


def travel(world, **span):
    """Jump as the panel does; the runs that it took."""

    def move(moment):
        world.clock.at = max(moment, world.clock.at)
        world.stripe.tick(world.clock.at)

    timeline = Timeline(world.ports, move, world.jobs, world.stripe.next_event_at)
    return timeline.pass_to(world.clock.at + timedelta(**span)).runs


def test_a_voucher_that_nobody_paid_ends_and_is_not_asked_about_again(world, waiting):
    account, debt = waiting
    world.stripe.bank.webhooks("lose")  # so that time ends it on the debt before anybody hears from the bank
    travel(world, days=5)
    [record] = checkouts.of_client(world.ports, account.id, debt.client_id)
    assert record.state == "expired"
    asked = [key for key in wakeups.due(world.ports, world.clock.at + timedelta(days=2)) if key[1].startswith("S#")]
    assert asked == []


def test_a_jump_of_a_month_over_a_voucher_takes_few_runs(world, waiting):
    assert travel(world, days=30) < 150
