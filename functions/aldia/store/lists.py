"""Lists of an account's clients, debts, letters and news: one page is one query, however many there are."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from aldia.domain.parsing import fold
from aldia.ports import Item, Ports, Query
from aldia.store import keys, troubles
from aldia.store.rows import is_readable

Shelf = Literal["OPEN", "SHUT", "CLIENTS", "LETTERS", "NEWS"]
LOOKED_AT = 2000  # rows that one search looks through before it asks whether to go on
LOOKED_AT_TYPING = 200  # the same while somebody types
TEXTS = ("client", "number", "concept", "rest", "name", "email")  # of a row: what is searched
FURTHER, AT_ONCE = 4, 500  # a request that goes on asks for so many times as much as the last, at most so many rows


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where the next page begins; `after` is empty at the end."""

    rows: list[Item]
    after: str = ""
    broken: tuple[Item, ...] = ()  # met on the way and left out: their rows cannot be read

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all."""
        return not self.rows and not self.broken

    @property
    def broken_clients(self) -> list[str]:
        """Ids of the clients that are left out, or something of theirs."""
        return list(dict.fromkeys(keys.client_of(item["pk"]) for item in self.broken))


def rows(
    ports: Ports,
    account_id: str,
    shelf: Shelf,
    *,
    limit: int = 50,
    after: str = "",
    words: str = "",
    between: tuple[str, str] | None = None,
    backwards: bool = False,
    keep: Callable[[Item], bool] | None = None,
    most: int = LOOKED_AT,
) -> Page:
    """One page of a shelf in its order. `words`: only rows that hold them all; `after`: a page's own.

    `keep`: only the items for which it holds. `most`: rows that are looked through. Rows of another shape are left
    out of it, and listed among the troubles.
    """
    broken: list[Item] = []

    def holds(item: Item) -> bool:
        if not is_readable(shelf, item):
            broken.append(item)
            return False
        return (not wanted or _holds(item["row"], wanted)) and (keep is None or keep(item))

    wanted = fold(words).split()
    query = Query(f"A#{account_id}#{shelf}", between=between, index="by_account", limit=limit + 1, backwards=backwards)
    page = _page(_items(ports, query, after=after, at_once=min(most, AT_ONCE)), holds, limit, most)
    troubles.note(ports, [(item["pk"], item["sk"]) for item in broken])
    return replace(page, broken=tuple(broken))


def _page(items: Iterator[Item], holds: Callable[[Item], bool], limit: int, most: int) -> Page:
    found: list[Item] = []
    for seen, item in enumerate(items, 1):
        if holds(item):
            found.append(item)
        if len(found) > limit:
            return Page(found[:limit], _position(found[limit - 1]))
        if seen >= most:
            return Page(found, _position(item))
    return Page(found)


def _holds(row: Item, words: list[str]) -> bool:
    """Whether a row's texts hold all the words; rows of older code hold them folded."""
    text = row.get("search") or fold(" ".join(row.get(name, "") for name in TEXTS))
    return all(word in text for word in words)


def _items(ports: Ports, query: Query, *, after: str, at_once: int) -> Iterator[Item]:
    """Everything that a query finds. The first request asks for little, as most pages need no more."""
    start = _start(query.pk, after) if after else None
    while True:
        page = ports.table.query(replace(query, after=start))
        yield from page.items
        if page.last is None:
            return
        start, query = page.last, replace(query, limit=min((query.limit or at_once) * FURTHER, at_once))


def _position(item: Item) -> str:
    """Where a row stands, as text for an address: its keys without the account."""
    return "~".join((item["pk"].split("#C#")[1], item["sk"], item["account_sk"]))


def _start(pk: str, position: str) -> Item | None:
    """The key to go on from; a position that is none of ours starts at the beginning."""
    parts = position.split("~")
    if len(parts) != 3:
        return None
    account = pk.split("#")[1]
    return {"pk": f"A#{account}#C#{parts[0]}", "sk": parts[1], "account_pk": pk, "account_sk": parts[2]}


def clients_named(ports: Ports, account_id: str, name: str) -> list[Item]:
    """Clients of exactly that name, whatever its capitals."""
    folded = name.casefold()[:80]
    query = Query(f"A#{account_id}#CLIENTS", begins_with=f"{folded}#", index="by_account")
    return ports.table.query(query).items


def clients_like(ports: Ports, account_id: str, typed: str, *, limit: int) -> list[str]:
    """Names of clients that begin with what was typed; if there are none, of those that hold its words.

    At most `limit`. Words are looked for among the first clients only: this is asked with each pause of the typing.
    """
    folded = typed.casefold()[:80]
    between = (folded, f"{folded}\U0010ffff") if folded else None
    found = rows(ports, account_id, "CLIENTS", limit=limit, between=between, most=limit).rows
    if not found and folded:
        found = rows(ports, account_id, "CLIENTS", limit=limit, words=typed, most=LOOKED_AT_TYPING).rows
    return list(dict.fromkeys(item["row"]["name"] for item in found))
