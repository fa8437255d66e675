"""Each payment is booked once and to the cent, however often, in whatever order and from how many sides it is told."""

import threading
from functools import partial

import pytest

from aldia import bootstrap
from aldia.domain.ledger import law_of_money, stand
from aldia.flows import run_jobs
from aldia.ports import Query
from aldia.settings import Settings
from aldia.store import books, cases
from aldia.store import keys as store_keys
from tests.at_once import at_once
from tests.proofs.money.many_payments import bodies, dice_of, lived, post, pressed, repeated
from tests.soak import amount
from tests.world import World

SENDERS, WORKERS = 4, 2


@pytest.fixture
def world(engine, table_name):
    """The database as the installation speaks to it."""
    made = World.start(bootstrap.dynamodb(Settings(dynamodb_endpoint=engine.url)), table_name)
    yield made
    made.close()


def freelancer(world):
    return world.account(country="ES", timezone="Europe/Madrid", currency="EUR")


def held(world, ana, paid):
    """The debt of a payment as its ledger has it now, with its standing."""
    case = cases.load(world.ports, ana, paid.debt.client_id)
    debt, today = case.debt(paid.debt.id), case.local_day(world.clock.at)
    assert law_of_money(debt, today)
    return debt, stand(debt, today)


def check_all(world, ana, payments):
    """The ledgers are the model, to the cent; nothing is booked twice, in the debt or beside it."""
    for paid in payments:
        debt, standing = held(world, ana, paid)
        sums = (standing.captured_minor, standing.refunded_minor, standing.charged_back_minor)
        assert sums == (paid.amount, paid.refunded, paid.charged_back)
        assert standing.paid_minor == paid.amount - paid.refunded - paid.charged_back
        keys = [entry.key for entry in debt.entries]
        assert len(keys) == len(set(keys))
        assert world.ports.table.get(*store_keys.debt(ana.id, debt.client_id, debt.id))["seal"] == books.seal(debt)


def deliver(world, sent):
    """Several senders at once, and workers that run the jobs meanwhile: (how many were answered for, troubles)."""
    shares = [sent[place::SENDERS] for place in range(SENDERS)]
    ended, answered, troubles = [threading.Event() for _ in shares], [], []

    def send(share, end):
        browser = world.app.test_client()
        try:
            for body in share:
                post(world, browser, body)
                answered.append(body)
        finally:
            end.set()

    def work():
        while not all(end.wait(0.5) for end in ended):
            troubles.extend(run_jobs.run(world.ports).troubles)

    senders = [partial(send, share, end) for share, end in zip(shares, ended, strict=True)]
    assert at_once(*senders, *[work] * WORKERS) == []
    return len(answered), troubles


@pytest.mark.slow
@pytest.mark.soak
def test_ten_thousand_deliveries_of_five_hundred_payments_book_each_once(world):
    dice, ana = dice_of("pay once"), freelancer(world)
    world.stripe.bank.webhooks("hold")
    payments = pressed(world, ana, amount(500, 2_500), dice)
    lived(world, payments, dice)
    events = bodies(world)
    sent = repeated(events, amount(10_000, 100_000), dice)
    assert len(events) > 1.5 * len(payments)  # one of each capture, and all that came of it later
    delivered, troubles = deliver(world, sent)
    assert delivered == len(sent)
    while (report := run_jobs.run(world.ports)).seen:
        troubles += report.troubles
    assert troubles == []
    check_all(world, ana, payments)


@pytest.mark.slow
@pytest.mark.soak
def test_when_every_webhook_is_lost_asking_alone_settles_every_payment(world):
    dice, ana = dice_of("nothing is told"), freelancer(world)
    world.stripe.bank.webhooks("lose")
    payments = pressed(world, ana, amount(100, 1_000), dice)
    for paid in payments:
        world.stripe.bank.pay(paid.session, "card")
    world.advance(hours=1, minutes=15)  # the reconciler's own pace
    assert world.ports.table.query(Query("J#trouble")).items == []
    check_all(world, ana, payments)
