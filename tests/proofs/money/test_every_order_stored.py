"""The same seven events on the engine: sampled orders, the worker dying within each event, which is told again."""

import random
from contextlib import suppress
from dataclasses import replace

import pytest

from aldia import bootstrap
from aldia.domain.debt import Discount, Tier
from aldia.domain.ledger import law_of_money, stand
from aldia.flows import settle, start_payment
from aldia.ports import ProviderEvent
from aldia.settings import Settings
from aldia.store import checkouts, inbox
from tests.flows.faults import Fault
from tests.proofs.money.told import EVENTS, NOW, OPENED, truths
from tests.simulator.points import Killed, on_botocore
from tests.soak import amount
from tests.world import World

AMOUNT, PRICE, REFUND, DISPUTE = 100_000, 90_000, 25_000, 40_000
LONGEST = 6  # writes of one event; a fault beyond its last write does not come


class AsOf:
    """The provider as it answered at the time of one event: the oldest thing it may still say."""

    def __init__(self, session, payment, metadata):
        self.session, self.payment = replace(session, metadata=metadata), replace(payment, metadata=metadata)

    def read_session(self, _session_id, _account):
        return self.session

    def read_payment(self, _payment_id, _account):
        return self.payment


@pytest.fixture
def world(engine, table_name):
    made = World.start(bootstrap.dynamodb(Settings(dynamodb_endpoint=engine.url)), table_name, now=OPENED)
    yield made
    made.close()


def pressed(world, ana, number):
    """A discounted debt of a client without an address, whose checkout is open at the discounted price."""
    discount = Discount("tiers", (Tier(OPENED.date(), percent=10),))
    debt = world.debt(ana, client=f"C{number}", email="", amount_minor=AMOUNT, discount=discount)
    wish = start_payment.Wish((debt.id,), shown_minor=PRICE, return_path="/p/x")
    start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)
    return debt, checkouts.of_client(world.ports, ana.id, debt.client_id)[-1]


def told(world, record, place, truth, dice):
    """One event: kept, worked on by a process that dies somewhere in it or just after it, and delivered again."""
    metadata = {"account": record.account_id, "client": record.client_id, "checkout": record.id}
    event = ProviderEvent(f"evt_{record.id}_{place}", EVENTS[place], "", NOW, False, "x", "pi_1", "cs_1", metadata)
    ports = replace(world.ports, payments=AsOf(*truth, metadata))
    inbox.keep(ports, event, NOW)
    fault = Fault(dice.randint(1, LONGEST), dice.choice(("before", "after")), "kill")
    with on_botocore(ports.table._client, fault, area="table"), suppress(Killed):
        settle.settle_event(ports, inbox.place(event))
    inbox.keep(ports, event, NOW)
    settle.settle_event(ports, inbox.place(event))
    return fault.has_fired


def seen(world, ana, debt, record):
    """All that anybody may ask of it later."""
    case = world.case(ana, debt)
    one = case.debt(debt.id)
    assert law_of_money(one, case.local_day(NOW))
    [held] = one.checkouts
    state = checkouts.load(world.ports, ana.id, debt.client_id, record.id).state
    lines = [(entry.key, entry.kind, entry.on, entry.amount_minor, entry.method) for entry in one.entries]
    standing = stand(one, case.local_day(NOW))
    return lines, one.review_since, held.state, held.method, state, replace(standing, instalments=())


@pytest.mark.slow
@pytest.mark.soak
def test_sampled_orders_with_a_death_in_every_event_end_alike_on_the_engine(world):
    dice, ana = random.Random("every order, stored"), world.account()
    orders = amount(200, 2_000)
    opened = [pressed(world, ana, number) for number in range(orders)]
    world.clock.at = NOW
    of_events = truths("MXN", PRICE, REFUND, DISPUTE)
    ends, deaths = [], 0
    for debt, record in opened:
        order = dice.sample(range(len(EVENTS)), len(EVENTS))
        deaths += sum(told(world, record, place, of_events[place], dice) for place in order)
        ends.append(seen(world, ana, debt, record))
    assert all(end == ends[0] for end in ends)
    lines, review_since, checkout, method, state, standing = ends[0]
    assert [(kind, minor) for _key, kind, _on, minor, _method in lines] == [
        ("payment", PRICE), ("refund", REFUND), ("chargeback", DISPUTE), ("chargeback_won", DISPUTE),
    ]  # fmt: skip
    assert (checkout, method, state, review_since) == ("paid", "oxxo", "paid", NOW)
    assert (standing.discount_minor, standing.balance_minor) == (AMOUNT - PRICE, REFUND)
    assert deaths > orders  # more than one in each
