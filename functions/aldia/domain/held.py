"""Letters that wait for the freelancer's yes: what is noted of them, and those that are given up when they are late."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from aldia.domain.agreed import chosen_days, chosen_key, dated_letters, late_letter
from aldia.domain.case import Case
from aldia.domain.dates import days_in
from aldia.domain.debt import Debt, Mark
from aldia.domain.firm_letters import speaking, unclicked
from aldia.domain.ladder import Occurrence
from aldia.domain.look import Look
from aldia.domain.steps import live, without_older

NEEDS_APPROVAL = "needs_approval"
NO_CONSENT = "no_consent"  # says nothing of the click, which may come first


def with_held(case: Case, now: datetime) -> Case:
    """Note, once for each, that it waits; the steps of the ladder are noted with the reasons of all others."""
    if not case.asks_first:
        return case
    for debt in live(case, now):
        look = Look(case, debt, now)
        waiting = {key: Mark("waiting", now, NEEDS_APPROVAL) for key in held_keys(look) if key not in debt.marks}
        late = {key: replace(debt.marks[key], state="given_up", over_on=look.today) for key in _late_keys(look)}
        if waiting or late:
            case = case.with_debt(replace(debt, marks={**debt.marks, **waiting, **late}))
    return case


def held_keys(look: Look) -> Iterator[str]:
    """Keys of the letters outside the ladder that would go now if they had their yes, hour and distance aside."""
    found = [*dated_letters(look)]
    late = None if look.silences else late_letter(look)
    yield from (one.key for one in (*found, *((late,) if late else ())) if look.needs_yes(one.key))


def _late_keys(look: Look) -> list[str]:
    """Those that were held and whose last day is over."""
    spans = ((chosen_key(look, part_id), last) for part_id, _first, last in chosen_days(look))
    marks = look.debt.marks
    return [key for key, last in spans if last < look.today and key in marks and marks[key].state == "waiting"]


def waits(case: Case, debt: Debt, now: datetime) -> bool:
    """Whether a letter about this debt has fallen due, was noted, and waits for the freelancer."""
    if not case.asks_first:
        return bool(unclicked(without_older(Look(case, debt, now))))
    return debt.opened_at <= now and _waits_for_yes(Look(case, debt, now))


def wanting_click(look: Look) -> list[Occurrence]:
    """The steps that have fallen due and wait for a click, each as the letter that it would let go."""
    keys = unclicked(look.debt)
    steps = [step for step in look.due_steps if step.key in keys]
    return speaking(look.debt, [step for step in steps if look.hindrance(step) in (NEEDS_APPROVAL, NO_CONSENT)])


@dataclass(frozen=True, slots=True)
class Wanted:
    """A letter that waits for a click: its step, the sum in minor units and the dates that it would ask for today."""

    step: str
    minor: int
    days: tuple[date, ...]


def next_click(look: Look) -> Wanted | None:
    """The first in the ladder of those that wait for a click; None where none may go."""
    step = min(wanting_click(look), key=lambda step: step.place, default=None)
    if step is None:
        return None
    minor = look.ask(step.instalment_id)
    return Wanted(step.step.step, minor, days_in(look.debt, look.today, minor))


def _waits_for_yes(look: Look) -> bool:
    noted = {key for key, mark in look.debt.marks.items() if mark.state == "waiting"}
    true = (step for step in look.due_steps if look.today <= (step.last_true_day or look.today))
    steps = (step for step in true if step.key in noted and not step.is_task)
    return any(look.hindrance(step) == NEEDS_APPROVAL for step in steps) or any(key in noted for key in held_keys(look))
