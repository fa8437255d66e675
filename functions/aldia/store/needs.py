"""What only the freelancer can settle, as items: written when it appears, gone when it is settled or put aside.

They are kept apart from the debts so that today's page finds them with one query, however many debts there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aldia.domain import needs
from aldia.domain.case import Case, Outcome
from aldia.domain.needs import Need
from aldia.ports import Delete, Item, Ports, Put, Query, Write
from aldia.store import codec, keys, rows, tasks


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of them as it is stored."""

    client_id: str
    debt_id: str
    kind: str
    at: datetime


def partition(account_id: str) -> str:
    """Where an account's lie; each one's key begins with its client."""
    return f"A#{account_id}#W"


def _key(account_id: str, client_id: str, need: Need) -> tuple[str, str]:
    return partition(account_id), f"{client_id}#{need.debt_id}#{need.kind}"


def put(account_id: str, client_id: str, need: Need, at: datetime) -> Put:
    """Write it down; a second time changes nothing."""
    pk, sk = _key(account_id, client_id, need)
    held = Waiting(client_id, need.debt_id, need.kind, at)
    item: Item = {"pk": pk, "sk": sk, "kind": "need", "schema": codec.SCHEMA, "data": codec.dumps(held)}
    return Put(item)


def settled(account_id: str, client_id: str, need: Need) -> Delete:
    """Take it away."""
    return Delete(*_key(account_id, client_id, need))


def writes(before: Case, outcome: Outcome, now: datetime) -> list[Write]:
    """What a change of a case does to what waits for the freelancer."""
    account_id, client_id = before.account.id, before.client.id
    appeared, gone = needs.changed(before, outcome, now)
    new: list[Write] = [put(account_id, client_id, need, now) for need in appeared]
    new += [settled(account_id, client_id, need) for need in gone]
    over = needs.ended_tasks(before, outcome.case, now)
    return new + [tasks.done(account_id, client_id, debt_id, step) for debt_id, step in over]


def over(ports: Ports, account_id: str, news: Sequence[Item]) -> list[keys.Key]:
    """Keys of those of the news that asked to settle what is settled by now; at most 100 in one request."""
    asked = {
        (item["pk"], item["sk"]): _key(account_id, row["client_id"], Need(row["debt"], row["need"]))
        for item in news
        if "need" in (row := item["row"])
    }
    there = ports.table.get_many([*asked.values()]) if asked else []
    waits = {(item["pk"], item["sk"]) for item in there}
    return [key for key, need in asked.items() if need not in waits]


def waiting(ports: Ports, account_id: str, *, limit: int) -> list[Waiting]:
    """The first of an account."""
    items = ports.table.query(Query(partition(account_id), limit=limit)).items
    return rows.readable(ports, items, lambda item: codec.of(Waiting, item))
