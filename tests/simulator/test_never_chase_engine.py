"""The same race on the real engine: botocore's own hooks stop the sender at every step, and the client answers."""

import sys
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from greenlet import getcurrent, greenlet

from aldia.domain import answers
from aldia.flows import casework, record_payment, run_jobs, start_payment
from aldia.ports import Query
from tests.simulator.points import Mail, on_botocore
from tests.world import World

NINE = 15  # in UTC, in Mexico City


def promise(world, ana, debt):
    on = world.case(ana, debt).local_day(world.clock.at) + timedelta(days=5)
    change(world, ana, debt, lambda case, now: answers.promise(case, debt.id, on=on, now=now))


def problem(world, ana, debt):
    change(world, ana, debt, lambda case, now: answers.dispute(case, debt.id, text="Falta algo", now=now))


def stop(world, ana, debt):
    change(world, ana, debt, lambda case, now: answers.stop(case, now=now))


def payment(world, ana, debt):
    on = world.case(ana, debt).local_day(world.clock.at)
    ids = (ana.id, debt.client_id, debt.id)
    record_payment.record_payment(world.ports, ids, key="p1", amount_minor=100_000, method="cash", on=on)


def checkout(world, ana, debt):
    wish = start_payment.Wish((debt.id,), shown_minor=100_000, return_path="/p/x")
    start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)


def change(world, ana, debt, ask):
    casework.change(world.ports, ana.id, debt.client_id, ask)


class Stops:
    """Stands still at its `at`-th half step until it is told to go on."""

    def __init__(self, at):
        self.at, self.passed, self.hub, self.sender = at, 0, getcurrent(), None

    def before(self, _area, _operation):
        self._pass()

    def after(self, _area, _operation):
        self._pass()
        return False

    def _pass(self):
        if getcurrent() is not self.sender:
            return
        self.passed += 1
        if self.passed == self.at:
            self.hub.switch()


def race(world, number, answer, at):
    """One client's letter is due; the sender goes `at` half steps, the client answers, the sender goes on."""
    ana = world.account(f"ana{number}@example.com")
    debt = world.debt(ana, client=f"Bruno {number}", email=f"bruno{number}@example.com")
    stops = Stops(at)
    with on_botocore(world.dynamodb, stops, area="table"):
        ports = replace(world.ports, mailer=Mail(world.outbox, stops))
        stops.sender = greenlet(lambda: run_jobs.run(ports))
        stops.sender.switch()
        was_claimed = bool(reminders(world, ana, debt))
        is_over = stops.sender.dead
        answer(world, ana, debt)
        if not is_over:
            stops.sender.switch()
    assert bool(reminders(world, ana, debt)) == was_claimed, f"{answer.__name__} at half step {at}"
    run_jobs.run(world.ports)
    assert bool(reminders(world, ana, debt)) == was_claimed
    return is_over, was_claimed


def reminders(world, ana, debt):
    page = world.ports.table.query(Query(f"A#{ana.id}#C#{debt.client_id}", begins_with="R#", strong=True))
    return [item["sk"] for item in page.items if item["row"]["step"] == "invoice_sent"]


@pytest.fixture
def world(dynamodb, table_name):
    """With one shard: the index is read in fewer steps, which are all alike."""
    made = World.start(dynamodb, table_name, wake_shards=1)
    yield made
    made.close()


@pytest.mark.slow
@pytest.mark.parametrize("answer", [payment, promise, problem, stop, checkout], ids=lambda answer: answer.__name__)
def test_on_the_engine_too_no_letter_is_claimed_after_an_answer_holds(world, answer, capsys):
    world.clock.at = world.clock.at.replace(hour=NINE)
    seen, at, is_over = Counter(), 0, False
    while not is_over:
        at += 1
        is_over, was_claimed = race(world, at, answer, at)
        seen["letter first" if was_claimed else "answer first"] += 1
    with capsys.disabled():
        sys.stdout.write(f"\n{answer.__name__} on the engine: {at - 1} half steps, {dict(seen)}\n")
    assert seen["letter first"]
    assert seen["answer first"]
