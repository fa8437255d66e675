"""The index is the queue: what is due, oldest first. Nothing else is read."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from aldia.domain.case import Case
from aldia.ports import Item, Ports, Put, Query, Set
from aldia.store import keys, reading

CURSOR = ("J#wakeups", "CURSOR")
LOOK_BACK = timedelta(days=1)  # writers' clocks may differ around midnight


def due(ports: Ports, now: datetime, limit: int = 1000) -> Iterator[tuple[str, str]]:
    """Keys of the items whose wake-up has come, from the oldest day not yet drained; none while runs are held."""
    cursor = ports.table.get(*CURSOR)
    if cursor and cursor.get("held"):
        return
    found = 0
    for day in _days(cursor, now):
        for shard in range(ports.settings.wake_shards):
            for item in _shard(ports, f"DUE#{day}#{shard}", now):
                yield item["pk"], item["sk"]
                found += 1
                if found >= limit:
                    return


def _days(cursor: Item | None, now: datetime) -> list[str]:
    day = min(datetime.fromisoformat(cursor["day"]).date() if cursor else now.date(), now.date()) - LOOK_BACK
    days = []
    while day <= now.date():
        days.append(day.isoformat())
        day += timedelta(days=1)
    return days


def _shard(ports: Ports, pk: str, now: datetime) -> list[Item]:
    until = f"{now:%Y-%m-%dT%H:%M:%S}"
    return [*reading.every(ports, Query(pk, between=(keys.FIRST, until), index="wakeups"))]


def set_right(ports: Ports, case: Case) -> None:
    """The client's wake-up again as its record has it: one that came when nothing was to be done would stay behind."""
    client = case.client
    key = keys.client(case.account.id, client.id)
    wake = keys.wake(*key, client.next_at, ports.settings.wake_shards) if client.next_at else keys.NO_WAKE
    ports.table.write(Set(*key, wake, where={"version": client.version}, alone=True))


def begin(ports: Ports, now: datetime) -> None:
    """Runs begin here, however late the first one comes; nothing happens when they have begun."""
    if ports.table.get(*CURSOR) is None:
        ports.table.write(Put(_cursor(now)))


def drained(ports: Ports, now: datetime) -> None:
    """A run has emptied all days up to now: the next one may begin here. One write a day.

    What was busy stays due. While it lies on a day that no run would look back to, the days are not left.
    """
    cursor = ports.table.get(*CURSOR)
    if cursor is None:
        ports.table.write(Put(_cursor(now)))
    elif cursor["day"] < now.date().isoformat() and not cursor.get("held") and not _is_left_behind(ports, cursor, now):
        ports.table.write(Set(*CURSOR, {"day": now.date().isoformat()}))


def _is_left_behind(ports: Ports, cursor: Item, now: datetime) -> bool:
    """Whether something still waits on a day before those that the next run would look back to."""
    first = (now.date() - LOOK_BACK).isoformat()
    queries = (
        Query(f"DUE#{day}#{shard}", index="wakeups", limit=1)
        for day in _days(cursor, now)
        if day < first
        for shard in range(ports.settings.wake_shards)
    )
    return any(ports.table.query(query).items for query in queries)


def hold(ports: Ports) -> None:
    """Runs find nothing to do from now on, and the days that wait stay as they are."""
    begin(ports, ports.clock.now())
    ports.table.write(Set(*CURSOR, {"held": True}))


def release(ports: Ports) -> None:
    """Runs go on."""
    ports.table.write(Set(*CURSOR, {"held": None}))


def _cursor(now: datetime) -> Item:
    return {"pk": CURSOR[0], "sk": CURSOR[1], "kind": "cursor", "day": now.date().isoformat()}


def next_at(ports: Ports, now: datetime, days: int = 400) -> datetime | None:
    """The first wake-up not yet handled, within `days`; for the local clock's jumps and for replays."""
    for day in (
        *_days(ports.table.get(*CURSOR), now),
        *((now + timedelta(days=n)).date().isoformat() for n in range(1, days)),
    ):
        firsts = []
        for shard in range(ports.settings.wake_shards):
            page = ports.table.query(Query(f"DUE#{day}#{shard}", index="wakeups", limit=1))
            firsts += [keys.woken_at(item["wake_sk"]) for item in page.items]
        if firsts:
            return min(firsts)
    return None
