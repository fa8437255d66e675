"""The ladder: which letters and tasks a debt has, when each falls due and until when it is true (FORMAT, "Steps")."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from aldia.domain import calendar
from aldia.domain.case import Case
from aldia.domain.contact_rules import automatic_rules, is_open
from aldia.domain.debt import Debt, Mark, Step
from aldia.domain.discounts import first_deadline
from aldia.domain.ledger import in_force
from aldia.domain.new_readers import Anew, anew, suffix

DEFAULT_LADDER = (
    Step("invoice_sent", "issued", 0),
    Step("discount_ending", "discount", -2),
    Step("pre_due", "due", -7),
    Step("due_today", "due", 0),
    Step("overdue_1", "due", 7),
    Step("call", "due", 14, channel="task"),
    Step("overdue_2", "due", 21),
    Step("formal_letter", "due", 30, approve=True),
    Step("last_notice", "due", 45, approve=True),
    Step("next_options", "due", 60, channel="task"),
)
"""The product's ladder (product.md, journey 3)."""

FIRST_INSTALMENT = "i1"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One letter or task of a debt: a step, for one instalment where it counts from a due date, one repetition.

    `key` names it in the debt's marks: `overdue_1`, `overdue_1/2` (second repetition), `overdue_1@i2` (of that
    instalment; the first one's has no name), `overdue_1@i2/2`, `overdue_1@i2~1` (once other people got the letters).
    """

    key: str
    step: Step
    place: int  # in the ladder
    on: date  # before closed days move it
    last_true_day: date | None = None  # None: it stays true
    instalment_id: str = ""  # empty: about the whole debt

    @property
    def is_task(self) -> bool:
        """Whether it is for the freelancer to do."""
        return self.step.channel == "task"


@dataclass(frozen=True, slots=True)
class _Start:
    """What a dated step counts from: a day, and the instalment due on it when the step belongs to one."""

    on: date
    instalment_id: str = ""


_Rung = tuple[int, Step, Anew | None]
"""A step with its place in the ladder; the last says that it comes again for other people."""


def ladder_of(debt: Debt) -> tuple[Step, ...]:
    """The debt's own ladder, else the product's."""
    return DEFAULT_LADDER if debt.ladder is None else debt.ladder


def occurrences(case: Case, debt: Debt) -> tuple[Occurrence, ...]:
    """Everything in the debt's ladder that has a date, gone or to come, in the ladder's order.

    A step that counts from the letter before it has none until that letter has gone or was given up.
    """
    found: list[Occurrence] = []
    starts: dict[str, list[_Start]] = {}  # by anchor
    before: Occurrence | None = None  # the last occurrence of the nearest letter before; None while it has no date
    ladder = ladder_of(debt)
    begins_anew = anew(case, debt, ladder)
    for place, step in enumerate(ladder):
        again = begins_anew if begins_anew and begins_anew.has(place, step) else None
        if step.anchor == "last":
            dated = _after_last(case, debt, (place, step, again), before)
            is_complete = len(dated) == step.times
        else:
            if step.anchor not in starts:
                starts[step.anchor] = list(_starts(case, debt, step))
            since: Iterable[_Start] = starts[step.anchor]
            since = _starts_anew(case, debt, (step, again), since) if again else since
            dated = list(_dated(case, debt, (place, step, again), since))
            is_complete = bool(dated)
        found += dated
        if step.channel == "email" and (is_complete or step.anchor == "last"):
            before = max(dated, key=lambda occurrence: occurrence.on) if is_complete else None
    return tuple(found)


def _starts_anew(case: Case, debt: Debt, rung: tuple[Step, Anew], starts: Iterable[_Start]) -> Iterator[_Start]:
    """For other people than before: as if it had been due so that the kindest letter falls on their first day.

    What follows it counts from the day on which it went or was given up; before, no firmer letter has a date.
    """
    step, again = rung
    for start in starts:
        first_on = None
        if step.days > again.days:
            first_on = _over_on(case, debt, _key(ladder_of(debt)[again.place], start.instalment_id, 0, again))
            if first_on is None and step.channel == "email":
                continue
        yield _Start(max(start.on, again.on_time(first_on or again.on)), start.instalment_id)


def _dated(case: Case, debt: Debt, rung: _Rung, starts: Iterable[_Start]) -> Iterator[Occurrence]:
    """The repetitions on the grid of each day that the step counts from."""
    place, step, again = rung
    for start in starts:
        for repeat in range(step.times):
            days = step.days + repeat * (step.repeat_every or 0)
            last_true_day = _last_true_day(case, debt, step, (start, days))
            day = start.on + days * calendar.DAY
            if step.anchor == "discount" and last_true_day and day > last_true_day:
                continue  # the discount is over by then
            key = _key(step, start.instalment_id, repeat, again)
            yield Occurrence(key, step, place, day, last_true_day, start.instalment_id)


def _starts(case: Case, debt: Debt, step: Step) -> Iterable[_Start]:
    if step.anchor == "issued":
        return [_Start(debt.issued_on)]
    if step.anchor == "discount":
        deadline = first_deadline(debt, zone=case.zone)
        return [_Start(deadline)] if deadline else []
    return [_Start(part.due_on, part.id) for part in in_force(debt)]


def _after_last(case: Case, debt: Debt, rung: _Rung, before: Occurrence | None) -> list[Occurrence]:
    """The repetitions that are dated so far: each counts from the day the one before it went or was given up."""
    place, step, again = rung
    found: list[Occurrence] = []
    over_on = _over_on(case, debt, before.key) if before else None
    for repeat in range(step.times):
        if over_on is None:
            break
        days = step.days if repeat == 0 else step.repeat_every or 0
        key = _key(step, "", repeat, again)
        last_true_day = _invoice_day(debt) if step.step == "invoice_sent" else None
        found.append(Occurrence(key, step, place, over_on + days * calendar.DAY, last_true_day))
        over_on = _over_on(case, debt, key)
    return found


def _over_on(case: Case, debt: Debt, key: str) -> date | None:
    """The local day on which it went or was given up; None while it may still go."""
    mark = debt.marks.get(key)
    if mark is None or mark.state == "waiting":
        return None
    return mark.over_on if mark.state == "given_up" else case.local_day(went_at(mark))


def _last_true_day(case: Case, debt: Debt, step: Step, at: tuple[_Start, int]) -> date | None:
    start, days = at
    if step.step == "invoice_sent":
        return _invoice_day(debt)
    if step.anchor == "discount":
        return first_deadline(debt, zone=case.zone)
    if step.anchor == "due" and days <= 0:
        return start.on if days == 0 else start.on - calendar.DAY
    return None


def _invoice_day(debt: Debt) -> date:
    return max(debt.due_on, debt.extended_to or debt.due_on)


def _key(step: Step, instalment_id: str, repeat: int, again: Anew | None) -> str:
    about = f"{'' if instalment_id == FIRST_INSTALMENT else instalment_id}{suffix(again)}"
    return f"{step.step}{'@' if about else ''}{about}{f'/{repeat + 1}' if repeat else ''}"


def step_of(key: str) -> str:
    """Name of the step that the key of an occurrence begins with."""
    return key.partition("@")[0].partition("/")[0]


def named_in(key: str) -> str:
    """Id of the instalment that the key of a step names; empty for the first one's, or about the whole debt."""
    return key.partition("@")[2].partition("/")[0].partition("~")[0]


def went_at(mark: Mark) -> datetime:
    """When what is marked as sent went."""
    return mark.moved_to or mark.at


def falls_due_on(case: Case, debt: Debt, occurrence: Occurrence) -> date:
    """The local day on which a step falls due: its date, on or after the day the debt was opened.

    A step with a last true day whose date is closed moves to the open day before, if the debt was open then.
    """
    opened_on = case.local_day(debt.opened_at)
    day = occurrence.on
    if occurrence.last_true_day:
        day = open_day_by(case, day, not_before=opened_on)
    return max(day, opened_on)


def open_day_by(case: Case, day: date, *, not_before: date) -> date:
    """The day itself when it is open or no earlier open day is left; else the open day before it."""
    if is_open(case, day):
        return day
    earlier = calendar.previous_open_day(day, lambda candidate: is_open(case, candidate))
    return earlier if earlier and earlier >= not_before else day


def day_begins(case: Case, day: date) -> datetime:
    """The instant at which a local day begins for the ladder: the hour at which letters go."""
    return calendar.local_instant(day, automatic_rules(case).mon_fri[0], case.zone)


def falls_due_at(case: Case, debt: Debt, occurrence: Occurrence) -> datetime:
    """The instant from which a run finds the step due."""
    return day_begins(case, falls_due_on(case, debt, occurrence))


def expires_at(case: Case, occurrence: Occurrence) -> datetime | None:
    """The instant from which it is given up, its last true day being over; None: it stays true."""
    last_true_day = occurrence.last_true_day
    return day_begins(case, last_true_day + calendar.DAY) if last_true_day else None
