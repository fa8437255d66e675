"""Imports as records: draft → saving → saved → undoing → undone, or dropped; and what is staged for them as files.

Every move of a record is guarded by its version, so of two tabs that do the same only one moves it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, Literal, TypeVar

import msgspec

from aldia.domain.client import Client
from aldia.domain.imported import Choices
from aldia.ports import Delete, Item, Ports, Put, Query
from aldia.store import codec, keys, reading, rows

KEPT = timedelta(days=7)  # a draft, and the files of any import
AT_ONCE = 100  # keys of one read

State = Literal["draft", "saving", "saved", "undoing", "undone", "dropped"]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One import and how far it is. Counts are lines of its files, `done` and `batches` transactions."""

    id: str
    account_id: str
    at: datetime
    title: str  # its first file's name
    files: int
    state: State = "draft"
    choices: Choices = field(default_factory=Choices)
    found: Mapping[str, int] = field(default_factory=dict)  # verdict → lines
    parts: Mapping[str, str] = field(default_factory=dict)  # what is staged: files, reading, plan → the file's key
    confirmed_at: datetime | None = None
    batches: int = 0
    done: int = 0
    debts: int = 0
    clients: int = 0
    saved: int = 0
    waiting: int = 0  # saved debts whose client has no address
    known: int = 0  # found to be there while they were saved
    removed: int = 0
    kept: int = 0  # not taken back, since something happened to them
    version: int = 0

    @property
    def key(self) -> keys.Key:
        """Where it lies."""
        return keys.imported(self.account_id, self.id)

    @property
    def kept_until(self) -> datetime:
        """Until when its files are there: a draft can be confirmed, a saved set undone."""
        return (self.confirmed_at or self.at) + KEPT


def moved(record: ImportRecord, **values: Any) -> tuple[ImportRecord, Put]:
    """The record with new values, and the write that holds only if nobody moved it meanwhile."""
    after = replace(record, **values, version=record.version + 1)
    pk, sk = after.key
    item: Item = {"pk": pk, "sk": sk, "kind": "import", "schema": codec.SCHEMA, "version": after.version}
    item["data"] = codec.dumps(replace(after, version=0))
    if after.state in ("draft", "dropped"):
        item["expires_at"] = int(after.kept_until.timestamp())
    return after, Put(item, absent=True) if record.version == 0 else Put(item, version=record.version)


def load(ports: Ports, account_id: str, import_id: str) -> ImportRecord | None:
    """One import; None when this account has none, or it was dropped or has expired."""
    item = ports.table.get(*keys.imported(account_id, import_id))
    record = _decoded(item) if item else None
    return record if record and _is_alive(record, ports.clock.now()) else None


def latest(ports: Ports, account_id: str, limit: int = 20) -> list[ImportRecord]:
    """The newest imports first."""
    pk, _ = keys.imported(account_id, "")
    items = ports.table.query(Query(pk, limit=limit, backwards=True, strong=True)).items
    return [record for record in rows.readable(ports, items, _decoded) if _is_alive(record, ports.clock.now())]


def expired(ports: Ports, account_id: str, limit: int = 100) -> list[ImportRecord]:
    """The oldest imports that still have files and need not."""
    pk, _ = keys.imported(account_id, "")
    items = ports.table.query(Query(pk, limit=limit)).items
    found = rows.readable(ports, items, _decoded)
    return [one for one in found if one.parts and one.kept_until <= ports.clock.now()]


def _decoded(item: Item) -> ImportRecord:
    return replace(codec.of(ImportRecord, item), version=item["version"])


def _is_alive(record: ImportRecord, now: datetime) -> bool:
    return record.state != "dropped" and (record.state != "draft" or now < record.kept_until)


def every_client(ports: Ports, account_id: str) -> list[Item]:
    """Rows of all the account's clients: what an import compares names with. One read for every few thousand."""
    return [*reading.partition(ports, f"A#{account_id}#CLIENTS", index="by_account")]


def clients(ports: Ports, account_id: str, ids: Iterable[str]) -> dict[str, Client]:
    """These clients without their debts, but for those that cannot be read; one read for every hundred."""
    wanted = [keys.client(account_id, one) for one in dict.fromkeys(ids)]
    items = [item for some in _by(AT_ONCE, wanted) for item in ports.table.get_many(some, strong=False)]
    return {client.id: client for client in rows.readable(ports, items, partial(codec.of, Client))}


# -- invoices that are here ---------------------------------------------------------------------


def known_invoices(ports: Ports, account_id: str, row_keys: Iterable[str]) -> dict[str, str]:
    """Which of these hashes an import has brought already → the client's id; one read for every hundred."""
    found: dict[str, str] = {}
    for some in _by(AT_ONCE, dict.fromkeys(row_keys)):
        items = ports.table.get_many([keys.invoice(account_id, row_key) for row_key in some])
        found |= {item["sk"]: item["client"] for item in items}
    return found


def orphans(ports: Ports, account_id: str, known: Mapping[str, str]) -> frozenset[str]:
    """Hashes whose client was deleted for good, and its debts with it."""
    there: set[str] = set()
    for some in _by(AT_ONCE, dict.fromkeys(known.values())):
        items = ports.table.get_many([keys.client(account_id, one) for one in some])
        there.update(item["pk"] for item in items)
    return frozenset(row_key for row_key, one in known.items() if keys.client(account_id, one)[0] not in there)


def release(ports: Ports, account_id: str, row_keys: Iterable[str]) -> None:
    """These invoices may be brought again."""
    for some in _by(AT_ONCE, row_keys):
        ports.table.write(*(release_invoice(account_id, row_key) for row_key in some))


def claim_invoice(account_id: str, row_key: str, debt: tuple[str, str]) -> Put:
    """The invoice is this (client, debt); refused when it is another one already."""
    pk, sk = keys.invoice(account_id, row_key)
    return Put({"pk": pk, "sk": sk, "kind": "invoice", "client": debt[0], "debt": debt[1]}, absent=True)


def release_invoice(account_id: str, row_key: str) -> Delete:
    """The invoice may be brought again."""
    return Delete(*keys.invoice(account_id, row_key))


def _by(size: int, values: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(values)
    while some := list(islice(rest, size)):
        yield some


# -- staged files -------------------------------------------------------------------------------


def stage(ports: Ports, record: ImportRecord, part: str, value: Any) -> dict[str, str]:
    """Write a part under a key of its own; the record's parts with it. What it replaces stays until dropped."""
    key = f"staged/{record.account_id}/{record.id}/{part}-{ports.ids.new()}"
    ports.files.put(key, msgspec.msgpack.encode(value))
    return {**record.parts, part: key}


def staged(ports: Ports, record: ImportRecord, part: str, kind: type[T]) -> T | None:
    """A part as it was written; None when it has gone."""
    try:
        content = ports.files.get(record.parts[part])
    except (FileNotFoundError, KeyError):
        return None
    return msgspec.msgpack.decode(content, type=kind)


def unstage(ports: Ports, names: Iterable[str]) -> None:
    """Take staged files away."""
    for name in names:
        ports.files.delete(name)
