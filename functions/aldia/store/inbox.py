"""The webhook inbox: an event is on disk before the provider gets its 200."""

from datetime import datetime, timedelta

from aldia.ports import AlreadyThere, Item, Ports, ProviderEvent, Put, Set
from aldia.store import codec, keys

KEPT = timedelta(days=90)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
DOUBLINGS = 9  # of the first wait, until the longest
DONE = -1  # the tries of an event that needs nothing more


def keep(ports: Ports, event: ProviderEvent, now: datetime) -> bool:
    """Store the event and wake the worker; False when it is here already, perhaps by the SDK's own repetition."""
    pk = f"W#{event.id}"
    item: Item = {"pk": pk, "sk": "EVENT", "kind": "event", "schema": codec.SCHEMA, "tries": 0}
    item |= {"data": codec.dumps(event), "expires_at": int((now + KEPT).timestamp())}
    item |= keys.wake(pk, "EVENT", now, ports.settings.wake_shards)
    try:
        ports.table.write(Put(item, absent=True, alone=True))
    except AlreadyThere:
        return False
    return True


def waiting(ports: Ports, pk: str) -> tuple[ProviderEvent, int] | None:
    """An event that still waits, and how often it was tried."""
    item = ports.table.get(pk, "EVENT")
    if item is None or ("data" not in item and "wake_pk" not in item):
        return None
    return codec.of(ProviderEvent, item), item["tries"]


def done(ports: Ports, pk: str, note: str = "done") -> None:
    """The event needs nothing more: its id stays, so that it is not taken twice; what it told does not."""
    ports.table.write(Set(pk, "EVENT", {"note": note, "tries": DONE, "data": None, **keys.NO_WAKE}))


def later(ports: Ports, pk: str, tries: int, now: datetime) -> None:
    """Try again, each time twice as late, at most every six hours; Conflict when another worker was faster."""
    at = now + min(FIRST_WAIT * 2 ** min(tries, DOUBLINGS), LONGEST_WAIT)
    wake = keys.wake(pk, "EVENT", at, ports.settings.wake_shards)
    ports.table.write(Set(pk, "EVENT", {"tries": tries + 1, **wake}, where={"tries": tries}))
