"""There is a problem: reported by the client, settled by the freelancer."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from aldia.domain.answered import waited_since, with_answer
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.dates import next_asked
from aldia.domain.debt import Debt
from aldia.domain.decisions import waive
from aldia.domain.errors import Refused
from aldia.domain.outcomes import answer, live_debt, payable, settled, unchanged
from aldia.domain.reply_clock import REPLY_DAYS, reply_by
from aldia.domain.spoken import Dispute
from aldia.domain.terms_changed import with_amount, with_due

LONGEST_TEXT = 2000
KINDS = ("work", "not_received", "amount", "details", "other")
"""What may be wrong: the work, it never came, the sum, the invoice's details (an order number, a tax id)."""
NO_KINDS = ("CO",)
"""Where whoever collects may not ask for reasons (CO: Ley 2300 de 2023, art. 3): the client's own words are enough."""


def kinds_in(country: str) -> tuple[str, ...]:
    """What a client in that country is offered to choose from."""
    return () if country in NO_KINDS else KINDS


def dispute(case: Case, debt_id: str, *, text: str = "", kind: str = "", file_name: str = "", now: datetime) -> Outcome:
    """The client reports a problem, in its own words: silence until it is settled. More words are added.

    The day by which the client was told that it is looked at stays the first one.
    """
    debt = live_debt(case, debt_id)
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise Refused("answers.text_too_long", field="text", count=LONGEST_TEXT)
    kind = kind if kind in kinds_in(case.client.country or case.account.country) else ""
    held = debt.dispute
    known = held or Dispute(at=now, reply_by=case.local_day(now) + timedelta(days=REPLY_DAYS))
    words = known.text if text in known.text else "\n\n".join(part for part in (known.text, text) if part)
    told = replace(known, text=words, kind=kind or known.kind, file_name=file_name or known.file_name)
    if told == held:
        return unchanged(case)
    debt = replace(debt, dispute=told)
    case = case.with_debt(debt)
    letters = answer(case, debt, "dispute_noted", now, facts={"reply_on": reply_by(case, told)})
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
    """The freelancer settles it: perhaps another amount, perhaps another date (which ends an extension).

    An amount of 0 cancels all that is left; what was paid stays paid.
    """
    debt = live_debt(case, debt_id)
    if debt.dispute is None:
        raise Refused("answers.no_dispute")
    since = waited_since(case, debt.dispute.at)
    debt = replace(debt, dispute=None, problem_settled_at=now)
    if amount_minor == 0:
        debt = _cancelled(case, debt, key=key, now=now)
    elif amount_minor is not None:
        debt = with_amount(case, debt, amount_minor=amount_minor, key=key, now=now)
    if due_on is not None:
        debt = with_due(debt, due_on)
    case = case.with_debt(debt)
    asked = next_asked(debt, case.local_day(now))
    day = asked.on if asked else debt.extended_to or debt.due_on
    facts = {"due_on": day, "balance_minor": payable(case, debt, now), "resolution": resolution.strip()}
    letters = answer(case, debt, "dispute_resolved", now, facts=facts)
    return with_answer(settled(case, now, letters=letters), debt_id, now, since=since)


def _cancelled(case: Case, debt: Debt, *, key: str, now: datetime) -> Debt:
    """The debt with all that is left forgiven."""
    if payable(case, debt, now) <= 0:
        return debt
    return waive(case.with_debt(debt), debt.id, key=key, now=now).case.debt(debt.id)
