"""What a restore leaves in the table: the account's stop, and each letter that may have gone without our knowing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aldia.domain.debt import Pause
from aldia.ports import Delete, Item, Ports, Put, Query, Set
from aldia.store import codec, keys

SK = "RESTORED"
KEPT = timedelta(days=400)


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
    return [codec.loads(Lost, item["data"]) for item in ports.table.query(query).items]
