"""There is a problem: reported by the client, settled by the freelancer."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.debt import Dispute
from aldia.domain.errors import Refused
from aldia.domain.outcomes import answer, live_debt, payable, settled, unchanged
from aldia.domain.terms_changed import with_amount, with_due

LONGEST_TEXT = 2000
REPLY_DAYS = 7  # by when the letter says that the freelancer will have looked at it


def dispute(case: Case, debt_id: str, *, text: str = "", now: datetime) -> Outcome:
    """The client reports a problem, in its own words: silence until it is settled. More words are added."""
    debt = live_debt(case, debt_id)
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused("answers.text_too_long", field="text", count=LONGEST_TEXT)
    if debt.dispute and text in debt.dispute.text:
        return unchanged(case)
    since, before = (debt.dispute.at, debt.dispute.text) if debt.dispute else (now, "")
    debt = replace(debt, dispute=Dispute(at=since, text="\n\n".join(part for part in (before, text) if part)))
    case = case.with_debt(debt)
    reply_on = case.local_day(now) + timedelta(days=REPLY_DAYS)
    letters = answer(case, debt, "dispute_noted", now, facts={"reply_on": reply_on})
    return settled(case, now, letters=letters, notices=(Notice("problem", now, debt.id, text=text),))


def resolve_dispute(
    case: Case,
    debt_id: str,
    *,
    amount_minor: int | None = None,
    due_on: date | None = None,
    resolution: str = "",
    key: str = "",
    now: datetime,
) -> Outcome:
    """The freelancer settles it: perhaps another amount, perhaps another date (which ends an extension)."""
    debt = live_debt(case, debt_id)
    if debt.dispute is None:
        raise Refused("answers.no_dispute")
    debt = replace(debt, dispute=None)
    if amount_minor is not None:
        debt = with_amount(case, debt, amount_minor=amount_minor, key=key, now=now)
    if due_on is not None:
        debt = with_due(debt, due_on)
    case = case.with_debt(debt)
    day = debt.extended_to or debt.due_on
    facts = {"due_on": day, "balance_minor": payable(case, debt, now), "resolution": resolution.strip()}
    return settled(case, now, letters=answer(case, debt, "dispute_resolved", now, facts=facts))
