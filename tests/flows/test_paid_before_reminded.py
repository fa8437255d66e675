"""Webhooks are lost and the payment page has closed: nobody is reminded before Stripe has said how it ended."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from aldia.flows import run_jobs, start_payment
from aldia.ports import PaymentRefused
from aldia.store import checkouts
from tests.flows.test_faults import letters_of, session_of
from tests.flows.test_payments_as_told import record_of

BRUNO = "bruno@example.com"
REMINDER_DUE = datetime(2026, 6, 15, 15, 0, tzinfo=UTC)  # nine in Mexico City, a week after the due date


@pytest.fixture
def pressed(world):
    """A payment page opened two minutes more than a day before the next reminder is due; webhooks are lost."""
    ana = world.account()
    debt = world.debt(ana, email=BRUNO, due_on="2026-06-08")
    world.until(REMINDER_DUE - timedelta(hours=25), every=timedelta(hours=6))
    world.clock.at = REMINDER_DUE - timedelta(hours=24, minutes=2)
    world.stripe.bank.webhooks("lose")
    wish = start_payment.Wish((debt.id,), shown_minor=100_000, return_path="/p/x")
    url = start_payment.start_payment(world.ports, ana.id, debt.client_id, wish)
    return ana, debt, session_of(url)


def times(world, *minutes):
    """Runs of the jobs so many minutes after the reminder was due."""
    for minute in minutes:
        world.clock.at = REMINDER_DUE + timedelta(minutes=minute)
        world.jobs()


def silent(world):
    world.stripe.bank.fault(kind="busy", path="/v1/", times=1000)


def reminders(world, ana, debt):
    return [step for step, _state in letters_of(world, ana, debt) if step.startswith("overdue")]


def test_who_paid_in_the_last_minutes_is_thanked_and_not_reminded_though_stripe_is_silent_for_a_while(world, pressed):
    ana, debt, session = pressed
    times(world, -30)
    world.stripe.bank.pay(session)
    silent(world)
    times(world, 0, 5, 10, 15)
    assert reminders(world, ana, debt) == []
    world.stripe.bank.faults.waiting.clear()
    times(world, 20, 25, 30)
    assert reminders(world, ana, debt) == []
    assert [entry.kind for entry in world.case(ana, debt).debt(debt.id).entries] == ["payment"]
    assert ("thanks", "accepted") in letters_of(world, ana, debt)


def test_who_did_not_pay_is_reminded_as_soon_as_stripe_has_said_so(world, pressed):
    ana, debt, _session = pressed
    times(world, -30, 0, 5, 10)
    assert record_of(world, ana, debt).state == "expired"
    assert reminders(world, ana, debt) == ["overdue_1"]


def test_a_provider_that_never_answers_holds_a_reminder_back_for_three_days_and_no_longer(world, pressed):
    ana, debt, _session = pressed

    class Refuses:
        def __getattr__(self, _name):
            def refuse(*_args, **_more):
                raise PaymentRefused("account_invalid")

            return refuse

    ports = replace(world.ports, payments=Refuses())
    for hours in range(0, 71, 10):
        world.clock.at = REMINDER_DUE + timedelta(hours=hours)
        run_jobs.run(ports)
    assert reminders(world, ana, debt) == []
    for hours in range(72, 80):
        world.clock.at = REMINDER_DUE + timedelta(hours=hours)
        run_jobs.run(ports)
    assert reminders(world, ana, debt) == ["overdue_1"]
    assert checkouts.of_client(world.ports, ana.id, debt.client_id)[-1].state == "open"
