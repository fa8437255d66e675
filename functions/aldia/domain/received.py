"""Before the due date: the client says that the invoice arrived and is right, while it is still easy to mend."""

from dataclasses import replace
from datetime import datetime

from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.outcomes import settled, unchanged, unpaid_debt


def invoice_is_right(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """Keep when the client said so, once. No letter answers it. Refused when nothing is open."""
    debt = unpaid_debt(case, debt_id, now)
    if debt.found_right_at:
        return unchanged(case)
    case = case.with_debt(replace(debt, found_right_at=now))
    return settled(case, now, notices=(Notice("found_right", now, debt.id),))
