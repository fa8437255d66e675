"""What becomes of a debt's steps at a run: given up, chosen to go, or noted with the reason why not."""

from dataclasses import replace
from datetime import date, datetime

from aldia.domain import calendar
from aldia.domain.case import Case, Task
from aldia.domain.contact_rules import time_reason
from aldia.domain.debt import Debt, Mark
from aldia.domain.firm_letters import is_told, speaking
from aldia.domain.ladder import Occurrence, ladder_of, step_of
from aldia.domain.look import Look, looked_at
from aldia.domain.moved_on import is_passed
from aldia.domain.new_readers import NEW_READERS, anew, nth_of

HELD_BACK = "cap"
SETTLED = ("written_off", "paid")


def live(case: Case, now: datetime) -> list[Debt]:
    """The debts that are open to decisions: opened by now and not in the bin."""
    return [debt for debt in case.debts if debt.deleted_at is None and debt.opened_at <= now]


def without_past(case: Case, now: datetime) -> Case:
    """Give up what can go no more: steps whose last true day is over, and all but the mildest from before opening."""
    for debt in live(case, now):
        look = looked_at(case, without_older(looked_at(case, debt, now)), now)
        while over := _over(look):
            marks = {step.key: _given_up(look, step, reason, day) for step, reason, day in over}
            look = looked_at(case, replace(look.debt, marks={**look.debt.marks, **marks}), now)
        if look.debt is not debt:
            case = case.with_debt(look.debt)
    return case


def without_older(look: Look) -> Debt:
    """The debt without steps that wait for people who do not get its letters any more: these began anew."""
    again = anew(look.case, look.debt, ladder_of(look.debt))
    if again is None or (look.silences and look.silences[0].reason in SETTLED):
        return look.debt
    comes_again = {rung.step for place, rung in enumerate(ladder_of(look.debt)) if again.has(place, rung)}
    older = {
        key: replace(mark, state="given_up", reason=NEW_READERS, over_on=look.today)
        for key, mark in look.debt.marks.items()
        if mark.state == "waiting" and nth_of(key) < again.nth
        if step_of(key) in comes_again
    }
    return replace(look.debt, marks={**look.debt.marks, **older}) if older else look.debt


def _over(look: Look) -> list[tuple[Occurrence, str, date]]:
    """(step, reason, day on which it was given up) of each due step that cannot go any more."""
    opened_on = look.case.local_day(look.debt.opened_at)
    early = [step for step in look.due_steps if step.on < opened_on]
    kept = _mildest(look, early)
    over = []
    for step in look.due_steps:
        if step in early and step != kept:
            over.append((step, "overtaken", opened_on))
        elif is_passed(look, step) or is_told(look.debt, step.key):
            over.append((step, look.hindrance(step) or "overtaken", look.today))
        elif step.last_true_day and look.is_expired(step):
            over.append((step, look.hindrance(step) or "overtaken", max(step.last_true_day + calendar.DAY, opened_on)))
    return over


def _mildest(look: Look, early: list[Occurrence]) -> Occurrence | None:
    """Of the letters dated before the debt was opened the one that may still go: first in the ladder, then by date."""
    still_true = [step for step in early if not step.is_task and not look.is_expired(step)]
    return min(still_true, key=lambda step: (step.place, step.on), default=None)


def _given_up(look: Look, step: Occurrence, reason: str, over_on: date) -> Mark:
    was = look.mark(step)
    if was is None:
        return Mark("given_up", look.now, reason, over_on=over_on)
    return replace(was, state="given_up", over_on=over_on)


def next_step(look: Look) -> Occurrence | None:
    """The letter of the ladder that may go for this debt now, hour and distance aside; None when none may.

    `invoice_sent` before all, then the one nearest to its last true day, then by date and place in the ladder.
    Of a step that needs a click one letter goes for all parts of the debt for which it may go.
    """
    has_rules = look.case.account.policy.enabled
    true = [step for step in look.due_steps if not step.is_task and look.today <= (step.last_true_day or date.max)]
    ready = [step for step in true if not look.hindrance(step) and (has_rules or look.has_room(step))]
    return min(speaking(look.debt, ready), key=_urgency, default=None)


def _urgency(step: Occurrence) -> tuple[bool, date, date, int]:
    return step.step.step != "invoice_sent", step.last_true_day or date.max, step.on, step.place


def gone(look: Look, key: str) -> Debt:
    """The debt with that step marked as gone now; one that was held back before keeps why and since when."""
    was = look.debt.marks.get(key)
    mark = replace(was, state="sent", moved_to=look.now) if was and was.state == "waiting" else Mark("sent", look.now)
    return replace(look.debt, marks={**look.debt.marks, key: mark})


def overtaken(look: Look, step: Occurrence) -> Debt:
    """The debt with that step given up today, another letter or task having taken its turn."""
    mark = _given_up(look, step, "overtaken", look.today)
    return replace(look.debt, marks={**look.debt.marks, step.key: mark})


def with_tasks(case: Case, now: datetime) -> tuple[Case, tuple[Task, ...]]:
    """Let tasks appear, on an open day in the window: of several due for a debt the latest, overtaking the others."""
    if time_reason(case, now):
        return case, ()
    tasks = []
    for debt in live(case, now):
        look = looked_at(case, debt, now)
        due = [step for step in look.due_steps if step.is_task and not look.hindrance(step)]
        due = [step for step in due if look.today <= (step.last_true_day or date.max)]
        if not due:
            continue
        latest = max(due, key=lambda step: (step.on, step.place))
        changed = gone(look, latest.key)
        for step in due:
            if step != latest:
                changed = overtaken(looked_at(case, changed, now), step)
        case = case.with_debt(changed)
        tasks.append(Task(debt.id, latest.step.step, now))
    return case, tuple(tasks)


def with_reasons(case: Case, now: datetime) -> Case:
    """Note, once for each step that is due and stays, why it did not go when it fell due."""
    case = without_past(case, now)
    when = time_reason(case, now) or HELD_BACK
    for debt in live(case, now):
        look = looked_at(case, debt, now)
        new = [step for step in look.due_steps if look.mark(step) is None]
        if new:
            marks = {step.key: Mark("waiting", now, look.hindrance(step) or when) for step in new}
            case = case.with_debt(replace(debt, marks={**debt.marks, **marks}))
    return case
