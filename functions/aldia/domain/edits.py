"""Editing, deleting and restoring a debt, and taking back what was booked by mistake."""

from dataclasses import replace
from datetime import datetime

from aldia.domain.case import Case, Outcome
from aldia.domain.checkouts import refuse_under_way
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.fence import Fence
from aldia.domain.outcomes import known_debt, live_debt, settled, unchanged
from aldia.domain.taken_back import is_by_hand, take_back_payment, without_entry

FREE = ("number", "concept", "note", "ladder", "file_name", "external_id")
"""Fields that may change at any time. Another ladder concerns the steps that have not gone."""

TERMS = (
    "currency", "amount_minor", "issued_on", "due_on", "net_minor", "tax_minor", "withheld_minor",
    "discount", "interest", "instalments", "tolerance_days", "tolerance_minor",
)  # fmt: skip
"""Fields that the client has been told of: fixed from the first letter, answer or payment on."""

FIXED = {"amount_minor": "answers.amount_is_fixed", "due_on": "answers.due_is_fixed"}
UNDOABLE = ("waive", "write_off")


def fence_client(case: Case, *, fence: Fence | None, now: datetime) -> Outcome:
    """Own limits for what this client is granted at once; None: the account's."""
    changed = replace(case.client, fence=fence)
    return Outcome(case) if changed == case.client else settled(replace(case, client=changed), now)


def edit(case: Case, *, debt: Debt, now: datetime) -> Outcome:
    """The debt as the freelancer wrote it anew. What happened to it (entries, marks, answers) stays as it is stored.

    Refused, with the field, when terms change that the client knows already: the amount and the due date have their
    own corrections (`change_amount`, `change_due`), which the client is told of.
    """
    was = live_debt(case, debt.id)
    written = {name: getattr(debt, name) for name in (*FREE, *TERMS)}
    changed = [name for name in TERMS if written[name] != getattr(was, name)]
    if changed and is_known_to_client(was):
        first = next((name for name in changed if name in FIXED), changed[0])
        raise Refused(FIXED.get(first, "answers.terms_are_fixed"), field=first.removesuffix("_minor"))
    new = replace(was, **written)
    return unchanged(case) if new == was else settled(case.with_debt(new), now)


def is_known_to_client(debt: Debt) -> bool:
    """Whether a letter went, money came or the client answered: from then on the terms hold for both."""
    agreed = (debt.promise, debt.plan, debt.dispute, debt.claim, debt.extended_to)
    return bool(
        debt.entries or debt.checkouts or any(agreed) or any(mark.state == "sent" for mark in debt.marks.values())
    )


def remove(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """Put the debt in the bin: silent at once, and back at a click. Refused while a payment online is under way."""
    debt = known_debt(case, debt_id)
    if debt.deleted_at:
        return unchanged(case)
    refuse_under_way(debt, now)
    return settled(case.with_debt(replace(debt, deleted_at=now)), now)


def restore(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """Take the debt out of the bin, as it was."""
    debt = known_debt(case, debt_id)
    return settled(case.with_debt(replace(debt, deleted_at=None)), now) if debt.deleted_at else unchanged(case)


def undo(case: Case, debt_id: str, *, key: str, now: datetime) -> Outcome:
    """Take back a waiver, a write-off or a payment noted by hand, as if it had never been; both lines stay in the
    ledger.

    Refused when the debt has no such line, or when it is money that somebody else told of.
    """
    debt = live_debt(case, debt_id)
    entry = next((entry for entry in debt.entries if entry.key == key), None)
    if entry is None:
        raise Refused("answers.no_entry")
    if is_by_hand(entry):
        return take_back_payment(case, key=key, debt_id=debt_id, now=now)
    if entry.kind not in UNDOABLE:
        raise Refused("answers.not_undoable")
    if key in debt.undone_keys:
        return unchanged(case)
    return settled(case.with_debt(without_entry(case, debt, key, now)), now)
