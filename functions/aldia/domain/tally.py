"""The sums of one debt while its ledger is read: what each movement does to them. Used by `ledger` only.

At every moment, with nothing below zero:
    each pot's charge = paid + waived + written off + discounted + due
    received (captured − refunded − charged back) = what the pots were paid + credit
    credit stands only while nothing is due and nothing is written off
"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from aldia.domain.debt import Debt
from aldia.domain.discounts import earned_by, offer

Return = Literal["refund", "chargeback"]


@dataclass(slots=True)
class Pot:
    """Something that is owed, and what has settled it so far. Minor units."""

    charged: int = 0
    paid: int = 0
    waived: int = 0
    written_off: int = 0
    discounted: int = 0  # principal only

    @property
    def due(self) -> int:
        """What is still open."""
        return self.charged - self.paid - self.waived - self.written_off - self.discounted


@dataclass(slots=True)
class Tally:
    """The sums of one debt at one moment. Minor units."""

    debt: Debt
    principal: Pot
    interest: Pot = field(default_factory=Pot)
    compensation: Pot = field(default_factory=Pot)
    credit: int = 0
    captured: int = 0
    refunded: int = 0
    charged_back: int = 0
    returns_ahead: list[tuple[Return, int]] = field(default_factory=list)  # dated before the money they return

    @property
    def pots(self) -> tuple[Pot, Pot, Pot]:
        """In the order in which money is used."""
        return self.principal, self.interest, self.compensation

    @property
    def received(self) -> int:
        """What came in less what went back."""
        return self.captured - self.refunded - self.charged_back

    @property
    def waived(self) -> int:
        """What was forgiven of principal, interest and compensation."""
        return sum(pot.waived for pot in self.pots)

    @property
    def written_off(self) -> int:
        """What stands given up of principal, interest and compensation."""
        return sum(pot.written_off for pot in self.pots)

    def copy(self) -> "Tally":
        """An independent copy."""
        principal, interest, compensation = (replace(pot) for pot in self.pots)
        ahead = list(self.returns_ahead)
        return replace(self, principal=principal, interest=interest, compensation=compensation, returns_ahead=ahead)


def offered(tally: Tally, on: date) -> int:
    """The discount on offer for the balance of this moment."""
    if not _may_earn(tally):
        return 0
    return offer(tally.debt, balance_minor=tally.principal.due, on=on, amount_minor=tally.principal.charged)


def _may_earn(tally: Tally) -> bool:
    """A discount that needs the whole is earned once, until all the money went back."""
    discount = tally.debt.discount
    return discount is not None and (discount.partial == "proportional" or not tally.principal.discounted)


def receive(tally: Tally, amount_minor: int, on: date) -> None:
    """Money comes in: it earns the discount of its day, pays what is open, and the rest is credit."""
    principal = tally.principal
    tally.captured += amount_minor
    if _may_earn(tally) and principal.due:
        principal.discounted += earned_by(
            tally.debt,
            payment_minor=amount_minor,
            balance_minor=principal.due,
            on=on,
            amount_minor=principal.charged,
        )
    _use(tally, amount_minor)
    if principal.due <= tally.debt.tolerance_minor:
        principal.waived += principal.due
    ahead, tally.returns_ahead = tally.returns_ahead, []
    for kind, minor in ahead:
        give_back(tally, kind, minor)


def _use(tally: Tally, minor: int) -> None:
    """Free money pays balance, interest and compensation, then what was written off, and becomes credit."""
    for pot in tally.pots:
        used = min(minor, pot.due)
        pot.paid += used
        minor -= used
    for pot in tally.pots:
        used = min(minor, pot.written_off)
        pot.written_off -= used
        pot.paid += used
        minor -= used
    tally.credit += minor


def give_back(tally: Tally, kind: Return, amount_minor: int) -> None:
    """Money goes back: from the credit, then it reopens the balance, then interest and compensation.

    When all of it went back the discount is taken back too. What is more than was received waits for the money.
    """
    minor = min(amount_minor, tally.received)
    if minor < amount_minor:
        tally.returns_ahead.append((kind, amount_minor - minor))
    if not minor:
        return
    if kind == "refund":
        tally.refunded += minor
    else:
        tally.charged_back += minor
    from_credit = min(minor, tally.credit)
    tally.credit -= from_credit
    minor -= from_credit
    for pot in tally.pots:
        reopened = min(minor, pot.paid)
        pot.paid -= reopened
        minor -= reopened
    if not tally.received:
        tally.principal.discounted = 0


def forgive(tally: Tally, kind: Literal["waive", "write_off"], amount_minor: int | None) -> None:
    """A part is forgiven or given up, principal first; None: everything that is open. More than is open is ignored."""
    for pot in tally.pots:
        minor = pot.due if amount_minor is None else min(amount_minor, pot.due)
        if kind == "waive":
            pot.waived += minor
        else:
            pot.written_off += minor
        if amount_minor is not None:
            amount_minor -= minor


def change_amount(tally: Tally, amount_minor: int) -> None:
    """The debt's amount is replaced. Credit pays a higher one; a lower one than was settled frees money again."""
    principal = tally.principal
    principal.charged = amount_minor
    free = tally.credit
    tally.credit = 0
    for name in ("written_off", "paid", "waived", "discounted"):
        excess = min(max(-principal.due, 0), getattr(principal, name))
        setattr(principal, name, getattr(principal, name) - excess)
        if name == "paid":
            free += excess
    _use(tally, free)
