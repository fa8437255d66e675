"""Which letters go at a run: the ones on dates the client chose, then one that keeps the distance."""

from dataclasses import replace
from datetime import datetime

from aldia.domain import letter_notes
from aldia.domain.agreed import LATE, TAKES_THE_STEP, Agreed, dated_letters, late_letter
from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.contact_rules import is_far_enough, is_mailable, time_reason, with_contact
from aldia.domain.ladder import Occurrence
from aldia.domain.look import Look, looked_at
from aldia.domain.steps import gone, live, next_step, overtaken

Written = tuple[Case, tuple[Letter, ...]]
MOST_DEBTS = 95  # in one letter: it is claimed with all its debts in one transaction of a hundred writes
_KINDS = [kind.__name__ for kind in LATE]


def with_letters(case: Case, now: datetime) -> Written:
    """Everything that goes now: the case with what was marked, and the letters."""
    if time_reason(case, now) or not is_mailable(case.client):
        return case, ()
    case, dated = _on_chosen_dates(case, now)
    if not case.account.policy.enabled:
        case, held = _each_alone(case, now)
    elif is_far_enough(case, now):
        case, held = _one_for_all(case, now)
    else:
        held = ()
    return case, (*dated, *held)


def _on_chosen_dates(case: Case, now: datetime) -> Written:
    """`promise_day` and `instalment_due`, one letter each, whatever the distance."""
    letters: list[Letter] = []
    for debt in live(case, now):
        # One at a time: each letter changes the debt that the next one is about.
        while found := _dated(looked_at(case, case.debt(debt.id), now)):
            case = _told(case, found)
            letters.append(found.letter("dated"))
    return case, tuple(letters)


def _dated(look: Look) -> Agreed | None:
    return next((found for found in dated_letters(look) if not look.needs_yes(found.key)), None)


def _late_letter(look: Look) -> Agreed | None:
    found = None if look.silences else late_letter(look)
    return None if found is None or look.needs_yes(found.key) else found


def _one_for_all(case: Case, now: datetime) -> Written:
    """One letter: what was agreed and missed goes before the ladder, whose letter holds every debt with a step."""
    looks = [looked_at(case, debt, now) for debt in live(case, now)]
    late = [found for look in looks if (found := _late_letter(look))]
    if late:
        return _late(case, min(late, key=lambda found: _KINDS.index(found.step)))
    steps = [(look, step) for look in looks if (step := next_step(look))]
    return _ladder(case, steps[:MOST_DEBTS]) if steps else (case, ())


def _each_alone(case: Case, now: datetime) -> Written:
    """Rules off: each debt its own letter."""
    letters: tuple[Letter, ...] = ()
    for debt in live(case, now):
        look = looked_at(case, case.debt(debt.id), now)
        found = _late_letter(look)
        if found and look.has_room(None):
            case, more = _late(case, found)
        elif step := next_step(look):
            case, more = _ladder(case, [(look, step)], cause=f"{debt.id}/{step.key}")
        else:
            more = ()
        letters += more
    return case, letters


def _late(case: Case, found: Agreed) -> Written:
    """A missed promise or instalment takes the debt's step of the day with it."""
    step = next_step(found.look) if found.step in TAKES_THE_STEP else None
    if step:
        marked = overtaken(found.look, step).marks
        found = replace(found, after=replace(found.after, marks=marked))
    return _told(case, found), (found.letter("ladder"),)


def _told(case: Case, found: Agreed) -> Case:
    look = found.look
    marked = gone(looked_at(look.case, found.after, look.now), found.key)
    return _counted(case.with_debt(marked), look.now)


def _ladder(case: Case, steps: list[tuple[Look, Occurrence]], *, cause: str = "") -> Written:
    """One letter over all these debts, named after the step that is furthest in the ladder."""
    look, _ = steps[0]
    parts = tuple(
        LetterPart(at.debt.id, step.step.step, step.key, at.ask(step.instalment_id), at.debt.currency)
        for at, step in steps
    )
    furthest = max((step for _, step in steps), key=lambda step: step.place)
    for at, step in steps:
        after = gone(at, step.key)
        case = case.with_debt(replace(after, letter_note=None) if letter_notes.takes(at, step) else after)
    facts = letter_notes.told(steps)
    letter = Letter(furthest.step.step, "ladder", look.today, look.now, parts=parts, cause=cause, facts=facts)
    return _counted(case, look.now), (letter,)


def _counted(case: Case, now: datetime) -> Case:
    return replace(case, client=with_contact(case.client, case.local_day(now)))
