"""The account's usual terms, put on debts that run already: only where the debt still has usual terms, old or new.

What the freelancer set by hand on one debt stays. What the client has been told of stays too: from the first letter,
answer or payment on only the ladder may change, and of it only what has not gone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal

from aldia.domain import edits
from aldia.domain.account import Account, Defaults
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Debt, Instalment
from aldia.domain.errors import Refused
from aldia.domain.ledger import state
from aldia.domain.opening import checked, from_rule
from aldia.domain.outcomes import settled
from aldia.domain.terms import instalments

Part = Literal["terms", "discount", "interest", "tolerance", "ladder"]
PARTS: tuple[Part, ...] = ("terms", "discount", "interest", "tolerance", "ladder")


@dataclass(frozen=True, slots=True)
class Usual:
    """What a debt takes from its account when it is opened."""

    defaults: Defaults = field(default_factory=Defaults)
    tolerance_days: int = 0
    tolerance_minor: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be put on open debts: these parts of `to`, on debts that have what is in `known`."""

    to: Usual
    known: tuple[Usual, ...]
    parts: tuple[Part, ...]


def usual_of(account: Account) -> Usual:
    """The account's own, now."""
    return Usual(account.defaults, account.tolerance_days, account.tolerance_minor)


def follow(case: Case, wanted: Wanted | None, now: datetime) -> Outcome:
    """Every open debt of the case with the wanted terms, and the client's next wake-up worked out anew.

    Doing it twice is doing it once. `wanted` None: only the wake-up, after the account's rules or its pause changed.
    """
    for debt in open_debts(case, now):
        if wanted:
            case = edits.edit(case, debt=adjusted(case.account, debt, wanted), now=now).case
    return settled(case, now)


def open_debts(case: Case, now: datetime) -> tuple[Debt, ...]:
    """Debts of the case that something is still to happen to."""
    today = case.local_day(now)
    return tuple(
        debt for debt in case.debts if not debt.deleted_at and state(debt, today) not in ("paid", "written_off")
    )


def adjusted(account: Account, debt: Debt, wanted: Wanted) -> Debt:
    """One debt with the wanted terms; unchanged where it has its own, or where they do not fit it."""
    known = (*wanted.known, wanted.to)
    new = debt
    if "ladder" in wanted.parts and debt.ladder in [usual.defaults.ladder for usual in known]:
        new = replace(new, ladder=wanted.to.defaults.ladder)
    if edits.is_known_to_client(debt):
        return new
    for change in _changes(account, debt, replace(wanted, known=known)):
        try:
            new = checked(replace(new, **change))
        except Refused:
            continue  # a discount that would outlast the new due date, parts of a sum too small to be split
    return new


def _changes(account: Account, debt: Debt, wanted: Wanted) -> Iterator[dict[str, Any]]:
    """What is to be different, part by part, where the debt has what the account's debts usually have or had."""
    known, parts, to = wanted.known, wanted.parts, wanted.to
    due_on = debt.due_on
    if "terms" in parts and any(_dated(debt, usual) == debt.instalments for usual in known):
        dated = _dated(debt, to)
        if dated:
            due_on = dated[-1].due_on
            yield {"instalments": dated, "due_on": due_on} | _without_late_discount(debt, due_on)
    if "discount" in parts and any(_discount(debt, usual) == debt.discount for usual in known):
        rule = to.defaults.discount
        yield {"discount": from_rule(rule, issued_on=debt.issued_on, due_on=due_on) if rule else None}
    if "interest" in parts and any(usual.defaults.interest == debt.interest for usual in known):
        yield {"interest": to.defaults.interest}
    if "tolerance" in parts and debt.currency == account.currency:
        yield {"tolerance_days": to.tolerance_days, "tolerance_minor": to.tolerance_minor}


def _without_late_discount(debt: Debt, due_on: date) -> dict[str, Any]:
    """A discount that would end after the new due date goes; it is put back by its own part if it still fits."""
    tiers = debt.discount.tiers if debt.discount else ()
    return {"discount": None} if any(tier.last_day > due_on for tier in tiers) else {}


def _dated(debt: Debt, usual: Usual) -> tuple[Instalment, ...] | None:
    """The debt's parts by these terms, by date; None when they do not fit its sum."""
    try:
        return instalments(amount_minor=debt.amount_minor, issued_on=debt.issued_on, terms=usual.defaults.terms)
    except Refused:
        return None


def _discount(debt: Debt, usual: Usual) -> object:
    rule = usual.defaults.discount
    return from_rule(rule, issued_on=debt.issued_on, due_on=debt.due_on) if rule else None
