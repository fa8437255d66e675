"""A transfer that never comes is not asked for without end, and is booked when it comes after all."""

from dataclasses import replace
from datetime import datetime, timedelta

from aldia.domain.ledger import stand
from aldia.flows import settle, start_payment
from aldia.ports import PaymentTruth, ProviderEvent, SessionTruth
from aldia.store import checkouts, inbox


class Waits:
    """The provider: the client has the bank details and has not paid."""

    def __init__(self):
        self.asked, self.captured = 0, 0

    def read_session(self, session_id, _account):
        self.asked += 1
        return SessionTruth(session_id, "complete", "unpaid", "pi_1", 100_000, "MXN", {})

    def read_payment(self, payment_id, _account):
        at = self.at if self.captured else None
        status = "succeeded" if self.captured else "requires_action"
        return PaymentTruth(payment_id, status, "spei", "MXN", self.captured, at, self.metadata)


def next_look(world, record):
    item = world.ports.table.get(*record.key)
    return datetime.fromisoformat(item["wake_sk"] + "+00:00") if "wake_sk" in item else None


def test_a_transfer_that_never_comes_is_asked_for_less_and_less_and_then_no_more(world):
    ana = world.account()
    debt = world.debt(ana, email="")
    wish = start_payment.Wish((debt.id,), shown_minor=100_000, return_path="/p/x")
    start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)
    [record] = checkouts.of_client(world.ports, ana.id, debt.client_id)
    stripe = Waits()
    stripe.metadata = {"account": ana.id, "client": debt.client_id, "checkout": record.id}
    ports = replace(world.ports, payments=stripe)
    while (at := next_look(world, record)) and stripe.asked < 1_000:
        world.clock.at = at
        settle.reconcile(ports, ana.id, debt.client_id, record.id)
    assert 24 * 3 < stripe.asked < 200
    assert world.clock.at > record.ends_at + timedelta(days=30)

    stripe.captured, stripe.at = 100_000, world.clock.at
    world.clock.at += timedelta(days=20)
    event = ProviderEvent("evt_late", "payment_intent.succeeded", "", world.clock.at, False, "pi_1", "pi_1")
    inbox.keep(ports, event, world.clock.at)
    settle.settle_event(ports, inbox.place(event))
    case = world.case(ana, debt)
    assert stand(case.debt(debt.id), case.local_day(world.clock.at)).payable_minor == 0
