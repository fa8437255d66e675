"""The story of the sample data: what happens to each debt, by which function of the domain, on which day."""

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aldia.domain import answers, checkouts, countries, decisions, edits, opening, payments
from aldia.domain.account import DiscountRule
from aldia.domain.case import Case, Outcome
from aldia.domain.client import BillingContact, Client
from aldia.domain.debt import Checkout, Debt, Discount, Instalment, Interest
from aldia.domain.ledger import stand
from aldia.domain.money import from_decimal
from aldia.domain.outcomes import payable

FILE = Path(__file__).with_name("sample.toml")
MORNING = time(10, 20)

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens: `change` says what, `debt` is set when one is opened by it."""

    at: datetime
    client: Client
    change: Callable[[Case, datetime], Outcome] | None = None
    debt: Debt | None = None


@dataclass(frozen=True, slots=True)
class Live:
    """What happens at the pretend Stripe when the story has been told: voucher, refund or chargeback."""

    kind: str
    client_id: str
    debt_id: str


@dataclass(frozen=True, slots=True)
class Story:
    """Everything in the order in which it happens."""

    happenings: tuple[Happening, ...]
    live: tuple[Live, ...]


def story(account_id: str, now: datetime) -> Story:
    """The sample's story up to now, in each client's own days."""
    told: list[Happening] = []
    live: list[Live] = []
    numbers = _numbers()
    for place, given in enumerate(tomllib.loads(FILE.read_text("utf-8"))["clients"]):
        writer = _Writer(given, client_of(account_id, place, given), now)
        for row, owed in enumerate(given["debts"]):
            debt = writer.debt(owed, numbers[place, row], stable_id(account_id, "debt", place, row))
            told += writer.happenings(owed, debt)
            if "live" in owed:
                live.append(Live(owed["live"], writer.client.id, debt.id))
        told += writer.of_client(given.get("events", ()))
    return Story(tuple(sorted(told, key=lambda one: one.at)), tuple(live))


def stable_id(account_id: str, *parts: object) -> str:
    """The same id for the same thing of the same account: loading again after a crash writes over what was left."""
    return hashlib.sha256("/".join(map(str, ("sample", account_id, *parts))).encode()).hexdigest()[:16]


def client_of(account_id: str, place: int, given: Facts) -> Client:
    """A client of the file."""
    contacts = [BillingContact(given["email"])] if "email" in given else []
    if "copy" in given:
        contacts.append(BillingContact(given["copy"], role="owner", mail="copy"))
    return Client(
        stable_id(account_id, "client", place),
        given["name"],
        country=given["country"],
        timezone=given.get("timezone") or countries.main_zone(given["country"]),
        language=given.get("language", "es"),
        kind=given.get("kind", "business"),
        contacts=tuple(contacts),
    )


def _numbers() -> dict[tuple[int, int], int]:
    """Invoice numbers run with the dates, over all clients."""
    clients = tomllib.loads(FILE.read_text("utf-8"))["clients"]
    rows = [(debt["issued"], place, row) for place, one in enumerate(clients) for row, debt in enumerate(one["debts"])]
    return {(place, row): number for number, (_issued, place, row) in enumerate(sorted(rows), start=1)}


class _Writer:
    """Turns one client's part of the file into debts and happenings."""

    def __init__(self, given: Facts, client: Client, now: datetime) -> None:
        self.client, self._now = client, now
        self._currency: str = given["currency"]
        self._zone = ZoneInfo(client.timezone)
        self._today = now.astimezone(self._zone).date()

    def debt(self, owed: Facts, number: int, debt_id: str) -> Debt:
        """A debt of the file, not yet opened."""
        issued_on, due_on = self._day(owed["issued"]), self._day(owed["due"])
        amount_minor, net = self._minor(owed["amount"]), owed.get("net")
        return Debt(
            id=debt_id,
            client_id=self.client.id,
            number=f"{issued_on.year}-{number:03d}",
            concept=owed["concept"],
            currency=self._currency,
            amount_minor=amount_minor,
            net_minor=self._minor(net) if net else None,
            tax_minor=amount_minor - self._minor(net) if net else None,
            issued_on=issued_on,
            due_on=due_on,
            opened_at=self._at(owed["issued"], 0),
            discount=_discount(owed.get("discount"), issued_on, due_on),
            interest=self._interest(owed.get("interest")),
            instalments=tuple(
                Instalment(f"i{place}", self._day(part["on"]), self._minor(part["amount"]))
                for place, part in enumerate(owed.get("instalments", ()), start=1)
            ),
            note=owed.get("note", ""),
            source="sample",
        )

    def happenings(self, owed: Facts, debt: Debt) -> Iterator[Happening]:
        """The debt is opened, and then what else happened to it."""
        yield Happening(debt.opened_at, self.client, debt=debt)
        for place, event in enumerate(owed.get("events", ()), start=1):
            yield Happening(self._at(event["at"], place), self.client, change=self._change(event, debt.id))

    def of_client(self, events: tuple[Facts, ...]) -> Iterator[Happening]:
        """What happened to the client as a whole."""
        for event in events:
            yield Happening(self._at(event["at"], 9), self.client, change=self._change(event, ""))

    def _change(self, event: Facts, debt_id: str) -> Callable[[Case, datetime], Outcome]:
        known = dict(event)
        if "on" in known:
            known["on"] = self._day(known["on"])
        if "amount" in known:
            known["amount"] = self._minor(known["amount"])
        verb = VERBS[event["do"]]
        return lambda case, now: verb(case, debt_id, known, now)

    def _day(self, days: int) -> date:
        return self._today + timedelta(days=days)

    def _at(self, days: int, place: int) -> datetime:
        """Some minutes after ten of that day at the client's, and never after now."""
        local = datetime.combine(self._day(days), MORNING, self._zone) + timedelta(minutes=7 * place)
        return min(local.astimezone(self._now.tzinfo), self._now - timedelta(minutes=20 - place))

    def _minor(self, text: str) -> int:
        return from_decimal(text, self._currency)

    def _interest(self, given: Facts | None) -> Interest | None:
        if given is None:
            return None
        return Interest(
            rate=Decimal(given["rate"]) if "rate" in given else None,
            table=given.get("table"),
            grace_days=given.get("grace", 0),
            fixed_compensation_minor=self._minor(given["compensation"]) if "compensation" in given else 0,
        )


def _discount(given: Facts | None, issued_on: date, due_on: date) -> Discount | None:
    if given is None:
        return None
    percent = Decimal(given["percent"])
    if "days" in given:
        return opening.from_rule(DiscountRule(percent, given["days"]), issued_on=issued_on, due_on=due_on)
    return Discount(given["kind"], percent=percent)


# -- what the words of the file do --------------------------------------------------------------

Verb = Callable[[Case, str, Facts, datetime], Outcome]


def _open(case: Case, debt_id: str, known: Facts, now: datetime, *, method: str) -> Outcome:
    amount_minor = known.get("amount") or payable(case, case.debt(debt_id), now)
    ends_at = checkouts.checkout_end(method, now)
    checkout = Checkout(f"sample-{debt_id}", method, amount_minor, case.local_day(now), now, ends_at)
    return checkouts.open_checkout(case, debt_id, checkout=checkout, now=now)


def _paid(case: Case, debt_id: str, _known: Facts, now: datetime) -> Outcome:
    [checkout] = case.debt(debt_id).checkouts
    key = f"sample-payment-{debt_id}"
    return checkouts.checkout_paid(
        case, debt_id, checkout_id=checkout.id, key=key, amount_minor=checkout.amount_minor, now=now
    )


def _card(case: Case, debt_id: str, known: Facts, now: datetime) -> Outcome:
    return _paid(_open(case, debt_id, known, now, method="card").case, debt_id, known, now)


def _voucher(case: Case, debt_id: str, known: Facts, now: datetime) -> Outcome:
    opened = _open(case, debt_id, known, now, method="oxxo").case
    return checkouts.checkout_processing(opened, debt_id, checkout_id=f"sample-{debt_id}", now=now)


def _pay(case: Case, debt_id: str, known: Facts, now: datetime) -> Outcome:
    return payments.record_payment(
        case,
        debt_id,
        key=f"sample-{now:%Y%m%d}",
        amount_minor=known.get("amount") or payable(case, case.debt(debt_id), now),
        method=known.get("method", "transfer"),
        on=case.local_day(now),
        now=now,
        by_hand=True,
    )


def _plan(case: Case, debt_id: str, known: Facts, now: datetime) -> Outcome:
    balance_minor = stand(case.debt(debt_id), case.local_day(now)).balance_minor
    parts = answers.spread(balance_minor, count=known["count"], first_on=known["on"], every="month")
    return answers.plan(case, debt_id, instalments=parts, now=now)


VERBS: dict[str, Verb] = {
    "card": _card,
    "pay": _pay,
    "voucher": _voucher,
    "voucher_paid": _paid,
    "plan": _plan,
    "promise": lambda case, debt_id, known, now: answers.promise(case, debt_id, on=known["on"], now=now),
    "extension": lambda case, debt_id, known, now: answers.extension(case, debt_id, until=known["on"], now=now),
    "dispute": lambda case, debt_id, known, now: answers.dispute(case, debt_id, text=known["text"], now=now),
    "resolve": lambda case, debt_id, known, now: answers.resolve_dispute(
        case, debt_id, amount_minor=known["amount"], now=now
    ),
    "claim": lambda case, debt_id, known, now: answers.claim_paid(case, debt_id, paid_on=known["on"], now=now),
    "claim_not_found": lambda case, debt_id, _known, now: answers.claim_not_found(case, debt_id, now=now),
    "pause": lambda case, debt_id, known, now: answers.pause(case, debt_id, until=known["on"], now=now),
    "approve": lambda case, debt_id, known, now: decisions.approve(case, debt_id, step=known["step"], now=now),
    "waive": lambda case, debt_id, _known, now: decisions.waive(case, debt_id, now=now),
    "write_off": lambda case, debt_id, _known, now: decisions.write_off(case, debt_id, now=now),
    "remove": lambda case, debt_id, _known, now: edits.remove(case, debt_id, now=now),
    "bounce": lambda case, _debt_id, _known, now: answers.bounce(case, now=now),
    "complaint": lambda case, _debt_id, _known, now: answers.complaint(case, now=now),
    "wrong_person": lambda case, _debt_id, _known, now: answers.wrong_person(case, now=now),
    "stop": lambda case, _debt_id, _known, now: answers.stop(case, now=now),
}
