"""Late interest: simple, on what is open, exact to the fraction; whoever shows a sum rounds it once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise

from aldia.domain.debt import Interest
from aldia.domain.money import percent_of, round_half_up
from aldia.rules import load

_DAY = timedelta(days=1)
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate that holds from a day on, until the next one."""

    from_on: date
    percent: Fraction  # a year (`monthly` is turned into twelve times that)
    provisional: bool = False  # the last known one, carried on


@dataclass(frozen=True, slots=True)
class Accrual:
    """Interest of some days, exact, in minor units."""

    minor: Fraction = NOTHING
    provisional: bool = False

    def __add__(self, other: "Accrual") -> "Accrual":
        return Accrual(self.minor + other.minor, self.provisional or other.provisional)


def table_names() -> tuple[str, ...]:
    """The rate tables there are."""
    return tuple(load("interest_rates")["tables"])


def first_interest_day(interest: Interest, due_on: date) -> date:
    """The first day on which interest (and the compensation) is charged."""
    return due_on + timedelta(days=interest.grace_days + 1)


def accrue(interest: Interest, *, principal_minor: int | Fraction, due_on: date, start: date, end: date) -> Accrual:
    """Interest of the days `start` to `end`, both included, on a principal that is open at the start of each.

    Days before the first interest day give none; with `grace_retroactive` that day brings those of the grace with it.
    """
    first = first_interest_day(interest, due_on)
    if end < first or start > end or not principal_minor:
        return Accrual()
    since = due_on + _DAY if interest.grace_retroactive else first
    begin = since if start <= first else start
    if _is_effective(interest):
        return Accrual(_growth(interest, since=since, begin=begin, end=end) * principal_minor)
    spans = list(_spans(interest, begin, end))
    weight = sum((rate.percent * _years(interest, a, b) for a, b, rate in spans), NOTHING) / 100
    return Accrual(weight * principal_minor, any(rate.provisional for _a, _b, rate in spans))


def compensation(interest: Interest, amount_minor: int) -> int:
    """The fixed sum for collection costs, once per debt: a fixed part and a part in per cent of the debt's amount."""
    share = percent_of(amount_minor, interest.compensation_percent or Decimal(0))
    return interest.fixed_compensation_minor + round_half_up(share)


# -- rates ---------------------------------------------------------------------------------------


@cache
def _table(name: str) -> tuple[Rate, ...]:
    """The rows of a table by day. Rows without a figure carry the last known one on, marked provisional."""
    rates: list[Rate] = []
    for row in load("interest_rates")["tables"][name]["rows"]:
        known = row["rate"] is not None
        percent = Fraction(row["rate"]) if known else rates[-1].percent
        rates.append(Rate(date.fromisoformat(row["from"]), percent, provisional=not known))
    return tuple(rates)


@lru_cache(maxsize=256)
def _rates(interest: Interest) -> tuple[Rate, ...]:
    """Rates by day, monthly ones as a yearly rate, none above the cap. Days before a table use its first figure."""
    times = 12 if interest.rate_type == "monthly" else 1
    cap = None if interest.cap_rate is None else Fraction(interest.cap_rate) * times
    if interest.table:
        known = _table(interest.table)
        rates = (Rate(date.min, known[0].percent, provisional=True), *known)
    else:
        rates = (Rate(date.min, Fraction(interest.rate or 0) * times),)
    if cap is None:
        return rates
    return tuple(Rate(rate.from_on, min(rate.percent, cap), rate.provisional) for rate in rates)


def _spans(interest: Interest, start: date, end: date) -> Iterator[tuple[date, date, Rate]]:
    """The days `start` to `end` cut where the rate changes: (first day, last day, rate)."""
    rates = _rates(interest)
    ends = [later.from_on - _DAY for _rate, later in pairwise(rates)] + [date.max]
    for rate, last in zip(rates, ends, strict=True):
        first = max(start, rate.from_on)
        if first <= min(last, end):
            yield first, min(last, end), rate


# -- day counts ----------------------------------------------------------------------------------


def _years(interest: Interest, start: date, end: date) -> Fraction:
    """The days `start` to `end`, both included, in years of the day count."""
    days = (end - start).days + 1
    if interest.day_count == "act/act":
        return _actual_years(start, end)
    if interest.day_count == "30/360":
        return Fraction(_days_30e(end) - _days_30e(start - _DAY), 360)
    return Fraction(days, 360 if interest.day_count == "act/360" else 365)


def _actual_years(start: date, end: date) -> Fraction:
    """Each day over the days of its own year."""
    years = NOTHING
    while start <= end:
        last = min(end, date(start.year, 12, 31))
        in_year = date(start.year, 12, 31).timetuple().tm_yday
        years += Fraction((last - start).days + 1, in_year)
        if last == date.max:
            break
        start = last + _DAY
    return years


def _days_30e(day: date) -> int:
    """A day's number in a calendar of 30-day months (30E/360); differences count the days between."""
    return 360 * day.year + 30 * day.month + min(day.day, 30)


# -- effective annual rates ----------------------------------------------------------------------


def _is_effective(interest: Interest) -> bool:
    return interest.rate_type == "effective_annual" and not interest.table


def _growth(interest: Interest, *, since: date, begin: date, end: date) -> Fraction:
    """Growth by an effective annual rate over the days `begin` to `end`, for a principal late since `since`.

    (1 + rate)^(days/365) − 1 is what such a rate means over a span, so the days before `begin` are taken off: cut a
    span anywhere and the pieces add up. A root is not a fraction: 50 digits stand for it.
    """
    percent = _rates(interest)[0].percent
    with localcontext() as context:
        context.prec = 50
        yearly = 1 + Decimal(percent.numerator) / percent.denominator / 100
        upto, before = (yearly ** (Decimal(days) / 365) for days in ((end - since).days + 1, (begin - since).days))
        return Fraction(upto - before)
