"""A payment online: started, on its way, paid, or ended without money. While one is open the debt is silent."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Checkout, Debt, Entry
from aldia.domain.errors import Refused
from aldia.domain.outcomes import answer, known_debt, settled, unchanged, unpaid_debt
from aldia.domain.payments import booked
from aldia.domain.silences import UNDER_WAY, is_under_way
from aldia.domain.terms_changed import is_booked

Result = Literal["failed", "expired"]

SHORTEST = timedelta(minutes=30)
LONGEST = timedelta(hours=24)
SPEI = timedelta(hours=72)
OXXO_ZONE = ZoneInfo("America/Mexico_City")
OXXO_DAYS = 3
SLOW = {"sepa_debit": timedelta(days=21), "us_bank_account": timedelta(days=7)}
"""Debits that were ordered: 14 and 4 business days at most (domain 4.1)."""


def checkout_end(method: str, opened_at: datetime, *, discount_deadline: datetime | None = None) -> datetime:
    """When the price stops being held, exclusive, UTC (README 13).

    `discount_deadline`: when the discount in the price ends; a session by card or debit closes with it, but lives for
    half an hour at least and for a day at most. A SPEI reference lives for three days, an OXXO voucher until 23:59 in
    Mexico City on the third day after the one on which it was made.
    """
    if method == "oxxo":
        day = opened_at.astimezone(OXXO_ZONE).date() + timedelta(days=OXXO_DAYS)
        return datetime.combine(day, time(23, 59), OXXO_ZONE).astimezone(UTC)
    if method == "spei":
        return opened_at.astimezone(UTC) + SPEI
    left = LONGEST if discount_deadline is None else discount_deadline - opened_at
    return opened_at.astimezone(UTC) + min(max(left, SHORTEST), LONGEST)


def open_checkout(case: Case, debt_id: str, *, checkout: Checkout, now: datetime, is_only_one: bool = True) -> Outcome:
    """The client starts to pay: silence until the checkout ends.

    `is_only_one`: Refused while another is under way; else both are, as with a voucher paid after a card was tried.
    """
    debt = unpaid_debt(case, debt_id, now)
    if any(known.id == checkout.id for known in debt.checkouts):
        return unchanged(case)
    if checkout.amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    if checkout.on != case.local_day(checkout.opened_at) or checkout.ends_at <= now:
        raise Refused("answers.checkout_dates")
    if is_only_one and under_way(debt, now) is not None:
        raise Refused("answers.checkout_open")
    return settled(case.with_debt(replace(debt, checkouts=(*debt.checkouts, checkout))), now)


def checkout_processing(
    case: Case,
    debt_id: str,
    *,
    checkout_id: str,
    now: datetime,
    method: str = "",
    ends_at: datetime | None = None,
) -> Outcome:
    """The client did its part and the money takes a while: a voucher was shown, a debit was ordered.

    One `payment_on_its_way` (facts: method, paid_minor, until). `method`: what was chosen on the payment page, which
    moves the end when it is another than was thought; `ends_at`: the provider's own end, when it says one. A message
    that comes after the session's end by itself is still believed: the voucher was shown in time.
    """
    debt, known = _find(case, debt_id, checkout_id)
    if known.state not in ("open", "expired"):
        return unchanged(case)
    checkout = known
    if method and method != known.method:
        checkout = replace(known, method=method, ends_at=_processing_end(method, known.opened_at))
    checkout = replace(checkout, ends_at=ends_at or checkout.ends_at)
    if checkout.ends_at <= now and known.state == "expired":  # told too late; what was paid in time is still held
        return unchanged(case) if checkout == known else settled(case.with_debt(_with(debt, checkout)), now)
    checkout = replace(checkout, state="processing")
    debt = _with(debt, checkout)
    case = case.with_debt(debt)
    facts = {"method": checkout.method, "paid_minor": checkout.amount_minor, "until": case.local_day(checkout.ends_at)}
    return settled(case, now, letters=answer(case, debt, "payment_on_its_way", now, cause=checkout.id, facts=facts))


def _processing_end(method: str, opened_at: datetime) -> datetime:
    """When to stop waiting for money that was ordered by this method."""
    if method in SLOW:
        return opened_at.astimezone(UTC) + SLOW[method]
    return checkout_end(method, opened_at)


def checkout_ended(case: Case, debt_id: str, *, checkout_id: str, result: Result, now: datetime) -> Outcome:
    """It `failed` or `expired`. After it ended by itself, or was paid, further results change nothing."""
    debt, checkout = _find(case, debt_id, checkout_id)
    if result not in get_args(Result):
        raise Refused("answers.checkout_result")
    if checkout.state not in UNDER_WAY:
        return unchanged(case)
    ended = replace(checkout, state=result if now < checkout.ends_at else "expired")
    return settled(case.with_debt(_with(debt, ended)), now)


def checkout_paid(
    case: Case,
    debt_id: str,
    *,
    checkout_id: str,
    key: str,
    amount_minor: int,
    now: datetime,
    paid_at: datetime | None = None,
    method: str = "",
) -> Outcome:
    """The money is there. In time it counts on the checkout's day, at the price that was held; later, on its own day.

    `paid_at`: when the provider took it, which a late message may tell; it is `now` unless given. `method`: what it
    was paid with, when that is another than was thought.
    """
    debt, checkout = _find(case, debt_id, checkout_id)
    if checkout.state == "paid" or is_booked(debt, key):
        return unchanged(case)
    if amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    at = min(paid_at or now, now)
    is_held = is_under_way(checkout, at) or (paid_at is not None and _was_held(checkout, method, at))
    on = checkout.on if is_held else case.local_day(at)
    checkout = replace(checkout, state="paid", method=method or checkout.method)
    entry = Entry(key, "payment", on=on, at=now, amount_minor=amount_minor, method=checkout.method)
    return booked(case, _with(debt, checkout), entry, now=now)


def _was_held(checkout: Checkout, method: str, at: datetime) -> bool:
    """Whether its price still held then, though time ended it here before the message came.

    A voucher or an ordered debit holds it longer than the session in which it was chosen. The message that told of it
    may never have come, or come after the money's.
    """
    ends_at = checkout.ends_at
    if method and method != checkout.method:
        ends_at = max(ends_at, _processing_end(method, checkout.opened_at))
    return checkout.state in ("open", "expired") and at < ends_at


def under_way(debt: Debt, now: datetime) -> Checkout | None:
    """The checkout that holds a price at that instant, if there is one."""
    return next((known for known in debt.checkouts if is_under_way(known, now)), None)


def is_coming(debt: Debt, now: datetime) -> bool:
    """Whether money was ordered and is on its way: more than a payment page that was opened."""
    return any(known.state == "processing" and is_under_way(known, now) for known in debt.checkouts)


class PageIsOpen(Refused):
    """A payment page was opened and nothing was ordered on it: whoever closes it at the provider may ask again."""

    def __init__(self, checkout_id: str, *, field: str = "") -> None:
        super().__init__("answers.payment_under_way", field=field)
        self.checkout_id = checkout_id


def refuse_under_way(debt: Debt, now: datetime, *, field: str = "") -> None:
    """Refused while money is on its way; PageIsOpen where a payment page was only opened."""
    running = under_way(debt, now)
    if running is None:
        return
    if running.state == "open":
        raise PageIsOpen(running.id, field=field)
    raise Refused("answers.payment_under_way", field=field)


def _find(case: Case, debt_id: str, checkout_id: str) -> tuple[Debt, Checkout]:
    debt = known_debt(case, debt_id)
    for checkout in debt.checkouts:
        if checkout.id == checkout_id:
            return debt, checkout
    raise Refused("answers.unknown_checkout")


def _with(debt: Debt, checkout: Checkout) -> Debt:
    changed = (checkout if known.id == checkout.id else known for known in debt.checkouts)
    return replace(debt, checkouts=tuple(changed))
