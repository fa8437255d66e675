"""An instalment plan for what is open, accepted by both."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from aldia.domain.agreements import with_agreement, with_own_terms
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.debt import Debt, Instalment
from aldia.domain.discounts import pinned
from aldia.domain.errors import Refused
from aldia.domain.ledger import InstalmentStanding, Standing, stand
from aldia.domain.money import split
from aldia.domain.outcomes import answer, settled, unchanged, unpaid_debt
from aldia.domain.promises import without_promise
from aldia.domain.spoken import Agreement, Plan

Part = tuple[date, int]
"""A part of a plan: its day and its sum in minor units."""


def plan(
    case: Case,
    debt_id: str,
    *,
    instalments: Sequence[Part],
    by: Literal["fence", "freelancer", "client"] = "client",
    now: datetime,
) -> Outcome:
    """Replace what is open by these parts: silence while each is paid in time.

    Paid instalments stay, a half-paid one is closed at what was paid; the debt's own dates stay on record. `by`: whose
    yes made it. Refused when the parts do not add up to the balance, one is not positive, or one lies in the past.
    """
    debt = unpaid_debt(case, debt_id, now)
    today = case.local_day(now)
    standing = stand(debt, today)
    parts = sorted(instalments)
    _check(parts, balance_minor=standing.balance_minor, today=today)
    if _is_same(debt, standing, parts) and debt.proposal is None:
        return unchanged(case)
    new = _numbered(debt, parts)
    agreed = Agreement("plan", now, last_on=new[-1].due_on, by=by)
    debt = without_promise(
        replace(
            with_agreement(with_own_terms(debt), agreed),
            instalments=(*_closed(debt, standing), *new),
            due_on=new[-1].due_on,
            discount=pinned(debt),
            extended_to=None,
            plan=Plan(at=now, instalment_ids=tuple(part.id for part in new)),
        )
    )
    case = case.with_debt(debt)
    schedule = " ".join(f"{part.due_on}={part.amount_minor}" for part in new)
    facts = {"count": len(new), "first_on": new[0].due_on, "first_minor": new[0].amount_minor, "schedule": schedule}
    letters = answer(case, debt, "plan_noted", now, facts=facts)
    return settled(case, now, letters=letters, notices=() if by == "freelancer" else (_news(debt, new, now),))


def _news(debt: Debt, parts: Sequence[Instalment], now: datetime) -> Notice:
    """For the freelancer, who did not do it: how much, and until when."""
    total_minor = sum(part.amount_minor for part in parts)
    return Notice("planned", now, debt.id, amount_minor=total_minor, text=parts[-1].due_on.isoformat())


def spread(balance_minor: int, *, count: int, first_on: date, every: Literal["month", "week"]) -> tuple[Part, ...]:
    """`count` parts from `first_on` on, the first ones taking the odd cents; months are counted from the first day.

    Refused when there are more parts than minor units, or none.
    """
    if not 1 <= count <= max(balance_minor, 1):
        raise Refused("answers.plan_count", field="count")
    days = (_later(first_on, place, every) for place in range(count))
    return tuple(zip(days, split(balance_minor, [1] * count), strict=True))


def _later(day: date, steps: int, every: Literal["month", "week"]) -> date:
    """The day so many weeks or months on, clamped to the month's end."""
    try:
        return day + timedelta(weeks=steps) if every == "week" else months_later(day, steps)
    except (OverflowError, ValueError) as error:  # past the year 9999
        raise Refused("answers.plan_count", field="count") from error


def months_later(day: date, months: int) -> date:
    """That day of the month so many months on, clamped to the month's end."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _check(parts: Sequence[Part], *, balance_minor: int, today: date) -> None:
    if not parts or any(amount_minor <= 0 for _, amount_minor in parts):
        raise Refused("answers.plan_parts", field="instalments")
    if parts[0][0] < today:
        raise Refused("answers.day_is_past", field="instalments")
    if sum(amount_minor for _, amount_minor in parts) != balance_minor:
        raise Refused("answers.plan_sum", field="instalments")


def _is_same(debt: Debt, standing: Standing, parts: Sequence[Part]) -> bool:
    """The very plan that holds already, sent twice."""
    if debt.plan is None or debt.extended_to is not None:
        return False
    open_parts = [(part.due_on, part.open_minor) for part in standing.instalments if part.open_minor]
    return open_parts == list(parts) and not any(part.paid_minor and part.open_minor for part in standing.instalments)


def _closed(debt: Debt, standing: Standing) -> list[Instalment]:
    """Instalments that took money, at what was paid, on their own dates."""
    own_day = {part.id: part.due_on for part in debt.instalments}
    return [_closed_one(part, own_day[part.id]) for part in standing.instalments if part.paid_minor]


def _closed_one(part: InstalmentStanding, own_day: date) -> Instalment:
    """The plan ends an extension; what that one had freed stays free."""
    moved_to = part.in_force_on if part.in_force_on > own_day else None
    return Instalment(part.id, own_day, part.paid_minor, extended_to=moved_to)


def _numbered(debt: Debt, parts: Sequence[Part]) -> list[Instalment]:
    """The parts under new ids: numbers only grow, and the newest always stand in the list."""
    last = max((int(part.id.removeprefix("i")) for part in debt.instalments), default=0)
    return [Instalment(f"i{last + place}", day, minor) for place, (day, minor) in enumerate(parts, start=1)]
