"""What a payment's present truth means for the debts it was for. Pure: the same truth, told in any order and any
number of times, gives the same ledger, because every fact is booked under the provider's own id."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Literal

from aldia.domain import checkouts, reversals
from aldia.domain.case import Case, Outcome
from aldia.domain.money import split
from aldia.ports import DisputeTruth, PaymentTruth, RefundTruth, SessionTruth
from aldia.store.checkouts import FINAL, CheckoutRecord

Shares = list[tuple[str, int]]
Step = Literal["", "paid", "processing", "expired", "failed"]


def step(record: CheckoutRecord, session: SessionTruth | None, payment: PaymentTruth | None) -> Step:
    """Where the provider's truth moves a checkout; empty: nowhere. Money is believed whatever was known before."""
    if payment and payment.captured_minor:
        return "paid"
    told = _told(session, payment)
    return "" if record.state in FINAL or record.state == told else told


def _told(session: SessionTruth | None, payment: PaymentTruth | None) -> Step:
    """What is said of a checkout that has brought no money."""
    is_complete = session is not None and session.status == "complete"
    if payment and payment.failure == "expired":
        return "expired"
    if payment and (payment.failure or payment.status == "canceled") and is_complete:
        return "failed"
    if session and session.status == "expired":
        return "expired"
    return "processing" if session and is_complete and session.payment_status == "unpaid" else ""


def waiting(case: Case, record: CheckoutRecord, payment: PaymentTruth | None, now: datetime) -> Outcome:
    """The client has its voucher or has ordered the debit; the money takes a while."""
    method, ends_at = (payment.method, payment.waits_until) if payment else ("", None)
    total = Outcome(case)
    for debt_id, _share in record.lines:
        shown = checkouts.checkout_processing(
            total.case, debt_id, checkout_id=record.id, now=now, method=method, ends_at=ends_at
        )
        total = joined(total, shown)
    return total


def ended(case: Case, record: CheckoutRecord, result: checkouts.Result, now: datetime) -> Outcome:
    """It failed or expired without money; reminders may go on."""
    total = Outcome(case)
    for debt_id, _share in record.lines:
        over = checkouts.checkout_ended(total.case, debt_id, checkout_id=record.id, result=result, now=now)
        total = joined(total, over)
    return total


def joined(first: Outcome, second: Outcome) -> Outcome:
    """Two outcomes, one after the other."""
    return Outcome(
        second.case, first.letters + second.letters, first.tasks + second.tasks, first.notices + second.notices
    )


def booked(case: Case, record: CheckoutRecord, payment: PaymentTruth, now: datetime) -> Outcome:
    """The case once everything the provider says of a captured payment stands in the ledgers."""
    shares = shared(record, payment.captured_minor)
    total = _captured(Outcome(case), record, payment, shares=shares, now=now)
    for refund in payment.refunds:
        total = _refunded(total, refund, _apportioned(refund.amount_minor, shares), now)
    for dispute in payment.disputes:
        if not dispute.is_inquiry:
            total = _disputed(total, dispute, _apportioned(dispute.amount_minor, shares), now)
    return total


def one_by_one(payment: PaymentTruth) -> Iterator[PaymentTruth]:
    """The same truth in steps, each with one fact more than the one before."""
    for n in range(len(payment.refunds) + 1):
        yield replace(payment, refunds=payment.refunds[:n], disputes=())
    for n in range(1, len(payment.disputes) + 1):
        yield replace(payment, disputes=payment.disputes[:n])


def shared(record: CheckoutRecord, captured_minor: int) -> Shares:
    """Each debt's part of what came; a difference (a transfer may be short or too much) falls on the last ones."""
    left = captured_minor
    shares: Shares = []
    for debt_id, wanted in record.lines:
        shares.append((debt_id, min(wanted, left)))
        left -= shares[-1][1]
    debt_id, share = shares[-1]
    return [pair for pair in (*shares[:-1], (debt_id, share + left)) if pair[1] > 0]


def _captured(
    total: Outcome, record: CheckoutRecord, payment: PaymentTruth, *, shares: Shares, now: datetime
) -> Outcome:
    for debt_id, share in shares:
        paid = checkouts.checkout_paid(
            total.case,
            debt_id,
            checkout_id=record.id,
            key=payment.payment_id,
            amount_minor=share,
            now=now,
            paid_at=payment.captured_at,
            method=payment.method,
        )
        total = joined(total, paid)
    return total


def _apportioned(amount_minor: int, shares: Shares) -> Shares:
    """A refund or dispute of the whole payment, split over its debts as the payment was."""
    parts = split(amount_minor, [share for _debt, share in shares])
    return [(debt_id, part) for (debt_id, _share), part in zip(shares, parts, strict=True) if part > 0]


def _refunded(total: Outcome, refund: RefundTruth, parts: Shares, now: datetime) -> Outcome:
    """Money on its way back counts as gone; a refund that failed after all is taken back."""
    for debt_id, part in parts:
        if refund.status in ("failed", "canceled"):
            told = reversals.refund_failed(total.case, debt_id, key=refund.id, now=now)
        else:
            told = reversals.refund(total.case, debt_id, key=refund.id, amount_minor=part, now=now, gone_at=refund.at)
        total = joined(total, told)
    return total


def _disputed(total: Outcome, dispute: DisputeTruth, parts: Shares, now: datetime) -> Outcome:
    for debt_id, part in parts:
        taken = reversals.chargeback(
            total.case, debt_id, key=dispute.id, amount_minor=part, now=now, gone_at=dispute.at
        )
        total = joined(total, taken)
        if dispute.status in ("won", "lost"):
            closed = reversals.chargeback_closed(
                total.case,
                debt_id,
                key=f"{dispute.id}/closed",
                chargeback_key=dispute.id,
                won=dispute.status == "won",
                now=now,
            )
            total = joined(total, closed)
    return total
