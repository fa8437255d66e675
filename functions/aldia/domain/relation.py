"""How a client feels about being asked for money, and whether it comes back: success besides the money.

All of it is read from what the case keeps anyway. What an account's clients come to is kept by month as well, so that
nobody has to read them all: `counted` says what a change adds to it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from aldia.domain.case import Case

SOON = 180  # days after a payment in which a new debt says that the relation has lasted
MOST_DAYS = 50  # of opt-outs, and of complaints, that are kept of a client
NAMES = ("good", "fair", "bad", "bought_again", "bought_again_soon", "opt_outs", "complaints")
Counts = Counter[tuple[str, str]]
"""(month as YYYY-MM, one of NAMES) → how often. The months are the client's."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What is known of one client. Days are the client's, oldest first."""

    good: int = 0
    fair: int = 0
    bad: int = 0
    bought_again: tuple[date, ...] = ()  # issue days of the first debt after a payment
    opt_outs: tuple[date, ...] = ()
    complaints: tuple[date, ...] = ()

    @property
    def is_known(self) -> bool:
        """There is something to tell."""
        return self != Relation()


def relation(case: Case) -> Relation:
    """What there is to tell of this client."""
    said = Counter(opinion.score for debt in case.debts for opinion in debt.opinions)
    return Relation(
        good=said["good"],
        fair=said["fair"],
        bad=said["bad"],
        bought_again=tuple(day for day, _ in _bought_again(case)),
        opt_outs=_days(case, case.client.opt_outs, "stopped_at"),
        complaints=_days(case, case.client.complaints, "complained_at"),
    )


def with_day(days: tuple[date, ...], day: date) -> tuple[date, ...]:
    """One more day; of a client that has had its fill no more are kept."""
    return (*days, day) if len(days) < MOST_DAYS else days


def counts(case: Case) -> Counts:
    """By month."""
    told = relation(case)
    found: Counts = Counter()
    for debt in case.debts:
        for opinion in debt.opinions:
            found[_month(case.local_day(opinion.at)), opinion.score] += 1
    for day, after in _bought_again(case):
        found[_month(day), "bought_again"] += 1
        found[_month(day), "bought_again_soon"] += after <= SOON
    for name, days in (("opt_outs", told.opt_outs), ("complaints", told.complaints)):
        for day in days:
            found[_month(day), name] += 1
    return found


def counted(before: Case, after: Case) -> Counts:
    """What a change adds to the account's months, or takes away; nothing for most of them."""
    found = counts(after)
    found.subtract(counts(before))
    return Counter({key: by for key, by in found.items() if by})


def _days(case: Case, kept: tuple[date, ...], since: str) -> tuple[date, ...]:
    """The days; of a client from before they were kept, the one on which it fell silent."""
    at = getattr(case.client, since)
    return kept or ((case.local_day(at),) if at else ())


def _bought_again(case: Case) -> Iterator[tuple[date, int]]:
    """(day of issue, days since the last payment) of each first debt after a payment of another one."""
    debts = sorted((debt for debt in case.debts if debt.deleted_at is None), key=lambda debt: debt.issued_on)
    paid = sorted((entry.on, debt.id) for debt in debts for entry in debt.kept_entries if entry.kind == "payment")
    last = date.min
    for debt in debts:
        place = bisect_left(paid, (debt.issued_on, ""))
        while place and paid[place - 1][1] == debt.id:  # a debt's own money says nothing of another one
            place -= 1
        if place and paid[place - 1][0] >= last:
            yield debt.issued_on, (debt.issued_on - paid[place - 1][0]).days
        last = debt.issued_on


def _month(day: date) -> str:
    return day.isoformat()[:7]
