"""Payment terms: from a description such as "30 % now, the rest in two months" to dated instalments."""

import calendar
import re
from datetime import date, timedelta
from fractions import Fraction

from aldia.domain.account import TermLine
from aldia.domain.debt import Instalment
from aldia.domain.errors import Refused
from aldia.domain.money import percent_of, round_half_up

_OPERATOR = re.compile(r"(days|months)\+([0-9]{1,4})|(end_of_month)|(day|next_day)=([0-9]{1,2})", re.ASCII)


def instalments(*, amount_minor: int, issued_on: date, terms: tuple[TermLine, ...]) -> tuple[Instalment, ...]:
    """The dated parts of a sum, by date, with ids "i1", "i2"…; they add up to it.

    Refused (field "terms"): nothing described, a line that is zero or less, parts that do not add up, a date before
    the issue date, an operator that does not exist.
    """
    amounts = _amounts(amount_minor, terms)
    days = [apply_operators(issued_on, line.after) for line in terms]
    if any(day < issued_on for day in days):
        raise _refused("money.terms_before_issue")
    parts = sorted(zip(days, amounts, strict=True), key=lambda part: part[0])
    return tuple(Instalment(f"i{place}", day, amount) for place, (day, amount) in enumerate(parts, start=1))


def apply_operators(day: date, after: tuple[str, ...]) -> date:
    """The day after each operator in turn; Refused for one that does not exist or leaves the calendar."""
    for operator in after:
        try:
            day = _apply(day, operator)
        except (OverflowError, ValueError) as error:
            raise _refused("money.unknown_term", text=operator[:40]) from error
    return day


def _apply(day: date, operator: str) -> date:
    found = _OPERATOR.fullmatch(operator)
    if not found:
        raise ValueError(operator)
    unit, count, _end, target, number = found.groups()
    if unit == "days":
        return day + timedelta(days=int(count))
    if unit == "months":
        return _months_later(day, int(count), day.day)
    if not target:
        return _on(day.year, day.month, 31)
    if not 1 <= int(number) <= 31:
        raise ValueError(operator)
    same_month = _on(day.year, day.month, int(number))
    if target == "next_day" and same_month < day:
        return _months_later(day, 1, int(number))
    return same_month


def _months_later(day: date, count: int, number: int) -> date:
    """That day of the month `count` months later, clamped to the month's end."""
    months = day.year * 12 + day.month - 1 + count
    return _on(months // 12, months % 12 + 1, number)


def _on(year: int, month: int, number: int) -> date:
    """That day of the month, or its last when the month is shorter."""
    return date(year, month, min(number, calendar.monthrange(year, month)[1]))


def _amounts(amount_minor: int, terms: tuple[TermLine, ...]) -> list[int]:
    """What each line comes to. The last one takes what remains, if the lines describe the whole."""
    exact: list[Fraction] = []
    amounts: list[int] = []
    for place, line in enumerate(terms):
        is_last = place == len(terms) - 1
        exact.append(_exact(line, amount_minor, amount_minor - sum(amounts), is_last=is_last))
        amounts.append(round_half_up(exact[-1]))
    if not terms or amount_minor not in (sum(exact), sum(amounts)):
        raise _refused("money.terms_do_not_add_up")
    amounts[-1] += amount_minor - sum(amounts)
    if any(amount <= 0 for amount in amounts):
        raise _refused("money.terms_empty_line")
    return amounts


def _exact(line: TermLine, total_minor: int, left_minor: int, *, is_last: bool) -> Fraction:
    """One line before rounding. Exactly one of share, fixed and rest; rest only at the end."""
    if (line.share is not None) + (line.fixed_minor is not None) + line.rest != 1 or (line.rest and not is_last):
        raise _refused("money.terms_do_not_add_up")
    if line.share is not None:
        return percent_of(total_minor if line.of == "total" else left_minor, line.share)
    return Fraction(left_minor if line.fixed_minor is None else line.fixed_minor)


def _refused(key: str, **facts: object) -> Refused:
    return Refused(key, field="terms", **facts)
