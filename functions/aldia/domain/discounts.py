"""Early-payment discounts: what is offered on a day, until when, and what it costs the one who offers it."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

from aldia.domain.debt import Debt, Discount, Tier
from aldia.domain.money import percent_of, round_half_up

WARN_PERCENT = Decimal(10)
BLOCK_PERCENT = Decimal(20)
_DAY = timedelta(days=1)


def offer(debt: Debt, *, balance_minor: int, on: date, amount_minor: int | None = None) -> int:
    """What is taken off the balance if all that is open is paid on that day; never more than the balance.

    `amount_minor`: what the debt amounts to by then (default: as opened). Whether the discount was earned before is
    the ledger's to know.
    """
    full = debt.amount_minor if amount_minor is None else amount_minor
    whole, amount = _whole(debt, balance_minor, full, on)
    if debt.discount and debt.discount.partial == "proportional" and amount:
        whole = round_half_up(Fraction(balance_minor * whole, amount))
    return max(0, min(whole, balance_minor))


def earned_by(debt: Debt, *, payment_minor: int, balance_minor: int, on: date, amount_minor: int | None = None) -> int:
    """The discount that a payment earns; 0 for a part payment when the discount needs the whole.

    A payment that is short by no more than the debt's tolerance counts as the whole.
    """
    offered = offer(debt, balance_minor=balance_minor, on=on, amount_minor=amount_minor)
    if payment_minor + debt.tolerance_minor >= balance_minor - offered:
        return offered
    if debt.discount is None or debt.discount.partial == "none":
        return 0
    full = debt.amount_minor if amount_minor is None else amount_minor
    whole, amount = _whole(debt, balance_minor, full, on)
    if whole <= 0 or whole >= amount:
        return 0
    share = round_half_up(Fraction(payment_minor * whole, amount - whole))
    return min(share, balance_minor - payment_minor)


def _whole(debt: Debt, balance_minor: int, amount_minor: int, on: date) -> tuple[int, int]:
    """(D, what D is a discount on): of the debt's amount, for `apr` of the balance. D is rounded."""
    discount = debt.discount
    if discount is None:
        return 0, amount_minor
    due_on = discount.due_on or debt.due_on
    days_left = (due_on - on).days
    if discount.kind == "apr":
        exact = percent_of(balance_minor, discount.percent or Decimal(0)) * max(days_left, 0) / 365
        return round_half_up(exact), balance_minor
    base = _base(debt, discount, amount_minor)
    if discount.kind == "linear":
        days = (due_on - debt.issued_on).days
        share = Fraction(min(max(days_left, 0), days), days) if days > 0 else Fraction(0)
        return round_half_up(percent_of(base, discount.percent or Decimal(0)) * share), amount_minor
    still_true = (tier for tier in discount.tiers if on <= _ends_on(debt, tier))
    return max((_tier_minor(tier, base) for tier in still_true), default=0), amount_minor


def _base(debt: Debt, discount: Discount, amount_minor: int) -> Fraction:
    """What the percentage is of. The net amount follows when the debt's amount is changed."""
    if discount.base == "net" and debt.net_minor is not None and debt.amount_minor:
        return Fraction(debt.net_minor * amount_minor, debt.amount_minor)
    return Fraction(amount_minor)


def _tier_minor(tier: Tier, base: Fraction) -> int:
    if tier.fixed_minor is not None:
        return tier.fixed_minor
    return round_half_up(percent_of(base, tier.percent or Decimal(0)))


def pinned(debt: Debt) -> Discount | None:
    """The debt's discount as agreed, whatever day a plan then makes the debt due on."""
    discount = debt.discount
    if discount is None or discount.kind == "tiers" or discount.due_on:
        return discount
    return replace(discount, due_on=debt.due_on)


def _ends_on(debt: Debt, tier: Tier) -> date:
    """The last day that holds. The account's tolerance is not hidden: page and letters show this day too."""
    return tier.last_day + timedelta(days=debt.tolerance_days)


def first_deadline(debt: Debt, *, zone: ZoneInfo | None = None) -> date | None:
    """The ladder's `discount` anchor: the earliest tier end not past when the debt was opened (linear, apr: the day
    before it is due). None without one. `zone` dates the opening (default UTC)."""
    opened_on = debt.opened_at.astimezone(zone or UTC).date()
    return min((day for day in _last_days(debt) if day >= opened_on), default=None)


def last_day(debt: Debt) -> date | None:
    """The last day, inclusive, on which some discount is offered; None without a discount."""
    return max(_last_days(debt), default=None)


def _last_days(debt: Debt) -> list[date]:
    if debt.discount is None:
        return []
    if debt.discount.kind == "tiers":
        return [_ends_on(debt, tier) for tier in debt.discount.tiers]
    return [(debt.discount.due_on or debt.due_on) - _DAY]


def deadline(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of the next local day, in UTC: what holds "until that day inclusive" ends there."""
    midnight = datetime.combine(day + _DAY, time.min)
    after = midnight.replace(tzinfo=zone).astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == midnight:
        return after
    # The clocks jump over that midnight: the next day begins where they jump.
    before = midnight.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).date() > day:
            after = middle
        else:
            before = middle
    return after


def annual_cost(percent: Decimal, days: int, net_days: int, *, year_days: int = 365) -> tuple[Decimal, Decimal]:
    """What a discount costs as a credit would, per cent a year: (simple, compound).

    `percent` off within `days`, all within `net_days`, `percent` < 100 and `days` < `net_days` (domain 3.1).
    """
    with localcontext() as context:
        context.prec = 40
        rate = percent / (100 - percent)
        periods = Decimal(year_days) / (net_days - days)
        return 100 * rate * periods, 100 * ((1 + rate) ** periods - 1)


def limit(percent: Decimal) -> Literal["ok", "warn", "block"]:
    """Whether a discount of that many per cent is kept without a word, with a warning, or not at all."""
    if percent > BLOCK_PERCENT:
        return "block"
    return "warn" if percent > WARN_PERCENT else "ok"


def credit_note_split(debt: Debt, discount_minor: int) -> tuple[int, int, int]:
    """(net, tax, withheld) of a discount, for the credit note: net + tax − withheld is the discount, exactly.

    A discount on the net amount leaves tax and withholding alone. Prices are computed from the total, so what
    rounding leaves falls to the withholding where there is one, else to the tax.
    """
    is_net_only = debt.discount is not None and debt.discount.base == "net"
    if debt.net_minor is None or is_net_only or not debt.amount_minor:
        return discount_minor, 0, 0
    net = round_half_up(Fraction(discount_minor * debt.net_minor, debt.amount_minor))
    if not debt.withheld_minor:
        return net, discount_minor - net, 0
    tax = round_half_up(Fraction(discount_minor * (debt.tax_minor or 0), debt.amount_minor))
    return net, tax, net + tax - discount_minor
