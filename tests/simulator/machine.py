"""The seeded scheduler: many actors, one at a time. Each runs until a point where it touches the outside; there the
seed decides who goes on, how much time passes, and whether a request, its answer or the whole process is lost."""

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import stripe
from greenlet import GreenletExit, getcurrent, greenlet

from aldia.domain.errors import Refused
from aldia.ports import Conflict, MailRefused, MailUnknown, PaymentRefused, PaymentUnknown, Unreachable
from tests.simulator.points import Killed, name_of

LIFETIME = timedelta(minutes=15)  # of a process: Lambda ends it then
KEPT_LINES = 400
NOT_SURPRISING = (Refused, Conflict, PaymentRefused, PaymentUnknown, Unreachable)
"""What a person or a job may be told: repeat it, or no. Anything else that escapes is a defect."""


class Violation(BaseException):
    """Something that must never be. `kind`: which law. No job may swallow it as something poisoned."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind


@dataclass(frozen=True)
class Luck:
    """How often, at one point, what goes wrong. All zero: nothing does."""

    kill: float = 0.0
    fail: float = 0.0  # the request does not arrive
    lose: float = 0.0  # the answer does not arrive
    repeat: float = 0.0  # the answer is lost and the SDK asks again
    switch: float = 0.6  # somebody else goes on
    tick: float = 0.15  # seconds pass
    jump: float = 0.01  # minutes pass
    lag: float = 0.0  # an index answers without the last changes


CALM = Luck()


@dataclass(eq=False)
class Actor:
    """Somebody at work: a job, a request, a person."""

    name: str
    thread: greenlet
    started_at: datetime
    is_web: bool = False
    result: Any = None
    error: BaseException | None = None


@dataclass
class Clock:
    """The one clock; it moves when the scheduler says."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Machine:
    """Runs actors, and is the `Points` of every adapter."""

    seed: int
    clock: Clock
    luck: Luck = CALM
    actors: list[Actor] = field(default_factory=list)
    steps: int = 0
    reached: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self._hash = hashlib.blake2b(digest_size=12)
        self._of: dict[greenlet, Actor] = {}
        self._hub = getcurrent()

    # -- what happened ----------------------------------------------------------------------------

    def note(self, line: str) -> None:
        """One line of the trace."""
        line = f"{self.clock.at:%d %H:%M:%S} {line}"
        self._hash.update(line.encode())
        self.lines.append(line)
        if len(self.lines) > 2 * KEPT_LINES:
            del self.lines[:KEPT_LINES]

    @property
    def trace_hash(self) -> str:
        """The same for the same seed."""
        return self._hash.hexdigest()

    # -- actors -----------------------------------------------------------------------------------

    def start(self, name: str, work: Callable[[], Any], *, is_web: bool = False) -> Actor:
        """Put somebody on the stage; they wait until it is their turn."""
        actor = Actor(name, greenlet(lambda: self._live(actor, work)), self.clock.at, is_web)
        self._of[actor.thread] = actor
        self.actors.append(actor)
        self.note(f"{name} begins")
        return actor

    def _live(self, actor: Actor, work: Callable[[], Any]) -> None:
        try:
            actor.result = work()
        except (Killed, GreenletExit) as end:
            actor.error = end
        except NOT_SURPRISING as told:
            actor.error = told
        self.note(f"{actor.name} {type(actor.error).__name__ if actor.error else 'ends'}")

    def resume(self, actor: Actor) -> None:
        """Let one actor go on until its next point; forget it when it is done. What surprises is raised here."""
        try:
            actor.thread.switch()
        finally:
            if actor.thread.dead:
                self.actors.remove(actor)
                del self._of[actor.thread]

    def run(self, most: int = 1_000_000) -> None:
        """Let everybody go on, in the seed's order, until nobody is left or so many turns were taken."""
        while self.actors and most:
            self.resume(self.actors[self.random.randrange(len(self.actors))])
            most -= 1

    def abandon(self) -> None:
        """End whoever still waits, as when the machine is switched off."""
        for actor in list(self.actors):
            actor.thread.throw(GreenletExit)
            self.actors.remove(actor)
            del self._of[actor.thread]

    def wait(self, _attempt: int = 0) -> None:
        """The port `pause`: others go on meanwhile."""
        if getcurrent() in self._of:
            self._hub.switch()

    def lag(self) -> int:
        """How many of the last changes an index has not heard of when it is asked now."""
        if not self.luck.lag or self.random.random() >= self.luck.lag:
            return 0
        self.faults["stale index"] += 1
        return self.random.randint(1, 12)

    # -- points -----------------------------------------------------------------------------------

    def before(self, area: str, operation: str) -> None:
        """The request has not left yet."""
        actor = self._of.get(getcurrent())
        if actor is None:
            return
        point = name_of(operation)
        self.steps += 1
        self.reached[point] += 1
        self.note(f"{actor.name} → {point}")
        self._pass(actor)
        dice, luck = self.random.random(), self.luck
        if dice < luck.kill:
            self._break(actor, "killed before", point, Killed())
        if dice < luck.kill + luck.fail:
            self._break(actor, "failed", point, self._failure(area, operation))

    def after(self, area: str, operation: str) -> bool:
        """The request was worked off; True: the SDK repeats it."""
        actor = self._of.get(getcurrent())
        if actor is None:
            return False
        self._pass(actor)
        dice, luck = self.random.random(), self.luck
        if dice < luck.kill:
            self._break(actor, "killed after", name_of(operation), Killed())
        dice -= luck.kill
        if dice < luck.lose:
            self._break(actor, "answer lost", name_of(operation), self._lost(area))
        if area == "table" and dice < luck.lose + luck.repeat:
            self.faults["repeated"] += 1
            self.note(f"{actor.name} repeats {operation}")
            return True
        return False

    def _pass(self, actor: Actor) -> None:
        """Time passes, others may go on; whoever took too long is ended."""
        luck, dice = self.luck, self.random.random()
        if dice < luck.jump:
            self.clock.at += timedelta(minutes=self.random.choice((1, 4, 6, 11, 16, 70)))
        elif dice < luck.tick:
            self.clock.at += timedelta(seconds=self.random.randrange(1, 9), microseconds=self.random.randrange(10**6))
        if self.random.random() < luck.switch:
            self._hub.switch()
        if self.clock.at - actor.started_at > LIFETIME:
            self.note(f"{actor.name} took too long")
            raise Killed

    def _break(self, actor: Actor, how: str, point: str, error: BaseException) -> None:
        self.faults[how] += 1
        self.note(f"{actor.name} {how} {point}: {type(error).__name__}")
        raise error

    def _failure(self, area: str, operation: str) -> Exception:
        """What the caller is told when the request was not worked off."""
        if area == "mailer":
            return self.random.choice(
                [MailRefused("throttled", retry=True), MailRefused("no", retry=False), MailUnknown("timeout")]
            )
        if area == "payments":
            return stripe.APIConnectionError("no connection")
        if operation == "TransactWriteItems" and self.random.random() < 0.5:
            return Conflict("another transaction holds one of the items")
        return Unreachable("EndpointConnectionError")

    def _lost(self, area: str) -> Exception:
        """What the caller is told when it was worked off and nobody said so."""
        if area == "mailer":
            return MailUnknown("timeout")
        if area == "payments":
            return stripe.APIConnectionError("the answer was lost")
        return Unreachable("ReadTimeoutError")
