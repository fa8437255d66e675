"""A scenario read from its document: the values that are played, or every fault with its path (docs/scenarios.md)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aldia.domain.account import Account
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.replay.debts import read_debt
from aldia.replay.faults import Faults, Fields, Names, instant, whole
from aldia.replay.happenings import Happening, Told, read_happenings
from aldia.replay.people import People, read_account, read_clients

MOST_MINUTES = 60 * 24 * 366


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is played. Clients and debts have ids of ours, in the order of the file; `names` gives the file's."""

    account: Account
    clients: tuple[Client, ...]
    debts: tuple[Debt, ...]
    happenings: tuple[Happening, ...]  # in the order in which they are played
    outages: tuple[tuple[datetime, datetime], ...]  # from, until (exclusive)
    until: datetime  # exclusive
    every: timedelta
    names: Mapping[str, str]


def read_scenario(document: Any, faults: Faults) -> Scenario | None:
    """The scenario; None when anything about it is wrong, which `faults` then tell."""
    root = Fields(document, "", faults)
    root.need("format", whole(1, 1))
    people = read_account(root.inner("account") or _missing(root, "account"))
    clients, client_names = read_clients(root, people)
    known = Names("client", zip(client_names, clients, strict=True) if root.has("clients") else [("", None)])
    read = _debts(root, people, known)
    told = Told(known, Names("debt", read if root.has("debts") else [("", None)]), people.steps)
    happenings = read_happenings(root, told)
    outages = tuple(_outages(root))
    until, every = _run(root)
    root.close()
    if faults.lines or until is None:
        return None
    debts = tuple(debt for _, debt in read if debt)
    own_ids = (*(client.id for client in clients), *(debt.id for debt in debts))
    names = dict(zip(own_ids, (*client_names, *(name for name, _ in read)), strict=True))
    return Scenario(people.account, clients, debts, happenings, outages, until, every, names)


def _missing(root: Fields, name: str) -> Fields:
    """An empty object in place of one that is not there, so that the rest is still looked at."""
    root.wrong(name, "missing")
    return Fields({"name": "-", "country": "US"}, name, root.faults)


def _debts(root: Fields, people: People, clients: Names[Client]) -> list[tuple[str, Debt | None]]:
    debts: list[tuple[str, Debt | None]] = []
    for place, fields in enumerate(root.items("debts", required=True)):
        name, debt = read_debt(fields, f"d{place + 1:05d}", people, clients)
        if name and any(name == known for known, _ in debts):
            fields.wrong("id", "another debt has this id")
        debts.append((name, debt))
    return debts


def _outages(root: Fields) -> list[tuple[datetime, datetime]]:
    found = []
    for fields in root.items("outages"):
        start, end = fields.need("from", instant), fields.need("until", instant)
        fields.close()
        if start and end and start >= end:
            fields.wrong("until", "must be later than from")
        elif start and end:
            found.append((start, end))
    return found


def _run(root: Fields) -> tuple[datetime | None, timedelta]:
    fields = root.inner("run") or Fields({}, "run", root.faults)
    until = fields.need("until", instant)
    every = fields.take("every_minutes", whole(1, MOST_MINUTES), 15)
    fields.close()
    return until, timedelta(minutes=every)
