"""What a restore leaves in the table: the account's stop, each letter that may have gone without our knowing, and a
mark on what could not be read then: nothing of it goes before it was looked at again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aldia.domain.debt import Pause
from aldia.ports import Delete, Item, Ports, Put, Query, Set
from aldia.store import codec, keys, rows

SK = "RESTORED"
DOUBT = "CLIENT#DOUBT"  # beside the client, where the query for its debts finds it
KEPT = timedelta(days=400)


class InDoubt(Exception):
    """The client could not be read when the data were set back: what is due has to be doubted before anything goes."""


@dataclass(frozen=True, slots=True)
class Restored:
    """An account whose mail is stopped because the data were set back."""

    since: datetime  # the moment that the data were set back to
    at: datetime  # when that was found
    paused: Pause | None = None  # the account's own pause, which comes back
    is_told: bool = False  # the freelancer was written to


@dataclass(frozen=True, slots=True)
class Lost:
    """A letter that may have gone: it is not repeated."""

    client_id: str
    client: str
    debt_id: str
    title: str
    step: str


def put(account_id: str, held: Restored, *, is_new: bool) -> Put:
    """Write it; `is_new`: refused when it is there."""
    item: Item = {"pk": f"A#{account_id}", "sk": SK, "kind": "restored", "schema": codec.SCHEMA}
    return Put(item | {"data": codec.dumps(held)}, absent=is_new)


def told(account_id: str, held: Restored) -> Set:
    """Note whether the freelancer was written to; Conflict when it goes on meanwhile."""
    return Set(f"A#{account_id}", SK, {"data": codec.dumps(held)})


def load(ports: Ports, account_id: str) -> Restored | None:
    """The account's, or None."""
    found = ports.table.get(f"A#{account_id}", SK)
    return codec.loads(Restored, found["data"]) if found else None


def gone(account_id: str) -> Delete:
    """It goes on."""
    return Delete(f"A#{account_id}", SK)


def put_lost(account_id: str, lost: Lost, key: str, now: datetime) -> Put:
    """Write one down; a second time changes nothing."""
    sk = f"{SK}#{lost.client_id}#{lost.debt_id}#{key}"
    item: Item = {"pk": f"A#{account_id}", "sk": sk, "kind": "lost", "schema": codec.SCHEMA, "data": codec.dumps(lost)}
    return Put(item | {"expires_at": int((now + KEPT).timestamp())})


def lost(ports: Ports, account_id: str, limit: int = 500) -> list[Lost]:
    """What may have gone, by client."""
    query = Query(keys.account(account_id)[0], begins_with=f"{SK}#", limit=limit)
    return rows.readable(ports, ports.table.query(query).items, lambda item: codec.of(Lost, item))


def doubt_client(key: keys.Key) -> Put:
    """The mark on a client; it lies apart, for the client's own record cannot be trusted and is not written over."""
    return Put({"pk": key[0], "sk": DOUBT, "kind": "doubt"})


def doubt_letter(key: keys.Key) -> Set:
    """The mark on a letter, outside of what cannot be read."""
    return Set(*key, {"doubt": True})


def not_in_doubt(key: keys.Key) -> Delete:
    """The client was looked at."""
    return Delete(key[0], DOUBT)
