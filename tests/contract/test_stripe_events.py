"""Our adapter and Stripe's events: what is believed, what is refused, what is found again."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import stripe

from aldia.adapters.stripe_payments import StripePayments
from aldia.ports import WebhookRefused
from tests.contract.conftest import KEY, MARKS, SECRET


@pytest.fixture
def delivered(payments, wish, bank, pretend, endpoint):
    """A paid checkout's events as they arrived: (body, signature), the last one being `completed`."""
    started = payments.start_checkout(wish)
    bank.pay(started.session_id, "card")
    pretend.flush()
    return endpoint.seen


def test_a_signed_webhook_says_whom_it_concerns(payments, delivered, clock):
    event = payments.verify_webhook(*delivered[-1], now=clock.now())
    assert event.type == "checkout.session.completed"
    assert (event.account, event.is_live, event.created_at) == ("", False, clock.now())
    assert event.session_id == event.object_id
    assert event.payment_id.startswith("pi_")
    assert event.metadata == MARKS


def test_every_event_of_a_payment_names_the_payment(payments, delivered, clock):
    events = [payments.verify_webhook(*one, now=clock.now()) for one in delivered]
    assert len({event.payment_id for event in events}) == 1
    assert all(event.payment_id for event in events)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_is_good_for_five_minutes_of_our_clock(payments, delivered, clock, seconds):
    assert payments.verify_webhook(*delivered[-1], now=clock.now() + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, 3 * 24 * 3600])
def test_an_older_or_a_future_signature_is_refused(payments, delivered, clock, seconds):
    with pytest.raises(WebhookRefused):
        payments.verify_webhook(*delivered[-1], now=clock.now() + timedelta(seconds=seconds))


def test_either_secret_of_a_rotation_is_enough_and_none_is_not(pretend, delivered, clock):
    for secrets in ((SECRET,), ("whsec_new", SECRET), (SECRET, "whsec_old")):
        assert StripePayments(KEY, endpoint=pretend.url, secrets=secrets).verify_webhook(
            *delivered[-1], now=clock.now()
        )
    for secrets in ((), ("",), ("whsec_new",), ("whsec_new", "whsec_old")):
        with pytest.raises(WebhookRefused):
            StripePayments(KEY, endpoint=pretend.url, secrets=secrets).verify_webhook(*delivered[-1], now=clock.now())


def test_no_changed_byte_of_the_body_is_accepted(payments, delivered, clock):
    body, signature = delivered[-1]
    for place in range(0, len(body), 7):
        changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(WebhookRefused):
            payments.verify_webhook(changed, signature, now=clock.now())


def test_no_changed_character_of_the_signature_is_accepted(payments, delivered, clock):
    body, signature = delivered[-1]
    for place in range(len(signature)):
        other = "0" if signature[place] != "0" else "1"
        with pytest.raises(WebhookRefused):
            payments.verify_webhook(body, signature[:place] + other + signature[place + 1 :], now=clock.now())


@pytest.mark.parametrize(
    "signature", ["", "t=,v1=", "v1=abc", "t=1", "t=x,v1=y", "t=1,v0=abc", ",,,", "t=1,v1=é", None]
)
def test_a_signature_of_another_shape_is_refused(payments, delivered, clock, signature):
    with pytest.raises(WebhookRefused):
        payments.verify_webhook(delivered[-1][0], signature, now=clock.now())


def test_a_signature_with_a_crooked_time_never_breaks_the_check(payments, delivered, clock):
    body, signature = delivered[-1]
    crooked = signature.replace(",", "=1,", 1)
    assert payments.verify_webhook(body, crooked, now=clock.now()).id  # the signed second is the same
    with pytest.raises(WebhookRefused):
        payments.verify_webhook(body, crooked, now=clock.now() + timedelta(hours=1))


def signed(body, clock):
    text = body.decode("utf-8")
    return stripe.WebhookSignature.generate_signature_header(text, SECRET, int(clock.now().timestamp()))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"object": "event"}',
        b'{"object": "event", "id": "e", "type": "x", "created": "x", "livemode": false, "data": {"object": {}}}',
        b'{"object": "event", "id": "e", "type": "", "created": [], "livemode": 0, "data": {"object": {"object": 1}}}',
        b'{"object": "event", "id": "evt_1", "type": "x", "created": 1, "livemode": false, "data": {"object": []}}',
        b'{"object": "v2.core.event", "id": "evt_1"}',
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(payments, clock, body):
    with pytest.raises(WebhookRefused):
        payments.verify_webhook(body, signed(body, clock), now=clock.now())


def test_a_body_that_is_not_text_or_too_large_is_refused(payments, delivered, clock):
    for body in (b"\xff\xfe", b" " * (256 * 1024 + 1)):
        with pytest.raises(WebhookRefused):
            payments.verify_webhook(body, delivered[-1][1], now=clock.now())


@pytest.mark.parametrize("mode", [True, "false", None])
def test_an_event_of_the_other_mode_is_refused(payments, delivered, clock, mode):
    event = json.loads(delivered[-1][0]) | {"livemode": mode}
    body = json.dumps(event).encode()
    refused = StripePayments(KEY, secrets=(SECRET,), is_live=mode is not True)
    with pytest.raises(WebhookRefused):
        refused.verify_webhook(body, signed(body, clock), now=clock.now())


def test_an_event_names_the_account_that_it_comes_from(payments, wish, bank, pretend, endpoint, clock, connected):
    endpoint.seen.clear()
    started = payments.start_checkout(replace(wish, account=connected))
    bank.pay(started.session_id, "card")
    pretend.flush()
    event = payments.verify_webhook(*endpoint.seen[-1], now=clock.now())
    assert event.account == connected


def test_events_since_are_of_one_account_oldest_first(payments, wish, bank, clock, connected):
    start = clock.now()
    ours = payments.start_checkout(wish)
    theirs = payments.start_checkout(replace(wish, account=connected))
    bank.pay(theirs.session_id, "card")
    clock.move(minutes=1)
    bank.pay(ours.session_id, "card")
    told = payments.events_since(start, "")
    assert {event.account for event in told} == {""}
    assert told[-1].type == "checkout.session.completed"
    assert told[-1].session_id == ours.session_id
    assert [event.created_at for event in told] == sorted(event.created_at for event in told)
    assert {event.account for event in payments.events_since(start, connected)} == {connected}
    assert payments.events_since(clock.now() + timedelta(seconds=1), "") == []


def test_events_since_reads_every_page(payments, wish, bank, clock):
    start = clock.now()
    started = payments.start_checkout(wish)
    bank.pay(started.session_id, "card")
    for _ in range(60):
        bank.refund(started.session_id, amount=1)
    told = payments.events_since(start, "")
    assert len([event for event in told if event.type == "refund.created"]) == 60
    assert len({event.id for event in told}) == len(told) > 100
