"""One seed, from the first debt to the last silence. `python -m tests.simulator SEED` plays it again and tells it."""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from aldia.flows import ask_first, run_jobs
from aldia.store import wakeups
from tests.simulator.acts import ACTS, WITHOUT_WEBHOOKS, Row
from tests.simulator.ending import at_the_end
from tests.simulator.machine import CALM, NOT_SURPRISING, Luck, Machine, Violation
from tests.simulator.stage import Stage
from tests.simulator.watch import Watch

ROUNDS = (6, 14)
LUCKS = (
    CALM,
    Luck(repeat=0.02, lag=0.2),
    Luck(kill=0.004, fail=0.004, lose=0.004, repeat=0.01, lag=0.1),
    Luck(kill=0.015, fail=0.015, lose=0.015, repeat=0.03, jump=0.02, lag=0.3),
    Luck(kill=0.05, fail=0.02, lose=0.03, repeat=0.05, switch=0.9, jump=0.03),
)
ASKED = 0.25  # of the freelancers, from their first day on
QUIET = Luck(jump=0.0, tick=0.0)
QUIET_MINUTES = (61, 61, 61, 61, 125, 245, 425, 425)


@dataclass
class Played:
    """What came of one seed."""

    seed: int
    steps: int = 0
    commits: int = 0
    letters: int = 0
    mails: int = 0
    trace_hash: str = ""
    reached: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    acts: Counter[str] = field(default_factory=Counter)
    violation: Violation | None = None
    lines: list[str] = field(default_factory=list)


class Poisoned(logging.Handler):
    """What a job reports as poisoned: expected when its cause was a fault of ours, a defect otherwise."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[BaseException] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] and not isinstance(record.exc_info[1], NOT_SURPRISING):
            self.errors.append(record.exc_info[1])


@contextmanager
def listening() -> Iterator[Poisoned]:
    """The log of the flows, and silence on the terminal."""
    log, handler = logging.getLogger("aldia"), Poisoned()
    held = log.propagate, log.level
    log.addHandler(handler)
    log.propagate = False
    log.setLevel(logging.ERROR)
    try:
        yield handler
    finally:
        log.removeHandler(handler)
        log.propagate, log.level = held


def play(seed: int, *, made: Callable[..., Machine] = Machine) -> Played:
    """Play one seed to its end; whatever broke a law stands in `violation`."""
    played, watch = Played(seed), Watch()
    dice = random.Random(f"play {seed}")
    luck = dice.choice(LUCKS)
    stage = Stage.build(seed, luck=luck, on_commit=watch, made=made, trust_limits=dice.random() < 0.3)
    acts = WITHOUT_WEBHOOKS if dice.random() < 0.2 else ACTS
    with listening() as poisoned:
        try:
            people(stage, dice)
            stage.stripe.bank.webhooks("lose" if acts is WITHOUT_WEBHOOKS else "send")
            watch.stage = stage
            for _ in range(dice.randint(*ROUNDS)):
                one_round(stage, dice, played, acts)
            played.steps = stage.machine.steps
            quiet(stage)
            at_the_end(stage)
            if poisoned.errors:
                raise Violation("poisoned", repr(poisoned.errors[0])) from poisoned.errors[0]
        except Violation as broken:
            played.violation = broken
        except Exception as surprise:
            played.violation = Violation("surprise", repr(surprise))
            played.violation.__cause__ = surprise
        finally:
            stage.close()
    machine = stage.machine
    played.steps, played.trace_hash, played.lines = machine.steps, machine.trace_hash, machine.lines
    played.reached, played.faults = machine.reached, machine.faults
    played.commits, played.letters, played.mails = watch.commits, len(watch.claimed), len(stage.mailbox.mails)
    return played


def people(stage: Stage, dice: random.Random) -> None:
    """A freelancer, who at times is asked before each letter, some clients, some debts due soon."""
    stage.sign_up()
    if dice.random() < ASKED:
        ask_first.switch(stage.ports, stage.account(), is_on=True)
    wakeups.begin(stage.ports, stage.clock.at)
    for n in range(dice.choice((1, 1, 2, 2, 3, 7))):
        client = stage.client(("Bruno", "Dos Manos", "Carla", "Elsa", "Fede", "Gema", "Hugo")[n].replace(" ", ""))
        for m in range(dice.choice((1, 1, 2))):
            due = stage.clock.at.date() + timedelta(days=dice.choice((0, 3, 10, 30)))
            stage.debt(client, number=f"F-{n}{m}", due_on=due, amount_minor=dice.choice((50_000, 100_000)))


def one_round(stage: Stage, dice: random.Random, played: Played, acts: Sequence[Row]) -> None:
    """Time moves on, then several things happen at once."""
    later(stage, dice)
    chosen = dice.choices(acts, [row.weight for row in acts], k=dice.randint(1, 6))
    for row in [*chosen, *([ACTS[0]] if dice.random() < 0.7 else [])]:
        name = f"{row.act.__name__}-{sum(played.acts.values())}"
        played.acts[row.act.__name__] += 1
        stage.machine.start(name, row.act(stage, dice))
    stage.machine.run(most=dice.choice((40, 1_000_000, 1_000_000)))  # sometimes somebody is left waiting


def later(stage: Stage, dice: random.Random) -> None:
    """To the next moment at which something is due, or just later."""
    due = wakeups.next_at(stage.plain, stage.clock.at, days=60)
    if due and dice.random() < 0.75:
        stage.clock.at = max(stage.clock.at, due) + timedelta(seconds=dice.randrange(90))
    else:
        minutes = dice.choice((1, 5, 17, 61, 61, 600, 1500, 4400))
        stage.clock.at += timedelta(minutes=minutes)


def quiet(stage: Stage) -> None:
    """Nothing breaks any more and nobody does anything but the jobs, for a day."""
    machine = stage.machine
    machine.luck = QUIET
    machine.run()
    stage.stripe.bank.webhooks("send")
    stage.stripe.bank.late(0)
    stage.stripe.bank.release()
    for minutes in QUIET_MINUTES:
        stage.clock.at += timedelta(minutes=minutes)
        machine.start("quiet courier", stage.stripe.flush)
        machine.run()
        machine.start("quiet jobs", lambda: run_jobs.run(stage.ports))
        machine.run()
