"""Whether other dates lie inside the fence, and which ones a client may choose from. Nothing here changes anything."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

from aldia.domain.agreements import times_broken
from aldia.domain.case import Case
from aldia.domain.currencies import CURRENCIES, least_used
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.fence import Fence
from aldia.domain.ledger import in_force, stand
from aldia.domain.money import percent_of, split
from aldia.domain.plans import Part, months_later
from aldia.domain.spoken import Agreement

BROKEN_MOST = 2  # agreements on one debt that were not kept, after which each new one is the freelancer's to grant
MOST_PARTS = 24  # that can be asked for
FARTHEST = timedelta(days=365)  # from today, that can be asked for


@dataclass(frozen=True, slots=True)
class Wish:
    """Other dates that are asked for: more days, or instalments. One of the two."""

    until: date | None = None
    parts: tuple[Part, ...] = ()


def fence_of(case: Case) -> Fence:
    """The client's own fence, else the account's."""
    return case.client.fence or case.account.fence


def first_open_day(case: Case, debt: Debt, now: datetime) -> date:
    """The day in force of the first part that is open."""
    open_ids = {part.id for part in stand(debt, case.local_day(now)).instalments if part.open_minor > 0}
    days = [part.due_on for part in in_force(debt)]
    return min((part.due_on for part in in_force(debt) if part.id in open_ids), default=max(days))


def outside(case: Case, debt: Debt, wish: Wish, now: datetime) -> str:
    """Why the fence does not grant it, as the end of a key of fence.toml; empty when it does."""
    fence = fence_of(case)
    return _too_often(case, debt, fence, now) or (
        _too_late(case, debt, wish.until, now) if wish.until else _too_many(case, debt, wish.parts, now)
    )


def _too_often(case: Case, debt: Debt, fence: Fence, now: datetime) -> str:
    if times_broken(debt) >= BROKEN_MOST:
        return "broken"
    if len(debt.agreements) >= fence.per_debt:
        return "often_debt"
    since = now - timedelta(days=fence.period_days)
    recent = [agreed for one in case.debts for agreed in one.agreements if agreed.at > since]
    return "often_client" if len(recent) >= fence.per_client else ""


def _too_late(case: Case, debt: Debt, until: date, now: datetime) -> str:
    fence = fence_of(case)
    if not fence.extension_days:
        return "days_off"
    if any(_is_extension(agreed) for agreed in debt.agreements):
        return "days_once"
    return "days" if until > last_extension_day(case, debt, now) else ""


def _is_extension(agreed: Agreement) -> bool:
    return (agreed.kind == "extension" or agreed.until is not None) and agreed.by == "fence"


def last_extension_day(case: Case, debt: Debt, now: datetime) -> date:
    """The last day that the fence grants."""
    return _from(case, debt, now) + timedelta(days=fence_of(case).extension_days)


def _from(case: Case, debt: Debt, now: datetime) -> date:
    """The day that limits count from: the due date, or today when that is past."""
    return max(case.local_day(now), first_open_day(case, debt, now))


def _too_many(case: Case, debt: Debt, parts: Sequence[Part], now: datetime) -> str:
    fence = fence_of(case)
    days, sums = zip(*sorted(parts), strict=True)
    if fence.parts < 2:
        return "parts_off"
    if len(parts) > fence.parts:
        return "parts"
    if sums[0] < _least_first(fence, sum(sums)):
        return "first"
    if days[0] > last_first_day(case, debt, now):
        return "first_day"
    if days[-1] > _from(case, debt, now) + timedelta(days=fence.longest_days):
        return "longest"
    return "small" if min(sums) < _smallest(debt.currency) else ""


def _least_first(fence: Fence, balance_minor: int) -> int:
    return ceil(percent_of(balance_minor, Decimal(fence.first_percent)))


def _smallest(currency: str) -> int:
    """The least part of a plan, in minor units."""
    known = CURRENCIES.get(currency)
    return known.min_instalment if known else 1


def last_first_day(case: Case, debt: Debt, now: datetime) -> date:
    """The last day that the fence grants for the first part."""
    soon = case.local_day(now) + timedelta(days=fence_of(case).first_days)
    return max(soon, first_open_day(case, debt, now))


# -- what may be chosen ---------------------------------------------------------------------------


def day_choices(case: Case, debt: Debt, now: datetime) -> tuple[date, ...]:
    """Days that the fence grants, the nearest first; none when it grants none."""
    start, last = _from(case, debt, now), last_extension_day(case, debt, now)
    wanted = sorted({start + timedelta(days=days) for days in (7, 15, 30)} | {last})
    possible = [day for day in wanted if start < day <= last]
    return tuple(day for day in possible if not outside(case, debt, Wish(until=day), now))


def part_choices(case: Case, debt: Debt, now: datetime) -> tuple[tuple[Part, ...], ...]:
    """Plans of 2, 3… parts that the fence grants, each by date, their sums the balance; none when it grants none."""
    return tuple(_granted(case, debt, now))


def has_part_choices(case: Case, debt: Debt, now: datetime) -> bool:
    """Whether there is such a plan at all; looks no further than the first."""
    return next(_granted(case, debt, now), None) is not None


def _granted(case: Case, debt: Debt, now: datetime) -> Iterator[tuple[Part, ...]]:
    made = (_plan(case, debt, count, now) for count in range(2, fence_of(case).parts + 1))
    return (parts for parts in made if parts and not outside(case, debt, Wish(parts=parts), now))


def _plan(case: Case, debt: Debt, count: int, now: datetime) -> tuple[Part, ...]:
    """So many parts, a month apart where that ends in time, else so many whole weeks; none when even those do not."""
    fence, balance_minor = fence_of(case), stand(debt, case.local_day(now)).balance_minor
    first = last_first_day(case, debt, now)
    last = _from(case, debt, now) + timedelta(days=fence.longest_days)
    days = [months_later(first, place) for place in range(count)]
    if days[-1] > last:
        weeks = (last - first).days // (count - 1) // 7
        days = [first + place * timedelta(weeks=weeks) for place in range(count)] if weeks > 0 else []
    sums = shared_out(balance_minor, count, currency=debt.currency, first_minor=_least_first(fence, balance_minor))
    return tuple(zip(days, sums, strict=True)) if days and sums else ()


def shared_out(balance_minor: int, count: int, *, currency: str, first_minor: int = 0) -> tuple[int, ...]:
    """The balance in so many even parts, the first of at least so much; none when one of them would be nothing.

    Where people use no cents the parts have none; what is odd of the balance stays in the first.
    """
    unit = least_used(currency)
    whole, odd_minor = divmod(balance_minor, unit)
    least = ceil((first_minor - odd_minor) / Fraction(unit))
    even = split(whole, [1] * count)
    if even[0] < least:
        even = (least, *split(whole - least, [1] * (count - 1)))
    return _in_minor(even, unit, odd_minor) if min(even) > 0 else ()


def _in_minor(units: Sequence[int], unit: int, odd_minor: int) -> tuple[int, ...]:
    return (units[0] * unit + odd_minor, *(count * unit for count in units[1:]))


def wished_parts(case: Case, debt: Debt, *, count: int, first_on: date, now: datetime) -> tuple[Part, ...]:
    """So many even parts, a month apart, from that day on. Refused for a number or a day that nobody can mean."""
    today = case.local_day(now)
    if not 2 <= count <= MOST_PARTS:
        raise Refused("answers.parts_between", field="count", least=2, most=MOST_PARTS)
    if first_on < today:
        raise Refused("answers.day_is_past", field="first_on")
    if first_on > today + FARTHEST:
        raise Refused("answers.day_too_far", field="first_on", days=FARTHEST.days)
    sums = shared_out(stand(debt, today).balance_minor, count, currency=debt.currency)
    if not sums:
        raise Refused("answers.parts_too_small", field="count")
    return tuple(zip((months_later(first_on, place) for place in range(count)), sums, strict=True))


def fitted(parts: Sequence[Part], balance_minor: int, currency: str) -> tuple[Part, ...]:
    """The same days for what is open now, in the same proportion: money may have come since it was asked for."""
    if not parts or sum(minor for _, minor in parts) == balance_minor or balance_minor <= 0:
        return tuple(parts)
    unit = least_used(currency)
    whole, odd_minor = divmod(balance_minor, unit)
    sums = _in_minor(split(whole, [minor for _, minor in parts]), unit, odd_minor)
    return tuple((day, minor) for (day, _), minor in zip(parts, sums, strict=True) if minor)
