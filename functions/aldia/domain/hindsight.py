"""What would have been sent: a client's story told again from its facts, with other choices for one debt.

The runs are those of `reminders.decide`, the answers those that the app gives: nothing here decides anything.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from aldia.domain import calendar
from aldia.domain.case import Case, Outcome
from aldia.domain.debt import Mark, Step
from aldia.domain.errors import Refused
from aldia.domain.facts import OPENED, Fact
from aldia.domain.ladder import ladder_of
from aldia.domain.outcomes import settled
from aldia.domain.reminders import MOST_RUNS, decide

MOST_OTHERS = 30  # debts of the client that are told along, the ones opened nearest to this one
DISTANCE_KEPT = 30  # days before the story of which the client's contacts count


@dataclass(frozen=True, slots=True)
class Choice:
    """What is taken to have been otherwise for one debt; the defaults leave everything as it was."""

    debt_id: str
    ladder: tuple[Step, ...] | None  # None: the product's
    opened_on: date | None = None  # None: when it was written down
    approves: bool = False  # every letter that waits for a click has it at once


@dataclass(frozen=True, slots=True)
class Moment:
    """One instant of the story: a run of the job, or a fact with what it led to (nothing, where it could not be)."""

    at: datetime
    before: Case
    outcome: Outcome
    fact: Fact | None = None


def retold(case: Case, known: Iterable[Fact], choice: Choice, *, until: datetime) -> Iterator[Moment]:
    """Every run and fact from the debt's opening to `until`, exclusive, in order. `known`: `facts.facts(case, …)`."""
    since = _opened_at(case, choice)
    told = sorted((_moved(case, fact, choice, since) for fact in known), key=_order)
    about = ("", choice.debt_id, *_others(case, choice.debt_id))
    told = [fact for fact in told if fact.debt_id in about]
    case = _as_it_began(case, since)
    earlier = [fact for fact in told if fact.at < since]
    for fact in earlier:  # what went before is taken as it was, without asking what would have been sent
        case = _outcome(case, fact).case
    return _played(case, told[len(earlier) :], until)


def _opened_at(case: Case, choice: Choice) -> datetime:
    if choice.opened_on is None:
        return case.debt(choice.debt_id).opened_at
    return calendar.local_instant(choice.opened_on, time.min, case.zone)


def _order(fact: Fact) -> tuple[datetime, bool]:
    return fact.at, fact.kind != OPENED


def _moved(case: Case, fact: Fact, choice: Choice, since: datetime) -> Fact:
    """The fact as the choice has it; with an earlier opening money counts from the day on which it came."""
    if fact.debt_id != choice.debt_id:
        return _known_by(case, fact, since) if fact.kind == OPENED and fact.at < since else fact
    if fact.kind == OPENED:
        return replace(fact, at=since, told=lambda told, now: _opened(fact, told, choice, now))
    if choice.opened_on and fact.entry and fact.entry.on < case.local_day(fact.at):
        came_at = calendar.local_instant(fact.entry.on, time.min, case.zone)
        return replace(fact, at=max(came_at, since))
    return replace(fact, at=max(fact.at, since))


def _opened(fact: Fact, case: Case, choice: Choice, now: datetime) -> Outcome:
    own = replace(fact.told(case, now).case.debt(fact.debt_id), opened_at=now, ladder=choice.ladder)
    clicked = tuple(rung.step for rung in ladder_of(own) if rung.approve) if choice.approves else ()
    return settled(case.with_debt(replace(own, approved=clicked)), now)


def _known_by(case: Case, fact: Fact, since: datetime) -> Fact:
    """Another debt's opening before the story begins: what had become of its steps by then is as it was."""
    marks = case.debt(fact.debt_id).marks
    kept = {key: _mark_by(mark, since) for key, mark in marks.items() if mark.at < since}

    def told(told_of: Case, now: datetime) -> Outcome:
        debt = fact.told(told_of, now).case.debt(fact.debt_id)
        return settled(told_of.with_debt(replace(debt, marks=kept)), now)

    return replace(fact, told=told)


def _mark_by(mark: Mark, since: datetime) -> Mark:
    is_later = mark.moved_to is not None and mark.moved_to >= since
    return replace(mark, state="waiting", moved_to=None) if is_later else mark


def _others(case: Case, debt_id: str) -> list[str]:
    """The client's other debts that are told along: their letters share days and distances with this one's."""
    here = case.debt(debt_id).opened_at
    near = sorted((debt for debt in case.debts if debt.id != debt_id), key=lambda debt: abs(debt.opened_at - here))
    return [debt.id for debt in near[:MOST_OTHERS]]


def _as_it_began(case: Case, since: datetime) -> Case:
    """The client before anything was told of it, with its debts still to be written down."""
    began_on = case.local_day(since)
    client = replace(
        case.client,
        stopped_at=None,
        bounced_at=None,
        complained_at=None,
        wrong_person_at=None,
        pause=None,
        asks_first=None,
        addressed_since=None,
        begun_anew=0,
        contact_days=tuple(day for day in case.client.contact_days if 0 < (began_on - day).days <= DISTANCE_KEPT),
        next_at=None,
    )
    return replace(case, account=replace(case.account, paused=None, asks_first=False), client=client, debts=())


def _outcome(case: Case, fact: Fact) -> Outcome:
    """What the fact leads to; the case as it is where it could not have happened like this."""
    try:
        return fact.told(case, fact.at)
    except (Refused, KeyError):
        return Outcome(case)


def _played(case: Case, told: list[Fact], until: datetime) -> Iterator[Moment]:
    for _ in range(MOST_RUNS):
        at = min((at for at in (case.client.next_at, told[0].at if told else None) if at), default=None)
        if at is None or at >= until:
            return
        fact = told.pop(0) if told and told[0].at <= at else None
        outcome = _outcome(case, fact) if fact else decide(case, at)
        yield Moment(at, case if not _is_new(case, outcome) else outcome.case, outcome, fact)
        case = outcome.case


def _is_new(case: Case, outcome: Outcome) -> bool:
    return len(outcome.case.debts) > len(case.debts)
