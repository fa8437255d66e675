"""What the freelancer's answer means for the letters that waited for it.

Whoever reported a problem, asked for other terms or says that it has paid reads the answer, and no reminder beside it:
the answer keeps the distance to the next letter. Nor is it told next that a promised day went by while it waited.
"""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain.case import Case, Outcome
from aldia.domain.contact_rules import with_contact
from aldia.domain.debt import Debt
from aldia.domain.ledger import state
from aldia.domain.outcomes import settled
from aldia.domain.promises import without_promise
from aldia.domain.silences import is_kept, waits_for_answer

ENDED = ("paid", "written_off")


def with_answer(outcome: Outcome, debt_id: str, now: datetime, *, since: date) -> Outcome:
    """The outcome of an answer for which the client waited since that day, with the promise of a day of the wait over.

    The answer counts for the distance unless it leaves nothing to remind of, or the account's policy says that it does
    not; in the place of `promise_missed` it always does. While something else of the debt still waits nothing changes.
    """
    case = outcome.case
    before, today = case.debt(debt_id), case.local_day(now)
    if waits_for_answer(before):
        return outcome
    debt = _without_missed(before, since, today)
    takes_its_place = debt != before and before.promise is not None and not before.promise.missed_letter
    if takes_its_place or (case.account.policy.answers_count and state(debt, today) not in ENDED):
        case = replace(case, client=with_contact(case.client, today))
    return settled(case.with_debt(debt), now, letters=outcome.letters, notices=outcome.notices)


def _without_missed(debt: Debt, since: date, today: date) -> Debt:
    """Without an open promise of a day between then and today, unless it was kept."""
    promise = debt.promise
    if promise is None or not since <= promise.on < today or is_kept(debt, promise, today):
        return debt
    return without_promise(debt)


def waited_since(case: Case, at: datetime, paid_on: date | None = None) -> date:
    """The client's day from which it waited; with a payment that it told of, from that payment's day."""
    return min(case.local_day(at), paid_on or date.max)
