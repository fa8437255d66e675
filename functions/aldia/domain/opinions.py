"""Whether a client felt treated well, in one tap: after a payment, and after a problem was settled.

Success is the money and the relationship; both are kept side by side.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import state
from aldia.domain.outcomes import live_debt, settled, unchanged
from aldia.domain.spoken import Opinion, OpinionAbout, OpinionScore

SCORES: tuple[OpinionScore, ...] = ("good", "fair", "bad")
SECOND_THOUGHTS = timedelta(hours=1)


def asked(case: Case, debt: Debt, now: datetime) -> OpinionAbout | None:
    """What the client may be asked about this debt; None when nothing has come to an end, or it has said it all.

    While a problem of it waits nobody is asked how it went.
    """
    if debt.dispute is not None:
        return None
    said = {known.about for known in debt.opinions}
    standing = state(debt, case.local_day(now))
    if standing == "paid" and any(entry.kind == "payment" for entry in debt.kept_entries) and "payment" not in said:
        return "payment"
    return "problem" if debt.problem_settled_at and "problem" not in said else None


def just_said(debt: Debt, now: datetime) -> Opinion | None:
    """The client's last word of this hour, which it may have tapped by mistake."""
    last = max(debt.opinions, key=lambda said: said.at, default=None)
    return last if last and now - last.at < SECOND_THOUGHTS else None


def opinion(case: Case, debt_id: str, *, about: str, score: str, now: datetime) -> Outcome:
    """Keep the client's word; a later tap about the same thing takes its place. No letter answers it.

    Refused when there is nothing of the kind to speak about.
    """
    debt = live_debt(case, debt_id)
    known = next((held for held in debt.opinions if held.about == about), None)
    if score not in SCORES or (known is None and asked(case, debt, now) != about):
        raise Refused("pay.opinion_unknown")
    if known and known.score == score:
        return unchanged(case)
    said = Opinion(cast(OpinionAbout, about), score, now)
    kept = tuple(held for held in debt.opinions if held.about != about)
    case = case.with_debt(replace(debt, opinions=(*kept, said)))
    told = score if about == "payment" else f"problem_{score}"
    return settled(case, now, notices=(Notice("opinion", now, debt.id, text=told),))
