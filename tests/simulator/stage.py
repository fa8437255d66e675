"""A whole Al Día inside one process, without sockets: dictionaries for the engine, the real Stripe SDK against the
pretend Stripe's application, a mailbox. Small enough to be built anew for every seed."""

import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

from aldia import bootstrap
from aldia.adapters.dynamo_table import _is_repeatable
from aldia.adapters.stripe_payments import StripePayments
from aldia.app import create_app
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import BillingContact
from aldia.domain.debt import Debt
from aldia.flows import open_debt
from aldia.flows.mail_event import MailEvent
from aldia.ports import AlreadyThere, Delete, Message, Ports, Put, Set, Write
from aldia.settings import Settings
from aldia.store import accounts, cases
from infra.local.pretend_stripe import PretendStripe
from infra.local.pretend_stripe import accounts as stripe_accounts
from tests.simulator.dict_table import Commit, DictTable
from tests.simulator.machine import CALM, Clock, Luck, Machine
from tests.simulator.points import Killed, Mail, StripeTransport

START = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)  # a Monday, 06:00 in Mexico City
SECRET = "whsec_simulated"
HOME = "http://127.0.0.1:8000"
Work = Callable[[], Any]
"""What somebody does on the stage."""
STRIPE = "http://127.0.0.1:8001"


class Ids:
    """The same ids for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random, self._number = random.Random(f"ids {seed}"), itertools.count(1)

    def begin_at(self, number: int) -> None:
        """Those before are taken."""
        self._number = itertools.count(number)

    def new(self) -> str:
        return f"id{next(self._number):05d}"

    def token(self) -> str:
        return f"{self._random.getrandbits(256):064x}"

    def code(self) -> str:
        return f"{self._random.randrange(10**6):06d}"

    def of_stripe(self, prefix: str) -> str:
        return f"{prefix}_{next(self._number):06d}"


class Files:
    """Files in memory, each call a point."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.held: dict[str, bytes] = {}

    def put(self, key: str, content: bytes) -> None:
        self._do("PutFile", lambda: self.held.__setitem__(key, content))

    def get(self, key: str) -> bytes:
        if key not in self.held:
            raise FileNotFoundError(key)
        return cast(bytes, self._do("GetFile", lambda: self.held[key]))

    def delete(self, key: str) -> None:
        self._do("DeleteFile", lambda: self.held.pop(key, None))

    def erase(self, folder: str) -> None:
        for key in [key for key in self.held if key.startswith(f"{folder}/")]:
            self.delete(key)

    def _do(self, operation: str, call: Callable[[], Any]) -> Any:
        self.machine.before("files", operation)
        answer = call()
        self.machine.after("files", operation)
        return answer


class Mailbox:
    """Every mail that the provider took, and the events that it will tell of them."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.mails: list[tuple[datetime, Message]] = []

    def send(self, message: Message) -> str:
        self.mails.append((self.machine.clock.at, message))
        self.machine.note(f"mail {len(self.mails)} to {message.to[0]}: {message.subject}")
        return f"mail-{len(self.mails)}"

    def letters(self) -> list[tuple[datetime, Message]]:
        """Those to clients."""
        return [(at, mail) for at, mail in self.mails if "letter" in mail.tags]

    def event(self, dice: random.Random, kind: str) -> MailEvent | None:
        """Something that the provider tells of one of the last letters."""
        found = [(n, mail) for n, (_at, mail) in enumerate(self.mails, 1) if "letter" in mail.tags]
        if not found:
            return None
        number, mail = dice.choice(found[-4:])
        return MailEvent(kind, f"mail-{number}", dict(mail.tags), is_permanent=dice.random() < 0.7)  # type: ignore[arg-type]


ALONE: dict[type, str] = {Put: "PutItem", Delete: "DeleteItem", Set: "UpdateItem"}


class Points:
    """The dictionary store as the SDK's operations, with points around each."""

    def __init__(self, inner: DictTable, machine: Machine) -> None:
        self.inner, self.machine, self._tokens = inner, machine, itertools.count(1)

    def get(self, pk: str, sk: str, *, strong: bool = True) -> Any:
        return self._read("GetItem", lambda: self.inner.get(pk, sk, strong=strong))

    def get_many(self, keys: Any, *, strong: bool = True) -> Any:
        return self._read("BatchGetItem", lambda: self.inner.get_many(keys, strong=strong))

    def query(self, query: Any) -> Any:
        lag = self.machine.lag() if query.index else 0
        return self._read("Query", lambda: self.inner.query(query, lag=lag))

    def every(self, kind: str) -> Any:
        return self._read("Scan", lambda: list(self.inner.every(kind)))

    def write(self, *writes: Write) -> None:
        """As DynamoTable does it: alone what may be repeated as it is, all else as a transaction with its token."""
        if not writes:
            return
        is_alone = len(writes) == 1 and _is_repeatable(writes[0])
        operation = ALONE[type(writes[0])] if is_alone else "TransactWriteItems"
        token = "" if is_alone else f"{next(self._tokens)}"
        self._do(operation, lambda: self.inner.write(*writes, token=token))

    def _read(self, operation: str, call: Any) -> Any:
        return self._do(operation, call)

    def _do(self, operation: str, call: Any) -> Any:
        self.machine.before("table", operation)
        answer = call()
        while self.machine.after("table", operation):
            answer = call()
        return answer


class InProcess:
    """An HTTP client of Stripe's SDK that calls a WSGI application."""

    def __init__(self, app: Any) -> None:
        self.client = app.test_client()

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        answer = self.client.open(path, method=method.upper(), headers=dict(headers), data=post_data, base_url=STRIPE)
        return answer.get_data(as_text=True), answer.status_code, answer.headers

    def close(self) -> None:
        """Nothing is open."""


@cache
def application() -> Any:
    """One web application for all seeds: building it costs more than a seed."""
    app = create_app(bootstrap.build(Settings(base_url=HOME, stripe_key="sk_test_x"), table=DictTable(), mailer=Mail))
    app.config["PROPAGATE_EXCEPTIONS"] = True
    return app


@cache
def provider() -> tuple[PretendStripe, Any]:
    """One pretend Stripe, and the port that talks to it, for all seeds."""
    stripe = PretendStripe(":memory:", lambda: START, f"{HOME}/hooks/stripe", SECRET, base_url=STRIPE, background=False)
    transport = StripeTransport(InProcess(stripe.app), Machine(0, Clock(START)))
    payments = StripePayments("sk_test_x", endpoint=STRIPE, secrets=(SECRET,), http_client=transport)
    payments.transport = transport  # type: ignore[attr-defined]
    return stripe, payments


def empty(stripe: PretendStripe, machine: Machine, ids: Ids) -> None:
    """The pretend Stripe as on its first day, under this seed's clock and ids."""
    stripe.world.now, stripe.world.new_id = machine.clock.now, ids.of_stripe
    for table in ("objects", "timers", "deliveries", "answers", "notes"):
        stripe.world.store.rows(f"DELETE FROM {table}")
    stripe_accounts.platform(stripe.world, "MX")


@dataclass
class Stage:
    """Everything that one seed plays with."""

    machine: Machine
    table: DictTable
    mailbox: Mailbox
    stripe: PretendStripe
    ports: Ports
    account_id: str = ""
    clients: list[str] = field(default_factory=list)
    debts: list[tuple[str, str]] = field(default_factory=list)  # (client, debt)
    shown: list[str] = field(default_factory=list)  # payment pages that a client was led to
    cards: list[tuple[str, str, str]] = field(default_factory=list)  # letters that wait, as shown: client, name, mark
    notes: list[str] = field(default_factory=list)  # personal notes, no two alike
    acknowledged: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # booked by hand and answered for: key → debt

    @property
    def clock(self) -> Clock:
        return self.machine.clock

    @classmethod
    def build(
        cls,
        seed: int,
        *,
        luck: Luck = CALM,
        on_commit: Commit | None = None,
        made: Callable[..., Machine] = Machine,
        **settings: Any,
    ) -> "Stage":
        machine = made(seed, Clock(START), luck)
        ids, table, mailbox = Ids(seed), DictTable(on_commit, machine.clock.now), Mailbox(machine)
        stripe, payments = provider()
        empty(stripe, machine, ids)
        payments.transport.points = machine
        held = Settings(**({"base_url": HOME, "trust_limits": False, "wake_shards": 1} | settings))
        ports = bootstrap.build(
            held,
            clock=machine.clock,
            ids=ids,
            table=Points(table, machine),
            mailer=Mail(mailbox, machine),
            payments=payments,
            files=Files(machine),
            pause=machine.wait,
        )
        stage = cls(machine, table, mailbox, stripe, ports)
        stripe.courier.post = stage._deliver  # type: ignore[method-assign]
        return stage

    def close(self) -> None:
        self.machine.abandon()

    # -- people -----------------------------------------------------------------------------------

    def sign_up(self, **values: Any) -> Account:
        known = {"name": "Ana Ruiz", "country": "MX", "timezone": "America/Mexico_City", "currency": "MXN"}
        fresh = Account(self.ports.ids.new(), "ana@example.com", created_at=self.clock.at, **(known | values))
        self.account_id = fresh.id
        return accounts.save(self.ports, fresh, accounts.claim_email(fresh.email, fresh.id))

    def client(self, name: str) -> str:
        account = self.account()
        person = open_debt.new_client(self.ports, account, name=name, email=f"{name.lower()}@example.com")
        if name.startswith("Dos"):  # two addresses
            person = replace(person, contacts=(*person.contacts, BillingContact("dos2@example.com", mail="copy")))
        self.clients.append(person.id)
        self._people[person.id] = person
        return person.id

    @property
    def _people(self) -> dict[str, Any]:
        return self.__dict__.setdefault("people", {})

    def debt(self, client_id: str, *, number: str, **values: Any) -> str:
        today = self.clock.at.date()
        wish = {"currency": "MXN", "amount_minor": 100_000, "issued_on": today, "due_on": today + timedelta(days=30)}
        wish |= {"concept": "Diseño de la web", "opened_at": self.clock.at} | values
        debt = Debt(self.ports.ids.new(), client_id, number, **wish)
        open_debt.open_debt(self.ports, self.account(), self._people[client_id], debt)
        self.debts.append((client_id, debt.id))
        return debt.id

    # -- what is stored, read past every point -----------------------------------------------------

    @property
    def plain(self) -> Ports:
        """Ports on the table itself."""
        return replace(self.ports, table=self.table)

    def account(self) -> Account:
        found = accounts.load(self.plain, self.account_id)
        assert found
        return found

    def read_account(self) -> Account:
        """The account, read by whoever is at work: each reading is a point."""
        found = accounts.load(self.ports, self.account_id)
        assert found
        return found

    def case(self, client_id: str) -> Case:
        return cases.load_by_id(self.plain, self.account_id, client_id)

    def today(self, client_id: str) -> date:
        return self.case(client_id).local_day(self.clock.at)

    # -- webhooks ---------------------------------------------------------------------------------

    def _deliver(self, body: str, now: int) -> str:
        """Stripe's courier rings at our route; a process that dies there is no answer."""
        from infra.local.pretend_stripe.deliveries import signature

        app = application()
        app.extensions["aldia"] = self.ports
        headers = {"Stripe-Signature": signature(body, SECRET, now), "Content-Type": "application/json"}
        try:
            return str(app.test_client().post("/hooks/stripe", data=body, headers=headers, base_url=HOME).status_code)
        except Killed:
            return "Killed"
        except AlreadyThere:
            raise
        except Exception as error:  # a 500: Stripe tells again later
            self.machine.note(f"webhook: {type(error).__name__}")
            return "500"
