"""A second agreement that was not kept moves on: the ladder of a plan's parts starts after what was reached by then."""

from datetime import date

from aldia.domain.ladder import Occurrence, ladder_of, step_of, went_at
from aldia.domain.look import Look
from aldia.domain.new_readers import anew, nth_of

AT_ONCE_NO_MORE = 2  # agreements on one debt that were not kept


def is_passed(look: Look, step: Occurrence) -> bool:
    """Whether a letter of one of the plan's parts is gentler than the ladder's next one.

    Next is the reminder after the firmest that went before the last agreement was broken, the second one at least, the
    last one at most. Steps that count from another day than a due date, and tasks, are never passed. What was not kept
    before other people got the letters is not theirs.
    """
    if look.debt.plan is None:
        return False
    begun = anew(look.case, look.debt, ladder_of(look.debt))
    days = [agreed.broken_on for agreed in look.debt.agreements if agreed.broken_on]
    broken = [day for day in days if begun is None or day > begun.on]
    if len(broken) < AT_ONCE_NO_MORE:
        return False
    is_of_plan = step.instalment_id in look.debt.plan.instalment_ids
    return is_of_plan and not step.is_task and step.place < _next_place(look, max(broken), begun.nth if begun else 0)


def _next_place(look: Look, broken_on: date, nth: int) -> int:
    """The place in the ladder of the next letter after a due date; 0 where it has none."""
    ladder = ladder_of(look.debt)
    late = [
        place for place, rung in enumerate(ladder) if rung.anchor == "due" and rung.days > 0 and rung.channel == "email"
    ]
    went = _went_before(look, broken_on, nth)
    reached = max((rank for rank, place in enumerate(late) if ladder[place].step in went), default=0)
    return late[min(reached + 1, len(late) - 1)] if late else 0


def _went_before(look: Look, day: date, nth: int) -> set[str]:
    """Names of the steps of which a letter went before that day, to the same readers."""
    sent = ((key, mark) for key, mark in look.debt.marks.items() if mark.state == "sent" and nth_of(key) == nth)
    return {step_of(key) for key, mark in sent if look.case.local_day(went_at(mark)) < day}
