"""A client asks for other dates: granted at once inside the fence, else put to the freelancer, who answers it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from aldia.domain import calendar
from aldia.domain.agreements import in_effect
from aldia.domain.answered import waited_since, with_answer
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.checkouts import refuse_under_way
from aldia.domain.concessions import FARTHEST, Wish, first_open_day, fitted, outside
from aldia.domain.contact_rules import is_open
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.outcomes import Facts, answer, live_debt, settled, unchanged, unpaid_debt
from aldia.domain.plans import plan
from aldia.domain.promises import extension
from aldia.domain.spoken import Proposal

MOST_PROPOSALS = 3  # of the client, on one debt: each falls silent for some days
DAYS_TO_ANSWER = {"client": 3, "freelancer": 5}  # open days that the other side has, by who asks


def ask(case: Case, debt_id: str, *, wish: Wish, now: datetime) -> Outcome:
    """The client asks for more days or for instalments. Inside the fence the agreement is made; outside it is proposed.

    Refused while a payment is under way, for a day that is no later than the one that holds, and after three proposals.
    Asked twice it is agreed once.
    """
    debt = unpaid_debt(case, debt_id, now)
    if wish == agreed_wish(debt) and debt.proposal is None:
        return unchanged(case)
    _check(case, debt, wish, now)
    refuse_under_way(debt, now, field="until" if wish.until else "first_on")
    why = outside(case, debt, wish, now)
    return _proposed(case, debt, wish, why=why, now=now) if why else agree(case, debt, wish, by="fence", now=now)


def agreed_wish(debt: Debt) -> Wish | None:
    """The dates of the agreement that holds; None when there is none."""
    agreed = in_effect(debt)
    if agreed is None:
        return None
    if agreed.kind == "extension" or agreed.until:
        return Wish(until=debt.extended_to)
    ids = debt.plan.instalment_ids if debt.plan else ()
    return Wish(parts=tuple((part.due_on, part.amount_minor) for part in debt.instalments if part.id in ids))


def _check(case: Case, debt: Debt, wish: Wish, now: datetime) -> None:
    if wish.until is None:
        return
    today = case.local_day(now)
    if wish.until <= max(today, first_open_day(case, debt, now)):
        raise Refused("answers.day_not_later", field="until")
    if wish.until > today + FARTHEST:
        raise Refused("answers.day_too_far", field="until", days=FARTHEST.days)


def agree(
    case: Case, debt: Debt, wish: Wish, *, by: Literal["fence", "freelancer", "client"], now: datetime
) -> Outcome:
    """Make the agreement: silence at once, and the letter that confirms it in writing."""
    if wish.until:
        return extension(case, debt.id, until=wish.until, by=by, now=now)
    parts = fitted(wish.parts, stand(debt, case.local_day(now)).balance_minor, debt.currency)
    return plan(case, debt.id, instalments=parts, by=by, now=now)


def _proposed(case: Case, debt: Debt, wish: Wish, *, why: str, now: datetime) -> Outcome:
    """Note what was asked for; asked again meanwhile, it is waited for no longer than before."""
    was = debt.proposal
    if was and was.by == "client" and (was.until, was.parts) == (wish.until, wish.parts):
        return unchanged(case)
    if debt.proposals_made >= MOST_PROPOSALS:
        raise Refused("answers.too_many_proposals", field="until" if wish.until else "first_on", count=MOST_PROPOSALS)
    answer_by = was.answer_by if was and was.by == "client" else _open_days_on(case, now, DAYS_TO_ANSWER["client"])
    proposal = Proposal(now, "client", answer_by, until=wish.until, parts=wish.parts, why=why)
    debt = replace(debt, proposal=proposal, proposals_made=debt.proposals_made + 1)
    case = case.with_debt(debt)
    letters = answer(case, debt, "proposal_noted", now, facts=_told(wish, reply_on=answer_by))
    balance_minor = stand(debt, case.local_day(now)).balance_minor
    notice = Notice("proposal", now, debt.id, amount_minor=balance_minor, text=_spoken(wish))
    return settled(case, now, letters=letters, notices=(notice,))


def _open_days_on(case: Case, now: datetime, count: int) -> date:
    """The open day so many open days from today."""
    day = case.local_day(now)
    for _ in range(count):
        day = calendar.next_open_day(day, lambda later: is_open(case, later)) or day + calendar.DAY
    return day


def _told(wish: Wish, **more: object) -> Facts:
    schedule = " ".join(f"{day}={minor}" for day, minor in wish.parts)
    return {"until": wish.until, "schedule": schedule, **more}


def _spoken(wish: Wish) -> str:
    """A day, or the number of parts and their first day: "3 2026-12-01"."""
    return wish.until.isoformat() if wish.until else f"{len(wish.parts)} {wish.parts[0][0]}"


def waiting(debt: Debt, by: Literal["client", "freelancer"]) -> Proposal:
    """What that side asks for; Refused when nothing of it waits for an answer."""
    if debt.proposal is None or debt.proposal.by != by:
        raise Refused("answers.no_proposal")
    return debt.proposal


def wish_of(proposal: Proposal) -> Wish:
    """The dates that it asks for."""
    return Wish(until=proposal.until, parts=proposal.parts)


# -- what the freelancer answers ------------------------------------------------------------------


def accept(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """Yes: the agreement is made as the client asked for it. Refused (field `past`) once its first day has passed."""
    debt = unpaid_debt(case, debt_id, now)
    asked = waiting(debt, "client")
    if is_past(case, asked, now):
        raise Refused("answers.wish_is_past" if asked.until else "answers.first_day_is_past", field="past")
    return agree(case, debt, wish_of(asked), by="freelancer", now=now)


def offer(case: Case, debt_id: str, *, wish: Wish, now: datetime) -> Outcome:
    """Other terms: the client may take them with one tap, and has some days of silence to think about it."""
    debt = unpaid_debt(case, debt_id, now)
    asked = waiting(debt, "client")
    _check(case, debt, wish, now)
    if (asked.until, asked.parts) == (wish.until, wish.parts):
        return accept(case, debt_id, now=now)
    answer_by = _open_days_on(case, now, DAYS_TO_ANSWER["freelancer"])
    debt = replace(debt, proposal=Proposal(now, "freelancer", answer_by, until=wish.until, parts=wish.parts))
    case = case.with_debt(debt)
    return settled(case, now, letters=answer(case, debt, "terms_offered", now, facts=_told(wish, reply_on=answer_by)))


def decline(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """No: a kind sentence, and the letters go on where they were."""
    debt = live_debt(case, debt_id)
    asked = waiting(debt, "client")
    since = waited_since(case, asked.at)
    debt = replace(debt, proposal=None)
    case = case.with_debt(debt)
    letters = answer(case, debt, "proposal_declined", now, facts=_told(wish_of(asked)))
    return with_answer(settled(case, now, letters=letters), debt_id, now, since=since)


def grant(case: Case, debt_id: str, *, until: date, now: datetime) -> Outcome:
    """More days that nobody asked for: as an extension, refused for a day that is no later than the one that holds."""
    debt = unpaid_debt(case, debt_id, now)
    if until != debt.extended_to:
        _check(case, debt, Wish(until=until), now)
    return extension(case, debt_id, until=until, now=now)


# -- what the client answers ----------------------------------------------------------------------


def take(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """The client takes the terms that the freelancer offered."""
    debt = unpaid_debt(case, debt_id, now)
    offered = waiting(debt, "freelancer")
    refuse_under_way(debt, now)
    return agree(case, debt, wish_of(offered), by="client", now=now)


def is_late(case: Case, proposal: Proposal, now: datetime) -> bool:
    """Whether the days in which nothing is written about it are over."""
    return case.local_day(now) >= proposal.answer_by + timedelta(days=1)


def is_past(case: Case, proposal: Proposal, now: datetime) -> bool:
    """Whether nobody can agree to it any more: its day is not to come, or its first payment's day was before today."""
    today = case.local_day(now)
    return proposal.until <= today if proposal.until else min(day for day, _ in proposal.parts) < today
