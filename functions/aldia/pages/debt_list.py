"""The list of debts: which rows a filter shows, the first at once, with what they come to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aldia.banking.reference import reference, references_in
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.pages import long_list
from aldia.pages.long_list import Onward
from aldia.ports import Item, Ports
from aldia.store import keys, lists
from aldia.store.lists import Shelf

FIRST, FIRST_SHUT = 20, 12  # rows that are shown at once: of the open ones; of the closed and deleted ones
FILTERS = ("open", "not_due", "overdue", "agreed", "needs_me", "closed", "deleted")
AGREED = ("promise", "plan", "payment_on_its_way")
NEEDS_ME = ("already_paid", "needs_approval")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One debt in the list."""

    href: str
    client: str
    number: str
    concept: str
    currency: str
    balance_minor: int
    amount_minor: int
    due_on: date
    state: str  # a key of state.toml


@dataclass(frozen=True, slots=True)
class DebtList:
    """What one page shows of it. `new`: the first row that was just asked for, counted from 1, or 0."""

    rows: list[Row]
    onward: Onward | None
    start: str  # of this list, when the page begins further on
    new: int
    sums: list[tuple[str, int]]  # currency, open minor units, of the rows shown
    is_first: bool  # the account has no debt at all
    broken: list[str]  # ids of clients of which a debt is left out, for its row cannot be read
    today: date


def debt_list(ports: Ports, account: Account, *, wanted: str, words: str, asked: tuple[str, str]) -> DebtList:
    """A page of the filter `wanted`. What is read does not grow with the number of debts.

    `asked`: how many rows, and after which place, as the address says it.

    Words that hold a payment's reference look for the debt that it belongs to.
    """
    sought = references_in(words)
    today = Case(account, Client("", "")).local_day(ports.clock.now())
    shelf: Shelf = "SHUT" if wanted in ("closed", "deleted") else "OPEN"
    part = long_list.stretch(FIRST if shelf == "OPEN" else FIRST_SHUT, rows=asked[0], after=asked[1])
    found = lists.rows(
        ports,
        account.id,
        shelf,
        limit=part.rows,
        after=part.after,
        words="" if sought else words,
        between=_between(wanted, today),
        backwards=shelf == "SHUT",
        keep=_keep(wanted, sought),
    )
    rows = [_row(item, today) for item in found.rows]
    is_first = found.is_empty and not part.after and _has_none(ports, account)
    start = long_list.address("/cobros", ver="" if wanted == "open" else wanted, q=words)
    onward = part.onward(start, found)
    return DebtList(
        rows, onward, start if part.after else "", part.new, _sums(rows), is_first, found.broken_clients, today
    )


def _between(wanted: str, today: date) -> tuple[str, str] | None:
    if wanted == "not_due":
        return (today + DAY).isoformat(), "~"
    return ("0", f"{today.isoformat()}~") if wanted == "overdue" else None


def _keep(wanted: str, sought: tuple[str, ...]) -> Callable[[Item], bool] | None:
    tests: dict[str, Callable[[dict[str, Any]], bool]] = {
        "agreed": lambda row: row["sign"] in AGREED,
        "needs_me": lambda row: row["state"] in ("review", "disputed") or row["sign"] in NEEDS_ME,
        "closed": lambda row: row["state"] != "deleted",
        "deleted": lambda row: row["state"] == "deleted",
    }
    holds = tests.get(wanted)
    if sought:
        return lambda item: reference(item["sk"].removeprefix("D#")) in sought and (not holds or holds(item["row"]))
    return (lambda item: holds(item["row"])) if holds else None


def _has_none(ports: Ports, account: Account) -> bool:
    shelves: tuple[Shelf, ...] = ("OPEN", "SHUT")
    return all(lists.rows(ports, account.id, shelf, limit=1).is_empty for shelf in shelves)


def _row(item: Item, today: date) -> Row:
    row = item["row"]
    client_id, debt_id = keys.client_of(item["pk"]), item["sk"].removeprefix("D#")
    return Row(
        href=f"/cobros/{client_id}/{debt_id}",
        client=row["client"],
        number=row["number"],
        concept=row["concept"],
        currency=row["currency"],
        balance_minor=row["balance"],
        amount_minor=row["amount"],
        due_on=date.fromisoformat(row["due"]),
        state=_state(row, today),
    )


def _state(row: dict[str, Any], today: date) -> str:
    """The one word that the list shows: what was agreed or waits, else how the date stands."""
    if row["state"] != "open":
        return str(row["state"])
    return str(row["sign"]) or date_state(date.fromisoformat(row["due"]), today)


def date_state(due_on: date, today: date) -> str:
    """How an open debt stands by its date alone."""
    return "not_due" if due_on > today else "due_today" if due_on == today else "overdue"


def _sums(rows: list[Row]) -> list[tuple[str, int]]:
    totals: dict[str, int] = {}
    for row in rows:
        if row.state not in ("paid", "written_off", "deleted"):
            totals[row.currency] = totals.get(row.currency, 0) + row.balance_minor
    return list(totals.items())
