"""The table port over dictionaries, for tests alone. test_dict_table.py holds it to what the engine does."""

from bisect import bisect_left, bisect_right, insort
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aldia.adapters.dynamo_table import INDEXES
from aldia.ports import (
    Add,
    AlreadyThere,
    CapReached,
    Check,
    Conflict,
    Delete,
    Item,
    PageOfItems,
    Put,
    Query,
    Write,
)

PROJECTED: dict[str, tuple[str, ...] | None] = {"wakeups": (), "by_account": ("kind", "row")}
MOST_WRITES, MOST_KEYS = 100, 100
LONGEST_LAG = timedelta(seconds=20)  # of an index behind its table
LAST = "\U0010ffff"

Key = tuple[str, str]
Commit = Callable[[Mapping[Key, tuple[Item | None, Item | None]]], None]
"""Told of every transaction that was committed: key → (before, after)."""


class Invalid(Exception):
    """The request itself is wrong: DynamoDB's ValidationException."""


class DictTable:
    """One table in memory. `on_commit` sees every change at the moment it holds."""

    def __init__(self, on_commit: Commit | None = None, now: Callable[[], datetime] | None = None) -> None:
        self.items: dict[Key, Item] = {}
        self._order: dict[str, list[Key]] = {}  # partition → its keys, sorted
        self._index: dict[str, dict[str, list[tuple[str, Key]]]] = {name: {} for name in INDEXES}
        self._answered: set[str] = set()
        self.on_commit = on_commit
        self._now = now or (lambda: datetime(2026, 1, 1, tzinfo=UTC))
        self._journal: deque[tuple[datetime, Key, Item | None]] = deque(maxlen=12)  # when, key, item before

    # -- reading ----------------------------------------------------------------------------------

    def get(self, pk: str, sk: str, *, strong: bool = True) -> Item | None:  # noqa: ARG002  all readings are strong
        found = self.items.get((pk, sk))
        return _copy(found) if found is not None else None

    def get_many(self, keys: Sequence[Key], *, strong: bool = True) -> list[Item]:  # noqa: ARG002
        wanted = dict.fromkeys(tuple(key) for key in keys)
        if len(wanted) > MOST_KEYS:
            raise Invalid("too many keys")
        return [_copy(self.items[key]) for key in wanted if key in self.items]

    def query(self, query: Query, *, lag: int = 0) -> PageOfItems:
        """One page. `lag`: an index that has not heard of so many of the last changes yet."""
        if lag and query.index:
            return self._as_it_was(lag).query(query)
        rows = self._rows(query)
        if query.backwards:
            rows.reverse()
        start = _after(rows, query) if query.after else 0
        most = query.limit or len(rows)
        page = rows[start : start + most]
        items = [self._shown(query.index, key) for _sort, key in page]
        if query.only:
            items = [{name: item[name] for name in query.only if name in item} for item in items]
        is_cut = bool(query.limit) and len(page) == query.limit  # DynamoDB does not look whether more follows
        return PageOfItems(items, self._position(query.index, page[-1][1]) if is_cut else None)

    def every(self, kind: str) -> Iterator[Item]:
        yield from [_copy(item) for item in self.items.values() if item.get("kind") == kind]

    def _as_it_was(self, lag: int) -> "DictTable":
        """The table before its last changes."""
        then = DictTable()
        last = [(key, item) for at, key, item in self._journal if self._now() - at <= LONGEST_LAG]
        before = dict(reversed(last[-lag:]))
        for key in {**self.items, **before}:
            item = before.get(key, self.items.get(key))
            if item is not None:
                then._store(key, item)
        return then

    def _rows(self, query: Query) -> list[tuple[str, Key]]:
        """(sort value, key) of what the query covers, ascending."""
        if query.index:
            rows: list[Any] = self._index[query.index].get(query.pk, [])
            low, high = _bounds(query)
            return rows[bisect_left(rows, (low,)) : bisect_right(rows, (high, (LAST, LAST)))]
        keys = self._order.get(query.pk, [])
        low, high = _bounds(query)
        return [
            (key[1], key) for key in keys[bisect_left(keys, (query.pk, low)) : bisect_right(keys, (query.pk, high))]
        ]

    def _shown(self, index: str, key: Key) -> Item:
        item = self.items[key]
        extra = PROJECTED.get(index)
        if not index or extra is None:
            return _copy(item)
        names = ("pk", "sk", *INDEXES[index], *extra)
        return _copy({name: item[name] for name in names if name in item})

    def _position(self, index: str, key: Key) -> Item:
        item = self.items[key]
        return {name: item[name] for name in ("pk", "sk", *(INDEXES[index] if index else ()))}

    # -- writing ----------------------------------------------------------------------------------

    def write(self, *writes: Write, token: str = "") -> None:
        """All or nothing. The same `token` again is not done again, as when the SDK repeats a request."""
        if token and token in self._answered:
            return
        if len(writes) > MOST_WRITES or len({_key(write) for write in writes}) < len(writes):
            raise Invalid("too many writes, or two of one item")
        for write in writes:
            if not self._holds(write):
                raise _refusal(write)
        changed = {_key(write): self._done(write) for write in writes if not isinstance(write, Check)}
        before = {key: self.items.get(key) for key in changed}
        for key, item in changed.items():
            self._journal.append((self._now(), key, before[key]))
            self._store(key, item)
        if token:
            self._answered.add(token)
        if self.on_commit and changed:
            self.on_commit({key: (before[key], item) for key, item in changed.items()})

    def _holds(self, write: Write) -> bool:
        """Whether the write's condition is met."""
        found = self.items.get(_key(write))
        if isinstance(write, Put):
            if write.absent:
                return found is None
            where = ({} if write.version is None else {"version": write.version}) | dict(write.where)
            return not where or _meets(found, where)
        if isinstance(write, Add):
            return all(_stays_within(found, name, write) for name in write.at_most if name in write.amounts)
        if isinstance(write, Delete) and not write.where:
            return True
        return _meets(found, write.where)

    def _done(self, write: Write) -> Item | None:
        """The item as the write leaves it; None: gone."""
        if isinstance(write, Put):
            return {name: _plain(value) for name, value in write.item.items() if value is not None}
        if isinstance(write, Delete):
            return None
        key = _key(write)
        item = dict(self.items.get(key) or {"pk": key[0], "sk": key[1]})
        if isinstance(write, Add):
            item |= {name: item.get(name, 0) + amount for name, amount in write.amounts.items()}
        for name, value in write.values.items():  # type: ignore[union-attr]
            if value is None:
                item.pop(name, None)
            else:
                item[name] = _plain(value)
        return item

    def _store(self, key: Key, item: Item | None) -> None:
        was = self.items.get(key)
        for name, (part, sort) in INDEXES.items():
            old = (was[part], was[sort]) if was and part in was and sort in was else None
            new = (item[part], item[sort]) if item and part in item and sort in item else None
            if old == new:
                continue
            if old:
                rows = self._index[name][old[0]]
                rows.pop(bisect_left(rows, (old[1], key)))
            if new:
                insort(self._index[name].setdefault(new[0], []), (new[1], key))
        keys = self._order.setdefault(key[0], [])
        if was is None and item is not None:
            insort(keys, key)
        if was is not None and item is None:
            keys.pop(bisect_left(keys, key))
        if item is None:
            self.items.pop(key, None)
        else:
            self.items[key] = item

    # -- for tests --------------------------------------------------------------------------------

    def partition(self, pk: str, begins_with: str = "") -> Iterator[Item]:
        """The items themselves, not to be changed."""
        yield from (self.items[key] for key in self._order.get(pk, []) if key[1].startswith(begins_with))


def _key(write: Write) -> Key:
    return (write.item["pk"], write.item["sk"]) if isinstance(write, Put) else (write.pk, write.sk)


def _bounds(query: Query) -> tuple[str, str]:
    if query.between:
        return query.between
    return (query.begins_with, query.begins_with + LAST) if query.begins_with else ("", LAST)


def _after(rows: list[tuple[str, Key]], query: Query) -> int:
    """Where the page after that position begins, even when the item there has gone."""
    assert query.after is not None
    sort = query.after[INDEXES[query.index][1]] if query.index else query.after["sk"]
    place = (sort, (query.after["pk"], query.after["sk"]))
    if query.backwards:
        return next((n for n, row in enumerate(rows) if row < place), len(rows))
    return next((n for n, row in enumerate(rows) if row > place), len(rows))


def _stays_within(found: Item | None, name: str, write: Add) -> bool:
    most, amount = write.at_most[name], write.amounts[name]
    if found is None or name not in found:
        return amount <= most
    return bool(found[name] <= most - amount)


def _meets(found: Item | None, where: Mapping[str, Any]) -> bool:
    """Whether an item is there and has these values; None: has no such attribute."""
    return found is not None and all(
        name not in found if value is None else _equal(found.get(name), value) for name, value in where.items()
    )


def _equal(held: Any, wanted: Any) -> bool:
    return held is not None and type(held) is type(wanted) and held == wanted


def _refusal(write: Write) -> Conflict:
    if isinstance(write, Put) and write.absent:
        return AlreadyThere(write.item["sk"])
    return CapReached(write) if isinstance(write, Add) else Conflict(f"{type(write).__name__} refused")


def _plain(value: Any) -> Any:
    """As it comes back from a table: tuples are lists."""
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, float):
        raise TypeError("DynamoDB's SDK takes no floats")
    return value


def _copy(item: Item) -> Item:
    return {name: _plain(value) if isinstance(value, (list, dict)) else value for name, value in item.items()}
