"""Money: integers of a currency's minor unit, rounded half up, split without losing any."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from aldia.domain.currencies import decimals
from aldia.domain.errors import CurrencyMismatch, Refused

MOST_MINOR = 10**15
"""No single sum is larger: what people owe each other stays far below, and every store holds it exactly."""

_PLAIN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """A sum of one currency. Putting two currencies together raises CurrencyMismatch."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._same(other)

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor


def round_half_up(x: Fraction | Decimal) -> int:
    """The nearest integer; a half goes away from zero, as on invoices (Python's own rule is half-even)."""
    above, below = x.as_integer_ratio()  # integers only: the ledger rounds at every step that it reads
    whole = (2 * abs(above) + below) // (2 * below)
    return whole if above >= 0 else -whole


def percent_of(amount_minor: int | Fraction, percent: Decimal) -> Fraction:
    """That many per cent of a sum, exact."""
    return Fraction(amount_minor) * Fraction(percent) / 100


def split(total_minor: int, weights: Sequence[int | Fraction]) -> tuple[int, ...]:
    """Parts of a total ≥ 0 in proportion to weights ≥ 0 (not all 0), by largest remainder.

    They add up exactly. What rounding leaves goes one unit each to the largest remainders; of equal ones, the first.
    """
    scale = lcm(*(Fraction(weight).denominator for weight in weights))
    whole_weights = [int(weight * scale) for weight in weights]
    whole = sum(whole_weights)
    shares = [divmod(total_minor * weight, whole) for weight in whole_weights]
    parts = [share for share, _remainder in shares]
    by_remainder = sorted(range(len(parts)), key=lambda place: -shares[place][1])
    for place in by_remainder[: total_minor - sum(parts)]:
        parts[place] += 1
    return tuple(parts)


def to_decimal(minor: int, currency: str) -> Decimal:
    """Minor units as major units, with the currency's own number of decimals: 121000 EUR → 1210.00."""
    return Decimal(minor).scaleb(-decimals(currency))


def from_decimal(amount: Decimal | str, currency: str) -> int:
    """Major units as minor units, exact.

    Refused: not a plain number; more decimals than the currency has (a text may not even write them as zeros);
    too large.
    """
    exact = _decimal(amount)
    places = decimals(currency)
    written = -int(exact.as_tuple().exponent) if isinstance(amount, str) else 0
    minor = Fraction(exact) * 10**places
    if written > places or minor.denominator != 1:
        raise Refused("money.too_many_decimals", currency=currency, decimals=places)
    if abs(minor) > MOST_MINOR:
        raise Refused("money.too_large")
    return int(minor)


def _decimal(amount: Decimal | str) -> Decimal:
    """The number itself; Refused for NaN, infinities, exponents and anything that is not digits."""
    if isinstance(amount, str):
        if not _PLAIN.fullmatch(amount):
            raise Refused("money.not_a_number", text=amount[:40])
        return Decimal(amount)
    if not amount.is_finite():
        raise Refused("money.not_a_number", text=str(amount))
    if amount.adjusted() > 30:  # before a huge exponent becomes a huge integer
        raise Refused("money.too_large")
    return amount
