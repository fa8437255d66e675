"""A promised day that came while the freelancer's answer was waited for: the answer is the word about it.

Whoever reported a problem, or says that it has paid, is not told next that the day went by.
"""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain.case import Case, Outcome
from aldia.domain.contact_rules import with_contact
from aldia.domain.outcomes import settled
from aldia.domain.promises import without_promise
from aldia.domain.silences import is_kept, waits_for_answer


def with_answer(outcome: Outcome, debt_id: str, now: datetime, *, since: date) -> Outcome:
    """The outcome of an answer for which the client waited since that day, with the promise of a day of the wait over.

    The answer counts for the distance in the place of `promise_missed`, so that no reminder takes that place at once.
    While something else of the debt still waits nothing changes.
    """
    case = outcome.case
    debt, today = case.debt(debt_id), case.local_day(now)
    promise = debt.promise
    if promise is None or waits_for_answer(debt) or is_kept(debt, promise, today):
        return outcome
    answered = without_promise(debt) if since <= promise.on < today else debt
    if answered == debt:
        return outcome
    case = case.with_debt(answered)
    if not promise.missed_letter:
        case = replace(case, client=with_contact(case.client, today))
    return settled(case, now, letters=outcome.letters, notices=outcome.notices)


def waited_since(case: Case, at: datetime, paid_on: date | None = None) -> date:
    """The client's day from which it waited; with a payment that it told of, from that payment's day."""
    return min(case.local_day(at), paid_on or date.max)
