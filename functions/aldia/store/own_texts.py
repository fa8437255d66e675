"""The texts of letters that an account wrote itself, one item for each step and language, with its versions."""

from aldia.domain.own_texts import OwnText
from aldia.ports import Item, Ports, Put, Query
from aldia.store import codec, keys


def load(ports: Ports, account_id: str, name: str) -> OwnText:
    """All versions; none when the text was never edited."""
    found = ports.table.get(*keys.own_text(account_id, name))
    return codec.loads(OwnText, found["data"]) if found else OwnText()


def every(ports: Ports, account_id: str) -> dict[str, OwnText]:
    """All that were ever edited, by their names, those that are the product's again included."""
    pk, before = keys.own_text(account_id, "")
    items = ports.table.query(Query(pk, begins_with=before)).items
    return {item["sk"].removeprefix(before): codec.loads(OwnText, item["data"]) for item in items}


def put(account_id: str, name: str, text: OwnText) -> Put:
    """Write it. The account is written with it: its version guards both."""
    pk, sk = keys.own_text(account_id, name)
    item: Item = {"pk": pk, "sk": sk, "kind": "own_text", "schema": codec.SCHEMA, "data": codec.dumps(text)}
    return Put(item)
