"""The heart: what a scheduled run does for one client, when it must look again, and what that will have been."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from aldia.domain.agreed import brought_up_to_date
from aldia.domain.case import Case, Outcome
from aldia.domain.held import with_held
from aldia.domain.ladder import step_of
from aldia.domain.reply_clock import nudged
from aldia.domain.steps import live, with_reasons, with_tasks, without_past
from aldia.domain.wakeups import next_after
from aldia.domain.writing import with_letters

MOST_RUNS = 1000  # of a preview


def decide(case: Case, now: datetime) -> Outcome:
    """One scheduled run for one client, as FORMAT has it: letters, tasks, and the reason of whatever stays.

    Deciding twice at one instant is deciding once. The new case says when to look again.
    """
    acted = _acted(case, now)
    client = replace(acted.case.client, next_at=next_after(acted.case, now))
    return Outcome(replace(acted.case, client=client), acted.letters, acted.tasks, acted.notices)


def next_wakeup(case: Case, now: datetime) -> datetime | None:
    """When the job must look again, `now` when it must at once; None when nothing will happen by itself.

    Never later than the next instant at which `decide` would do or note anything; sometimes earlier.
    """
    return now if _acted(case, now) != Outcome(case) else next_after(case, now)


def _acted(case: Case, now: datetime) -> Outcome:
    for debt in live(case, now):
        changed = brought_up_to_date(debt, case, now)
        if changed != debt:
            case = case.with_debt(changed)
    case, letters = with_letters(without_past(case, now), now)
    case, tasks = with_tasks(without_past(case, now), now)
    case, notices = nudged(case, now)
    return Outcome(with_held(with_reasons(case, now), now), letters, tasks, notices)


@dataclass(frozen=True, slots=True)
class Planned:
    """What will happen to one debt if nothing else does. `letter`: the name of the letter that it goes in."""

    at: datetime
    kind: Literal["letter", "task", "skip"]
    debt_id: str
    step: str
    key: str
    reason: str = ""  # of a skip
    letter: str = ""
    amount_minor: int | None = None  # what a letter asks for
    currency: str = ""


def foreseen(case: Case, now: datetime, *, until: datetime) -> Iterator[tuple[datetime, Case, Outcome]]:
    """(when, the case before it, what it does) of every run from `now` until that instant, if nobody does anything."""
    at = next_wakeup(case, now)
    for _ in range(MOST_RUNS):
        if at is None or at >= until:
            break
        outcome = decide(case, at)
        yield at, case, outcome
        case, at = outcome.case, outcome.case.client.next_at


def preview(case: Case, now: datetime, *, until: datetime) -> list[Planned]:
    """Every letter, task and skip from `now` until that instant, exclusive, if nobody does anything."""
    return [step for at, before, outcome in foreseen(case, now, until=until) for step in planned(before, outcome, at)]


def planned(before: Case, outcome: Outcome, at: datetime) -> Iterator[Planned]:
    """What one run does to each debt."""
    for letter in outcome.letters:
        for part in letter.parts:
            asked = Planned(at, "letter", part.debt_id, part.step, part.key, letter=letter.step)
            yield replace(asked, amount_minor=part.amount_minor, currency=part.currency)
    yield from (Planned(at, "task", task.debt_id, task.step, task.step) for task in outcome.tasks)
    for debt in outcome.case.debts:
        known = before.debt(debt.id).marks
        for key, mark in debt.marks.items():
            if mark.reason and key not in known:
                yield Planned(at, "skip", debt.id, step_of(key), key, reason=mark.reason)
