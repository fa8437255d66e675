"""Opening a debt: what must be true of it before the first letter can be planned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction

from aldia.domain.account import DiscountRule
from aldia.domain.case import Case, Outcome
from aldia.domain.currencies import is_currency
from aldia.domain.debt import Debt, Discount, Instalment, Tier
from aldia.domain.discounts import BLOCK_PERCENT
from aldia.domain.errors import Refused
from aldia.domain.open_limit import fresh
from aldia.domain.outcomes import settled
from aldia.domain.working_terms import stamped

LONGEST_TERM_DAYS = 366 * 10
MOST_MINOR = 10**14  # a sum that no freelancer is owed: a slip of the keyboard


def open_debt(case: Case, debt: Debt, *, now: datetime, is_limited: bool = True) -> Outcome:
    """The case with a new debt; Refused with the field to look at.

    `is_limited`: the app's own limits apply: a discount of 20 % at most, and terms that end on the due date. Replays
    have neither.
    """
    debt = checked(debt, is_limited=is_limited)
    if any(known.id == debt.id for known in case.debts):
        return Outcome(case)
    return settled(fresh(case, now).with_debt(stamped(case, debt)), now)


def checked(debt: Debt, *, is_limited: bool = True) -> Debt:
    """The debt with its instalments filled in; Refused when something about it cannot be."""
    if not debt.instalments:
        debt = replace(debt, instalments=(Instalment("i1", debt.due_on, debt.amount_minor),))
    _check_sums(debt)
    _check_dates(debt, is_limited)
    if debt.discount:
        _check_discount(debt, debt.discount, is_limited)
    return debt


def _check_sums(debt: Debt) -> None:
    if not is_currency(debt.currency):
        raise Refused("opening.unknown_currency", field="currency")
    if not 0 < debt.amount_minor < MOST_MINOR:
        raise Refused("opening.amount", field="amount")
    parts = (debt.net_minor, debt.tax_minor, debt.withheld_minor)
    if any(part is not None for part in parts):
        net, tax, withheld = (part or 0 for part in parts)
        if min(net, tax, withheld) < 0 or net + tax - withheld != debt.amount_minor:
            raise Refused("opening.split", field="net")
    if any(part.amount_minor <= 0 for part in debt.instalments):
        raise Refused("opening.instalment_zero", field="instalments")
    if sum(part.amount_minor for part in debt.instalments) != debt.amount_minor:
        raise Refused("opening.instalments_sum", field="instalments")


def _check_dates(debt: Debt, is_limited: bool) -> None:
    if debt.due_on < debt.issued_on:
        raise Refused("opening.due_before_issue", field="due_on")
    if (debt.due_on - debt.issued_on).days > LONGEST_TERM_DAYS:
        raise Refused("opening.due_too_far", field="due_on")
    dates = [part.due_on for part in debt.instalments]
    if min(dates) < debt.issued_on or (is_limited and max(dates) != debt.due_on):
        raise Refused("opening.instalment_dates", field="instalments")


def _check_discount(debt: Debt, discount: Discount, is_limited: bool) -> None:
    if discount.base == "net" and debt.net_minor is None:
        raise Refused("opening.discount_needs_net", field="discount")
    if discount.kind == "tiers":
        if not discount.tiers:
            raise Refused("opening.discount_empty", field="discount")
        if any(not debt.issued_on <= tier.last_day <= debt.due_on for tier in discount.tiers):
            raise Refused("opening.discount_day", field="discount")
    for share in _shares(debt, discount):
        if not 0 < share < 100:
            raise Refused("opening.discount_percent", field="discount")
        if is_limited and share > BLOCK_PERCENT:
            raise Refused("opening.discount_too_high", field="discount")


def _shares(debt: Debt, discount: Discount) -> Iterator[Fraction]:
    """Each discount as per cent of what it is taken off."""
    if discount.kind == "tiers":
        for tier in discount.tiers:
            fixed = Fraction((tier.fixed_minor or 0) * 100, debt.amount_minor)
            yield Fraction(tier.percent) if tier.percent is not None else fixed
    else:
        yield Fraction(discount.percent or 0)


def from_rule(rule: DiscountRule, *, issued_on: date, due_on: date) -> Discount | None:
    """The account's discount for a debt, dated; None when its days would not end before the due date."""
    last_day = date.fromordinal(issued_on.toordinal() + rule.days)
    if last_day > due_on:
        return None
    return Discount("tiers", (Tier(last_day, rule.percent),), base=rule.base, partial=rule.partial)
