"""What each write unit buys: the units of one client's writes, by the kind of the item, from DynamoDB's own rules.

A write is billed by the larger of the old and the new item, in kilobytes begun; in a transaction twice. An index is
billed for the entry that goes, for the one that comes, or for one that changes in place.
"""

import math
from collections import Counter
from contextlib import contextmanager
from typing import Any

KEYS_OF = {"wakeups": ("wake_pk", "wake_sk"), "by_account": ("account_pk", "account_sk")}
ALSO_IN = {"wakeups": (), "by_account": ("kind", "row")}
ONE_KB = 1024
NAMES = {"Put": "Item", "Update": "Key", "Delete": "Key", "ConditionCheck": "Key"}


class Bill:
    """Hooks of one boto3 client; `asker` is another one, with no hooks, to look at items before and after."""

    def __init__(self, client: Any, asker: Any) -> None:
        self._asker, self._lines, self._waiting = asker, None, []
        client.meta.events.register("provide-client-params.dynamodb", self._before)
        client.meta.events.register("after-call.dynamodb", self._after)

    @contextmanager
    def kept(self):
        """`with bill.kept() as lines:` counts units by (kind of item, where)."""
        self._lines = Counter()
        try:
            yield self._lines
        finally:
            self._lines = None

    def _before(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self._waiting = []
        if self._lines is None:
            return
        for verb, body in _writes(model.name, params):
            key = {name: body[NAMES[verb]][name] for name in ("pk", "sk")}
            self._waiting.append((verb, body["TableName"], key, self._item(body["TableName"], key)))
        self._times = 2 if model.name == "TransactWriteItems" else 1

    def _after(self, http_response: Any, **_: Any) -> None:
        waiting, self._waiting = self._waiting, []
        if self._lines is None or http_response.status_code >= 400:
            return
        for verb, table, key, old in waiting:
            new = self._item(table, key)
            kind = ((new or old or {}).get("kind") or {"S": "?"})["S"]
            name = f"{kind} looked at" if verb == "ConditionCheck" else kind
            self._lines[name, "item"] += self._times * max(_kilobytes(old), _kilobytes(new), 1)
            for index in KEYS_OF:
                self._lines[name, index] += _index_units(_entry(old, index), _entry(new, index))

    def _item(self, table: str, key: dict[str, Any]) -> dict[str, Any] | None:
        return self._asker.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")


def _writes(operation: str, params: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    if operation == "TransactWriteItems":
        return [pair for action in params["TransactItems"] for pair in action.items()]
    verb = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}.get(operation)
    return [(verb, params)] if verb else []


def _entry(item: dict[str, Any] | None, index: str) -> dict[str, Any] | None:
    if item is None or any(name not in item for name in KEYS_OF[index]):
        return None
    return {name: item[name] for name in ("pk", "sk", *KEYS_OF[index], *ALSO_IN[index]) if name in item}


def _index_units(old: dict[str, Any] | None, new: dict[str, Any] | None) -> int:
    if old == new:
        return 0
    is_moved = old and new and any(old[name] != new[name] for name in old if name.endswith(("_pk", "_sk")))
    if is_moved:
        return _kilobytes(old) + _kilobytes(new)
    return max(_kilobytes(old), _kilobytes(new))


def _kilobytes(item: dict[str, Any] | None) -> int:
    return math.ceil(size(item) / ONE_KB) if item else 0


def size(item: dict[str, Any]) -> int:
    """Bytes as DynamoDB counts them: names in UTF-8 and values."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: dict[str, Any]) -> int:
    ((kind, held),) = value.items()
    if kind == "S":
        return len(held.encode())
    if kind == "N":
        return len(held.strip("-0.")) // 2 + 2
    if kind == "B":
        return len(held)
    if kind == "L":
        return 3 + sum(1 + _size(part) for part in held)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _size(part) for name, part in held.items())
    return 1
