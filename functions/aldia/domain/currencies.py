"""Currencies: how many decimals each has, and which can be paid online."""

from dataclasses import dataclass
from functools import cache

from aldia.domain.errors import Refused
from aldia.rules import load


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency that can be paid online. Sums are in minor units."""

    code: str
    decimals: int  # of the minor unit in the ledger (ISO 4217)
    stripe_decimals: int
    show_decimals: int  # people read this many
    stripe_min: int  # the least a card may be charged
    min_instalment: int  # the least part of a plan (domain 5.1)
    online: bool


def _currencies() -> dict[str, Currency]:
    rows = load("currencies")["currencies"]
    fields = ("decimals", "stripe_decimals", "show_decimals", "stripe_min", "min_instalment", "online")
    return {code: Currency(code=code, **{name: row[name] for name in fields}) for code, row in rows.items()}


CURRENCIES = _currencies()


@cache
def _iso_decimals() -> dict[str, int]:
    by_decimals = load("iso_4217")["decimals"]
    return {code: int(count) for count, codes in by_decimals.items() for code in codes.split()}


def is_currency(code: str) -> bool:
    """Whether the ledger takes it: any active ISO 4217 code, in capitals."""
    return code in _iso_decimals()


def decimals(code: str) -> int:
    """Digits after the point in the currency's minor unit; Refused when it is no currency."""
    if not is_currency(code):
        raise Refused("money.unknown_currency", field="currency", currency=code)
    return _iso_decimals()[code]


def least_used(code: str) -> int:
    """The least sum that people there use, in minor units: 1 where they use cents, 100 where they read none."""
    known = CURRENCIES.get(code)
    return 10 ** (known.decimals - known.show_decimals) if known else 1
