"""The shape of the rows that lists show. Whoever reads many leaves out one of another shape, and somebody is told."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, NotRequired, TypedDict, TypeVar

import msgspec

from aldia.ports import Item, Ports
from aldia.store import troubles

T = TypeVar("T")


class Debt(TypedDict):
    """Of a debt, in minor units of its currency."""

    client: str
    number: str
    concept: str
    currency: str
    balance: int
    amount: int
    due: date
    state: str
    sign: str
    rest: NotRequired[str]  # of the concept
    search: NotRequired[str]  # of older code: what a search reads


class Client(TypedDict):
    """Of a client. `open`: how many of its debts are."""

    name: str
    email: str
    open: int
    sign: NotRequired[str]
    until: NotRequired[str]
    tax_id: NotRequired[str]
    asks: NotRequired[bool]
    search: NotRequired[str]


class Letter(TypedDict):
    """Of a letter."""

    client: str
    step: str
    state: str
    debts: list[str]


class News(TypedDict):
    """Of what a client answered or somebody did."""

    client: str
    client_id: str
    number: str
    concept: str
    currency: str
    kind: str
    debt: str
    amount: int | None
    text: str
    need: NotRequired[str]  # what of it waited for the freelancer as it was written


SHAPES: dict[str, Any] = {"OPEN": Debt, "SHUT": Debt, "CLIENTS": Client, "LETTERS": Letter, "NEWS": News}
DATED = ("LETTERS", "NEWS")  # whose place on the shelf begins with an instant that pages show


def checked(shelf: str, item: Item) -> Item:
    """The item itself; ValueError when its row is of another shape."""
    msgspec.convert(item.get("row"), SHAPES[shelf])
    if shelf in DATED:
        datetime.fromisoformat(str(item.get("account_sk", "")).partition("#")[0])
    return item


def is_readable(shelf: str, item: Item) -> bool:
    """Whether pages and mails can show it."""
    with suppress(ValueError):
        return checked(shelf, item) is item
    return False


def readable(ports: Ports, items: Sequence[Item], read: Callable[[Item], T]) -> list[T]:
    """What `read` makes of each. One that cannot be read is left out, stays as it is, and joins the troubles."""
    found: list[T] = []
    broken: list[tuple[str, str]] = []
    for item in items:
        with troubles.passed_over(broken, (item["pk"], item["sk"])):
            found.append(read(item))
    troubles.note(ports, broken)
    return found
