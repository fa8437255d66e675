"""How an account works with payments: each published version, and each client's yes, written once and never again."""

from aldia.domain.prevention import Accepted
from aldia.domain.working_terms import TermsVersion
from aldia.ports import Item, Ports, Put, Query
from aldia.store import codec, keys, reading, rows

MOST_SHOWN = 100


def put(account_id: str, version: TermsVersion) -> Put:
    """A new version; refused when there is one of its number."""
    pk, sk = keys.terms_version(account_id, version.number)
    item: Item = {"pk": pk, "sk": sk, "kind": "terms", "schema": codec.SCHEMA, "data": codec.packed(version)}
    return Put(item, absent=True)


def load(ports: Ports, account_id: str, number: int) -> TermsVersion | None:
    """One version, or None."""
    found = ports.table.get(*keys.terms_version(account_id, number), strong=False)
    return codec.of(TermsVersion, found) if found else None


def stored(ports: Ports, account_id: str) -> list[Item]:
    """All versions as they lie, the oldest first."""
    pk, _ = keys.terms_version(account_id, 0)
    return [*reading.every(ports, Query(pk, begins_with="TERMS#"))]


def put_accepted(account_id: str, client_id: str, accepted: Accepted) -> Put:
    """A client's yes; refused when there is one to that version."""
    pk, sk = keys.accepted(account_id, client_id, accepted.number)
    item: Item = {"pk": pk, "sk": sk, "kind": "accepted", "schema": codec.SCHEMA, "data": codec.dumps(accepted)}
    return Put(item, absent=True)


def accepted_by(ports: Ports, account_id: str, client_id: str) -> list[Accepted]:
    """Each yes of a client, the newest first."""
    pk, _ = keys.accepted(account_id, client_id, 0)
    page = ports.table.query(Query(pk, begins_with="Y#", backwards=True, limit=MOST_SHOWN))
    return rows.readable(ports, page.items, lambda item: codec.of(Accepted, item))
