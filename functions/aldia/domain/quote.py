"""The price: what is payable at an instant, why, and until when it holds. Nobody else computes one."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from aldia.domain.currencies import CURRENCIES
from aldia.domain.debt import Debt, Entry
from aldia.domain.discounts import deadline, last_day
from aldia.domain.ledger import Reading, Standing, stand
from aldia.domain.money import percent_of, round_half_up

_DAY = timedelta(days=1)
_HORIZON_DAYS = 366 * 60  # a price that holds so long holds


@dataclass(frozen=True, slots=True)
class Quote:
    """A price, in minor units: payable = balance − discount + interest + compensation."""

    debt_id: str
    currency: str
    on: date  # the client's local day
    payable_minor: int
    discount_minor: int  # that paying now takes off
    interest_minor: int  # still to be paid
    compensation_minor: int  # still to be paid
    balance_minor: int
    holds_until: datetime | None  # UTC; the local midnight at which it changes by itself
    provisional: bool  # some interest is by a rate that is not known yet
    next_payable_minor: int | None = None  # the price from `holds_until` on

    @property
    def full_minor(self) -> int:
        """What it would be without the discount."""
        return self.payable_minor + self.discount_minor


@dataclass(frozen=True, slots=True)
class Part:
    """What paying a sum now would do."""

    amount_minor: int
    earns_minor: int  # discount
    left_minor: int  # payable afterwards, on the same day
    credit_minor: int  # more than was needed

    @property
    def settles(self) -> bool:
        """Whether nothing is left to pay."""
        return self.left_minor == 0


def quote(debt: Debt, *, at: datetime, zone: ZoneInfo) -> Quote:
    """What is payable at that instant, dated by the zone."""
    on = at.astimezone(zone).date()
    reading = Reading(debt, on)
    standing = reading.standing(on)
    changes_on = _changes_on(debt, reading, standing, on)
    return Quote(
        debt_id=debt.id,
        currency=debt.currency,
        on=on,
        payable_minor=standing.payable_minor,
        discount_minor=standing.offer_minor,
        interest_minor=standing.interest_due_minor,
        compensation_minor=standing.compensation_due_minor,
        balance_minor=standing.balance_minor,
        holds_until=deadline(changes_on - _DAY, zone) if changes_on else None,
        provisional=standing.provisional,
        next_payable_minor=reading.payable(changes_on) if changes_on else None,
    )


def _changes_on(debt: Debt, reading: Reading, standing: Standing, on: date) -> date | None:
    """The first later day with another price if nothing happens; None when there is none.

    Left alone a discount only shrinks and interest only grows, so the price never falls: the day is found by
    doubling the distance and then halving the gap.
    """
    if not standing.offer_minor and (debt.interest is None or not standing.balance_minor):
        return None
    farthest = min(_HORIZON_DAYS, (date.max - on).days - 1)
    ends_on = last_day(debt)
    if debt.interest is None and ends_on:
        farthest = min(farthest, (ends_on - on).days + 1)
    same, other = 0, 1
    while reading.payable(on + other * _DAY) == standing.payable_minor:
        if other >= farthest:
            return None
        same, other = other, min(other * 2, farthest)
    while other - same > 1:
        middle = (same + other) // 2
        if reading.payable(on + middle * _DAY) == standing.payable_minor:
            same = middle
        else:
            other = middle
    return on + other * _DAY


def part(debt: Debt, *, amount_minor: int, at: datetime, zone: ZoneInfo) -> Part:
    """What paying that sum at that instant would do."""
    on = at.astimezone(zone).date()
    payment = Entry(key="", kind="payment", on=on, at=at, amount_minor=amount_minor)
    before = stand(debt, on)
    after = stand(replace(debt, entries=(*debt.entries, payment)), on)
    return Part(
        amount_minor=amount_minor,
        earns_minor=after.discount_minor - before.discount_minor,
        left_minor=after.payable_minor,
        credit_minor=after.credit_minor - before.credit_minor,
    )


def minimum_part(debt: Debt, *, percent: int, at: datetime, zone: ZoneInfo) -> int:
    """The least part a client may pay: per cent of the balance, at least what a card may be charged, at most all."""
    standing = stand(debt, at.astimezone(zone).date())
    share = round_half_up(percent_of(standing.balance_minor, Decimal(percent)))
    currency = CURRENCIES.get(debt.currency)
    return min(max(share, currency.stripe_min if currency else 1, 1), standing.payable_minor)
