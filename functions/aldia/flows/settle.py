"""What the provider says becomes ledger entries: each fact once, in any order, however often it is told.

An event is only a hint where to look: the payment is read again at the provider, and its present truth
is turned into facts with the provider's own ids as keys (reliability 3.2).
"""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.checkouts import Result
from aldia.domain.ledger import state
from aldia.domain.money import to_decimal
from aldia.flows import casework, payment_facts
from aldia.flows.payment_facts import booked, one_by_one
from aldia.flows.send_letter import PAID_DEBTS_FOR_TRUST
from aldia.ports import AlreadyThere, PaymentRefused, PaymentTruth, PaymentUnknown, Ports, SessionTruth, Write
from aldia.store import accounts, cases, checkouts, inbox
from aldia.store.checkouts import CheckoutRecord

log = logging.getLogger(__name__)

AGAIN = timedelta(hours=1)  # the first look comes after checkouts.RECONCILE_AFTER (reliability 3.2)
SELDOM = timedelta(days=1)
MAY_WELL_COME, MAY_STILL_COME = timedelta(days=4), timedelta(days=35)  # past the end of the session


def settle_event(ports: Ports, pk: str) -> None:
    """Work off what was told of one payment; what cannot be placed is kept and named, never applied.

    Conflict when more was told meanwhile: it stays due, and is asked about again.
    """
    waiting = inbox.waiting(ports, pk)
    if waiting is None:
        return
    event = waiting.event
    if event.is_live != ports.settings.stripe_is_live:
        inbox.done(ports, pk, waiting.told, "wrong mode")
        return
    try:
        session, payment = _truth(ports, event.payment_id, event.session_id, event.account)
    except (PaymentUnknown, PaymentRefused):  # refused: its account may be connected again, or the key be mended
        inbox.later(ports, pk, waiting, ports.clock.now())
        return
    record = _record(ports, (session or payment or event).metadata)
    if record is None or record.stripe_account != event.account:
        log.warning("event_quarantined")  # fail closed: another account's money, or none of ours
        inbox.done(ports, pk, waiting.told, "not ours")
        return
    apply(ports, record, session, payment)
    inbox.done(ports, pk, waiting.told)


def reconcile(ports: Ports, account_id: str, client_id: str, checkout_id: str) -> None:
    """Ask the provider about a checkout that has not ended: lost webhooks lose nothing."""
    record = checkouts.load(ports, account_id, client_id, checkout_id)
    if record is None:
        return
    if record.state in checkouts.FINAL:
        ports.table.write(checkouts.change(ports, record, look_again_at=None))
        return
    if not record.session_id:  # the call to the provider failed or its answer was lost, and nobody came back
        end(ports, record, "expired")
        return
    try:
        apply(ports, record, *_truth(ports, record.payment_id, record.session_id, record.stripe_account))
    except (PaymentUnknown, PaymentRefused):
        log.warning("provider_silent")
    again = checkouts.load(ports, account_id, client_id, checkout_id)
    if again and again.state == "paid" != record.state:
        log.warning("reconciler_difference")  # money that no webhook had told us of
    if again and again.state not in checkouts.FINAL:
        ports.table.write(checkouts.change(ports, again, look_again_at=_next_look(again, ports.clock.now())))


def _next_look(record: CheckoutRecord, now: datetime) -> datetime | None:
    """Every hour, and when the session ends, since a reminder may be waiting for what is said then.

    Later every day; then no more, for a transfer may be waited for without end and never come. Whenever it comes
    after all, the provider's message brings it.
    """
    if record.ends_at > now:
        return min(now + AGAIN, record.ends_at)
    over = now - record.ends_at
    if over >= MAY_STILL_COME:
        return None
    return now + (AGAIN if over < MAY_WELL_COME else SELDOM)


def _truth(
    ports: Ports, payment_id: str, session_id: str, account: str
) -> tuple[SessionTruth | None, PaymentTruth | None]:
    session = ports.payments.read_session(session_id, account) if session_id else None
    payment_id = payment_id or (session.payment_id if session else "")
    return session, ports.payments.read_payment(payment_id, account) if payment_id else None


def _record(ports: Ports, metadata: Mapping[str, str]) -> CheckoutRecord | None:
    names = ("account", "client", "checkout")
    if not all(metadata.get(name) for name in names):
        return None
    return checkouts.load(ports, metadata["account"], metadata["client"], metadata["checkout"])


def apply(ports: Ports, record: CheckoutRecord, session: SessionTruth | None, payment: PaymentTruth | None) -> None:
    """Bring the ledger to what the provider says now. Repeating it changes nothing."""
    step = payment_facts.step(record, session, payment)
    if step == "paid" and payment:
        _book(ports, record, payment)
    elif step == "processing":
        _processing(ports, record, payment)
    elif step in ("failed", "expired"):
        end(ports, record, step)


def _book(ports: Ports, record: CheckoutRecord, payment: PaymentTruth) -> None:
    if payment.currency != record.currency:
        _keep_aside(ports, record, payment)
        return
    for told in one_by_one(payment):  # a transaction for each: all that ever happened might not fit into one
        _book_what_is_new(ports, record, told)
        record = replace(record, state="paid")


def _keep_aside(ports: Ports, record: CheckoutRecord, payment: PaymentTruth) -> None:
    """Money in another currency than the debt's: kept under its id beside the ledger, and the freelancer is told once.

    What it is worth is not ours to say. The checkout is left as it is and ends by itself.
    """
    debt_id = record.lines[0][0]
    worth = f"{payment.currency} {to_decimal(payment.captured_minor, payment.currency)}"
    kept = cases.put_aside(record.account_id, debt_id, payment)

    def ask(case: Case, now: datetime) -> Outcome:
        return Outcome(case, notices=(Notice("other_money", now, debt_id, text=worth),))

    with suppress(AlreadyThere):  # told before
        casework.change(ports, record.account_id, record.client_id, ask, more=lambda _case, _outcome: [kept])


def _book_what_is_new(ports: Ports, record: CheckoutRecord, payment: PaymentTruth) -> None:
    def more(case: Case, outcome: Outcome) -> list[Write]:
        writes: list[Write] = []
        if record.state != "paid":
            done = {"state": "paid", "payment_id": payment.payment_id}
            writes.append(checkouts.change(ports, record, look_again_at=None, **done))
        return writes + trust_gained(case, outcome)

    casework.change(
        ports, record.account_id, record.client_id, lambda case, now: booked(case, record, payment, now), more=more
    )


def trust_gained(case: Case, outcome: Outcome) -> list[Write]:
    """Debts that were paid count for the account's trust, as long as that matters."""
    if case.account.trust.debts_paid >= PAID_DEBTS_FOR_TRUST:
        return []
    paid = [notice for notice in outcome.notices if notice.kind == "paid" and _settles(case, outcome.case, notice)]
    return [accounts.count(case.account.id, debts_paid=len(paid))] if paid else []


def _settles(before: Case, after: Case, notice: Notice) -> bool:
    """Whether the payment that a notice tells of left nothing open."""
    day = before.local_day(notice.at)
    return state(before.debt(notice.debt_id), day) != "paid" == state(after.debt(notice.debt_id), day)


def _processing(ports: Ports, record: CheckoutRecord, payment: PaymentTruth | None) -> None:
    done = {"state": "processing", "payment_id": payment.payment_id if payment else ""}
    write = checkouts.change(ports, record, look_again_at=_next_look(record, ports.clock.now()), **done)
    casework.change(
        ports,
        record.account_id,
        record.client_id,
        lambda case, now: payment_facts.waiting(case, record, payment, now),
        more=lambda _case, _outcome: [write],
    )


def end(ports: Ports, record: CheckoutRecord, result: Result) -> None:
    """The checkout failed or expired without money; reminders may go on."""
    if record.state in checkouts.FINAL:
        return
    write = checkouts.change(ports, record, look_again_at=None, state=result)
    casework.change(
        ports,
        record.account_id,
        record.client_id,
        lambda case, now: payment_facts.ended(case, record, result, now),
        more=lambda _case, _outcome: [write],
    )
    held = checkouts.load(ports, record.account_id, record.client_id, record.id)
    if held and held.state == record.state:  # time alone had ended it on the debts: nothing was left to change there
        ports.table.write(write)
