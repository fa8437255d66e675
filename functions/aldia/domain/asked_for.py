"""Whether money is asked for under a debt's reference: what the page to check a letter says yes to."""

from datetime import datetime

from aldia.domain.case import Case
from aldia.domain.debt import Debt
from aldia.domain.ledger import state

STATES = ("open", "disputed")


def is_asked_for(case: Case, debt: Debt, now: datetime) -> bool:
    """Something is open on it, it is not in the bin, and nobody has doubts about who asks."""
    pause = case.account.paused
    is_doubted = pause is not None and pause.reason == "trust"
    return not is_doubted and debt.deleted_at is None and state(debt, case.local_day(now)) in STATES
