"""What a run could not handle: listed for whoever runs the installation, and for the freelancer whose it is."""

from datetime import datetime, timedelta

from aldia.ports import Item, Ports, Put, Query
from aldia.store import keys

PK = "J#trouble"
KEPT = timedelta(days=90)
CURRENT = timedelta(hours=2)  # each is tried again after an hour, and listed anew if it still fails
SHOWN = 20


def name_of(pk: str, sk: str) -> str:
    """How one is called in a run's report."""
    return f"{pk}|{sk}"


def put(pk: str, sk: str, now: datetime) -> Put:
    """List it, or that it still is there."""
    item: Item = {"pk": PK, "sk": name_of(pk, sk), "kind": "trouble", "at": now.isoformat()}
    return Put(item | {"expires_at": int((now + KEPT).timestamp())})


def clients(ports: Ports, account_id: str, now: datetime) -> list[str]:
    """Names of the account's clients with something that cannot be read or handled now; an id where no name is left."""
    found = ports.table.query(Query(PK, begins_with=f"A#{account_id}#C#", limit=200)).items
    current = [item["sk"].split("#") for item in found if now - datetime.fromisoformat(item["at"]) < CURRENT]
    ids = list(dict.fromkeys(parts[3].partition("|")[0] for parts in current))[:SHOWN]
    items = ports.table.get_many([keys.client(account_id, one) for one in ids], strong=False) if ids else []
    named = {item["pk"].split("#")[3]: item.get("row", {}).get("name", "") for item in items}
    return [named.get(one) or one for one in ids]
