"""What comes next for a debt: every letter with its words and every task, with its date and reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aldia.domain import approvals
from aldia.domain.case import Case, Letter, Outcome
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.held import NEEDS_APPROVAL, wanting_click
from aldia.domain.ladder import ladder_of, step_of
from aldia.domain.letter_notes import FACT
from aldia.domain.look import Look
from aldia.domain.new_readers import is_first_of
from aldia.domain.reminders import Planned, foreseen, planned
from aldia.flows.allowance import allowance
from aldia.flows.own_letter import composed
from aldia.i18n import formats
from aldia.mail.links import Links
from aldia.pages.render import language, ports

REACH = timedelta(days=100)  # after the last date that anything counts from
FARTHEST = timedelta(days=366 * 3)
MOVED = ("cap", "closed_day", "window")  # what a run has noted of a step that goes later: the page goes on saying it


@dataclass(frozen=True, slots=True)
class Ahead:
    """One thing to come. `state` is a moment of the timeline: next, task, skipped or waiting."""

    at: datetime | None  # None: no day yet
    state: str
    step: str
    key: str
    reason: str = ""
    subject: str = ""
    text: str = ""
    to: tuple[str, ...] = ()
    amount_minor: int | None = None
    is_to_approve: bool = False
    note: str = ""  # the freelancer's for this letter
    others: tuple[str, ...] = ()  # debts that the letter is about besides
    card: str = ""  # of a letter that is asked for now: what its buttons send
    has_yes: bool = False  # it was asked for and may go
    is_formal: bool = False  # it wants to be read before its yes
    begins_anew: bool = False  # the first late letter to people who had none about this debt


def outlook(case: Case, debt_id: str, now: datetime, *, base_url: str) -> list[Ahead]:
    """Everything to come for the debt if nobody does anything, in order; what waits for a click now comes first."""
    debt = case.debt(debt_id)
    if debt.deleted_at:
        return []
    foretold = _told(case, debt, now, base_url=base_url)
    shown = [_as_noted(one, debt) for one in merged([*_waiting(case, debt, now), *foretold])]
    wanted = {one.key for one in shown if one.reason == NEEDS_APPROVAL}
    words = _words_if_approved(case, debt, wanted, now, base_url=base_url)
    seen: set[str] = set()
    ready = [_with_words(one, words, seen) if one.reason == NEEDS_APPROVAL else one for one in shown]
    told = [one for one in ready if one.reason != "paid" and not _is_spoken_for(one, debt)]
    return _with_first(told, case, debt)


def _with_first(found: list[Ahead], case: Case, debt: Debt) -> list[Ahead]:
    """The same, with what is said of the first late letter to people who had none about this debt."""
    first = is_first_of(case, debt, ladder_of(debt))
    begins = next((place for place, one in enumerate(found) if one.state in ("next", "waiting") and first(one.key)), -1)
    return [replace(one, begins_anew=place == begins) for place, one in enumerate(found)]


def _is_spoken_for(one: Ahead, debt: Debt) -> bool:
    """Of a part for which the letter about a later one speaks there is nothing to say, as of one that is paid."""
    waits = {rung.step for rung in ladder_of(debt) if rung.approve}
    return one.reason == "overtaken" and one.step in waits and len(debt.instalments) > 1


def outlook_within(case: Case, debt_id: str, now: datetime) -> list[Ahead]:
    """The same, where the limits of a new account may hold the next letter back: it says so, and its real day."""
    base_url = ports().settings.base_url
    asking, case = case, approvals.freed(case) if case.asks_first else case
    room = allowance(ports(), case.account, now)

    def first(start: datetime) -> datetime | None:
        runs = foreseen(case, start, until=reach(case, case.debt(debt_id), start))
        return next((at for at, _before, outcome in runs if outcome.letters), None)

    start = room.start(case, now, first) if room else now
    found = outlook(case, debt_id, start, base_url=base_url)
    moved = first(start) if start > now else None
    is_held = moved is not None and moved != first(now)
    found = [
        replace(one, reason="limit") if is_held and one.at == moved and one.state == "next" else one for one in found
    ]
    return _asked(asking, debt_id, found, now) if asking.asks_first else found


def _asked(case: Case, debt_id: str, found: list[Ahead], now: datetime) -> list[Ahead]:
    """Where each letter is asked for: those without a yes wait, and the next one carries its buttons."""
    cards = {part: one for one in approvals.asked(case, now) for part in one.parts}

    def with_buttons(one: Ahead) -> Ahead:
        asked = cards.get((debt_id, one.key))
        has_yes = bool(asked and asked.has_yes)
        card = f"{case.client.id}.{asked.name}.{asked.mark}" if asked else ""
        state = "next" if has_yes else "waiting"
        is_formal = bool(asked and asked.is_formal)
        reason = one.reason if has_yes else NEEDS_APPROVAL
        return replace(one, state=state, reason=reason, card=card, has_yes=has_yes, is_formal=is_formal)

    return [with_buttons(one) if one.state == "next" else one for one in found]


def merged(found: list[Ahead]) -> list[Ahead]:
    """A step that is only moved stands once, on the day on which it goes, with the reason why it was moved."""
    gone = {one.key for one in found if one.state in ("next", "task")}
    held = {one.key: one.reason for one in found if one.state == "skipped"}
    return [
        replace(one, reason=held.get(one.key, one.reason)) if one.state in ("next", "task") else one
        for one in found
        if one.state != "skipped" or one.key not in gone
    ]


def _as_noted(one: Ahead, debt: Debt) -> Ahead:
    """With the reason why it did not go when it fell due, where no run foretells that because one has noted it."""
    mark = debt.marks.get(one.key)
    if one.reason or one.state not in ("next", "task") or mark is None or mark.state != "waiting":
        return one
    return replace(one, reason=mark.reason) if mark.reason in MOVED else one


def reach(case: Case, debt: Debt, now: datetime) -> datetime:
    """How far one looks ahead: beyond the last date that anything counts from, and not for ever."""
    last = max(debt.due_on, debt.extended_to or debt.due_on, case.local_day(now))
    return min(now + (last - case.local_day(now)) + REACH, now + FARTHEST)


def _told(case: Case, debt: Debt, now: datetime, *, base_url: str) -> list[Ahead]:
    found: list[Ahead] = []
    for at, before, outcome in foreseen(case, now, until=reach(case, debt, now)):
        found += steps_of(before, outcome, at, debt_id=debt.id, base_url=base_url)
    return found


def steps_of(before: Case, outcome: Outcome, at: datetime, *, debt_id: str, base_url: str) -> Iterator[Ahead]:
    """What one run, or one answer, does for that debt: its letters with their words, its tasks, its skips."""
    letters = {part.key: letter for letter in outcome.letters for part in letter.parts if part.debt_id == debt_id}
    for step in planned(before, outcome, at):
        if step.debt_id != debt_id:
            continue
        state = {"letter": "next", "task": "task", "skip": "skipped"}[step.kind]
        key = step.key if step.kind != "task" else _task_key(outcome.case, step, at)
        one = Ahead(at, state, step.step, key, reason=step.reason, amount_minor=step.amount_minor)
        yield (
            _composed(one, outcome.case, letters[step.key], debt_id, base_url=base_url)
            if step.kind == "letter"
            else one
        )


def _task_key(case: Case, task: Planned, at: datetime) -> str:
    """Which occurrence a task is: the one that was marked as gone in that run."""
    marks = case.debt(task.debt_id).marks.items()
    gone = (key for key, mark in marks if mark.state == "sent" and at in (mark.at, mark.moved_to))
    return next((key for key in gone if step_of(key) == task.step), task.key)


def _composed(one: Ahead, case: Case, letter: Letter, debt_id: str, *, base_url: str) -> Ahead:
    others = tuple(part.debt_id for part in letter.parts if part.debt_id != debt_id)
    one = replace(one, note=letter.facts.get(FACT, ""), others=others)
    try:
        message = composed(ports(), case, letter, link=Links(base_url).client_page("…"), stop_link="").message
    except Refused:
        return one
    return replace(one, subject=message.subject, text=message.text, to=(*message.to, *message.cc))


def _waiting(case: Case, debt: Debt, now: datetime) -> Iterator[Ahead]:
    """The letters that have fallen due and wait for the freelancer's click, with what each asks for today."""
    look = Look(case, debt, now)
    for step in wanting_click(look):
        minor = None if step.is_task else look.ask(step.instalment_id)
        yield Ahead(None, "waiting", step.step.step, step.key, reason=NEEDS_APPROVAL, amount_minor=minor)


def _words_if_approved(case: Case, debt: Debt, wanted: set[str], now: datetime, *, base_url: str) -> dict[str, Ahead]:
    """The letters that wait, by key, each as it would go if all were approved now; by its step the first of each."""
    words: dict[str, Ahead] = {}
    ready = case.with_debt(replace(debt, approved=tuple(rung.step for rung in ladder_of(debt) if rung.approve)))
    for _at, _before, outcome in foreseen(ready, now, until=reach(case, debt, now)) if wanted else ():
        for letter, part in ((whole, part) for whole in outcome.letters for part in whole.parts):
            if part.debt_id == debt.id and part.key in wanted:
                one = Ahead(None, "waiting", part.step, part.key)
                words[part.key] = _composed(one, outcome.case, letter, debt.id, base_url=base_url)
                words.setdefault(part.step, words[part.key])
        if wanted <= words.keys():
            break
    return words


def _with_words(one: Ahead, words: dict[str, Ahead], seen: set[str]) -> Ahead:
    """A step that waits for a click, with the words it would have; one click is for all its repetitions."""
    known = words.get(one.key) or words.get(one.step)
    one = replace(one, state="waiting", is_to_approve=one.step not in seen)
    seen.add(one.step)
    if known is None:
        return one
    return replace(one, subject=known.subject, text=known.text, to=known.to, note=known.note, others=known.others)


def clock_names(case: Case) -> dict[str, object]:
    """How moments are written on these pages: by the client's clock, whose place is said once."""

    def moment_of(at: datetime) -> str:
        local = at.astimezone(case.zone)
        return f"{formats.day_short(local.date(), language())}, {local:%H:%M}"

    return {"moment_of": moment_of, "clock": formats.zone_name(case.zone, language())}
