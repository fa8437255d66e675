"""Where a payment's reference leads, for the page on which a client checks a letter.

The row says whose debt it is and no more: what becomes of the debt is read from the debt. It is written with the debt
itself; those from before there were such rows get theirs when their client is next written.
"""

from dataclasses import dataclass

from aldia.banking.reference import reference
from aldia.domain.case import Case
from aldia.domain.debt import Debt
from aldia.ports import Delete, Ports, Put, Query
from aldia.store import keys

MOST_ALIKE = 5  # debts that share a reference: two among a hundred thousand do


@dataclass(frozen=True, slots=True)
class Place:
    """One debt, by the ids of all that it belongs to."""

    account_id: str
    client_id: str
    debt_id: str


def put(account_id: str, debt: Debt) -> Put:
    """The row of one debt; writing it twice changes nothing."""
    pk, sk = keys.reference(reference(debt.id), account_id, debt.client_id, debt.id)
    return Put({"pk": pk, "sk": sk, "kind": "reference"})


def forget(account_id: str, client_id: str, debt_id: str) -> Delete:
    """The debt goes for good, and its row with it."""
    return Delete(*keys.reference(reference(debt_id), account_id, client_id, debt_id))


def missing(case: Case) -> list[Put]:
    """The rows of the debts that were stored before debts had one; none once they are written."""
    return [] if case.client.is_checkable else [put(case.account.id, debt) for debt in case.debts]


def places(ports: Ports, text: str) -> list[Place]:
    """The debts of that reference, whoever's they are."""
    found = ports.table.query(Query(keys.reference_pk(text), limit=MOST_ALIKE)).items
    return [Place(*item["sk"].split("#")) for item in found]
