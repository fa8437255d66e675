"""A date instead of money: the client promises one, or the freelancer grants more time."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from aldia.domain.agreements import with_more_time
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.dates import moved_to, next_asked
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.outcomes import answer, payable, settled, unchanged, unpaid_debt
from aldia.domain.silences import is_kept
from aldia.domain.spoken import Agreement, Promise


@dataclass(frozen=True, slots=True)
class PromiseLimits:
    """How far a promise may reach, and how many a debt may have; None: no limit."""

    longest_days: int | None = 60
    most: int | None = None


CLIENT_PAGE = PromiseLimits(longest_days=14, most=2)  # domain 5.1


def promise(
    case: Case,
    debt_id: str,
    *,
    on: date,
    amount_minor: int | None = None,
    up_to: date | None = None,
    now: datetime,
    limits: PromiseLimits = PromiseLimits(),
) -> Outcome:
    """The client says that it will pay on a day: silence until then. A later promise replaces an earlier one.

    `up_to`: the sum is what is open up to that one of the debt's dates.
    """
    debt = unpaid_debt(case, debt_id, now)
    _check_day(on, today=case.local_day(now), limits=limits)
    amount_minor = _promised_amount(debt, on=on, amount_minor=amount_minor)
    made = Promise(on=on, made_at=now, amount_minor=amount_minor, up_to=None if amount_minor is None else up_to)
    if _is_same(debt.promise, made):
        return unchanged(case)
    if limits.most is not None and debt.promises_made >= limits.most:
        raise Refused("answers.too_many_promises", field="on", count=limits.most)
    debt = replace(debt, promise=made, promises_made=debt.promises_made + 1)
    case = case.with_debt(debt)
    expected = stand(debt, on).payable_minor if amount_minor is None else amount_minor
    letters = answer(case, debt, "promise_noted", now, facts={"on": on, "amount_minor": expected})
    notice = Notice("promised", now, debt.id, amount_minor=expected, text=on.isoformat())
    return settled(case, now, letters=letters, notices=(notice,))


def promise_next(case: Case, debt_id: str, *, on: date, now: datetime, limits: PromiseLimits) -> Outcome:
    """The client's page: a promise of what it asks for, the next payment of a debt with dates still to come."""
    asked = next_asked(unpaid_debt(case, debt_id, now), case.local_day(now))
    amount_minor, up_to = (asked.minor, asked.on) if asked else (None, None)
    return promise(case, debt_id, on=on, amount_minor=amount_minor, up_to=up_to, now=now, limits=limits)


def _promised_amount(debt: Debt, *, on: date, amount_minor: int | None) -> int | None:
    """A sum that settles everything is a promise of everything, whatever it will be by then."""
    if amount_minor is None:
        return None
    if amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    return None if amount_minor >= stand(debt, on).payable_minor else amount_minor


def _is_same(held: Promise | None, made: Promise) -> bool:
    """Whether it was said before. What is open up to a date is one sum, though interest or a payment changed it."""
    if held is None or (held.state, held.on, held.up_to) != ("open", made.on, made.up_to):
        return False
    return made.up_to is not None or held.amount_minor == made.amount_minor


def _check_day(on: date, *, today: date, limits: PromiseLimits) -> None:
    if on < today:
        raise Refused("answers.day_is_past", field="on")
    if limits.longest_days is not None and on > today + timedelta(days=limits.longest_days):
        raise Refused("answers.day_too_far", field="on", days=limits.longest_days)


def extension(
    case: Case,
    debt_id: str,
    *,
    until: date,
    by: Literal["fence", "freelancer", "client"] = "freelancer",
    now: datetime,
) -> Outcome:
    """More time. The due date stays; ladder and interest count from `until`. `by`: whose yes granted it."""
    debt = unpaid_debt(case, debt_id, now)
    today = case.local_day(now)
    if until <= today:
        raise Refused("answers.day_must_be_later", field="until")
    extended = without_promise(replace(debt, extended_to=until))
    if extended == debt and debt.proposal is None:
        return unchanged(case)
    debt = with_more_time(extended, Agreement("extension", now, last_on=until, by=by))
    case = case.with_debt(debt)
    left_minor = payable(case, debt, now)
    moved = moved_to(debt, until, today)
    told = {"moved_minor": moved.minor, "schedule": moved.schedule} if moved else {}
    facts = {"until": until, "balance_minor": left_minor, **told}
    letters = answer(case, debt, "extension_noted", now, facts=facts)
    moved_minor = moved.minor if moved else left_minor
    notice = Notice("extended", now, debt.id, amount_minor=moved_minor, text=until.isoformat())
    return settled(case, now, letters=letters, notices=() if by == "freelancer" else (notice,))


def without_promise(debt: Debt) -> Debt:
    """The debt with its promise replaced by whatever was agreed instead: a broken one needs no word any more."""
    if debt.promise is None or debt.promise.state not in ("open", "broken"):
        return debt
    return replace(debt, promise=replace(debt.promise, state="replaced"))


def with_promise_kept(debt: Debt, today: date) -> Debt:
    """The debt with its open promise kept, when its sum, or all that is payable, has come in since it was made."""
    if debt.promise is None or debt.promise.state != "open" or not is_kept(debt, debt.promise, today):
        return debt
    return replace(debt, promise=replace(debt.promise, state="kept"))
