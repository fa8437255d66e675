"""Each event as the domain's own transition: the ones that pages, mail and the payment provider lead to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from aldia.domain import answers, checkouts, decisions, payments, reversals
from aldia.domain.case import Case, Outcome
from aldia.domain.client import BillingContact
from aldia.domain.debt import Checkout
from aldia.domain.ladder import ladder_of
from aldia.domain.ledger import stand
from aldia.domain.quote import quote
from aldia.flows.payment_facts import joined
from aldia.replay.happenings import Happening

SLOW = ("oxxo", "spei", "sepa_debit")
"""Ways to pay whose money comes later: the client is told that it is on its way."""

NO_LIMITS = answers.PromiseLimits(longest_days=None, most=None)


Transition = Callable[[Happening, Case, datetime], Outcome]


def transition(happening: Happening, case: Case, now: datetime) -> Outcome:
    """What the event leads to. Refused when it cannot be."""
    return TRANSITIONS[happening.kind](happening, case, now)


def _payment(event: Happening, case: Case, now: datetime) -> Outcome:
    facts = {"on": case.local_day(now), "key": event.path, **event.facts}
    return payments.record_payment(case, event.debt_id, now=now, **facts)


def _checkout(event: Happening, case: Case, now: datetime) -> Outcome:
    """The price of this moment, or the part that the client chose, is held until the payment's end."""
    debt, facts = case.debt(event.debt_id), event.facts
    amount_minor = facts.get("amount_minor") or quote(debt, at=now, zone=case.zone).payable_minor
    ends_at = checkouts.checkout_end(facts["method"], now)
    made = Checkout(facts["id"], facts["method"], amount_minor, case.local_day(now), now, ends_at)
    opened = checkouts.open_checkout(case, debt.id, checkout=made, now=now, is_only_one=False)
    if made.method not in SLOW:
        return opened
    return joined(opened, checkouts.checkout_processing(opened.case, debt.id, checkout_id=made.id, now=now))


def _result(event: Happening, case: Case, now: datetime) -> Outcome:
    name, result = event.facts["id"], event.facts["result"]
    if result != "paid":
        return checkouts.checkout_ended(case, event.debt_id, checkout_id=name, result=result, now=now)
    amount_minor = next(known.amount_minor for known in case.debt(event.debt_id).checkouts if known.id == name)
    key = f"checkout/{name}"
    return checkouts.checkout_paid(case, event.debt_id, checkout_id=name, key=key, amount_minor=amount_minor, now=now)


def _promise(event: Happening, case: Case, now: datetime) -> Outcome:
    return answers.promise(case, event.debt_id, now=now, limits=NO_LIMITS, **event.facts)


def _plan(event: Happening, case: Case, now: datetime) -> Outcome:
    facts = event.facts
    parts = facts.get("instalments")
    if parts is None:
        balance_minor = stand(case.debt(event.debt_id), case.local_day(now)).balance_minor
        parts = answers.spread(balance_minor, count=facts["count"], first_on=facts["first_on"], every=facts["every"])
    return answers.plan(case, event.debt_id, instalments=parts, now=now)


def _client_changed(event: Happening, case: Case, now: datetime) -> Outcome:
    right = replace(case.client, contacts=(BillingContact(event.facts["email"]),))
    return answers.client_changed(case, client=right, is_reachable=True, now=now)


def _pause(event: Happening, case: Case, now: datetime) -> Outcome:
    return answers.pause(case, event.debt_id or None, now=now, **event.facts)


def _resume(event: Happening, case: Case, now: datetime) -> Outcome:
    return answers.resume(case, event.debt_id or None, now=now)


def _contact(_event: Happening, case: Case, now: datetime) -> Outcome:
    return decisions.log_contact(case, now=now)


def _approve(event: Happening, case: Case, now: datetime) -> Outcome:
    """A step that waits for no click needs none."""
    step = next(step for step in ladder_of(case.debt(event.debt_id)) if step.step == event.facts["step"])
    return decisions.approve(case, event.debt_id, step=step.step, now=now) if step.approve else Outcome(case)


def _of_debt(ask: Callable[..., Outcome]) -> Transition:
    """A transition of one debt that takes the event's own fields as they are."""

    def asked(event: Happening, case: Case, now: datetime) -> Outcome:
        return ask(case, event.debt_id, now=now, **event.facts)

    return asked


def _keyed(ask: Callable[..., Outcome]) -> Transition:
    """The same for what becomes a line of the ledger."""

    def asked(event: Happening, case: Case, now: datetime) -> Outcome:
        return ask(case, event.debt_id, key=event.path, now=now, **event.facts)

    return asked


def _of_client(ask: Callable[..., Outcome]) -> Transition:
    def asked(_event: Happening, case: Case, now: datetime) -> Outcome:
        return ask(case, now=now)

    return asked


TRANSITIONS: dict[str, Transition] = {
    "payment": _payment,
    "checkout": _checkout,
    "checkout_result": _result,
    "refund": _keyed(reversals.refund),
    "chargeback": _keyed(reversals.chargeback),
    "chargeback_closed": _keyed(reversals.chargeback_closed),
    "decide": _of_debt(decisions.decide_review),
    "promise": _promise,
    "extension": _of_debt(answers.extension),
    "plan": _plan,
    "dispute": _of_debt(answers.dispute),
    "dispute_resolved": _keyed(answers.resolve_dispute),
    "already_paid": _of_debt(answers.claim_paid),
    "payment_confirmed": _keyed(answers.confirm_claim),
    "payment_not_found": _of_debt(answers.claim_not_found),
    "wrong_person": _of_client(answers.wrong_person),
    "client_changed": _client_changed,
    "pause": _pause,
    "resume": _resume,
    "stop": _of_client(answers.stop),
    "bounce": _of_client(answers.bounce),
    "complaint": _of_client(answers.complaint),
    "contact": _contact,
    "approve": _approve,
    "waive": _keyed(decisions.waive),
    "write_off": _keyed(decisions.write_off),
    "due_changed": _of_debt(decisions.change_due),
}
