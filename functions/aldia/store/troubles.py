"""What a run could not handle: listed for whoever runs the installation, and for the freelancer whose it is."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import TypeVar

from aldia.domain.client import Client
from aldia.ports import Conflict, Item, Ports, Put, Query, Unreachable
from aldia.store import codec, keys

log = logging.getLogger(__name__)

T = TypeVar("T")

PK = "J#trouble"
KEPT = timedelta(days=90)
CURRENT = timedelta(hours=2)  # each is tried again after an hour, and listed anew if it still fails
SHOWN = 20
AT_ONCE = 100  # writes of one request
WAITING = ("T", "W")  # partitions of an account whose keys begin with a client


def name_of(pk: str, sk: str) -> str:
    """How one is called in a run's report."""
    return f"{pk}|{sk}"


def put(pk: str, sk: str, now: datetime) -> Put:
    """List it, or that it still is there."""
    item: Item = {"pk": PK, "sk": name_of(pk, sk), "kind": "trouble", "at": now.isoformat()}
    return Put(item | {"expires_at": int((now + KEPT).timestamp())})


@contextmanager
def passed_over(found: list[T], name: T) -> Iterator[None]:
    """Whoever goes through many goes on when one cannot be read or handled: its name joins `found`."""
    try:
        yield
    except (Conflict, Unreachable):  # not its own fault
        raise
    except Exception:
        log.exception("poisoned")
        found.append(name)


def note(ports: Ports, found: Sequence[keys.Key]) -> None:
    """List what a page or a mail had to leave out, all of one account; what is listed already costs no write."""
    if not found:
        return
    now = ports.clock.now()
    listed = set(current(ports, keys.owner(found[0][0] + "#"), now))
    new = [put(*key, now) for key in dict.fromkeys(found) if name_of(*key) not in listed]
    for start in range(0, len(new), AT_ONCE):
        ports.table.write(*new[start : start + AT_ONCE])


def current(ports: Ports, account_id: str, now: datetime) -> list[str]:
    """What of the account cannot be read or handled now, as `name_of` calls it; its own items first."""
    own = f"A#{account_id}"
    found = ports.table.query(Query(PK, between=(f"{own}#", f"{own}|~"), backwards=True, limit=200)).items
    return [
        item["sk"]
        for item in found
        if keys.owner(item["sk"].partition("|")[0] + "#") == account_id
        and now - datetime.fromisoformat(item["at"]) < CURRENT
    ]


def clients(ports: Ports, account_id: str, found: Sequence[str]) -> list[str]:
    """Names of the clients among `current`; an id where no name is left."""
    own = [name.removeprefix(f"A#{account_id}#") for name in found if name.startswith(f"A#{account_id}#")]
    ids = [name.removeprefix("C#").partition("|")[0] for name in own if name.startswith("C#")]
    ids += [name[2:].partition("#")[0] for name in own if name.startswith(tuple(f"{part}|" for part in WAITING))]
    return names(ports, account_id, sorted(set(ids)))


def names(ports: Ports, account_id: str, ids: Sequence[str]) -> list[str]:
    """Names of clients, read without what cannot be read; an id where no name is left."""
    asked = ids[:SHOWN]
    items = ports.table.get_many([keys.client(account_id, one) for one in asked], strong=False) if asked else []
    named = {keys.client_of(item["pk"]): name_in(item) for item in items}
    return [named.get(one) or one for one in asked]


def name_in(item: Item) -> str:
    """A client's name by its row, else by its data; empty when neither can be read."""
    row = item.get("row")
    name = row.get("name") if isinstance(row, Mapping) else ""
    with suppress(Exception):  # of whatever shape it is
        return str(name or codec.of(Client, item).name)
    return ""
