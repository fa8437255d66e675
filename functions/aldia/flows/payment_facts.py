"""What a payment's present truth means for the debts it was for. Pure: the same truth, told in any order and any
number of times, gives the same ledger, because every fact is booked under the provider's own id."""

from datetime import datetime

from aldia.domain import checkouts, reversals
from aldia.domain.case import Case, Outcome
from aldia.domain.money import split
from aldia.ports import PaymentTruth
from aldia.store.checkouts import CheckoutRecord

Shares = list[tuple[str, int]]


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
        if refund.status in ("succeeded", "pending"):
            for debt_id, part in _apportioned(refund.amount_minor, shares):
                gone = reversals.refund(total.case, debt_id, key=refund.id, amount_minor=part, now=now)
                total = joined(total, gone)
    for dispute in payment.disputes:
        if not dispute.is_inquiry:
            parts = _apportioned(dispute.amount_minor, shares)
            total = _disputed(total, parts, dispute_id=dispute.id, status=dispute.status, now=now)
    return total


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


def _disputed(total: Outcome, parts: Shares, *, dispute_id: str, status: str, now: datetime) -> Outcome:
    for debt_id, part in parts:
        taken = reversals.chargeback(total.case, debt_id, key=dispute_id, amount_minor=part, now=now)
        total = joined(total, taken)
        if status in ("won", "lost"):
            closed = reversals.chargeback_closed(
                total.case,
                debt_id,
                key=f"{dispute_id}/closed",
                chargeback_key=dispute_id,
                won=status == "won",
                now=now,
            )
            total = joined(total, closed)
    return total
