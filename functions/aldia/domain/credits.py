"""Money that came over what was owed: it is the client's, and goes to another of its debts or back.

Both leave the ledger by a `credit_out`, which takes from the credit first, as every return does; so no back-dated
line can make the same money count twice.
"""

from datetime import datetime

from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt, Entry
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.outcomes import answer, live_debt, settled, unchanged, unpaid_debt
from aldia.domain.payments import FROM_CREDIT, booked
from aldia.domain.terms_changed import is_booked, with_entry

RETURNED = "returned"


def apply_credit(case: Case, debt_id: str, *, to: str, key: str, now: datetime) -> Outcome:
    """As much of the credit as another debt of the client takes pays that debt today, at the price of today.

    The letter is that debt's own receipt. Refused: no credit, another currency, nothing open there.
    """
    debt = live_debt(case, debt_id)
    if is_booked(debt, f"{key}.out"):
        return unchanged(case)
    if to == debt_id:
        raise Refused("answers.unknown_debt", field="to")
    other = unpaid_debt(case, to, now)
    if other.currency != debt.currency:
        raise Refused("pay.one_currency", field="to")
    today = case.local_day(now)
    if other.issued_on > today:
        raise Refused("answers.day_before_debt", field="to")
    minor = min(_credit(case, debt, now), stand(other, today).payable_minor)
    out = Entry(f"{key}.out", "credit_out", on=today, at=now, amount_minor=minor, method=FROM_CREDIT, note=other.id)
    into = Entry(f"{key}.in", "payment", on=today, at=now, amount_minor=minor, method=FROM_CREDIT, note=debt.id)
    return booked(case.with_debt(with_entry(debt, out)), other, into, now=now, by_hand=True)


def return_credit(case: Case, debt_id: str, *, key: str, now: datetime) -> Outcome:
    """The freelancer has sent all of the credit back; the client is told. Refused without credit."""
    debt = live_debt(case, debt_id)
    if is_booked(debt, key):
        return unchanged(case)
    minor = _credit(case, debt, now)
    entry = Entry(key, "credit_out", on=case.local_day(now), at=now, amount_minor=minor, method=RETURNED)
    case = case.with_debt(with_entry(debt, entry))
    letters = answer(case, case.debt(debt_id), "credit_returned", now, cause=key, facts={"paid_minor": minor})
    return settled(case, now, letters=letters)


def _credit(case: Case, debt: Debt, now: datetime) -> int:
    minor = stand(debt, case.local_day(now)).credit_minor
    if minor <= 0:
        raise Refused("answers.no_credit")
    return minor
