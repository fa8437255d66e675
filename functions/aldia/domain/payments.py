"""Money that comes in: typed by hand, or paid online. Each booking has a key; a repeated key changes nothing."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from aldia.domain.case import Case, Letter, Notice, Outcome
from aldia.domain.debt import Debt, Entry
from aldia.domain.errors import Refused
from aldia.domain.ledger import in_force, stand, state
from aldia.domain.outcomes import answer, known_debt, payable, settled, unchanged
from aldia.domain.promises import with_promise_kept
from aldia.domain.terms_changed import is_booked, with_entry

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
) -> Outcome:
    """Money received and settled. It counts on the local day `on`; `by_hand`: the freelancer typed it and knows.

    The letter is `thanks` when the debt is paid by it (facts: tone, paid_minor, discount_minor, on), else
    `part_received` (facts: paid_minor, balance_minor, on). What is too much becomes credit, which the freelancer is
    told. Refused: a sum that is not positive, a day to come, a day before the debt was issued.
    """
    debt = known_debt(case, debt_id)
    if is_booked(debt, key):
        return unchanged(case)
    check_payment(case, debt, amount_minor=amount_minor, on=on, now=now)
    entry = Entry(key, "payment", on=on, at=now, amount_minor=amount_minor, method=method)
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
    debt = with_entry(replace(debt, deleted_at=None), entry)
    debt = with_promise_kept(debt, today)
    case = case.with_debt(debt)
    notices = [] if by_hand else [Notice("paid", now, debt.id, amount_minor=entry.amount_minor)]
    surplus_minor = stand(debt, today).credit_minor - before.credit_minor
    if surplus_minor > 0:
        notices.append(Notice("credit", now, debt.id, amount_minor=surplus_minor))
    letters = () if was == "paid" else _receipt(case, debt, entry, now)
    return settled(case, now, letters=letters, notices=notices)


def _receipt(case: Case, debt: Debt, entry: Entry, now: datetime) -> tuple[Letter, ...]:
    """`thanks` when nothing is left to pay, else `part_received`."""
    left_minor = payable(case, debt, now)
    facts: dict[str, object] = {"paid_minor": entry.amount_minor, "on": entry.on}
    if left_minor > 0:
        return answer(case, debt, "part_received", now, cause=entry.key, facts=facts | {"balance_minor": left_minor})
    discount_minor = stand(debt, case.local_day(now)).discount_minor or None
    tone = tone_of(debt, on=entry.on, has_discount=discount_minor is not None)
    return answer(
        case, debt, "thanks", now, cause=entry.key, facts=facts | {"tone": tone, "discount_minor": discount_minor}
    )


def tone_of(debt: Debt, *, on: date, has_discount: bool) -> Tone:
    """How a last payment came: before the due date or for a discount, by the date now in force, or after it."""
    if has_discount or on < debt.due_on:
        return "early"
    return "on_time" if on <= max(part.due_on for part in in_force(debt)) else "late"
