"""Another due date or another amount for a debt that runs already. What has gone out stays gone: the steps'
marks are not touched, and the ladder dates only what is still to come."""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain.agreements import with_moved_agreement
from aldia.domain.case import Case
from aldia.domain.debt import Debt, Entry, Instalment
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.domain.outcomes import moment
from aldia.domain.promises import without_promise


def with_due(debt: Debt, due_on: date) -> Debt:
    """The debt due on another day; an extension ends, and a promise too where all is due after its day now.

    Of several instalments the last one moves. Refused before the issue date, or before another instalment's date.
    """
    if due_on < debt.issued_on:
        raise Refused("answers.due_before_issue", field="due_on")
    last = _last(debt)
    others = [part for part in debt.instalments if part.id != last.id]
    if any(part.due_on > due_on for part in others if part.due_on <= last.due_on):
        raise Refused("answers.due_before_instalment", field="due_on")
    moved = tuple(replace(part, due_on=due_on) if part.id == last.id else part for part in debt.instalments)
    dated = replace(with_moved_agreement(debt, due_on), due_on=due_on, instalments=moved, extended_to=None)
    return without_promise(dated) if due_on > debt.due_on and _is_due_later(dated) else dated


def _is_due_later(debt: Debt) -> bool:
    """Whether nothing that is open was to be paid by the promised day."""
    parts = stand(debt, debt.due_on).instalments
    return debt.promise is not None and not any(
        part.open_minor and part.in_force_on <= debt.promise.on for part in parts
    )


def _last(debt: Debt) -> Instalment:
    """The instalment that the due date is about: the newest one on it."""
    on_it = [part for part in debt.instalments if part.due_on == debt.due_on]
    return on_it[-1] if on_it else max(debt.instalments, key=lambda part: part.due_on)


def with_amount(case: Case, debt: Debt, *, amount_minor: int, key: str, now: datetime) -> Debt:
    """The debt with another amount from today on, as an entry of the ledger. Refused when it is not positive."""
    if amount_minor <= 0:
        raise Refused("answers.amount_not_positive", field="amount")
    today = case.local_day(now)
    if stand(debt, today).charged_minor == amount_minor:
        return debt
    key = fresh_key(case, debt, key or "amount", now)
    return with_entry(debt, Entry(key, "amount_changed", on=today, at=now, amount_minor=amount_minor))


def with_entry(debt: Debt, entry: Entry) -> Debt:
    """The debt with one more line in its ledger."""
    return replace(debt, entries=(*debt.entries, entry))


def is_booked(debt: Debt, key: str) -> bool:
    """Whether the ledger has that line already."""
    return any(entry.key == key for entry in debt.entries)


def fresh_key(case: Case, debt: Debt, stem: str, now: datetime) -> str:
    """A key that the debt's ledger does not have yet: the stem alone when it is free, else with the moment."""
    for key in (stem, f"{stem}.{moment(case, now)}"):
        if not is_booked(debt, key):
            return key
    return f"{stem}.{moment(case, now)}.{len(debt.entries)}"
