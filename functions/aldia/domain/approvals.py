"""Each letter is asked for: what would go next, the freelancer's yes or no to it as it is shown, and the way back."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from aldia.domain import calendar
from aldia.domain.asking_days import horizon
from aldia.domain.case import Case, Letter, Outcome
from aldia.domain.debt import Debt, Mark, Yes
from aldia.domain.errors import Refused
from aldia.domain.firm_letters import is_clicked
from aldia.domain.ladder import ladder_of, named_in
from aldia.domain.look import Look
from aldia.domain.outcomes import settled, unchanged
from aldia.domain.reminders import foreseen
from aldia.domain.yeses import is_given, shown

NOT_WANTED = "not_wanted"  # the reason of a letter that the freelancer left out
HOLDS = timedelta(days=30)  # a yes, at most
FARTHEST = timedelta(days=100)  # the next letter, where the distance holds it back

Parts = tuple[tuple[str, str], ...]
"""(debt, key of the occurrence) of everything in one letter."""


def name_of(parts: Iterable[tuple[str, str]]) -> str:
    """A name for a letter over these parts, whatever it says."""
    return sha256(repr(sorted(parts)).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Asked:
    """A letter that goes next if the freelancer lets it. `case` is the client as it is when it goes."""

    at: datetime
    letter: Letter
    case: Case
    mark: str  # names what is shown, the sums of that day too
    has_yes: bool
    is_formal: bool = False  # it wants a click of its own (domain 5.1): never with others in one press

    @property
    def parts(self) -> Parts:
        """What it is about."""
        return parts_of(self.letter)

    @property
    def name(self) -> str:
        """The same from day to day, while it is about the same."""
        return name_of(self.parts)


def parts_of(letter: Letter) -> Parts:
    """(debt, key) of all that a letter is about."""
    return tuple((part.debt_id, part.key) for part in letter.parts)


def asked(case: Case, now: datetime) -> list[Asked]:
    """The client's next letters, with and without their yes: all that would go before the next morning, and what has
    fallen due and keeps its distance to an earlier letter. Empty where nobody is asked."""
    return list(_asked(case, now)) if case.asks_first else []


def _asked(case: Case, now: datetime) -> Iterator[Asked]:
    until = horizon(case, now)
    is_held = any(mark.state == "waiting" for debt in case.debts for mark in debt.marks.values())
    for at, _before, outcome in foreseen(freed(case), now, until=now + FARTHEST if is_held else until):
        for letter in outcome.letters:
            if at < until or _has_come(case, letter, now):
                yield _shown(case, outcome.case, letter, at)
        if outcome.letters and at >= until:
            return


def freed(case: Case) -> Case:
    """The same client if every letter had its yes: what would go then, and when."""
    debts = tuple(replace(debt, approved=_clicks(debt)) for debt in case.debts)
    return replace(unasked(case), debts=debts)


def unasked(case: Case) -> Case:
    """The same client if letters went by themselves; those that always wait for a click still do."""
    client, account = replace(case.client, asks_first=None), replace(case.account, asks_first=False)
    return replace(case, account=account, client=client)


def _clicks(debt: Debt) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*debt.approved, *_formal(debt))))


def _formal(debt: Debt) -> tuple[str, ...]:
    """Steps that wait for a click, whoever is asked before the others."""
    return tuple(step.step for step in ladder_of(debt) if step.approve)


def _has_come(case: Case, letter: Letter, now: datetime) -> bool:
    """Whether one of the letter's steps has fallen due already."""
    marks = ((case.debt(debt_id).marks.get(key)) for debt_id, key in parts_of(letter))
    return any(mark is not None and mark.state == "waiting" and mark.at <= now for mark in marks)


def _shown(case: Case, then: Case, letter: Letter, at: datetime) -> Asked:
    parts = parts_of(letter)
    sums = [(part.debt_id, part.amount_minor, part.currency) for part in letter.parts]
    told = repr((letter.step, sorted(parts), sorted(sums), shown(case, parts)))
    mark = sha256(told.encode()).hexdigest()[:24]
    is_let = all(has_yes(case, part.debt_id, part.key, at) for part in letter.parts)
    is_formal = any(part.step in _formal(case.debt(part.debt_id)) for part in letter.parts)
    return Asked(at, letter, then, mark, is_let, is_formal)


def has_yes(case: Case, debt_id: str, key: str, at: datetime) -> bool:
    """Whether that letter may go at that instant, as far as the freelancer is asked."""
    debt = case.debt(debt_id)
    return is_clicked(debt, key) or is_given(case, debt, key, case.local_day(at))


def allow(case: Case, marks: Collection[str], *, now: datetime, is_read: bool = False) -> Outcome:
    """The freelancer's yes to these letters; `is_read`: said of the formal ones among them.

    Refused when one of them is not what would go any more, or is formal and was not said to be read.
    """
    found = [one for one in asked(case, now) if one.mark in marks]
    if len({one.mark for one in found}) < len(set(marks)):
        raise Refused("approvals.changed")
    if not is_read and any(one.is_formal and not one.has_yes for one in found):
        raise Refused("approvals.unread")
    for one in found:
        if not one.has_yes:
            case = _with_yes(case, one, now)
    return settled(case, now) if any(not one.has_yes for one in found) else unchanged(case)


def _with_yes(case: Case, one: Asked, now: datetime) -> Case:
    until = _same_until(one)
    name = shown(case, one.parts)
    for debt_id, key in one.parts:
        debt = case.debt(debt_id)
        kept = tuple(yes for yes in debt.yeses if yes.key != key)
        case = case.with_debt(replace(debt, yeses=(*kept, Yes(key, now, until, name, one.parts))))
    return case


def _same_until(one: Asked) -> date:
    """The last local day, at most a month on, on which the letter asks for as much; interest grows by itself."""
    first = one.case.local_day(one.at)
    day = first
    while day - first < HOLDS and _sums(one, day + calendar.DAY) == _sums(one, first):
        day += calendar.DAY
    return day


def _sums(one: Asked, day: date) -> list[int]:
    found = []
    for debt_id, key in one.parts:
        look = Look(one.case, one.case.debt(debt_id), one.at + (day - one.case.local_day(one.at)))
        found.append(look.ask(named_in(key)) - look.standing.interest_due_minor - look.standing.compensation_due_minor)
    return found


def take_back(case: Case, name: str, *, now: datetime) -> Outcome:
    """Undo a yes or a no to the letter of that name, until it has gone. Refused when it has, or nothing was said."""
    parts = _said_of(case, name)
    for debt_id, key in parts:
        debt = case.debt(debt_id)
        mark, marks = debt.marks.get(key), dict(debt.marks)
        if mark and mark.state == "sent":
            raise Refused("approvals.gone")
        if mark and mark.reason == NOT_WANTED:
            marks[key] = replace(mark, state="waiting", reason="needs_approval", over_on=None, parts=())
        yeses = tuple(yes for yes in debt.yeses if yes.key != key)
        case = case.with_debt(replace(debt, marks=marks, yeses=yeses))
    if not parts:
        raise Refused("approvals.changed")
    return settled(case, now)


def _said_of(case: Case, name: str) -> Parts:
    """What the freelancer said yes or no to under that name, of debts that are still there; empty: nothing."""
    said = [yes.parts for debt in case.debts for yes in debt.yeses]
    said += [_left(debt, key) for debt in case.debts for key, mark in debt.marks.items() if mark.reason == NOT_WANTED]
    known = {debt.id for debt in case.debts}
    found = next((parts for parts in said if name_of(parts) == name), ())
    return tuple((debt_id, key) for debt_id, key in found if debt_id in known)


def _left(debt: Debt, key: str) -> Parts:
    """What a letter that was left out was about; what was stored before marks held it was about one debt."""
    return debt.marks[key].parts or ((debt.id, key),)


def leave_out(case: Case, mark: str, *, now: datetime) -> Outcome:
    """The freelancer's no: this letter does not go, those after it are asked for in their turn.

    Refused when it is not what would go any more.
    """
    one = next((one for one in asked(case, now) if one.mark == mark), None)
    if one is None:
        raise Refused("approvals.changed")
    for debt_id, key in one.parts:
        debt = case.debt(debt_id)
        was = debt.marks.get(key) or Mark("given_up", now)
        left = replace(was, state="given_up", reason=NOT_WANTED, over_on=case.local_day(now), parts=one.parts)
        yeses = tuple(yes for yes in debt.yeses if yes.key != key)
        case = case.with_debt(replace(debt, marks={**debt.marks, key: left}, yeses=yeses))
    return settled(case, now)


def left_out(case: Case, now: datetime) -> list[Parts]:
    """What the freelancer left out in the last week and may still want, letter by letter."""
    week = case.local_day(now) - 7 * calendar.DAY
    found = [
        _left(debt, key)
        for debt in case.debts
        if debt.deleted_at is None
        for key, mark in debt.marks.items()
        if mark.state == "given_up" and mark.reason == NOT_WANTED and (mark.over_on or date.min) >= week
    ]
    return list(dict.fromkeys(found))


def ask_first(case: Case, *, wish: bool | None, now: datetime) -> Outcome:
    """Ask before each letter to this client, do not, or (None) do as for all others."""
    changed = replace(case.client, asks_first=wish)
    return unchanged(case) if changed == case.client else settled(replace(case, client=changed), now)
