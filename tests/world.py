"""A whole Al Día for a test: the real engine, the real Stripe SDK against the pretend Stripe, a mailbox and a clock
that moves only when told. `World.start(...)` is what the fixture `world` gives; close it when made by hand."""

import itertools
import random
import re
import threading
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, Flask
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, make_server

from aldia import bootstrap
from aldia.adapters.dynamo_table import DynamoTable, create_table
from aldia.app import create_app
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Debt
from aldia.flows import open_debt, run_jobs
from aldia.ports import Message, Ports
from aldia.settings import Settings
from aldia.store import accounts, cases, tokens, wakeups
from infra.local.pretend_stripe import PretendStripe

START = datetime(2026, 6, 1, 14, 0, tzinfo=UTC)  # a Monday, 08:00 in Mexico City
TICK = timedelta(minutes=5)
SECRET = "whsec_test"


class OwnHost(FlaskClient):
    """A browser that knows where Al Día lives."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("base_url", self.application.extensions["aldia"].settings.base_url)
        return super().open(*args, **kwargs)


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at


class Ids:
    """The same ids in every run."""

    def __init__(self, seed: int = 7) -> None:
        self._random, self._number = random.Random(seed), itertools.count(1)
        self._lock = threading.Lock()

    def new(self) -> str:
        with self._lock:
            return f"id{next(self._number):06d}"

    def token(self) -> str:
        with self._lock:
            return f"{self._random.getrandbits(256):064x}"

    def code(self) -> str:
        with self._lock:
            return f"{self._random.randrange(10**6):06d}"


class Outbox:
    """Every mail that was handed over, in order."""

    def __init__(self) -> None:
        self.sent: list[Message] = []

    def send(self, message: Message) -> str:
        self.sent.append(message)
        return f"mail-{len(self.sent)}"

    def to(self, address: str) -> list[Message]:
        return [message for message in self.sent if address in message.to]


class Folder:
    """Files in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        self.held[key] = content

    def get(self, key: str) -> bytes:
        return self.held[key]

    def delete(self, key: str) -> None:
        self.held.pop(key, None)

    def erase(self, folder: str) -> None:
        for key in [key for key in self.held if key.startswith(f"{folder}/")]:
            del self.held[key]


_idle: list[BaseWSGIServer] = []
"""Servers that run and that no world uses: to stop one takes half a second, and a test needs two."""


def _server() -> BaseWSGIServer:
    server = make_server("127.0.0.1", 0, _nothing, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


_applications: dict[str, list[Flask]] = {}
"""Applications that no world uses, by their address: to make one takes a tenth of a second, most of it for routes."""


def _application(ports: Ports) -> Flask:
    """One that was made for this address before, as if it were new."""
    address = ports.settings.base_url
    waiting = _applications.get(address)
    app = waiting.pop() if waiting else create_app(ports)
    app.extensions |= {"aldia": ports, "address": address}
    app.extensions.setdefault("as made", _marks(app))
    return app


def _give_back(app: Flask) -> None:
    """Keep it for the next world, unless a test gave it more than ports."""
    if _marks(app) == app.extensions.get("as made"):
        _applications.setdefault(app.extensions["address"], []).append(app)


def _marks(app: Flask) -> Any:
    """What a test might change of an application."""
    rules, hooks = len(app.url_map._rules), [len(app.before_request_funcs), len(app.after_request_funcs.get(None, ()))]
    return rules, hooks, {name: value for name, value in app.config.items() if name != "TESTING"}


@dataclass
class World:
    """Ports, the application, and hands to move things."""

    ports: Ports
    clock: Clock
    outbox: Outbox
    app: Any
    stripe: PretendStripe
    servers: list[BaseWSGIServer]
    dynamodb: Any

    @classmethod
    def start(cls, dynamodb: Any, table_name: str, *, now: datetime = START, **settings: Any) -> "World":
        clock, outbox = Clock(now), Outbox()
        servers = [_idle.pop() if _idle else _server() for _ in range(2)]
        base, stripe_url = (f"http://127.0.0.1:{server.server_port}" for server in servers)
        stripe = PretendStripe(
            ":memory:", clock.now, f"{base}/hooks/stripe", SECRET, base_url=stripe_url, background=False
        )
        values = {
            "base_url": base,
            "stripe_endpoint": stripe_url,
            "stripe_key": "sk_test_local",
            "stripe_webhook_secrets": (SECRET,),
            "table": table_name,
            "trust_limits": False,
        } | settings
        create_table(dynamodb, table_name)
        ports = bootstrap.build(
            Settings(**values),
            clock=clock,
            ids=Ids(),
            mailer=outbox,
            files=Folder(),
            table=DynamoTable(dynamodb, table_name),
        )
        world = cls(ports, clock, outbox, _application(ports), stripe, servers, dynamodb)
        world.app.testing = True
        world.app.test_client_class = OwnHost
        servers[0].app, servers[1].app = world.app, stripe.app
        return world

    def close(self) -> None:
        for server in self.servers:
            server.app = _nothing
            _idle.append(server)
        _give_back(self.app)
        self.stripe.stop()

    def with_routes_of(self, blueprint: Blueprint) -> None:
        """A new application that has these too: one that has answered a request takes no more of them."""
        self.app = create_app(self.ports)
        self.app.register_blueprint(blueprint)
        self.app.testing, self.app.test_client_class = True, OwnHost
        self.servers[0].app = self.app

    # -- time -----------------------------------------------------------------------------------

    def jobs(self) -> run_jobs.Report:
        """Deliver the provider's webhooks, then one run of the scheduled function."""
        self.stripe.flush()
        return run_jobs.run(self.ports)

    def until(self, at: datetime | str, *, every: timedelta = timedelta(hours=1)) -> None:
        """Let time pass, running the jobs at every whole step of it at which there is something to do."""
        target = datetime.fromisoformat(at) if isinstance(at, str) else at
        while (stop := self._next_stop(target, int(every.total_seconds()))) is not None:
            self.clock.at = stop
            self.jobs()
        self.clock.at = target.astimezone(UTC)

    def _next_stop(self, target: datetime, step: int) -> datetime | None:
        """The next whole step not before what is due next, here or at the provider; None when that is after the end."""
        days = (target - self.clock.at).days + 2
        moments = (wakeups.next_at(self.ports, self.clock.at, days=days), self.stripe.next_event_at())
        due = min((moment.timestamp() for moment in moments if moment), default=None)
        if due is None:
            return None
        stop = max(self.clock.at.timestamp() // step + 1, -(-due // step)) * step
        return datetime.fromtimestamp(stop, UTC) if stop <= target.timestamp() else None

    def advance(self, **span: float) -> None:
        self.until(self.clock.at + timedelta(**span))

    # -- people -----------------------------------------------------------------------------------

    def account(self, email: str = "ana@example.com", **values: Any) -> Account:
        """A freelancer who has signed up and said her name and country."""
        known = {"name": "Ana Ruiz", "country": "MX", "timezone": "America/Mexico_City", "currency": "MXN"}
        fresh = Account(self.ports.ids.new(), email, created_at=self.clock.at, **(known | values))
        return accounts.save(self.ports, fresh, accounts.claim_email(email, fresh.id))

    def debt(self, account: Account, *, client: str = "Bruno", email: str = "bruno@example.com", **values: Any) -> Debt:
        """An open debt of a client of that name (the same client again for the same name)."""
        known = open_debt.find_client(self.ports, account, name=client, email=email)
        person = known or open_debt.new_client(self.ports, account, name=client, email=email)
        today = self.clock.at.astimezone().date()
        wish = {
            "number": "F-001",
            "currency": account.currency,
            "amount_minor": 100_000,
            "issued_on": today,
            "due_on": today + timedelta(days=30),
            "opened_at": self.clock.at,
            "concept": "Diseño de la web",
        } | values
        wish = {
            name: date.fromisoformat(v) if name.endswith("_on") and isinstance(v, str) else v
            for name, v in wish.items()
        }
        debt = Debt(id=self.ports.ids.new(), client_id=person.id, **wish)
        open_debt.open_debt(self.ports, account, person, debt)
        return debt

    def case(self, account: Account, debt: Debt) -> Case:
        """The case as it is stored now."""
        return cases.load_by_id(self.ports, account.id, debt.client_id)

    def change_client(self, account: Account, debt: Debt, **values: Any) -> None:
        """Change the client's fields behind the flows' back."""
        from aldia.domain.case import Outcome

        case = self.case(account, debt)
        changed = replace(case, client=replace(case.client, **values))
        cases.save(self.ports, case, Outcome(changed), now=self.clock.at)

    def browser(self, account: Account | None = None) -> Any:
        """A Flask test client, signed in when an account is given; forms carry `csrf` by `World.post`."""
        client = self.app.test_client()
        if account:
            secret = self.ports.ids.token()
            now = self.clock.at
            self.ports.table.write(tokens.put_session(self.ports, secret, tokens.Session(account.id, now, now, now)))
            client.set_cookie("s", secret, domain="127.0.0.1")
            client.secret = secret
        return client

    def path(self, url: str) -> str:
        """The path of one of our own links."""
        return url.removeprefix(self.ports.settings.base_url)

    def link(self, message: Message) -> str:
        """The client's page that a letter leads to, as a path."""
        found = re.search(r"/p/[A-Za-z0-9_-]+", message.text)
        assert found, message.text
        return found[0]


def csrf(html: str) -> str:
    """The form token of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', html)
    assert found, html[:2000]
    return found[1]


def mark(html: str) -> str:
    """How the client's page calls its first debt."""
    found = re.search(r'name="debt" value="([0-9a-f]+)"', html)
    assert found, html[:2000]
    return found[1]


def contact(email: str, **values: Any) -> BillingContact:
    return BillingContact(email, **values)


def client(name: str = "Bruno", **values: Any) -> Client:
    return Client(id=values.pop("id", "bruno"), name=name, **values)


def _nothing(_environ: Any, start: Any) -> list[bytes]:
    start("503 Service Unavailable", [])
    return []
