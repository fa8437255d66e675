"""Money that comes in: typed by hand, or paid online. Each booking has a key; a repeated key changes nothing."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from aldia.domain.answered import waited_since, with_answer
from aldia.domain.case import Case, Letter, Notice, Outcome
from aldia.domain.debt import Debt, Entry
from aldia.domain.errors import Refused
from aldia.domain.ledger import in_force, stand, state
from aldia.domain.outcomes import answer, known_debt, settled, unchanged
from aldia.domain.promises import with_promise_kept
from aldia.domain.spoken import Claim
from aldia.domain.terms_changed import is_booked, with_entry

FROM_CREDIT = "credit"  # the method of a payment that is another debt's surplus
Tone = Literal["early", "on_time", "late"]


def record_payment(
    case: Case,
    debt_id: str,
    *,
    key: str,
    amount_minor: int,
    method: str,
    on: date,
    now: datetime,
    by_hand: bool = False,
    answered: Claim | None = None,
) -> Outcome:
    """Money received and settled. It counts on the local day `on`; `by_hand`: the freelancer typed it and knows;
    `answered`: what the client told of and this is taken for.

    The letter is `thanks` when the debt is paid by it (facts: tone, paid_minor, discount_minor, on), else
    `part_received` (facts: paid_minor, balance_minor, on). What is too much becomes credit, which the freelancer is
    told. Refused: a sum that is not positive, a day to come, a day before the debt was issued.
    """
    debt = known_debt(case, debt_id)
    if is_booked(debt, key):
        return unchanged(case)
    check_payment(case, debt, amount_minor=amount_minor, on=on, now=now)
    entry = Entry(key, "payment", on=on, at=now, amount_minor=amount_minor, method=method, answered=answered)
    return booked(case, debt, entry, now=now, by_hand=by_hand)


def check_payment(case: Case, debt: Debt, *, amount_minor: int, on: date, now: datetime) -> None:
    """Refused when such a payment cannot have been received."""
    if amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    if on > case.local_day(now):
        raise Refused("answers.day_is_to_come", field="paid_on")
    if on < debt.issued_on:
        raise Refused("answers.day_before_debt", field="paid_on")


def booked(case: Case, debt: Debt, entry: Entry, *, now: datetime, by_hand: bool = False) -> Outcome:
    """The payment in the ledger, with all that follows: promise, letter, news. Takes the debt out of the bin."""
    today = case.local_day(now)
    before, was = stand(debt, today), state(debt, today)
    alive = replace(debt, deleted_at=None)
    if by_hand and _is_claimed(debt, entry, today):
        alive, entry = replace(alive, claim=None), replace(entry, answered=debt.claim)
    debt = with_promise_kept(with_entry(alive, entry), today)
    after = stand(debt, today)
    case = case.with_debt(debt)
    notices = [] if by_hand else [Notice("paid", now, debt.id, amount_minor=entry.amount_minor)]
    if after.credit_minor > before.credit_minor:
        surplus_minor = after.credit_minor - before.credit_minor
        notices.append(Notice("credit", now, debt.id, amount_minor=surplus_minor))
    has_earned = after.discount_minor > before.discount_minor
    letters = () if was == "paid" else receipt(case, debt, entry, now=now, has_earned=has_earned, cause=entry.key)
    outcome = settled(case, now, letters=letters, notices=notices)
    if entry.answered is None:
        return outcome
    return with_answer(outcome, debt.id, now, since=waited_since(case, entry.answered.at, entry.answered.paid_on))


def _is_claimed(debt: Debt, entry: Entry, today: date) -> bool:
    """Whether the freelancer's booking answers what the client said to have paid: the same sum, or nothing is left."""
    if debt.claim is None:
        return False
    is_same_sum = entry.method != FROM_CREDIT and entry.amount_minor == debt.claim.amount_minor
    return is_same_sum or stand(with_entry(debt, entry), today).payable_minor <= 0


def receipt(
    case: Case, debt: Debt, entry: Entry, *, now: datetime, has_earned: bool = False, cause: str = ""
) -> tuple[Letter, ...]:
    """`thanks` when nothing is left to pay, else `part_received`."""
    standing = stand(debt, case.local_day(now))
    step = "part_received"
    facts: dict[str, object] = {"balance_minor": standing.payable_minor}
    if standing.payable_minor <= 0:
        tone = tone_of(debt, on=entry.on, has_earned=has_earned)
        step, facts = "thanks", {"tone": tone, "discount_minor": standing.discount_minor or None}
    facts |= {"paid_minor": entry.amount_minor, "on": entry.on, "surplus_minor": standing.credit_minor or None}
    facts |= {"method": entry.method} if entry.method == FROM_CREDIT else {}
    return answer(case, debt, step, now, cause=cause, facts=facts)


def tone_of(debt: Debt, *, on: date, has_earned: bool) -> Tone:
    """How the last payment came: before the due date or earning a discount, by the date in force, or after it."""
    if has_earned or on < debt.due_on:
        return "early"
    return "on_time" if on <= max(part.due_on for part in in_force(debt)) else "late"
