"""The webhook inbox: an event is on disk before the provider gets its 200.

One row for all that is told of one payment: an event is only a hint to look at it again, and three come at once.
A row counts what it was told, and is done only if nothing more was told since the worker read it: whatever comes while
the provider is being asked makes it be asked again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aldia.ports import Conflict, Item, Ports, ProviderEvent, Put, Set
from aldia.store import codec, keys

KEPT = timedelta(days=90)
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
DOUBLINGS = 9  # of the first wait, until the longest
DONE = -1  # the tries of a row that needs nothing more
TRIES = 8  # of noting an event in a row that others write too
REMEMBERED = 20  # ids of one payment's events; an older one that comes again makes it be asked about once more


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a row says: the last event, how often it was tried, and how many events had been told by then."""

    event: ProviderEvent
    tries: int
    told: int


def place(event: ProviderEvent) -> str:
    """The partition of an event's row: its payment's, or its checkout's as long as that has none, or its own."""
    about = event.payment_id or event.session_id or event.id
    return f"W#{about}@{event.account}" if event.account else f"W#{about}"


def keep(ports: Ports, event: ProviderEvent, now: datetime) -> bool:
    """Store the event and wake the worker; False when it is here already, perhaps by the SDK's own repetition.

    Conflict when others wrote the row each time: nothing is kept then, and the provider tells it again.
    """
    for attempt in range(TRIES):
        found = ports.table.get(place(event), "EVENT")
        if found and event.id in found["ids"]:
            return False
        try:
            ports.table.write(_one_more(ports, found, event, now) if found else _first(ports, event, now))
        except Conflict:
            ports.pause(attempt)
            continue
        return True
    raise Conflict("others write the same row")


def _first(ports: Ports, event: ProviderEvent, now: datetime) -> Put:
    pk = place(event)
    item: Item = {"pk": pk, "sk": "EVENT", "kind": "event", "schema": codec.SCHEMA, "tries": 0}
    item |= _said(event, [], 0, now) | keys.wake(pk, "EVENT", now, ports.settings.wake_shards)
    return Put(item, absent=True, alone=True)


def _one_more(ports: Ports, found: Item, event: ProviderEvent, now: datetime) -> Set:
    """The row with one event more. One that is due already is not moved, which is half of what it would cost."""
    values = _said(event, found["ids"], found["told"], now)
    wake = keys.wake(found["pk"], "EVENT", now, ports.settings.wake_shards)
    if found["tries"] == DONE:
        values |= {"tries": 0, "note": None}
    if found.get("wake_sk", "~") > wake["wake_sk"]:
        values |= wake
    return Set(found["pk"], "EVENT", values, where={"told": found["told"]}, alone=True)


def _said(event: ProviderEvent, ids: list[str], told: int, now: datetime) -> Item:
    known = {"session": event.session_id} if event.session_id else {}
    ids = [*ids, event.id][-REMEMBERED:]
    expires_at = int((now + KEPT).timestamp())
    return {"ids": ids, "told": told + 1, "data": codec.dumps(event), "expires_at": expires_at} | known


def waiting(ports: Ports, pk: str) -> Waiting | None:
    """What still waits in a row."""
    item = ports.table.get(pk, "EVENT")
    if item is None or ("data" not in item and "wake_pk" not in item):
        return None
    event = codec.of(ProviderEvent, item)
    event = replace(event, session_id=event.session_id or item.get("session", ""))
    return Waiting(event, item["tries"], item["told"])


def done(ports: Ports, pk: str, told: int, note: str = "done") -> None:
    """The row needs nothing more: ids stay, so that nothing is taken twice; what they told does not.

    Conflict when more was told than `told`: it stays due.
    """
    gone = {"data": None, "session": None, **keys.NO_WAKE}
    ports.table.write(Set(pk, "EVENT", {"note": note, "tries": DONE, **gone}, where={"told": told}, alone=True))


def later(ports: Ports, pk: str, was: Waiting, now: datetime) -> None:
    """Try again, each time twice as late, at most every six hours; Conflict when another worker was faster, or when
    more was told."""
    at = now + min(FIRST_WAIT * 2 ** min(was.tries, DOUBLINGS), LONGEST_WAIT)
    wake = keys.wake(pk, "EVENT", at, ports.settings.wake_shards)
    ports.table.write(Set(pk, "EVENT", {"tries": was.tries + 1, **wake}, where={"tries": was.tries, "told": was.told}))
