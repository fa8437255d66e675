"""The events of a scenario: which fields each has, and what can be said against it before it is played."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.replay.debts import read_parts
from aldia.replay.faults import Fields, Names, day, flag, instant, money, one_of, text, whole
from aldia.replay.people import address

METHODS = ("card", "transfer", "cash")
ONLINE = ("card", "oxxo", "spei", "sepa_debit")
RESULTS = ("paid", "failed", "expired")
OUTCOMES = ("reopen", "waive", "write_off")
CHANNELS = ("call", "whatsapp", "sms", "letter", "visit")
MOST_PARTS = 1200

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event. `facts` holds the fields that it has of its own, as values; what was left out is not in it."""

    at: datetime
    kind: str
    path: str
    client_id: str
    debt_id: str = ""  # empty: about the client
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    """What events may speak of, by the file's names."""

    clients: Names[Client]
    debts: Names[Debt]
    steps: frozenset[str]


def read_happenings(root: Fields, told: Told) -> tuple[Happening, ...]:
    """All events in the order in which they are played."""
    read = [(fields, _happening(fields, told)) for fields in root.items("events")]
    found = sorted(((fields, one) for fields, one in read if one), key=lambda pair: pair[1].at)
    debts, checkouts = told.debts.by_id, dict[str, Happening]()
    happenings = []
    for fields, happening in found:
        placed = _placed(fields, happening, checkouts)
        debt = debts.get(placed.debt_id)
        if debt and placed.at < debt.opened_at:
            fields.wrong("at", "is before the debt was opened")
        happenings.append(placed)
    return tuple(happenings)


def _placed(fields: Fields, happening: Happening, checkouts: dict[str, Happening]) -> Happening:
    """What is about a checkout with the debt of that checkout, which has to be there by then."""
    name = happening.facts.get("id")
    if happening.kind == "checkout":
        if name in checkouts:
            fields.wrong("id", "another checkout has this id")
        checkouts.setdefault(str(name), happening)
    if happening.kind not in ("checkout_result", "duplicate_webhook"):
        return happening
    begun = checkouts.get(str(name))
    if begun is None:
        fields.wrong("id", f"there is no checkout {name!r} by then")
        return happening
    if happening.debt_id not in ("", begun.debt_id):
        fields.wrong("debt", "the checkout belongs to another debt")
    return Happening(happening.at, happening.kind, happening.path, begun.client_id, begun.debt_id, happening.facts)


def _happening(fields: Fields, told: Told) -> Happening | None:
    before = len(fields.faults.lines)
    kind = fields.need("type", one_of(tuple(KINDS)))
    at = fields.need("at", instant)
    if kind is None:
        return None
    whom, read = KINDS[kind]
    client_id, debt = _whom(fields, whom, told)
    facts = read(fields, debt.currency if debt else "", told)
    fields.close()
    if at is None or len(fields.faults.lines) > before:
        return None
    facts = {name: value for name, value in facts.items() if value is not None}
    return Happening(at, kind, fields.path, client_id, debt.id if debt else "", facts)


def _whom(fields: Fields, whom: str, told: Told) -> tuple[str, Debt | None]:
    """(client, debt) that the event is about."""
    is_either = whom == "either"
    if is_either and fields.has("client") == fields.has("debt"):
        fields.faults.add(fields.path, "needs either debt or client")
    if whom == "client" or (is_either and fields.has("client")):
        client = told.clients.get(fields.need("client", told.clients.named) or "")
        if is_either:
            fields.find("debt", told.debts.named)
        return (client.id if client else ""), None
    ask = fields.find if whom == "checkout" or (is_either and not fields.has("debt")) else fields.need
    debt = told.debts.get(ask("debt", told.debts.named) or "")
    return (debt.client_id if debt else ""), debt


# -- the fields of each type -----------------------------------------------------------------------


def _sum(fields: Fields, currency: str, *, required: bool = False) -> int | None:
    """The field `amount`; without a debt its currency is not known and it is taken as it is."""
    if not currency:
        fields.find("amount", lambda value: value)
        return None
    return fields.take("amount", money(currency), None, required=required)


def _nothing(_fields: Fields, _currency: str, _told: Told) -> Facts:
    return {}


def _payment(fields: Fields, currency: str, _told: Told) -> Facts:
    amount_minor = _sum(fields, currency, required=True)
    return {
        "amount_minor": amount_minor,
        "method": fields.need("method", one_of(METHODS)),
        "on": _day(fields, "paid_on"),
    }


def _checkout(fields: Fields, currency: str, _told: Told) -> Facts:
    name, method = fields.need("id", text), fields.need("method", one_of(ONLINE))
    return {"id": name, "method": method, "amount_minor": _sum(fields, currency)}


def _result(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"id": fields.need("id", text), "result": fields.need("result", one_of(RESULTS))}


def _duplicate(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"id": fields.need("id", text)}


def _back(fields: Fields, currency: str, _told: Told) -> Facts:
    return {"amount_minor": _sum(fields, currency, required=True)}


def _closed(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"won": fields.need("won", flag)}


def _decide(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"outcome": fields.need("outcome", one_of(OUTCOMES))}


def _promise(fields: Fields, currency: str, _told: Told) -> Facts:
    return {"on": fields.need("on", day), "amount_minor": _sum(fields, currency)}


def _extension(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"until": fields.need("until", day)}


def _plan(fields: Fields, currency: str, _told: Told) -> Facts:
    names = ("count", "first_on", "every")
    if fields.has("instalments"):
        for name in names:
            if fields.has(name):
                fields.wrong(name, "does not go with instalments")
                fields.find(name, lambda value: value)
        if not currency:
            return {"instalments": fields.find("instalments", lambda value: value)}
        return {"instalments": tuple(read_parts(fields, "instalments", currency))}
    count, first_on = fields.need("count", whole(1, MOST_PARTS)), fields.need("first_on", day)
    return {"count": count, "first_on": first_on, "every": fields.need("every", one_of(("month", "week")))}


def _resolved(fields: Fields, currency: str, _told: Told) -> Facts:
    return {"amount_minor": _sum(fields, currency), "due_on": _day(fields, "due_on")}


def _claim(fields: Fields, currency: str, _told: Told) -> Facts:
    return {"amount_minor": _sum(fields, currency), "paid_on": _day(fields, "paid_on")}


def _changed(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"email": fields.need("email", address)}


def _pause(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"until": _day(fields, "until")}


def _contact(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"channel": fields.need("channel", one_of(CHANNELS)), "outcome": fields.find("outcome", text)}


def _approve(fields: Fields, _currency: str, told: Told) -> Facts:
    return {"step": fields.need("step", Names("step", ((step, step) for step in told.steps)).named)}


def _lower(fields: Fields, currency: str, _told: Told) -> Facts:
    return {"amount_minor": _sum(fields, currency)}


def _due(fields: Fields, _currency: str, _told: Told) -> Facts:
    return {"due_on": fields.need("due_on", day)}


def _day(fields: Fields, name: str) -> Any:
    return fields.find(name, day)


KINDS: Mapping[str, tuple[str, Callable[[Fields, str, Told], Facts]]] = {
    "payment": ("debt", _payment),
    "checkout": ("debt", _checkout),
    "checkout_result": ("checkout", _result),
    "duplicate_webhook": ("checkout", _duplicate),
    "refund": ("debt", _back),
    "chargeback": ("debt", _back),
    "chargeback_closed": ("debt", _closed),
    "decide": ("debt", _decide),
    "promise": ("debt", _promise),
    "extension": ("debt", _extension),
    "plan": ("debt", _plan),
    "dispute": ("debt", _nothing),
    "dispute_resolved": ("debt", _resolved),
    "already_paid": ("debt", _claim),
    "payment_confirmed": ("debt", _claim),
    "payment_not_found": ("debt", _nothing),
    "wrong_person": ("client", _nothing),
    "client_changed": ("client", _changed),
    "pause": ("either", _pause),
    "resume": ("either", _nothing),
    "stop": ("client", _nothing),
    "bounce": ("client", _nothing),
    "complaint": ("client", _nothing),
    "contact": ("either", _contact),
    "approve": ("debt", _approve),
    "waive": ("debt", _lower),
    "write_off": ("debt", _lower),
    "due_changed": ("debt", _due),
    "quote": ("debt", _nothing),
}
"""What each type is about (`checkout`: the debt may be left out), and its own fields."""
