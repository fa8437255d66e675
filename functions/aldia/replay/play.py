"""A scenario played: events at their instants, runs of the job at theirs, and the clock jumps over all between."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import get_args

from aldia.domain import opening
from aldia.domain.case import Case, NoticeKind, Outcome
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.quote import Quote, quote
from aldia.flows import casework, deliver, run_jobs
from aldia.replay.faults import sentence
from aldia.replay.happenings import Happening
from aldia.replay.scenario import Scenario
from aldia.replay.stage import Stage
from aldia.replay.transitions import transition
from aldia.store import accounts, cases, keys, news, wakeups

MUTED: tuple[NoticeKind, ...] = get_args(NoticeKind)
"""News for the freelancer are no part of the story."""


class CannotHappen(Exception):
    """An event that only playing shows to be impossible; the argument is the line that says so."""


@dataclass(slots=True)
class Played:
    """What only playing shows; letters, tasks, skips and debts are read from the store afterwards."""

    quotes: list[tuple[datetime, Quote]] = field(default_factory=list)
    runs: int = 0


class Player:
    """One scenario on one stage."""

    def __init__(self, scenario: Scenario, stage: Stage, *, every_run: bool = False) -> None:
        self.scenario = scenario
        self.stage = stage
        self.played = Played()
        self._every_run = every_run  # for tests: no jumps
        self._last_run: datetime | None = None
        self._last_words: dict[str, Happening] = {}  # by checkout: what the provider said last

    def play(self) -> Played:
        """To the end. Raises CannotHappen; anything else that is raised is a failure of ours."""
        self._prepare()
        moments = list(self._moments())
        while True:
            happens_at = moments[0][0] if moments else None
            runs_at = self._next_run()
            at = min((at for at in (happens_at, runs_at) if at is not None), default=None)
            if at is None or at >= self.scenario.until:
                return self.played
            self.stage.clock.at = at
            if at == happens_at:
                self._happen(moments.pop(0)[1])
            else:
                self._run(at)

    def _prepare(self) -> None:
        """The account and its clients are there before anything happens."""
        ports, now = self.stage.ports, self.stage.clock.at
        account = accounts.save(ports, replace(self.scenario.account, muted=MUTED, created_at=now))
        for client in self.scenario.clients:
            case = Case(account, replace(client, created_at=now), (), ports.holidays)
            cases.save(ports, case, Outcome(case), now=now)
        wakeups.drained(ports, now)

    def _moments(self) -> Iterator[tuple[datetime, Debt | Happening]]:
        """Debts are opened and events happen in the order of time; at one instant debts first, then as in the file."""
        first: list[tuple[datetime, Debt | Happening]] = [(debt.opened_at, debt) for debt in self.scenario.debts]
        then: list[tuple[datetime, Debt | Happening]] = [(one.at, one) for one in self.scenario.happenings]
        yield from sorted(first + then, key=lambda moment: moment[0])

    # -- the job -----------------------------------------------------------------------------------

    def _next_run(self) -> datetime | None:
        """The first run that may have something to do: a multiple of the step, outside the outages."""
        now = self.stage.clock.at
        wake = now if self._every_run and self.scenario.debts else self.stage.table.next_at()
        if wake is None:
            return None
        at = ceiling(max(wake, now), self.scenario.every)
        if at == self._last_run:
            at += self.scenario.every
        while ends := [until for start, until in self.scenario.outages if start <= at < until]:
            at = ceiling(max(ends), self.scenario.every)
        return at

    def _run(self, at: datetime) -> None:
        self._last_run = at
        self.played.runs += 1
        report = run_jobs.run(self.stage.ports)
        if report.troubles:
            raise RuntimeError(f"the run at {at.isoformat()} could not handle {report.troubles[0]}")

    # -- what happens ------------------------------------------------------------------------------

    def _happen(self, what: Debt | Happening) -> None:
        if isinstance(what, Debt):
            self._change(what.client_id, lambda case, now: opening.open_debt(case, what, now=now, is_limited=False))
        elif what.kind == "quote":
            self._quote(what)
        else:
            self._told(what)

    def _told(self, event: Happening) -> None:
        """One event, and at once the letters that answer it."""
        if event.kind == "duplicate_webhook":
            said = self._last_words.get(event.facts["id"])
            if said is None:
                return  # the provider has said nothing yet but that it began
            event = said
        if event.kind == "checkout_result":
            self._last_words[event.facts["id"]] = event
        try:
            self._change(event.client_id, lambda case, now: transition(event, case, now))
        except Refused as refused:
            path = f"{event.path}.{refused.field}" if refused.field else event.path
            raise CannotHappen(f"{path}: {sentence(refused)}") from refused

    def _change(self, client_id: str, ask: casework.Change) -> None:
        account_id = self.scenario.account.id
        outcome = casework.change(self.stage.ports, account_id, client_id, ask)
        if outcome.letters:
            self._answer(keys.client(account_id, client_id)[0])

    def _answer(self, client_pk: str) -> None:
        """The letters of one client that are due, alone or with news, without waiting for the next run."""
        ports = self.stage.ports
        for pk, sk in list(wakeups.due(ports, ports.clock.now())):
            if pk == client_pk and sk.startswith("R#"):
                deliver.deliver(ports, (pk, sk))
            elif pk == client_pk and news.brings_letter(sk):
                deliver.deliver_brought(ports, (pk, sk))

    def _quote(self, event: Happening) -> None:
        case = cases.load_by_id(self.stage.ports, self.scenario.account.id, event.client_id)
        self.played.quotes.append((event.at, quote(case.debt(event.debt_id), at=event.at, zone=case.zone)))


def ceiling(at: datetime, every: timedelta) -> datetime:
    """The first instant from `at` on whose Unix time is a multiple of `every`."""
    step = int(every.total_seconds())
    seconds = -(-int(at.timestamp() * 1_000_000) // (step * 1_000_000)) * step
    return datetime.fromtimestamp(seconds, UTC)


def play(scenario: Scenario, stage: Stage, *, every_run: bool = False) -> Played:
    """Play the scenario to its end."""
    return Player(scenario, stage, every_run=every_run).play()


def first_instant(scenario: Scenario) -> datetime:
    """When the story begins: the first opening or event, or its end when nothing happens."""
    starts = [debt.opened_at for debt in scenario.debts] + [one.at for one in scenario.happenings]
    return min([*starts, scenario.until])
