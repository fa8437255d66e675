"""Before the due date: whether the invoice arrived and is right, while it is still easy to mend."""

from dataclasses import replace
from datetime import datetime

from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.debt import Debt
from aldia.domain.ladder import step_of
from aldia.domain.outcomes import settled, unchanged, unpaid_debt


def invoice_is_right(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """Keep when the client said so, once. No letter answers it. Refused when nothing is open."""
    debt = unpaid_debt(case, debt_id, now)
    if debt.found_right_at:
        return unchanged(case)
    case = case.with_debt(replace(debt, found_right_at=now))
    return settled(case, now, notices=(Notice("found_right", now, debt.id),))


def may_not_have_come(debt: Debt, at: datetime) -> bool:
    """Whether neither a letter brought the invoice or wrote of it before `at`, nor the client said that it came."""
    if debt.found_right_at:
        return False
    gone = ((key, mark.moved_to or mark.at) for key, mark in debt.marks.items() if mark.state == "sent")
    return not any(when < at or step_of(key) == "invoice_sent" for key, when in gone)
