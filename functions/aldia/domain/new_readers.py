"""Other people get a client's letters: for them the ladder begins again after a due date, with its kindest letter.

What went to those before stays in the debt's marks under its own keys and counts for nothing here, as the steps that
come again have keys of their own. They count from the day on which the kindest one went, at their usual distances.
Before a due date nothing begins again, for all of these letters are kind.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from aldia.domain import calendar
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Step

NEW_READERS = "new_readers"  # why a step is given up that waited for people who get no letters any more


@dataclass(frozen=True, slots=True)
class Anew:
    """The part of a debt's ladder that comes again."""

    nth: int  # how often other people have got the client's letters
    on: date  # their first day, the client's
    place: int  # in the ladder, of the kindest letter after a due date
    days: int  # of that letter

    def has(self, place: int, step: Step) -> bool:
        """Whether the step at that place comes again: what follows a due date, and what counts from such a letter."""
        return _is_late(step) or (step.anchor == "last" and place > self.place)

    def on_time(self, first_on: date) -> date:
        """The due date of a debt whose kindest letter after it falls on that day."""
        return first_on - self.days * calendar.DAY


def anew(case: Case, debt: Debt, ladder: Sequence[Step]) -> Anew | None:
    """What comes again of the debt's ladder; None where nobody else gets its letters, or it has no such letter."""
    client = case.client
    if not client.begun_anew or client.addressed_since is None or debt.opened_at >= client.addressed_since:
        return None
    late = [(rung, place) for place, rung in enumerate(ladder) if _is_late(rung) and rung.channel == "email"]
    if not late:
        return None
    # One that waits for a click holds nothing up, so others do not wait for it.
    _waits, days, place = min((rung.approve, rung.days, place) for rung, place in late)
    return Anew(client.begun_anew, case.local_day(client.addressed_since), place, days)


def _is_late(step: Step) -> bool:
    return step.anchor == "due" and step.days > 0


def suffix(again: Anew | None) -> str:
    """What the keys of steps that come again have after the instalment's name."""
    return f"~{again.nth}" if again else ""


def nth_of(key: str) -> int:
    """For which readers a step with that key is: 0 for the first ones."""
    return int(key.partition("~")[2].partition("/")[0] or 0)


def is_first_of(case: Case, debt: Debt, ladder: Sequence[Step]) -> Callable[[str], bool]:
    """Tells of a letter by its key whether it may be the first late one to people who had none about this debt."""
    again = anew(case, debt, ladder)
    went = any(mark.state == "sent" and again and nth_of(key) == again.nth for key, mark in debt.marks.items())
    return lambda key: again is not None and not went and nth_of(key) == again.nth


def addresses(client: Client) -> frozenset[str]:
    """Where its letters go, as copies too, written alike."""
    return _plain((*client.emails, *client.copies))


def addressed(was: Client, changed: Client, now: datetime, *, begins_anew: bool) -> Client:
    """`changed` with since when other people than those who had letters get them, and how often they began anew.

    `begins_anew`: the late letters do so for them, if any letter ever went. Where the addresses of before come back
    and nothing went to the others meanwhile, it was a slip, and the letters go on where they were.
    """
    known, got, will_get = _plain(was.known_addresses), addresses(was), addresses(changed)
    readers = (got & known) or known or got
    if not changed.emails or not readers:
        return changed
    if not readers & will_get:
        times = was.begun_anew + (begins_anew and bool(known))
        return replace(changed, addressed_since=now, begun_anew=times)
    if got and known and not got & known:
        times = max(was.begun_anew - 1, 0)
        return replace(changed, addressed_since=was.addressed_since if times else None, begun_anew=times)
    return changed


def _plain(written: Iterable[str]) -> frozenset[str]:
    return frozenset(address.strip().lower() for address in written)


def without_clicks(case: Case) -> Case:
    """No step has its click or its yes any more: what was allowed to go to others is asked for again."""
    return replace(case, debts=tuple(replace(debt, approved=(), yeses=()) for debt in case.debts))


def with_steps_of(case: Case, client: Client) -> Case:
    """The case with that client; when it was a slip that is mended, what was given up for the others waits again."""
    if client.begun_anew < case.client.begun_anew:
        case = replace(case, debts=tuple(_waiting_again(debt, client.begun_anew) for debt in case.debts))
    return replace(case, client=client)


def _waiting_again(debt: Debt, nth: int) -> Debt:
    marks = {key: mark for key, mark in debt.marks.items() if mark.reason != NEW_READERS or nth_of(key) != nth}
    return debt if marks == debt.marks else replace(debt, marks=marks)


def told_of(case: Case, client: Client, now: datetime) -> Case:
    """The case with what was learnt of its client, which may have had no address for a while, or another one."""
    if addresses(client) == addresses(case.client):
        return replace(case, client=client)
    changed = addressed(case.client, client, now, begins_anew=True)
    is_new = changed.addressed_since != case.client.addressed_since
    return with_steps_of(without_clicks(case) if is_new else case, changed)


def met(case: Case, known: Client) -> Case:
    """The case told again from when other people began to get its letters, as it is known of the client."""
    since = replace(case.client, addressed_since=known.addressed_since, begun_anew=known.begun_anew)
    return replace(case, client=since)
