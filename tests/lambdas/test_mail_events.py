"""What SES tells, through the queue: a letter's state, silence after a bounce, and one bad message among good ones."""

import json

import mail_events
import pytest

from aldia.lambdas import mail
from aldia.store.keys import hashed
from tests.lambdas.lambda_world import CONTEXT, queue_event, ses_event


@pytest.fixture
def told(world, monkeypatch):
    """A letter that went out in a world whose ports the function finds."""
    monkeypatch.setattr(mail, "ports", lambda: world.ports)
    account = world.account()
    debt = world.debt(account, due_on="2026-06-03", issued_on="2026-06-01")
    world.until("2026-06-03T23:00:00+00:00")
    letters = [message for message in world.outbox.to("bruno@example.com") if "letter" in message.tags]
    assert letters
    return world, account, debt, letters[-1].tags


def state(world, tags):
    from aldia.ports import Query
    from aldia.store import keys, letters

    pk, _ = keys.client(tags["account"], tags["client"])
    found = world.ports.table.query(Query(pk, begins_with="R#", strong=True)).items
    return next(letters.decoded(item).state for item in found if hashed(item["sk"][2:])[:32] == tags["letter"])


def test_a_delivery_is_noted(told):
    world, _account, _debt, tags = told
    assert mail_events.handler(queue_event(ses_event("Delivery", tags)), CONTEXT) == {"batchItemFailures": []}
    assert state(world, tags) == "delivered"


def test_a_hard_bounce_silences_the_address_and_a_soft_one_does_not(told):
    world, account, debt, tags = told
    mail_events.handler(queue_event(ses_event("Bounce", tags, permanent=False)), CONTEXT)
    assert world.case(account, debt).client.bounced_at is None
    mail_events.handler(queue_event(ses_event("Bounce", tags)), CONTEXT)
    assert world.case(account, debt).client.bounced_at is not None


def test_a_mail_that_ses_rejected_blames_no_address(told):
    world, account, debt, tags = told
    mail_events.handler(queue_event(ses_event("Reject", tags)), CONTEXT)
    assert world.case(account, debt).client.bounced_at is None
    assert state(world, tags) == "bounced"


def test_a_poisoned_message_is_told_again_alone_and_its_nine_neighbours_are_handled_once(told):
    world, _account, _debt, tags = told
    good = ses_event("Delivery", tags)
    bad = ["{", "[]", {"eventType": "Delivery"}, {}]
    answer = mail_events.handler(queue_event(good, *bad, *[good] * 5), CONTEXT)
    assert answer == {"batchItemFailures": [{"itemIdentifier": f"m{place}"} for place in (1, 2, 3, 4)]}
    assert state(world, tags) == "delivered"


def test_an_event_in_snss_envelope_is_the_same_event(told):
    world, _account, _debt, tags = told
    wrapped = {"Type": "Notification", "Message": json.dumps(ses_event("Complaint", tags))}
    mail_events.handler(queue_event(wrapped), CONTEXT)
    assert state(world, tags) == "complained"


def test_kinds_that_we_do_not_listen_to_change_nothing():
    assert mail.read({"eventType": "Open", "mail": {}}) is None
