"""The freelancer is asked before each letter: what waits for a yes, the yes and the no, and the switch."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from aldia.domain import approvals, asking_days
from aldia.domain.account import Account
from aldia.domain.approvals import Asked
from aldia.domain.case import Case, Outcome
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.domain.needs import Need, needs
from aldia.flows import casework, settings_change
from aldia.ports import Ports, Put
from aldia.store import cases, keys, lists, mornings, troubles
from aldia.store import needs as stored

CLIENTS = 300  # with something open, that are looked at
NOTED = 300  # of what waits under today, looked through when the switch goes off


@dataclass(frozen=True, slots=True)
class Left:
    """A letter that the freelancer left out."""

    case: Case
    parts: approvals.Parts

    @property
    def name(self) -> str:
        """What undoing it calls it."""
        return approvals.name_of(self.parts)

    @property
    def debts(self) -> list[Debt]:
        """What it was about, as far as it is still there."""
        wanted = {debt_id for debt_id, _key in self.parts}
        return [debt for debt in self.case.debts if debt.id in wanted and debt.deleted_at is None]


@dataclass(frozen=True, slots=True)
class Board:
    """The letters that are asked for, in the order in which they would go."""

    letters: list[Asked]
    left: list[Left]
    is_all: bool = True  # every client with something open was looked at
    broken: tuple[str, ...] = ()  # clients that cannot be read: nothing of theirs is here

    @property
    def open(self) -> list[Asked]:
        """Those that nothing was said of yet."""
        return [one for one in self.letters if not one.has_yes]


def board(ports: Ports, account: Account, now: datetime, *, clients: Collection[str] | None = None) -> Board:
    """What waits and what was said; `clients`: of these alone. One request for each client that is asked about."""
    wanted, is_all, broken = (list(clients), True, []) if clients is not None else _clients(ports, account)
    letters: list[Asked] = []
    left: list[Left] = []
    for client_id in wanted:
        with troubles.passed_over(broken, client_id):
            case = cases.load(ports, account, client_id, strong=False)
            if case and case.asks_first:
                letters += approvals.asked(case, now)
                left += [Left(case, parts) for parts in approvals.left_out(case, now)]
    letters.sort(key=lambda one: (one.at, one.case.client.name, one.name))
    return Board(letters, left, is_all, tuple(broken))


def _clients(ports: Ports, account: Account) -> tuple[list[str], bool, list[str]]:
    """Clients with something open that are asked about, whether these are all, and those with unreadable rows."""
    page = lists.rows(
        ports,
        account.id,
        "CLIENTS",
        limit=CLIENTS,
        keep=lambda item: bool(item["row"].get("open")) and item["row"].get("asks", account.asks_first),
    )
    return [keys.client_of(item["pk"]) for item in page.rows], not page.after, page.broken_clients


def is_asked(ports: Ports, account: Account) -> bool:
    """Whether the freelancer wants to be asked about anybody."""
    return account.asks_first or bool(
        lists.rows(ports, account.id, "CLIENTS", limit=1, keep=lambda item: bool(item["row"].get("asks"))).rows
    )


def allow(ports: Ports, account_id: str, client_id: str, mark: str, *, is_read: bool = False) -> None:
    """Let one letter go as it was shown; a formal one only when it is said to be read.

    Raises Refused when it is not what would go any more, or was not read.
    """

    def ask(case: Case, now: datetime) -> Outcome:
        return approvals.allow(case, (mark,), now=now, is_read=is_read)

    casework.change(ports, account_id, client_id, ask)


def leave_out(ports: Ports, account_id: str, client_id: str, mark: str) -> None:
    """Leave one letter out. Raises Refused when it is not what would go any more."""
    casework.change(ports, account_id, client_id, lambda case, now: approvals.leave_out(case, mark, now=now))


def take_back(ports: Ports, account_id: str, client_id: str, name: str) -> None:
    """Undo either. Raises Refused when the letter has gone."""
    casework.change(ports, account_id, client_id, lambda case, now: approvals.take_back(case, name, now=now))


def switch(ports: Ports, account: Account, *, is_on: bool, seen: str = "") -> Account:
    """Ask before each letter from now on, or let them go by themselves again. Raises Conflict.

    Switched off, clients are looked at anew: what waited goes in its turn.
    """
    more = [_next_morning(ports, account)] if is_on else []
    changed = settings_change.change(ports, account, "asks", seen=seen, more=more, asks_first=is_on)
    if not is_on:
        _forget(ports, changed)
    return changed


def switch_client(ports: Ports, account: Account, client_id: str, *, wish: bool | None) -> None:
    """The same for one client; None: as for all others."""

    def ask(case: Case, now: datetime) -> Outcome:
        return approvals.ask_first(case, wish=wish, now=now)

    def morning(_case: Case, _outcome: Outcome) -> list[Put]:
        return [_next_morning(ports, account)] if wish else []  # read anew with each try: a run may have moved it

    casework.change(ports, account.id, client_id, ask, more=morning)


def _next_morning(ports: Ports, account: Account) -> Put:
    case = Case(account, Client("", ""), (), ports.holidays)
    now = ports.clock.now()
    at = asking_days.next_morning(case, asking_days.own_day(account, now))
    return mornings.put(ports, account.id, mornings.load(ports, account.id), at=at)


def _forget(ports: Ports, account: Account) -> None:
    """What waited only because it was asked for waits under today no more."""
    now = ports.clock.now()
    held = [one for one in stored.waiting(ports, account.id, limit=NOTED) if one.kind == "yes"]
    for client_id in dict.fromkeys(one.client_id for one in held):
        with troubles.passed_over([], client_id):  # its need stays, and the switch is off all the same
            case = cases.load(ports, account, client_id)
            true = needs(case, now) if case else frozenset()
            for need in _over(held, client_id, true):
                ports.table.write(stored.settled(account.id, client_id, need))


def _over(held: list[stored.Waiting], client_id: str, true: Collection[Need]) -> Iterator[Need]:
    found = (Need(one.debt_id, "yes") for one in held if one.client_id == client_id)
    yield from (need for need in found if need not in true)
