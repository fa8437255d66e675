"""Webhooks: signed, at least once, in any order, tried again for three days."""

import hashlib
import hmac
import itertools
import json
import subprocess
import sys
import textwrap
import threading

import pytest
import stripe

from tests.contract.conftest import KEY, SECRET, Running, listening


@pytest.fixture
def expired_session(session, bank):
    """One event: `checkout.session.expired`."""
    made = session()
    bank.expire(made.id)
    return made.id


def test_a_delivery_is_signed_as_stripe_signs(expired_session, pretend, endpoint, clock):
    pretend.flush()
    [(body, signature)] = endpoint.seen
    at = int(clock.now().timestamp())
    digest = hmac.new(SECRET.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    assert signature == f"t={at},v1={digest}"
    assert stripe.WebhookSignature.verify_header(body, signature, SECRET)


def test_a_delivery_that_is_answered_2xx_is_not_repeated(expired_session, pretend, endpoint, clock):
    pretend.flush()
    clock.move(days=4)
    pretend.flush()
    assert len(endpoint.seen) == 1


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_is_tried_again_later_with_a_new_signature(expired_session, pretend, endpoint, clock, status):
    endpoint.status = status
    pretend.flush()
    endpoint.status = 200
    clock.move(seconds=59)
    assert pretend.flush() == 0
    clock.move(seconds=1)
    pretend.flush()
    (first, signature), (second, other) = endpoint.seen
    assert first == second
    assert signature != other


def test_pauses_grow_and_end_after_three_days(expired_session, pretend, endpoint, clock, bank):
    endpoint.status = 500
    start, times = clock.now(), []
    while pretend.stripe.next_event_at():
        clock.at = max(clock.now(), pretend.stripe.next_event_at())
        times.append((clock.now() - start).total_seconds())
        pretend.flush()
    pauses = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 60
    assert times[-1] > 48 * 3600
    assert times[-1] <= 72 * 3600
    assert bank.deliveries()[0]["state"] == "given_up"


def test_an_endpoint_that_is_not_there_is_tried_again(tmp_path, clock):
    with listening(Running(tmp_path / "s.db", clock, "http://127.0.0.1:9/nobody")) as running:
        client = stripe.StripeClient(KEY, base_addresses={"api": running.url})
        running.bank.restrict(client.v1.accounts.create({"country": "MX"}).id)
        running.flush()
        [delivery] = running.bank.deliveries()
        assert (delivery["state"], delivery["attempts"], delivery["answer"]) == ("due", 1, "ConnectionRefusedError")


def test_the_receiver_may_ask_stripe_while_it_is_being_told(expired_session, pretend, endpoint, client):
    found = []

    def ask(event):
        found.append(client.v1.events.retrieve(event["id"]).type)

    endpoint.on_event = ask
    pretend.flush()
    assert found == ["checkout.session.expired"]


def test_an_event_can_be_sent_again(expired_session, bank, pretend, endpoint):
    pretend.flush()
    bank.send_again()
    pretend.flush()
    first, second = endpoint.events
    assert first == second


def test_every_event_may_arrive_several_times(session, bank, pretend, endpoint):
    bank.copies(3)
    bank.expire(session().id)
    pretend.flush()
    assert endpoint.types == ["checkout.session.expired"] * 3


@pytest.mark.parametrize("order", ["created", "reversed", "shuffled"])
def test_held_back_webhooks_arrive_in_the_order_asked_for(session, bank, pretend, endpoint, client, order):
    bank.webhooks("hold")
    bank.pay(session().id, "card")
    assert pretend.flush() == 0
    bank.release(order, seed=7)
    pretend.flush()
    created = [event.id for event in client.v1.events.list().data][::-1]
    arrived = [event["id"] for event in endpoint.events]
    assert sorted(arrived) == sorted(created)
    assert (arrived == created) is (order == "created")
    assert (arrived == created[::-1]) is (order == "reversed")


def test_lost_webhooks_never_arrive_but_the_events_can_be_listed(session, bank, pretend, endpoint, client):
    bank.webhooks("lose")
    bank.pay(session().id, "card")
    pretend.flush()
    assert endpoint.seen == []
    assert "checkout.session.completed" in {event.type for event in client.v1.events.list().data}


def test_held_back_webhooks_can_be_dropped(session, bank, pretend, endpoint):
    bank.webhooks("hold")
    bank.expire(session().id)
    assert bank.drop() == {"dropped": 1}
    bank.release()
    pretend.flush()
    assert endpoint.seen == []


def test_webhooks_may_come_late(session, bank, pretend, endpoint, clock):
    bank.late(3600)
    bank.expire(session().id)
    pretend.flush()
    assert endpoint.seen == []
    clock.move(hours=1)
    pretend.flush()
    assert endpoint.types == ["checkout.session.expired"]


def test_events_carry_the_object_as_it_was_then(session, bank, pretend, endpoint, client):
    payment = bank.pay(session().id, "card")["id"]
    client.v1.refunds.create({"payment_intent": payment, "amount": 50_000})
    client.v1.refunds.create({"payment_intent": payment, "amount": 10_000})
    pretend.flush()
    refunded = [event["data"] for event in endpoint.events if event["type"] == "charge.refunded"]
    assert [data["object"]["amount_refunded"] for data in refunded] == [50_000, 60_000]
    assert [data["previous_attributes"]["amount_refunded"] for data in refunded] == [0, 50_000]


def test_time_passes_in_order_and_each_thing_has_its_own_second(session, client, pretend, clock, endpoint):
    start = int(clock.now().timestamp())
    long = session(expires_at=start + 7200)
    short = session(expires_at=start + 3600)
    clock.move(days=10)
    assert pretend.stripe.tick(clock.now()) == 2
    pretend.flush()
    told = [(event["data"]["object"]["id"], event["created"] - start) for event in endpoint.events]
    assert told == [(short.id, 3600), (long.id, 7200)]


def test_the_next_thing_to_happen_is_known(session, pretend, clock):
    assert pretend.stripe.next_event_at() is None
    made = session()
    assert pretend.stripe.next_event_at().timestamp() == made.expires_at


def test_the_background_courier_delivers_without_being_asked(tmp_path, clock, endpoint):
    with listening(Running(tmp_path / "s.db", clock, endpoint.url, background=True)) as running:
        client = stripe.StripeClient(KEY, base_addresses={"api": running.url})
        arrived = threading.Event()
        endpoint.on_event = lambda _event: arrived.set()
        running.bank.onboard(client.v1.accounts.create({"country": "MX"}).id)
        assert arrived.wait(5)
        assert endpoint.types == ["account.updated"]


KILLED = """
    import os, sys
    from datetime import UTC, datetime
    from infra.local.pretend_stripe import PretendStripe
    stripe = PretendStripe(
        sys.argv[1], lambda: datetime(2026, 11, 20, 16, tzinfo=UTC), sys.argv[2], "whsec_for_tests",
        base_url="http://127.0.0.1:1", background=False,
    )
    client = stripe.app.test_client()
    head = {"Authorization": "Bearer sk_test_1", "Idempotency-Key": "k1"}
    form = {
        "mode": "payment", "success_url": "https://a.example/", "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "mxn", "line_items[0][price_data][unit_amount]": "150000",
        "line_items[0][price_data][product_data][name]": "F-001",
    }
    made = client.post("/v1/checkout/sessions", data=form, headers=head).get_json()
    stripe.bank.pay(made["id"], "card")
    print(made["id"], flush=True)
    os.kill(os.getpid(), 9)
"""


def test_a_kill_loses_neither_money_nor_keys_nor_deliveries(tmp_path, clock, endpoint):
    state = tmp_path / "stripe.db"
    script = [sys.executable, "-c", textwrap.dedent(KILLED), str(state), endpoint.url]
    killed = subprocess.run(script, check=False, capture_output=True, text=True, timeout=60)
    assert killed.returncode == -9, killed.stderr
    made = killed.stdout.strip()
    with listening(Running(state, clock, endpoint.url)) as running:
        client = stripe.StripeClient(KEY, base_addresses={"api": running.url})
        assert client.v1.checkout.sessions.retrieve(made).payment_status == "paid"
        running.flush()
        assert json.loads(endpoint.seen[-1][0])["data"]["object"]["id"] == made
        again = running.stripe.world.store.rows("SELECT body FROM answers WHERE key = 'k1'")
        assert json.loads(again[0]["body"])["id"] == made
