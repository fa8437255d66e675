"""Never chase who has paid online: the webhook and its worker raced against the function that sends."""

import sys

import pytest

from aldia.flows import run_jobs, start_payment
from aldia.store import codec
from infra.local.pretend_stripe import payments
from tests.simulator.grid import ALL, NINE, Grid, first_letter, tried_again
from tests.soak import amount


def transfer(stage, _client_id, _debt_id):
    """The transfer arrives; Stripe rings at our door, and the worker books what it was told of."""
    stage.stripe.bank.pay(_session(stage))
    stage.stripe.courier.deliver_due()
    run_jobs.run(stage.ports, kinds=run_jobs.MONEY)


def is_booked(key, item):
    return key[1].startswith("D#") and '"entries":' in codec.plain(item["data"])


def ordered(stage):
    """A letter has gone, and the client has ordered a transfer online: the days in which it is waited for pass."""
    client_id, debt_id = stage.debts[0]
    stage.clock.at = stage.clock.at.replace(hour=NINE)
    run_jobs.run(stage.plain)
    wish = start_payment.Wish((debt_id,), shown_minor=100_000, return_path="/p/x")
    start_payment.start_payment(stage.plain, stage.account_id, client_id, wish)
    with stage.stripe.world.store.transaction():
        payments.confirm(stage.stripe.world, _session(stage), "customer_balance")
    stage.stripe.courier.deliver_due()
    run_jobs.run(stage.plain)
    (checkout,) = stage.case(client_id).debt(debt_id).checkouts
    assert checkout.state == "processing"


def _session(stage):
    (row,) = stage.stripe.world.store.rows("SELECT id FROM objects WHERE kind = 'checkout.session'")
    return row["id"]


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("beginning", [first_letter, tried_again], ids=lambda way: way.__name__)
def test_no_letter_is_claimed_after_the_worker_has_booked_what_the_webhook_told_of(beginning, capsys):
    def begin(stage):
        ordered(stage)
        beginning(stage)

    seen, points = Grid(transfer, begin, is_booked, kinds=run_jobs.NOT_MONEY).play(some_of_the_answer=amount(4, ALL))
    with capsys.disabled():
        sys.stdout.write(f"\ntransfer, {beginning.__name__}: {points} half steps, {dict(seen)}\n")
    assert points[1] >= 16
    assert seen["letter first"]
    assert seen["answer first"]
