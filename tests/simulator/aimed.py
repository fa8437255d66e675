"""One kill at a chosen spot: which spots a life passes, and the same life again until it is killed there.

A spot is a point before or after what is done there. Only those count at which something may break: once all is to
become quiet, nobody is killed any more.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from greenlet import getcurrent

from tests.simulator.machine import Clock, Luck, Machine
from tests.simulator.play import QUIET, Played, play
from tests.simulator.points import Killed, name_of

Spot = tuple[str, str]
"""(point, before | after)"""
AMONG = 3  # of the shortest lives that pass a spot, for each that is lived again
READINGS = ("GetItem", "BatchGetItem", "Query", "Scan", "GetFile", "GET ")


@dataclass(frozen=True)
class Aim:
    """The `time`-th passing (from 1) of a spot in the life of a seed."""

    seed: int
    point: str
    when: str
    time: int

    def __str__(self) -> str:
        """How it is typed behind `python -m tests.simulator`."""
        return f"{self.seed} {self.when} {self.time} '{self.point}'"


@dataclass
class Aimed(Machine):
    """Counts the spots that are passed, and kills whoever passes the one that is aimed at. It throws no dice of its
    own: until then the life is the one of the seed."""

    aim: Aim | None = None
    passed: Counter[Spot] = field(default_factory=Counter)
    has_hit: bool = False
    may_break: int = 0  # steps that the seed's own luck may kill

    def before(self, area: str, operation: str) -> None:
        super().before(area, operation)
        self._passes(operation, "before")

    def after(self, area: str, operation: str) -> bool:
        is_repeated = super().after(area, operation)
        self._passes(operation, "after")
        return is_repeated

    def _passes(self, operation: str, when: str) -> None:
        actor = self._of.get(getcurrent())
        if actor is None or self.luck is QUIET:
            return
        spot = name_of(operation), when
        self.passed[spot] += 1
        self.may_break += when == "before" and self.luck.kill > 0
        if self.aim and (self.aim.point, self.aim.when, self.aim.time) == (*spot, self.passed[spot]):
            self.has_hit = True
            self._break(actor, f"killed {when}", spot[0], Killed())


def live(seed: int, aim: Aim | None = None) -> tuple[Played, Aimed]:
    """Play a seed, with a kill at `aim` if there is one."""
    made: list[Aimed] = []

    def build(seed: int, clock: Clock, luck: Luck) -> Aimed:
        made.append(Aimed(seed, clock, luck, aim=aim))
        return made[-1]

    return play(seed, made=build), made[-1]


class Aims:
    """The spots of many lives, and where to aim at each."""

    def __init__(self) -> None:
        self._passed: dict[Spot, list[tuple[int, int, int]]] = defaultdict(list)  # (steps, seed, times)

    def note(self, played: Played, lived: Aimed) -> None:
        """A life without a kill of ours."""
        for spot, times in lived.passed.items():
            self._passed[spot].append((played.steps, played.seed, times))

    @property
    def everywhere(self) -> set[str]:
        """Points that are passed before and after what is done there."""
        befores, afters = ({point for point, of in self._passed if of == when} for when in ("before", "after"))
        return befores & afters

    def chosen(self, most: int) -> Iterator[Aim]:
        """For each spot so many lives, drawn from among the shortest that pass it, and one passing of each."""
        for (point, when), lives in sorted(self._passed.items()):
            dice = random.Random(f"{point} {when}")
            shortest = sorted(lives)[: AMONG * most]
            for _steps, seed, times in dice.sample(shortest, min(most, len(shortest))):
                yield Aim(seed, point, when, dice.randint(1, times))


def is_work(point: str) -> bool:
    """Whether something is written, mailed or asked for there, not read."""
    return not point.startswith(READINGS)
