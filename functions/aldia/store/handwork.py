"""What the freelancer did by hand for a client (a call, a visit): a line in the debt's story."""

from dataclasses import dataclass
from datetime import datetime

from aldia.domain.case import Case
from aldia.ports import Ports, Put, Query
from aldia.store import codec, keys, rows

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Done:
    """One thing done. `step` is the task's, `text` what came of it in the freelancer's words."""

    debt_id: str
    step: str
    at: datetime
    text: str = ""


def put(case: Case, done: Done, *, key: str) -> Put:
    """Note it, once for each key of a form."""
    pk, _ = keys.client(case.account.id, case.client.id)
    sk = f"N#{done.at:%Y-%m-%d}#{done.debt_id}#{key}"
    item = {"pk": pk, "sk": sk, "kind": "done", "schema": codec.SCHEMA, "data": codec.dumps(done)}
    return Put(item, absent=True)


def of_client(ports: Ports, account_id: str, client_id: str) -> list[Done]:
    """What was done for a client, the newest days first."""
    pk, _ = keys.client(account_id, client_id)
    page = ports.table.query(Query(pk, begins_with="N#", backwards=True, limit=MOST_SHOWN))
    return rows.readable(ports, page.items, lambda item: codec.of(Done, item))
