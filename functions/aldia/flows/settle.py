"""What the provider says becomes ledger entries: each fact once, in any order, however often it is told.

An event is only a hint where to look: the payment is read again at the provider, and its present truth
is turned into facts with the provider's own ids as keys (reliability 3.2).
"""

import logging
from datetime import datetime

from aldia.domain import checkouts as money_in
from aldia.domain import reversals
from aldia.domain.case import Case, Outcome
from aldia.flows import casework
from aldia.ports import PaymentTruth, PaymentUnknown, Ports, SessionTruth, Write
from aldia.store import accounts, checkouts, inbox
from aldia.store.checkouts import CheckoutRecord

log = logging.getLogger(__name__)

AGAIN = checkouts.RECONCILE_AFTER


def settle_event(ports: Ports, pk: str) -> None:
    """Work one event off; what cannot be placed is kept and named, never applied."""
    waiting = inbox.waiting(ports, pk)
    if waiting is None:
        return
    event, tries = waiting
    if event.is_live != ports.settings.stripe_is_live:
        inbox.done(ports, pk, "wrong mode")
        return
    try:
        truth = _payment(ports, event.payment_id, event.session_id, event.account)
    except PaymentUnknown:
        inbox.later(ports, pk, tries, ports.clock.now())
        return
    record = _record(ports, truth[1].metadata if truth[1] else truth[0].metadata if truth[0] else event.metadata)
    if record is None or record.stripe_account != event.account:
        log.warning("event_quarantined")  # fail closed: another account's money, or none of ours
        inbox.done(ports, pk, "not ours")
        return
    apply(ports, record, *truth)
    inbox.done(ports, pk)


def reconcile(ports: Ports, account_id: str, client_id: str, checkout_id: str) -> None:
    """Ask the provider about a checkout that has not ended: lost webhooks lose nothing."""
    record = checkouts.load(ports, account_id, client_id, checkout_id)
    if record is None or record.state in checkouts.FINAL:
        return
    now = ports.clock.now()
    if not record.session_id:  # the call to the provider failed or its answer was lost, and nobody came back
        end(ports, record, "expired")
        return
    try:
        session, payment = _payment(ports, record.payment_id, record.session_id, record.stripe_account)
    except PaymentUnknown:
        ports.table.write(checkouts.change(ports, record, look_again_at=now + AGAIN))
        return
    apply(ports, record, session, payment)
    again = checkouts.load(ports, account_id, client_id, checkout_id)
    if again and again.state not in checkouts.FINAL:
        ports.table.write(checkouts.change(ports, again, look_again_at=now + AGAIN))


def _payment(
    ports: Ports, payment_id: str, session_id: str, account: str
) -> tuple[SessionTruth | None, PaymentTruth | None]:
    session = ports.payments.read_session(session_id, account) if session_id else None
    payment_id = payment_id or (session.payment_id if session else "")
    return session, ports.payments.read_payment(payment_id, account) if payment_id else None


def _record(ports: Ports, metadata: object) -> CheckoutRecord | None:
    names = ("account", "client", "checkout")
    found = dict(metadata) if metadata else {}  # type: ignore[call-overload]
    return checkouts.load(ports, *(found[name] for name in names)) if all(name in found for name in names) else None


def apply(ports: Ports, record: CheckoutRecord, session: SessionTruth | None, payment: PaymentTruth | None) -> None:
    """Bring the ledger to what the provider says now. Repeating it changes nothing."""
    if payment and payment.captured_minor:
        _captured(ports, record, payment)
    elif session and session.status == "complete" and session.payment_status == "unpaid":
        _processing(ports, record, payment)
    elif session and session.status == "expired":
        end(ports, record, "expired")
    if payment and payment.status in ("canceled", "requires_payment_method") and session and session.status == "complete":
        end(ports, record, "failed")


def _captured(ports: Ports, record: CheckoutRecord, payment: PaymentTruth) -> None:
    if payment.currency != record.currency:
        raise ValueError("a payment in another currency than its checkout")

    def book(case: Case, now: datetime) -> Outcome:
        total = Outcome(case)
        for debt_id, share in _shares(record, payment.captured_minor):
            total = joined(total, _book_one(total.case, debt_id, share, record, payment, now))
        return total

    def more(case: Case, outcome: Outcome) -> list[Write]:
        writes: list[Write] = []
        if record.state != "paid":
            writes.append(checkouts.change(ports, record, look_again_at=None, state="paid", payment_id=payment.payment_id))
        if case.account.trust.debts_paid < 3 and any(letter.step == "thanks" for letter in outcome.letters):
            writes.append(accounts.count(case.account.id, debts_paid=1))
        return writes

    casework.change(ports, record.account_id, record.client_id, book, more=more)


def _shares(record: CheckoutRecord, captured_minor: int) -> list[tuple[str, int]]:
    """Each debt's part of what came; a difference (a push payment) falls on the last."""
    shares = list(record.lines)
    debt_id, share = shares[-1]
    shares[-1] = (debt_id, share + captured_minor - record.amount_minor)
    return shares


def _book_one(
    case: Case, debt_id: str, share: int, record: CheckoutRecord, payment: PaymentTruth, now: datetime
) -> Outcome:
    outcome = money_in.checkout_paid(
        case,
        debt_id,
        checkout_id=record.id,
        key=payment.payment_id,
        amount_minor=share,
        now=now,
        paid_at=payment.captured_at,
    )
    for refund in payment.refunds:
        if refund.status in ("succeeded", "pending"):
            part = _part(refund.amount_minor, share, record, payment)
            outcome = joined(outcome, reversals.refund(outcome.case, debt_id, key=refund.id, amount_minor=part, now=now))
    for dispute in payment.disputes:
        if not dispute.is_inquiry:
            part = _part(dispute.amount_minor, share, record, payment)
            outcome = joined(outcome, reversals.chargeback(outcome.case, debt_id, key=dispute.id, amount_minor=part, now=now))
            if dispute.status in ("won", "lost"):
                is_won = dispute.status == "won"
                closed = reversals.chargeback_closed(
                    outcome.case, debt_id, key=f"{dispute.id}/closed", chargeback_key=dispute.id, won=is_won, now=now
                )
                outcome = joined(outcome, closed)
    return outcome


def _part(amount_minor: int, share: int, record: CheckoutRecord, payment: PaymentTruth) -> int:
    """A debt's part of a refund of the whole payment, as far as one debt goes."""
    return min(amount_minor, share) if len(record.lines) == 1 else amount_minor * share // payment.captured_minor


def joined(first: Outcome, second: Outcome) -> Outcome:
    """Two outcomes, one after the other."""
    return Outcome(
        second.case, first.letters + second.letters, first.tasks + second.tasks, first.notices + second.notices
    )


def _processing(ports: Ports, record: CheckoutRecord, payment: PaymentTruth | None) -> None:
    if record.state in ("processing", *checkouts.FINAL):
        return
    method = payment.method if payment else "card"

    def ask(case: Case, now: datetime) -> Outcome:
        total = Outcome(case)
        for debt_id, _share in record.lines:
            step = money_in.checkout_processing(total.case, debt_id, checkout_id=record.id, method=method, now=now)
            total = joined(total, step)
        return total

    def more(_case: Case, _outcome: Outcome) -> list[Write]:
        at = ports.clock.now() + AGAIN
        return [checkouts.change(ports, record, look_again_at=at, state="processing", payment_id=payment.payment_id if payment else "")]

    casework.change(ports, record.account_id, record.client_id, ask, more=more)


def end(ports: Ports, record: CheckoutRecord, result: str) -> None:
    """The checkout failed or expired without money; reminders may go on."""
    if record.state in checkouts.FINAL:
        return

    def ask(case: Case, now: datetime) -> Outcome:
        total = Outcome(case)
        for debt_id, _share in record.lines:
            ended = money_in.checkout_ended(total.case, debt_id, checkout_id=record.id, result=result, now=now)
            total = joined(total, ended)
        return total

    def more(_case: Case, _outcome: Outcome) -> list[Write]:
        return [checkouts.change(ports, record, look_again_at=None, state=result)]

    casework.change(ports, record.account_id, record.client_id, ask, more=more)
