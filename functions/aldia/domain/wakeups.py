"""When a run may next have something to do: the earliest instant at which time alone changes what is decided."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from aldia.domain import calendar
from aldia.domain.agreed import chosen_days, chosen_key, late_letter
from aldia.domain.agreements import next_judgement
from aldia.domain.case import Case
from aldia.domain.contact_rules import automatic_rules, free_day, is_mailable, next_slot
from aldia.domain.ladder import Occurrence, day_begins, expires_at, falls_due_at
from aldia.domain.look import Look, looked_at
from aldia.domain.reply_clock import nudge_at
from aldia.domain.silences import Silence, is_under_way, letter_silences, next_plan_end, promise_end

AT_ONCE = timedelta(seconds=1)


def next_after(case: Case, now: datetime) -> datetime | None:
    """The earliest instant after `now` at which something may happen; `now` itself is taken as done."""
    return min((at for at in _instants(case, now) if at is not None and at > now), default=None)


def _instants(case: Case, now: datetime) -> Iterator[datetime | None]:
    for debt in case.debts:
        if debt.deleted_at is not None:
            continue
        if debt.opened_at > now:
            yield debt.opened_at
            continue
        look = looked_at(case, debt, now)
        yield from (checkout.ends_at for checkout in debt.checkouts if is_under_way(checkout, now))
        if debt.dispute and not debt.dispute.nudged:
            yield nudge_at(case, debt.dispute)
        yield from _of_steps(look)
        yield from _of_agreements(look)


def _of_steps(look: Look) -> Iterator[datetime | None]:
    for step in look.open_steps:
        falls_due = falls_due_at(look.case, look.debt, step)
        if falls_due > look.now:
            yield falls_due
            continue
        yield expires_at(look.case, step)
        yield _step_may_go(look, step)


def _step_may_go(look: Look, step: Occurrence) -> datetime | None:
    if look.silences:
        return _slot_after(look, look.silences[0])
    if look.hindrance(step):
        return None  # only something that happens can change that
    if step.is_task:
        return next_slot(look.case, look.now + AT_ONCE)
    return _rules_off_slot(look, step) if not look.case.account.policy.enabled else _far_enough_slot(look)


def _slot_after(look: Look, silence: Silence) -> datetime | None:
    """The first moment for a letter once a silence has ended by itself."""
    return next_slot(look.case, silence.until) if silence.until else None


def _far_enough_slot(look: Look) -> datetime | None:
    """The next moment for a letter that keeps the distance."""
    free = free_day(look.case, automatic_rules(look.case))
    at = calendar.local_instant(max(free, look.today), time.min, look.case.zone)
    return next_slot(look.case, max(at, look.now + AT_ONCE))


def _rules_off_slot(look: Look, step: Occurrence | None) -> datetime | None:
    """At the next run when the day has room for it, else tomorrow."""
    later = looked_at(look.case, look.debt, look.now + AT_ONCE)
    if later.today == look.today and not later.has_room(step):
        return day_begins(look.case, look.today + calendar.DAY)
    return next_slot(look.case, look.now + AT_ONCE)


def _of_agreements(look: Look) -> Iterator[datetime | None]:
    case, debt = look.case, look.debt
    if debt.promise and debt.promise.state == "open":
        yield promise_end(case, debt.promise)
    if debt.plan:
        yield next_plan_end(case, debt, look.now)
    yield next_judgement(case, debt, look.now)
    if not is_mailable(case.client):
        return
    yield from _of_chosen_dates(look)
    yield _late_letter(look)


def _of_chosen_dates(look: Look) -> Iterator[datetime | None]:
    """When `promise_day` and `instalment_due` may go."""
    silent = letter_silences(look.case, look.debt, look.now, letter_class="dated")
    for part_id, first, last in chosen_days(look):
        begins = day_begins(look.case, first)
        if silent:
            yield _slot_after(look, silent[0])
        elif look.needs_yes(chosen_key(look, part_id)):
            yield begins  # it is noted that it waits; then only a click can change that
            yield day_begins(look.case, last + calendar.DAY)
        elif look.today <= last:
            yield next_slot(look.case, max(begins, look.now + AT_ONCE))


def _late_letter(look: Look) -> datetime | None:
    """When a letter about something missed may go."""
    found = late_letter(look)
    if found is None:
        return None
    if look.silences:
        return _slot_after(look, look.silences[0])
    if look.needs_yes(found.key):
        return None  # only something that happens can change that
    return _rules_off_slot(look, None) if not look.case.account.policy.enabled else _far_enough_slot(look)
