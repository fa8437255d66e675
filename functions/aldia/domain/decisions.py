"""What the freelancer decides about a debt's money and dates."""

from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from aldia.domain.case import Case, Outcome
from aldia.domain.contact_rules import with_contact
from aldia.domain.debt import Debt, Entry, EntryKind
from aldia.domain.errors import Refused
from aldia.domain.ladder import ladder_of, step_of
from aldia.domain.ledger import stand
from aldia.domain.outcomes import live_debt, payable, settled, unchanged
from aldia.domain.terms_changed import fresh_key, is_booked, with_amount, with_due, with_entry


def decide_review(
    case: Case, debt_id: str, *, outcome: Literal["reopen", "waive", "write_off"], now: datetime
) -> Outcome:
    """End the review that a refund or a chargeback began: ask again, forgive, or give up. Refused outside a review."""
    debt = live_debt(case, debt_id)
    if debt.review_since is None:
        raise Refused("answers.no_review")
    debt = replace(debt, review_since=None)
    if outcome != "reopen" and payable(case, debt, now) > 0:
        debt = _lowered(case, debt, outcome, amount_minor=None, key="", now=now)
    return settled(case.with_debt(debt), now)


def waive(case: Case, debt_id: str, *, amount_minor: int | None = None, key: str = "", now: datetime) -> Outcome:
    """Forgive a part, or everything that is payable. `key`: the form's own, so that sending it twice counts once."""
    return _give_up(case, debt_id, "waive", amount_minor=amount_minor, key=key, now=now)


def write_off(case: Case, debt_id: str, *, amount_minor: int | None = None, key: str = "", now: datetime) -> Outcome:
    """Stop expecting a part, or everything. Money that comes later takes it back."""
    return _give_up(case, debt_id, "write_off", amount_minor=amount_minor, key=key, now=now)


def _give_up(
    case: Case, debt_id: str, kind: EntryKind, *, amount_minor: int | None, key: str, now: datetime
) -> Outcome:
    debt = live_debt(case, debt_id)
    if is_booked(debt, key):
        return unchanged(case)
    return settled(case.with_debt(_lowered(case, debt, kind, amount_minor=amount_minor, key=key, now=now)), now)


def _lowered(case: Case, debt: Debt, kind: EntryKind, *, amount_minor: int | None, key: str, now: datetime) -> Debt:
    """The debt with a waiver or a write-off. Refused when it is not positive or more than is open."""
    today = case.local_day(now)
    standing = stand(debt, today)
    if payable(case, debt, now) <= 0:
        raise Refused("answers.nothing_open")
    if amount_minor is not None and amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    open_minor = standing.balance_minor + standing.interest_due_minor + standing.compensation_due_minor
    if amount_minor is not None and amount_minor > open_minor:
        raise Refused("answers.more_than_open", field="amount")
    key = fresh_key(case, debt, key or kind, now)
    return with_entry(debt, Entry(key, kind, on=today, at=now, amount_minor=amount_minor))


def change_due(case: Case, debt_id: str, *, due_on: date, now: datetime) -> Outcome:
    """Correct the due date; an extension ends. Steps that went or were skipped are not dated again."""
    debt = live_debt(case, debt_id)
    return settled(case.with_debt(with_due(debt, due_on)), now)


def change_amount(case: Case, debt_id: str, *, amount_minor: int, key: str = "", now: datetime) -> Outcome:
    """Correct the amount, from today on. More goes to the last instalment, less settles the earliest."""
    debt = live_debt(case, debt_id)
    if is_booked(debt, key):
        return unchanged(case)
    return settled(case.with_debt(with_amount(case, debt, amount_minor=amount_minor, key=key, now=now)), now)


def approve(case: Case, debt_id: str, *, step: str, now: datetime) -> Outcome:
    """The freelancer's click on a step that waits for it: it goes at the next allowed run. Early is fine.

    `step`: the name of a letter's click (`firm_letters.click_for`), so that what is late after it wants one of its own;
    or a step's, for all parts of the debt, as the scenario format has it. Refused when the ladder has no such step.
    """
    debt = live_debt(case, debt_id)
    if not any(rung.step == step_of(step) and rung.approve for rung in ladder_of(debt)):
        raise Refused("answers.unknown_step")
    if step in debt.approved:
        return unchanged(case)
    return settled(case.with_debt(replace(debt, approved=(*debt.approved, step))), now)


def log_contact(case: Case, *, now: datetime) -> Outcome:
    """The freelancer called, wrote or visited by hand: whatever the channel, it counts for the distance."""
    return settled(replace(case, client=with_contact(case.client, case.local_day(now))), now)
