"""A debt's dates one by one: what is asked for up to one of them, and what became of each."""

from dataclasses import dataclass, replace
from datetime import date

from aldia.domain.debt import Debt, Entry
from aldia.domain.ledger import Reading, Standing, in_force, stand

WITHOUT_MONEY = ("waive", "write_off", "amount_changed", "chargeback_lost")
"""Lines of the ledger that close a date, or open it, without a payment."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A sum in minor units, with interest and compensation and no discount taken off, and the date it goes up to."""

    minor: int
    on: date


@dataclass(frozen=True, slots=True)
class DateTold:
    """One date in force. What closed it without money (a waiver, a smaller amount) is in neither of the two sums."""

    id: str
    on: date
    paid_minor: int
    open_minor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What more time has moved of a debt with several dates; `schedule`: all that is open, as "2026-12-01=40334 …"."""

    minor: int
    schedule: str


def moved_to(debt: Debt, until: date, today: date) -> Moved | None:
    """What is open up to the day of an extension, where more comes after it; None where that is everything."""
    parts = [part for part in told(debt, today) if part.open_minor]
    if all(part.on <= until for part in parts):
        return None
    schedule = " ".join(f"{part.on}={part.open_minor}" for part in parts)
    return Moved(sum(part.open_minor for part in parts if part.on <= until), schedule)


def asked(debt: Debt, today: date, instalment_id: str = "") -> Asked:
    """What is open up to that instalment; of none: up to the last open one that is due, else the first open.

    More days may put several on one date: all of that date are asked for together, whichever is named.
    """
    standing = stand(debt, today)
    open_minor = {part.id: part.open_minor for part in standing.instalments}
    parts = [(part.id, part.due_on, open_minor[part.id]) for part in in_force(debt)]
    on = parts[_up_to(parts, instalment_id, today)][1]
    place = max(place for place, part in enumerate(parts) if part[1] == on)
    return Asked(_with_extras(standing, sum(minor for _, _, minor in parts[: place + 1])), on)


def _up_to(parts: list[tuple[str, date, int]], instalment_id: str, today: date) -> int:
    ids = [part_id for part_id, _, _ in parts]
    if instalment_id in ids:
        return ids.index(instalment_id)
    still_open = [place for place, (_, _, minor) in enumerate(parts) if minor > 0]
    due = [place for place in still_open if parts[place][1] <= today]
    return due[-1] if due else still_open[0] if still_open else len(parts) - 1


def _with_extras(standing: Standing, principal_minor: int) -> int:
    return principal_minor + standing.interest_due_minor + standing.compensation_due_minor


def next_asked(debt: Debt, today: date) -> Asked | None:
    """What a debt with dates still to come asks for now; None where that is all that is payable."""
    if len(debt.instalments) < 2:
        return None
    now = asked(debt, today)
    return now if now.minor < stand(debt, today).payable_minor else None


def days_in(debt: Debt, today: date, minor: int) -> tuple[date, ...]:
    """The dates of what a sum asks for: of the open parts, the earliest first, as many as it holds."""
    standing = stand(debt, today)
    left, found = minor - standing.interest_due_minor - standing.compensation_due_minor, []
    for part in standing.instalments:
        if part.open_minor and left > 0:
            left -= part.open_minor
            found.append(part.in_force_on)
    return tuple(dict.fromkeys(found))


def told(debt: Debt, today: date) -> tuple[DateTold, ...]:
    """Each date in the order in which they are settled, with the money that came for it."""
    open_minor = {part.id: part.open_minor for part in stand(debt, today).instalments}
    paid_minor = _paid(debt, today)
    return tuple(DateTold(part.id, part.due_on, paid_minor[part.id], open_minor[part.id]) for part in in_force(debt))


def _paid(debt: Debt, today: date) -> dict[str, int]:
    """Money by instalment: what each line of the ledger changed of it, where that line moved money."""
    entries = sorted(debt.entries, key=lambda entry: entry.on)
    before = _settled(debt, (), today)
    paid_minor = dict.fromkeys(before, 0)
    for place, entry in enumerate(entries, start=1):
        after = _settled(debt, tuple(entries[:place]), today)
        left_minor = entry.amount_minor or 0 if entry.kind != "undone" else sum(after.values())
        for part in in_force(debt) if entry.kind not in WITHOUT_MONEY else ():
            change = min(after[part.id] - before[part.id], left_minor)
            left_minor -= max(change, 0)
            paid_minor[part.id] = max(paid_minor[part.id] + change, 0)
        paid_minor = {part_id: min(minor, after[part_id]) for part_id, minor in paid_minor.items()}
        before = after
    return paid_minor


def _settled(debt: Debt, entries: tuple[Entry, ...], today: date) -> dict[str, int]:
    """What is not open of each instalment, by whatever closed it."""
    standing = Reading(replace(debt, entries=entries), today).standing(today)
    return {part.id: part.paid_minor for part in standing.instalments}
