"""A debt's terms over time: as it was written down, and the plans that took the place of its own dates."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from aldia.domain.case import Letter
from aldia.domain.debt import Debt
from aldia.domain.plans import Part

NOTED = "plan_noted"


def as_written(debt: Debt) -> Debt:
    """The debt as if nothing had happened to it yet: its own dates, if they are on record; else those that hold now."""
    return replace(
        _with_own_terms(debt),
        entries=(),
        marks={},
        approved=(),
        extended_to=None,
        promise=None,
        promises_made=0,
        dispute=None,
        claim=None,
        proof_name="",
        review_since=None,
        pause=None,
        checkouts=(),
        agreements=(),
        proposal=None,
        proposals_made=0,
        letter_note=None,
        deleted_at=None,
    )


def _with_own_terms(debt: Debt) -> Debt:
    if debt.own is None:
        return debt
    discount = replace(debt.discount, due_on=None) if debt.discount else None
    own = debt.own
    return replace(debt, due_on=own.due_on, instalments=own.instalments, discount=discount, plan=None, own=None)


def plans(debt: Debt, letters: Sequence[Letter]) -> Iterator[tuple[datetime, tuple[Part, ...]]]:
    """(when, its parts) of every plan that was agreed on, as the letters that confirm them have it.

    Of a client who could not be written to the last one is known. Nothing where the debt's own dates are not on record:
    then the plan's are told as if they had been its own.
    """
    if debt.own is None:
        return
    noted = [letter for letter in letters if letter.step == NOTED and letter.facts.get("schedule")]
    written = [(letter.at, _parts(letter.facts["schedule"])) for letter in noted]
    if debt.plan and debt.plan.at not in [at for at, _ in written]:
        ids = debt.plan.instalment_ids
        held = tuple((part.due_on, part.amount_minor) for part in debt.instalments if part.id in ids)
        written.append((debt.plan.at, held))
    yield from written


def _parts(schedule: str) -> tuple[Part, ...]:
    """Days and minor units, as the letter carries them: "2026-07-01=60500 2026-08-01=60500"."""
    pairs = (part.partition("=") for part in schedule.split())
    return tuple((date.fromisoformat(day), int(minor)) for day, _, minor in pairs)
