"""Tasks: what waits for the freelancer, one item each, gone when done."""

from aldia.domain.case import Case, Task
from aldia.ports import Delete, Item, Ports, Put, Query
from aldia.store import codec, rows


def partition(account_id: str) -> str:
    """Where an account's lie; each one's key begins with its client."""
    return f"A#{account_id}#T"


def _key(account_id: str, client_id: str, debt_id: str, step: str) -> tuple[str, str]:
    return partition(account_id), f"{client_id}#{debt_id}#{step}"


def put(case: Case, task: Task) -> Put:
    """The newest task of a debt's step; writing it again changes nothing."""
    pk, sk = _key(case.account.id, case.client.id, task.debt_id, task.step)
    debt = next((debt for debt in case.debts if debt.id == task.debt_id), None)
    row = {"client": case.client.name, "number": debt.number if debt else ""}
    return Put({"pk": pk, "sk": sk, "kind": "task", "schema": codec.SCHEMA, "data": codec.dumps(task), "row": row})


def done(account_id: str, client_id: str, debt_id: str, step: str) -> Delete:
    """Take the task away."""
    return Delete(*_key(account_id, client_id, debt_id, step))


def waiting(ports: Ports, account_id: str, limit: int = 50) -> list[Item]:
    """The first tasks of an account."""
    return ports.table.query(Query(partition(account_id), limit=limit)).items


def of_debt(ports: Ports, account_id: str, client_id: str, debt_id: str) -> list[Task]:
    """What waits for the freelancer about one debt."""
    pk, sk = _key(account_id, client_id, debt_id, "")
    items = ports.table.query(Query(pk, begins_with=sk)).items
    return rows.readable(ports, items, lambda item: codec.of(Task, item))
