"""A payment page that was only opened: another answer takes its place, and first it is closed at the provider."""

from datetime import datetime

from aldia.domain.case import Case, Outcome
from aldia.domain.checkouts import PageIsOpen
from aldia.domain.errors import Refused
from aldia.flows import casework, payment_facts, settle
from aldia.flows.casework import Change
from aldia.flows.payment_facts import joined
from aldia.ports import PaymentRefused, PaymentUnknown, Ports, Write
from aldia.store import checkouts
from aldia.store.checkouts import CheckoutRecord

ENDED = ("expired", "failed")


def close(ports: Ports, record: CheckoutRecord) -> str:
    """Close it at the provider; how the checkout stands then: "expired" when nothing can come by it any more.

    What is said instead (it was just paid, money is on its way) is booked first. PaymentUnknown: no answer.
    """
    if not record.session_id:
        return "expired"
    try:
        ports.payments.expire_session(record.session_id, record.stripe_account)
    except PaymentRefused:  # it has just been paid or has expired: the truth decides
        settle.reconcile(ports, record.account_id, record.client_id, record.id)
        after = checkouts.load(ports, record.account_id, record.client_id, record.id)
        return after.state if after else "expired"
    return "expired"


def change(ports: Ports, account_id: str, client_id: str, ask: Change) -> Outcome:
    """`casework.change` for what is refused while a payment is under way: a page that was only opened gives way.

    It is closed once nothing else speaks against the change, and its end is written in one transaction with it: nobody
    is reminded in between. Refused, and nothing changed, when it was paid meanwhile or the provider does not answer.
    """
    closed: list[CheckoutRecord] = []

    def instead(case: Case, now: datetime) -> Outcome:
        closed.clear()
        try:
            return ask(case, now)
        except PageIsOpen as held:
            record = checkouts.load(ports, account_id, client_id, held.checkout_id)
            if record is None:
                raise
        freed = payment_facts.ended(case, record, "expired", now)
        outcome = ask(freed.case, now)
        _close_or_refuse(ports, record)
        closed.append(record)
        return joined(freed, outcome)

    def more(_case: Case, _outcome: Outcome) -> list[Write]:
        return [checkouts.change(ports, record, look_again_at=None, state="expired") for record in closed]

    return casework.change(ports, account_id, client_id, instead, more=more)


def _close_or_refuse(ports: Ports, record: CheckoutRecord) -> None:
    try:
        state = close(ports, record)
    except PaymentUnknown:
        state = "open"
    if state not in ENDED:
        known = {"paid": "answers.just_paid", "processing": "answers.payment_under_way"}
        raise Refused(known.get(state, "answers.page_not_closed"))
