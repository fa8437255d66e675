"""The list of clients by name: the first at once, more when somebody asks."""

from dataclasses import dataclass
from datetime import date

from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.pages import long_list
from aldia.pages.long_list import Onward
from aldia.ports import Item, Ports
from aldia.store import keys, lists

FIRST = 12  # rows that are shown at once


@dataclass(frozen=True, slots=True)
class Row:
    """One client of the list. `sign` is a state of state.toml or empty."""

    id: str
    name: str
    email: str
    open: int
    sign: str


@dataclass(frozen=True, slots=True)
class ClientList:
    """What one page shows of it. `new`: the first row that was just asked for, counted from 1, or 0."""

    rows: list[Row]
    onward: Onward | None
    start: str  # of this list, when the page begins further on
    new: int
    broken: list[str]  # ids of clients that are left out, for their rows cannot be read


def client_list(ports: Ports, account: Account, *, words: str, asked: tuple[str, str]) -> ClientList:
    """A page of it. `asked`: how many rows, and after which place, as the address says it."""
    part = long_list.stretch(FIRST, rows=asked[0], after=asked[1])
    found = lists.rows(ports, account.id, "CLIENTS", limit=part.rows, after=part.after, words=words)
    today = Case(account, Client("", "")).local_day(ports.clock.now())
    start = long_list.address("/clientes", q=words)
    rows = [_row(item, today) for item in found.rows]
    return ClientList(rows, part.onward(start, found), start if part.after else "", part.new, found.broken_clients)


def _row(item: Item, today: date) -> Row:
    """A client's row; a pause whose last day is over is none."""
    held = item["row"]
    is_over = held.get("until", "9999-12-31") < today.isoformat()
    sign = "" if is_over else held.get("sign", "")
    return Row(keys.client_of(item["pk"]), held["name"], held["email"], held["open"], sign)
