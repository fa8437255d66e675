"""When an account's freelancer is asked next which letters go, and on which day the last mail about it was claimed."""

from datetime import datetime

from aldia.ports import Item, Ports, Put
from aldia.store import keys

SK = "MORNING"


def load(ports: Ports, account_id: str) -> Item | None:
    """The account's, as it is stored; None when nobody ever asked."""
    return ports.table.get(f"A#{account_id}", SK)


def put(ports: Ports, account_id: str, held: Item | None, *, at: datetime | None, day: str | None = None) -> Put:
    """Ask next at that instant (None: not at all); refused when somebody else was first.

    `day`: the freelancer's day that is asked about now; None: as it was.
    """
    item: Item = {
        "pk": f"A#{account_id}",
        "sk": SK,
        "kind": "morning",
        "day": (held or {}).get("day", "") if day is None else day,
        "version": held["version"] + 1 if held else 1,
    }
    if at:
        item |= keys.wake(item["pk"], SK, at, ports.settings.wake_shards)
    return Put(item, version=held["version"]) if held else Put(item, absent=True)
