"""Webhooks are lost after the payment was booked: what Stripe's own list of events says is booked all the same."""

from datetime import timedelta

import pytest

from aldia.domain.ledger import law_of_money
from tests.flows.test_faults import press, session_of, written
from tests.flows.test_whose_account import connected, many, written_to
from tests.flows.test_whose_account import press as press_page

__all__ = ["many"]


@pytest.fixture
def paid(world):
    """A payment that was booked; from then on every webhook is lost."""
    given = written(world)
    session = session_of(press(world.ports, given))
    world.stripe.bank.pay(session)
    world.jobs()
    assert kinds(world, given) == ["payment"]
    world.stripe.bank.webhooks("lose")
    return given, session


def kinds(world, given):
    debt = world.case(*given[:2]).debt(given[1].id)
    assert law_of_money(debt, world.case(*given[:2]).local_day(world.clock.at))
    return [entry.kind for entry in debt.entries]


def hours(world, count):
    for _ in range(count):
        world.clock.at += timedelta(hours=1, minutes=1)
        world.jobs()


def asked(caplog):
    return len([record for record in caplog.records if "GET /v1/events" in record.getMessage()])


def test_a_refund_that_no_webhook_told_of_is_booked_once(world, paid):
    given, session = paid
    world.stripe.bank.refund(session, amount=40_000)
    hours(world, 1)
    assert kinds(world, given) == ["payment", "refund"]
    hours(world, 4)
    assert kinds(world, given) == ["payment", "refund"]


def test_a_dispute_that_no_webhook_told_of_is_booked_and_so_is_its_end(world, paid):
    given, session = paid
    dispute = world.stripe.bank.dispute(session)
    hours(world, 1)
    assert kinds(world, given) == ["payment", "chargeback"]
    world.stripe.bank.close_dispute(dispute["id"], won=True)
    hours(world, 1)
    assert kinds(world, given) == ["payment", "chargeback", "chargeback_won"]


def test_while_stripe_is_down_nothing_is_passed_over(world, paid):
    given, session = paid
    world.stripe.bank.refund(session)
    world.stripe.bank.fault(kind="busy", path="/v1/", times=1000)
    hours(world, 6)
    assert kinds(world, given) == ["payment"]
    world.stripe.bank.faults.waiting.clear()
    hours(world, 2)
    assert kinds(world, given) == ["payment", "refund"]


def test_an_installation_that_stood_still_for_three_weeks_reads_all_that_happened(world, paid):
    given, session = paid
    world.stripe.bank.refund(session, amount=10_000)
    world.clock.at += timedelta(days=10)
    world.stripe.bank.refund(session, amount=20_000)
    world.clock.at += timedelta(days=11)
    for _ in range(4):
        world.jobs()
    assert kinds(world, given) == ["payment", "refund", "refund"]


def test_before_anybody_pays_stripe_is_asked_nothing_and_then_once_an_hour(world, caplog):
    caplog.set_level("INFO", logger="werkzeug")  # its server tells of each request
    given = written(world)
    hours(world, 2)
    assert asked(caplog) == 0
    press(world.ports, given)
    for _ in range(12):
        world.clock.at += timedelta(minutes=5, seconds=1)
        world.jobs()
    assert asked(caplog) == 1


def test_an_account_at_which_nothing_happened_is_read_on(world, paid):
    given, session = paid
    hours(world, 30)
    world.stripe.bank.refund(session)
    hours(world, 1)
    assert kinds(world, given) == ["payment", "refund"]


def test_each_connected_account_is_listened_to_as_itself(many):
    ana = connected(many)
    [debt], link = written_to(many, ana)
    session = session_of(press_page(many, link).location)
    many.stripe.bank.pay(session)
    many.jobs()
    many.stripe.bank.webhooks("lose")
    many.stripe.bank.refund(session)
    hours(many, 1)
    assert kinds(many, (ana, debt)) == ["payment", "refund"]
