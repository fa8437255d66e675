"""Time that passes faster than outside: the clock stops wherever the scheduled jobs have something to do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aldia.flows.run_jobs import Report
from aldia.ports import Ports
from aldia.store import wakeups

TICK = timedelta(minutes=5)  # the schedule of the jobs
LONGEST_TICK = timedelta(hours=1)
MOST_ROUNDS = 20  # of runs at one instant


@dataclass(slots=True)
class Travel:
    """What happened on the way."""

    now: datetime
    runs: int = 0
    letters: int = 0


@dataclass(frozen=True, slots=True)
class Timeline:
    """`move` sets the clock and moves the outside, `run` runs the jobs, `next_outside` is what comes next there."""

    ports: Ports
    move: Callable[[datetime], None]
    run: Callable[[], Report]
    next_outside: Callable[[], datetime | None] = lambda: None

    def pass_to(self, to: datetime) -> Travel:
        """Go to that instant, with every run of the jobs on the way that has something to do."""
        travel = Travel(self.ports.clock.now())
        rounds, wait = 0, TICK
        while due := self._next_due(travel.now, to):
            rounds = rounds + 1 if due <= travel.now else 0
            stop = max(due, travel.now)
            if rounds > MOST_ROUNDS:  # it stays due although it was looked at: look less and less often, and get on
                stop, wait = rounded_up(travel.now + wait), min(wait * 2, LONGEST_TICK)
            elif rounds == 0:
                wait = TICK
            if stop >= to:
                break
            self._be_at(stop, travel)
        self._be_at(to, travel)
        for _ in range(MOST_ROUNDS):  # a run leaves answers and news for the next one
            due = self._next_due(travel.now, to)
            if due is None or due > travel.now:
                break
            self._be_at(to, travel)
        return travel

    def _next_due(self, now: datetime, to: datetime) -> datetime | None:
        """When something is due next, here or outside: at the tick after it, or already."""
        waiting = wakeups.next_at(self.ports, now, days=max((to - now).days, 0) + 2)
        moments = [moment for moment in (waiting, self.next_outside()) if moment]
        if not moments:
            return None
        return min(moments) if min(moments) <= now else rounded_up(min(moments))

    def _be_at(self, moment: datetime, travel: Travel) -> None:
        """Be there and do what is due."""
        self.move(moment)
        travel.now = self.ports.clock.now()
        report = self.run()
        travel.runs += 1
        travel.letters += report.letters


def rounded_up(moment: datetime) -> datetime:
    """The first tick of the schedule that is not before an instant."""
    over = moment.timestamp() % TICK.total_seconds()
    return moment if not over else moment + TICK - timedelta(seconds=over)
