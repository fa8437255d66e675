"""The client says that it has paid already; the freelancer looks at the bank and answers: it is there, I have a
question, or it is not there."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from aldia.domain.answered import waited_since, with_answer
from aldia.domain.case import Case, Notice, Outcome
from aldia.domain.debt import Debt, Entry
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.outcomes import answer, live_debt, settled, unchanged, unpaid_debt
from aldia.domain.payments import FROM_CREDIT, receipt, record_payment
from aldia.domain.spoken import Claim
from aldia.domain.terms_changed import is_booked


def claim_paid(
    case: Case,
    debt_id: str,
    *,
    paid_on: date | None = None,
    amount_minor: int | None = None,
    reference: str = "",
    proof_name: str = "",
    now: datetime,
) -> Outcome:
    """The client says that the money is on its way or there: silence until the freelancer answers.

    `reference` is what the client's bank calls it, `proof_name` the file that shows it; both may be missing.
    """
    debt = unpaid_debt(case, debt_id, now)
    if paid_on is not None and paid_on > case.local_day(now):
        raise Refused("claim.day_is_to_come", field="paid_on")
    if paid_on is not None and paid_on < debt.issued_on:
        raise Refused("answers.day_before_debt", field="paid_on")
    if amount_minor is not None and amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    if _is_known(debt, paid_on, amount_minor, reference, proof_name=proof_name):
        return unchanged(case)
    said_so = Claim(at=now, paid_on=paid_on, amount_minor=amount_minor, reference=reference)
    shown = debt.proof_name if debt.claim else ""  # an earlier claim's proof shows nothing of this one
    debt = replace(debt, claim=said_so, proof_name=proof_name or shown)
    case = case.with_debt(debt)
    facts = {"paid_on": paid_on, "amount_minor": amount_minor, "bank_reference": reference}
    letters = answer(case, debt, "already_paid_noted", now, facts=facts)
    said = Notice("claimed", now, debt.id, amount_minor=amount_minor, text=paid_on.isoformat() if paid_on else "")
    return settled(case, now, letters=letters, notices=(said,))


def _is_known(debt: Debt, paid_on: date | None, amount_minor: int | None, reference: str, *, proof_name: str) -> bool:
    """Whether it was said before in the same words, and nobody has asked for more since."""
    was = debt.claim
    if was is None or was.asked_at or proof_name not in ("", debt.proof_name):
        return False
    return (was.paid_on, was.amount_minor, was.reference) == (paid_on, amount_minor, reference)


def ask_about_claim(case: Case, debt_id: str, *, words: str, now: datetime) -> Outcome:
    """The freelancer needs to know more: the client is asked, and the silence goes on until the freelancer decides."""
    debt, claim = _claimed(case, debt_id)
    debt = replace(debt, claim=replace(claim, asked_at=now))
    case = case.with_debt(debt)
    facts = {"paid_on": claim.paid_on, "claimed_minor": claim.amount_minor, "question": words}
    return settled(case, now, letters=answer(case, debt, "payment_question", now, facts=facts))


def confirm_claim(
    case: Case,
    debt_id: str,
    *,
    key: str,
    amount_minor: int | None = None,
    paid_on: date | None = None,
    twin: Literal["ask", "same", "other"] = "other",
    now: datetime,
) -> Outcome:
    """The freelancer found the money: it is booked as a transfer, by default for the claim's day and sum.

    A claim without a sum is worth what was payable on that day. `twin`: whether a payment of that sum and day that the
    ledger has already is the same money (nothing is booked, its receipt goes again); `ask`: Refused (field `twin`).
    `same` where the ledger has none such: Refused (field `amount`).
    """
    if is_booked(live_debt(case, debt_id), key):
        return unchanged(case)
    debt, claim = _claimed(case, debt_id)
    day = paid_on or claim.paid_on or case.local_day(claim.at)
    amount_minor = amount_minor or claim.amount_minor or stand(debt, day).payable_minor
    held = twin_of(debt, amount_minor, day)
    if held and twin == "ask":
        raise Refused("answers.booked_already", field="twin", amount_minor=amount_minor, currency=debt.currency)
    if twin == "same" and held is None:  # the sum or the day was changed after the question
        raise Refused("answers.not_booked_yet", field="amount", amount_minor=amount_minor, currency=debt.currency)
    since = waited_since(case, claim.at, claim.paid_on)
    debt = replace(debt, claim=None)
    case = case.with_debt(debt)
    if held and twin == "same":
        return with_answer(settled(case, now, letters=receipt(case, debt, held, now=now)), debt_id, now, since=since)
    return record_payment(
        case,
        debt_id,
        key=key,
        amount_minor=amount_minor,
        method="transfer",
        on=day,
        now=now,
        by_hand=True,
        answered=claim,
    )


def twin_of(debt: Debt, amount_minor: int, day: date, *, besides: str = "") -> Entry | None:
    """A payment of that sum on that day that is booked already; what came from another debt's surplus is none.

    `besides`: how the keys of payments begin that are known to be others; empty for none.
    """
    paid = (entry for entry in debt.kept_entries if entry.kind == "payment" and entry.method != FROM_CREDIT)
    same = (entry for entry in paid if (entry.amount_minor, entry.on) == (amount_minor, day))
    return next((entry for entry in same if not (besides and entry.key.startswith(besides))), None)


def claim_not_found(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """The freelancer did not find the money: the client is told kindly, and the ladder goes on."""
    debt, claim = _claimed(case, debt_id)
    debt = replace(debt, claim=None)
    case = case.with_debt(debt)
    facts = {"paid_on": claim.paid_on, "claimed_minor": claim.amount_minor}
    letters = answer(case, debt, "payment_not_found", now, facts=facts)
    since = waited_since(case, claim.at, claim.paid_on)
    return with_answer(settled(case, now, letters=letters), debt_id, now, since=since)


def _claimed(case: Case, debt_id: str) -> tuple[Debt, Claim]:
    debt = live_debt(case, debt_id)
    if debt.claim is None:
        raise Refused("answers.no_claim")
    return debt, debt.claim
