"""What became of the dates that were agreed on: kept, broken, replaced. The newest agreement is the one that holds."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from aldia.domain import calendar
from aldia.domain.case import Case
from aldia.domain.debt import Debt, OwnTerms
from aldia.domain.ledger import in_force, stand, state
from aldia.domain.silences import end_of_grace, is_under_way, waits_for_answer
from aldia.domain.spoken import Agreement, AgreementState

RUNNING = ("open", "broken")
"""States that time or money may still change."""


def with_agreement(debt: Debt, agreed: Agreement) -> Debt:
    """The debt with one more agreement, which takes the place of those before and answers whatever was proposed."""
    return replace(debt, agreements=(*replaced(debt).agreements, agreed), proposal=None)


def with_more_time(debt: Debt, agreed: Agreement) -> Debt:
    """The debt with an extension agreed on. Where a plan holds, it goes on holding, with its next parts moved."""
    held = in_effect(debt)
    if held and held.kind == "plan":
        last_on = max(held.last_on, agreed.last_on)
        agreed = replace(agreed, kind="plan", last_on=last_on, until=agreed.last_on)
    return with_agreement(debt, agreed)


def replaced(debt: Debt) -> Debt:
    """The debt with no agreement that holds: other dates took their place."""
    agreements = tuple(replace(one, state="replaced") if one.state in RUNNING else one for one in debt.agreements)
    return replace(debt, agreements=agreements)


def with_own_terms(debt: Debt) -> Debt:
    """The debt with its own dates on record, before a plan takes their place; a second plan changes nothing of them."""
    return debt if debt.own else replace(debt, own=OwnTerms(debt.due_on, debt.instalments))


def in_effect(debt: Debt) -> Agreement | None:
    """The agreement that holds, kept so far or not; None when there is none."""
    last = debt.agreements[-1] if debt.agreements else None
    return last if last and last.state in RUNNING else None


def judged(case: Case, debt: Debt, now: datetime) -> Debt:
    """The debt with its agreement kept, broken, or caught up, as far as time and money have decided.

    Broken: a day of it and the open day after went by without its money; kept: nothing that it names is open. Money
    counts by its own day: what was noted late and came in time was never late.
    """
    agreed = in_effect(debt)
    if agreed is None:
        return debt
    now_is = _state(case, debt, agreed, now)
    if now_is == "broken" and _is_in_question(debt, now):
        now_is = agreed.state
    broken_on = agreed.broken_on or (case.local_day(now) if now_is == "broken" else None)
    if broken_on and now_is != "broken" and not _was_missed(case, debt, agreed, case.local_day(now)):
        broken_on = None
    judgement = replace(agreed, state=now_is, broken_on=broken_on)
    return debt if judgement == agreed else replace(debt, agreements=(*debt.agreements[:-1], judgement))


def with_moved_agreement(debt: Debt, due_on: date) -> Debt:
    """The debt whose due date the freelancer corrects: that ends an extension, and is a plan's last day from now on."""
    agreed = in_effect(debt)
    if agreed is None or agreed.kind == "extension":
        return replaced(debt)
    return replace(debt, agreements=(*debt.agreements[:-1], replace(agreed, last_on=due_on, until=None)))


def _state(case: Case, debt: Debt, agreed: Agreement, now: datetime) -> AgreementState:
    today = case.local_day(now)
    if state(debt, today) == "written_off":
        return "replaced"
    days = list(_open_days(debt, agreed, today))
    if not days:
        return "kept"
    return "broken" if now >= end_of_grace(case, min(days)) else "open"


def _is_in_question(debt: Debt, now: datetime) -> bool:
    """Whether nobody knows yet what is paid, or owed: the answer may show that it was kept."""
    is_paying = any(is_under_way(checkout, now) for checkout in debt.checkouts)
    return waits_for_answer(debt) or debt.review_since is not None or is_paying


def _was_missed(case: Case, debt: Debt, agreed: Agreement, today: date) -> bool:
    """Whether a day of it and the open day after went by without money that counts by then."""
    days = {part.due_on for part in in_force(debt) if part.due_on <= agreed.last_on}
    last_days = {day: case.local_day(end_of_grace(case, day)) - calendar.DAY for day in days}
    return any(last < today and day in _open_days(debt, agreed, last) for day, last in last_days.items())


def _open_days(debt: Debt, agreed: Agreement, today: date) -> Iterator[date]:
    """The days that the agreement names and whose money is open. What is payable without being open counts as paid."""
    if state(debt, today) == "paid":
        return
    unpaid = {part.id for part in stand(debt, today).instalments if part.open_minor > 0}
    yield from (part.due_on for part in in_force(debt) if part.id in unpaid and part.due_on <= agreed.last_on)


def next_judgement(case: Case, debt: Debt, now: datetime) -> datetime | None:
    """When the agreement will count as broken unless money comes; None when time changes nothing."""
    agreed = in_effect(debt)
    if agreed is None or agreed.state != "open" or _is_in_question(debt, now):
        return None
    ends = (end_of_grace(case, day) for day in _open_days(debt, agreed, case.local_day(now)))
    return min((at for at in ends if at > now), default=None)


def times_broken(debt: Debt) -> int:
    """How many agreements on this debt were not kept in time."""
    return sum(one.broken_on is not None for one in debt.agreements)
