"""After the data were set back to an earlier moment: what may have gone out since, and must not go twice.

What happened in between is not known any more, not even whether a pause ended or a click was given. So everything
that is due by now counts as perhaps sent, whatever held it back; it is given up and named.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from aldia.domain import letter_notes
from aldia.domain.agreed import Agreed, brought_up_to_date, chosen_days, instalment_due, late_letter, promise_day
from aldia.domain.case import Case, Outcome
from aldia.domain.contact_rules import with_contact
from aldia.domain.debt import Debt, Mark
from aldia.domain.ladder import Occurrence, falls_due_at
from aldia.domain.ledger import state
from aldia.domain.look import Look
from aldia.domain.outcomes import settled, unchanged
from aldia.domain.steps import live

UNKNOWN = "unknown"  # the reason on a step's mark


@dataclass(frozen=True, slots=True)
class Doubt:
    """A letter about a debt that may have gone; `key` names the occurrence."""

    debt_id: str
    step: str
    key: str


def doubted(case: Case, debt_id: str, now: datetime) -> tuple[Outcome, tuple[Doubt, ...]]:
    """The case once everything of that debt that is due by now is given up, and what of it is worth telling.

    Of a debt that is settled nothing is told, for nobody was going to be asked for money. The next letter keeps its
    distance from today, as if one had gone.
    """
    debt = next((debt for debt in live(case, now) if debt.id == debt_id), None)
    if debt is None:
        return unchanged(case), ()
    changed, doubts = _without_due_steps(case, *_without_agreed(case, brought_up_to_date(debt, case, now), now), now)
    changed = letter_notes.doubted(changed) if doubts else changed
    if changed == debt:
        return unchanged(case), ()
    after = case.with_debt(changed)
    if not doubts or state(debt, case.local_day(now)) in ("paid", "written_off"):
        return settled(after, now), ()
    client = with_contact(after.client, case.local_day(now))
    return settled(replace(after, client=client), now), tuple(doubts)


def _without_agreed(case: Case, debt: Debt, now: datetime) -> tuple[Debt, list[Doubt]]:
    """Letters about a promise, a plan or a voucher that are due."""
    doubts = []
    while found := _agreed(Look(case.with_debt(debt), debt, now)):
        doubts.append(Doubt(debt.id, found.step, found.key))
        debt = found.after
    return debt, doubts


def _agreed(look: Look) -> Agreed | None:
    for part_id, first, last in chosen_days(look):
        if first <= look.today <= last:
            return instalment_due(look, part_id) if part_id else promise_day(look)
    return late_letter(look)


def _without_due_steps(case: Case, debt: Debt, doubts: list[Doubt], now: datetime) -> tuple[Debt, list[Doubt]]:
    """The steps of the ladder that are due, until none is: giving one up may make the next one due."""
    while due := [step for step in Look(case.with_debt(debt), debt, now).due_steps if not step.is_task]:
        marks = {step.key: _given_up(case, debt, step, now) for step in due}
        doubts += [Doubt(debt.id, step.step.step, step.key) for step in due]
        debt = replace(debt, marks={**debt.marks, **marks})
    return debt, doubts


def _given_up(case: Case, debt: Debt, step: Occurrence, now: datetime) -> Mark:
    """Steps that count from it count from the day it fell due: the earliest on which it may have gone."""
    return Mark("given_up", now, UNKNOWN, over_on=case.local_day(falls_due_at(case, debt, step)))
