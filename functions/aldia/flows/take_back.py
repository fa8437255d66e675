"""Take back what the freelancer booked by mistake: a gift, or a payment with the line of the statement it came from."""

from datetime import datetime

from aldia.domain import edits
from aldia.domain.case import Case, Outcome
from aldia.domain.taken_back import OF_STATEMENT
from aldia.flows import casework
from aldia.flows.record_payment import Ids, counted
from aldia.ports import Ports, Write
from aldia.store import bank


def take_back(ports: Ports, ids: Ids, *, key: str) -> Outcome:
    """The ledger without that line; a line of a statement waits again, all in one transaction. Raises Refused."""
    account_id, client_id, debt_id = ids

    def ask(case: Case, now: datetime) -> Outcome:
        return edits.undo(case, debt_id, key=key, now=now)

    def more(case: Case, outcome: Outcome) -> list[Write]:
        return [*_line_again(ports, account_id, key), *counted(case, outcome.case)]

    return casework.change(ports, account_id, client_id, ask, more=more)


def _line_again(ports: Ports, account_id: str, key: str) -> list[Write]:
    if not key.startswith(OF_STATEMENT):
        return []
    line_id = key.split(".")[1]
    held = bank.load(ports, account_id, line_id)
    return [bank.becomes(account_id, line_id, "open", was="booked")] if held and held.state == "booked" else []
