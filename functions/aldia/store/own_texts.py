"""The texts of letters that a freelancer wrote, for all clients or for one: an item for each step and language, with
its versions. Those for one client lie beside it, where a case's query does not reach: a letter reads one where it is.
"""

from aldia.domain.own_texts import OwnText
from aldia.ports import Item, Ports, Put, Query
from aldia.store import codec, keys

KIND = "own_text"


def load(ports: Ports, account_id: str, name: str, client_id: str = "") -> OwnText:
    """All versions; none when the text was never edited."""
    found = ports.table.get(*keys.own_text(account_id, name, client_id))
    return codec.loads(OwnText, found["data"]) if found else OwnText()


def stored(ports: Ports, account_id: str) -> list[Item]:
    """All that were ever edited for all clients, those that are the product's again included, as they lie."""
    pk, before = keys.own_text(account_id, "")
    return ports.table.query(Query(pk, begins_with=before)).items


def name_of(item: Item) -> str:
    """The name of a stored text: its step and language."""
    return str(item["sk"]).partition("#")[2]


def put(account_id: str, name: str, text: OwnText, client_id: str = "") -> Put:
    """Write it. The account, or the client, is written with it: its version guards both."""
    pk, sk = keys.own_text(account_id, name, client_id)
    item: Item = {"pk": pk, "sk": sk, "kind": KIND, "schema": codec.SCHEMA, "data": codec.dumps(text)}
    return Put(item)
