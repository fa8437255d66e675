"""A pretend Stripe on a free port, the real SDK pointed at it, a clock of our own and an endpoint for webhooks."""

import itertools
import json
import socket
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe as stripe_sdk
from werkzeug.serving import WSGIRequestHandler, make_server

from aldia.adapters.stripe_payments import StripePayments
from aldia.ports import StartCheckout
from infra.local.pretend_stripe import PretendStripe

SECRET = "whsec_for_tests"
KEY = "sk_test_for_tests"
MARKS = {"account": "a1", "client": "c1", "checkout": "k1"}


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self, at):
        self.at = at

    def now(self):
        return self.at

    def move(self, **parts):
        self.at += timedelta(**parts)


class Endpoint:
    """Receives webhooks. `status` is what it answers; `seen` holds (body, signature) in the order of arrival."""

    def __init__(self):
        self.seen = []
        self.status = 200
        self.on_event = None
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.seen.append((body, self.headers["Stripe-Signature"]))
                if endpoint.on_event:
                    endpoint.on_event(json.loads(body))
                self.send_response(endpoint.status)
                self.end_headers()

            def log_message(self, *words):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hooks/stripe"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def types(self):
        return [json.loads(body)["type"] for body, _ in self.seen]

    @property
    def events(self):
        return [json.loads(body) for body, _ in self.seen]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Quiet(WSGIRequestHandler):
    """Keeps connections open, as Stripe does, and writes no log."""

    protocol_version = "HTTP/1.1"

    def log(self, *words):
        """Quiet."""


class Running:
    """A pretend Stripe that listens."""

    def __init__(self, state_file, clock, webhook_url, **more):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        numbers = itertools.count(1)
        self.stripe = PretendStripe(
            state_file,
            clock.now,
            webhook_url,
            SECRET,
            base_url=self.url,
            **{"background": False, "new_id": lambda prefix: f"{prefix}_{next(numbers):06d}", **more},
        )
        self.server = make_server("127.0.0.1", port, self.stripe.app, threaded=True, request_handler=Quiet)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self.bank = self.stripe.bank

    def flush(self):
        return self.stripe.flush()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.stripe.stop()


@contextmanager
def listening(server):
    try:
        yield server
    finally:
        server.close()


@pytest.fixture
def clock():
    return Clock(datetime(2026, 11, 20, 16, 0, tzinfo=UTC))


@pytest.fixture
def endpoint():
    with listening(Endpoint()) as running:
        yield running


@pytest.fixture
def pretend(tmp_path, clock, endpoint):
    with listening(Running(tmp_path / "stripe.db", clock, endpoint.url)) as running:
        yield running


@pytest.fixture
def bank(pretend):
    return pretend.bank


@pytest.fixture
def client(pretend):
    """The real SDK."""
    return stripe_sdk.StripeClient(KEY, base_addresses={"api": pretend.url}, max_network_retries=0)


@pytest.fixture
def payments(pretend):
    """Our adapter."""
    return StripePayments(KEY, endpoint=pretend.url, secrets=("whsec_older", SECRET))


@pytest.fixture
def session(client):
    """Make a Checkout Session: `session(amount, currency, **more parameters)`."""

    def make(amount=150_000, currency="mxn", *, options=None, **more):
        price = {"currency": currency, "unit_amount": amount, "product_data": {"name": "Factura F-001"}}
        params = {
            "mode": "payment",
            "line_items": [{"price_data": price, "quantity": 1}],
            "success_url": "https://shop.example/gracias?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example/volver",
        }
        return client.v1.checkout.sessions.create(params | more, options or {})

    return make


@pytest.fixture
def connected(client, bank):
    """A connected account that can take payments."""
    account = client.v1.accounts.create({"country": "MX", "email": "ana@example.com"})
    bank.onboard(account.id)
    return account.id


@pytest.fixture
def wish(clock):
    return StartCheckout(
        idempotency_key="checkout-1",
        account="",
        amount_minor=150_000,
        currency="MXN",
        description="Ana: F-001",
        lines=(("Ana · F-001", 100_000), ("Ana · F-002", 50_000)),
        expires_at=clock.now() + timedelta(hours=2),
        success_url="https://aldia.example/p/x/gracias",
        cancel_url="https://aldia.example/p/x",
        locale="es",
        metadata=MARKS,
        customer_email="bruno@example.com",
    )
