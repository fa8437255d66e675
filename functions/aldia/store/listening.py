"""How far each account's events at the provider have been read. Its own row of the index: a jump of the clock need not
stop for it, since whoever runs next reads on from the cursor."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from aldia.ports import AlreadyThere, Item, Ports, Put, Query, Set
from aldia.store import codec, keys

SK = "LISTEN"
OWN = "J#stripe"  # the installation's own account belongs to no tenant
ROW = "LISTEN"


@dataclass(frozen=True, slots=True)
class Ear:
    """One account at the provider (empty: the installation's own) and up to when its events are in the inbox."""

    pk: str
    stripe_account: str
    read_until: datetime


def begin(ports: Ports, account_id: str, stripe_account: str, *, now: datetime, first: datetime) -> None:
    """Listen to the account from now on, for the first time at `first`; nothing happens when it is listened to."""
    pk = keys.account(account_id)[0] if stripe_account else OWN
    if ports.table.get(pk, SK, strong=False) is not None:
        return
    item: Item = {"pk": pk, "sk": SK, "kind": "listen", "schema": codec.SCHEMA, "stripe": stripe_account}
    item |= {"read_until": now.isoformat(), **_wake(first)}
    with suppress(AlreadyThere):
        ports.table.write(Put(item, absent=True))


def due(ports: Ports, now: datetime, limit: int) -> Iterator[Ear]:
    """The accounts whose turn has come, the longest waiting first."""
    page = ports.table.query(Query(ROW, between=("0", _wake(now)["wake_sk"]), index="wakeups", limit=limit))
    found = [(item["pk"], item["sk"]) for item in page.items]
    for item in ports.table.get_many(found) if found else ():
        yield Ear(item["pk"], item["stripe"], datetime.fromisoformat(item["read_until"]))


def read(ports: Ports, ear: Ear, *, until: datetime, again: datetime) -> None:
    """Its events up to `until` are in the inbox. Conflict when somebody else read on meanwhile."""
    values = {"read_until": until.isoformat(), **_wake(again)}
    ports.table.write(Set(ear.pk, SK, values, where={"read_until": ear.read_until.isoformat()}))


def _wake(at: datetime) -> dict[str, str]:
    return {"wake_pk": ROW, "wake_sk": f"{at:%Y-%m-%dT%H:%M:%S}"}
