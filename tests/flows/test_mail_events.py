"""What the mail provider tells: bounces, complaints, and states that never go back."""

import itertools

import pytest

from aldia.flows.mail_event import MailEvent, mail_event
from aldia.store import accounts, letters


@pytest.fixture
def sent(world):
    ana = world.account()
    debt = world.debt(ana)
    world.advance(hours=2)
    return ana, debt, world.outbox.sent[-1]


def record_of(world, ana, debt):
    return letters.load(world.ports, (f"A#{ana.id}#C#{debt.client_id}", "R#2026-06-01#invoice_sent"))


def test_a_hard_bounce_silences_the_client_and_tells_the_freelancer(world, sent):
    ana, debt, message = sent
    mail_event(world.ports, MailEvent("bounce", "mail-1", dict(message.tags)))
    assert world.case(ana, debt).client.bounced_at
    world.jobs()
    assert "no llegó" in world.outbox.to("ana@example.com")[-1].text
    world.advance(days=60)
    assert len(world.outbox.to("bruno@example.com")) == 1


def test_a_soft_bounce_silences_nobody(world, sent):
    ana, debt, message = sent
    mail_event(world.ports, MailEvent("bounce", "mail-1", dict(message.tags), is_permanent=False))
    assert world.case(ana, debt).client.bounced_at is None


@pytest.mark.parametrize("order", list(itertools.permutations(["send", "delivery", "bounce"])))
def test_events_in_any_order_end_in_the_furthest_state(world, sent, order):
    ana, debt, message = sent
    for kind in order * 2:
        mail_event(world.ports, MailEvent(kind, "mail-1", dict(message.tags)))
    assert record_of(world, ana, debt).state == "bounced"


def test_an_event_of_somebody_elses_mail_changes_nothing(world, sent):
    ana, debt, _message = sent
    mail_event(world.ports, MailEvent("complaint", "mail-9", {"account": ana.id, "client": "nobody", "letter": "x"}))
    assert world.case(ana, debt).client.complained_at is None


def test_one_early_complaint_pauses_the_account(dynamodb, table_name):
    from tests.world import World

    world = World.start(dynamodb, table_name, trust_limits=True)
    ana = world.account()
    debt = world.debt(ana)
    world.advance(hours=2)
    mail_event(world.ports, MailEvent("complaint", "mail-1", dict(world.outbox.sent[-1].tags)))
    assert world.case(ana, debt).client.complained_at
    assert accounts.load(world.ports, ana.id).paused.reason == "trust"
    other = world.debt(ana, client="Carla", email="carla@example.com")
    world.advance(days=3)
    assert not world.outbox.to("carla@example.com"), other
    world.close()
