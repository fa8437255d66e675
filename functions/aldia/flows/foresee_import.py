"""What a set would send if it were confirmed now: how many letters on which day, by the same decisions as the job's."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from aldia.domain.account import Account
from aldia.domain.approvals import unasked
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.domain.ledger import stand
from aldia.domain.open_limit import Passed, limit_of
from aldia.domain.reminders import foreseen
from aldia.flows.allowance import Allowance, allowance
from aldia.flows.import_files import Draft
from aldia.flows.usual_limit import open_by_client
from aldia.imports import planning
from aldia.imports.planning import Frame
from aldia.ports import Ports
from aldia.store import imports

AHEAD = timedelta(days=7)
LOOKED_AT = 60  # clients; a larger set is estimated from as many, evenly spread


@dataclass(frozen=True, slots=True)
class Ahead:
    """Letters of the next days: (day, kind of letter, how many), and for how many debts none goes until asked."""

    letters: tuple[tuple[date, str, int], ...]
    today: int
    quiet: int
    waiting: int  # debts without an address
    is_estimate: bool = False
    limited: int = 0  # first letters, when the limits of a new account hold some of them back…
    days: int = 0  # …and over how many days they then go
    over: tuple[tuple[str, Passed], ...] = ()  # clients who would pass their limit, by name, of those looked at


def letters_ahead(ports: Ports, account: Account, draft: Draft) -> Ahead:
    """What the set would send in the next seven days if nothing else happens."""
    now = ports.clock.now()
    frame = Frame(account, draft.record.id, now, draft.record.choices)
    batches = planning.plan(draft.lines, draft.people, frame, kinds=draft.kinds)
    debts: dict[str, list[Debt]] = {}
    for batch in batches:
        debts.setdefault(batch.client.id, []).extend(planned.debt for planned in batch.debts)
    clients = {batch.client.id: batch.client for batch in batches}
    looked_at = list(clients)[:: max(1, -(-len(clients) // LOOKED_AT))]
    known = imports.clients(ports, account.id, [one for one in looked_at if not draft.people.now(one).is_new])
    scale = len(clients) / len(looked_at) if looked_at else 1
    cases = [
        Case(account, _told(known.get(one), clients[one]), _first(debts[one]), ports.holidays) for one in looked_at
    ]
    forecasts = [Forecast(case, now) for case in cases]
    counts, held = _counted(forecasts, allowance(ports, account, now), now, scale)
    letters = tuple((day, step, n) for (day, step), n in sorted(counts.items()))
    return Ahead(
        letters,
        today=sum(n for day, _step, n in letters if day == frame.today),
        quiet=sum(debt.pause is not None for some in debts.values() for debt in some),
        waiting=sum(len(some) for one, some in debts.items() if not clients[one].emails),
        is_estimate=len(looked_at) < len(clients),
        limited=round(sum(one.first(now) is not None for one in forecasts) * scale) if held else 0,
        days=(max(held) - min(held)).days + 1 if held else 0,
        over=_over(ports, frame, {one: _told(known.get(one), clients[one]) for one in looked_at}, debts),
    )


def _over(
    ports: Ports, frame: Frame, people: Mapping[str, Client], debts: Mapping[str, Sequence[Debt]]
) -> tuple[tuple[str, Passed], ...]:
    """Who would pass the limit. What is open already costs a request, and only where there is a limit."""
    account, today = frame.account, frame.today
    limits = {one: limit for one, client in people.items() if (limit := limit_of(account, client))}
    known = open_by_client(ports, account.id) if limits else Counter[tuple[str, str]]()
    found = []
    for one, limit in limits.items():
        new = sum(stand(debt, today).balance_minor for debt in debts[one] if debt.currency == limit.currency)
        if new and known[one, limit.currency] + new > limit.minor:
            found.append((people[one].name, Passed(known[one, limit.currency] + new, limit)))
    return tuple(sorted(found, key=lambda pair: pair[0].casefold()))


class Forecast:
    """One client's letters, looked at from any instant."""

    def __init__(self, case: Case, now: datetime) -> None:
        self.case, self._until = unasked(case), now + AHEAD
        self._known: dict[datetime, list[tuple[datetime, str]]] = {}

    def letters(self, start: datetime) -> list[tuple[datetime, str]]:
        """(when, kind) of each letter."""
        if start not in self._known:
            runs = foreseen(self.case, start, until=self._until)
            self._known[start] = [(at, letter.step) for at, _before, outcome in runs for letter in outcome.letters]
        return self._known[start]

    def first(self, start: datetime) -> datetime | None:
        """When the next one goes."""
        return next((at for at, _step in self.letters(start)), None)


def _counted(
    forecasts: Sequence[Forecast], room: Allowance | None, now: datetime, scale: float
) -> tuple[Counter[tuple[date, str]], set[date]]:
    """How many letters of each kind on each day; and, when some wait for the limits, the days of the first ones."""
    counts: Counter[tuple[date, str]] = Counter()
    firsts: set[date] = set()
    is_held = False
    total = round(len(forecasts) * scale)
    for place in range(total if room else len(forecasts)):
        one = forecasts[place * len(forecasts) // total] if room else forecasts[place]
        start = room.start(one.case, now, one.first) if room else now
        is_held |= start > now
        letters = [(one.case.local_day(at), step) for at, step in one.letters(start)]
        counts.update(letters)
        firsts.update(day for day, _step in letters[:1])
    if not room:
        counts = Counter({key: round(n * scale) for key, n in counts.items()})
    return counts, firsts if is_held else set()


def _told(known: Client | None, told: Client) -> Client:
    """A client as it is stored, with the address that the set brings when it has none."""
    return replace(known, contacts=known.contacts or told.contacts) if known else told


def _first(debts: Sequence[Debt]) -> tuple[Debt, ...]:
    """The debts that decide when a client is first written to: one letter names all that are due by then."""
    loud = [debt for debt in debts if debt.pause is None] or list(debts[:1])
    chosen = {
        debt.id: debt
        for debt in (
            min(loud, key=lambda debt: debt.due_on),
            max(loud, key=lambda debt: debt.due_on),
            max(loud, key=lambda debt: debt.issued_on),
        )
    }
    return tuple(sorted(chosen.values(), key=lambda debt: debt.opened_at))
