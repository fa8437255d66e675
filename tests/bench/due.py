"""100 clients due among few and many open debts: the run must cost the same, for it reads the index and no more."""

import statistics
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aldia.domain.case import Case
from aldia.flows import run_jobs
from tests.bench import people, stage
from tests.bench.meter import Cost, Meter

DUE = 100
DEBTS = 4  # of each client that is not due
FAR = timedelta(days=60)
SIZES = (100, 10_000, 50_000)


@dataclass
class Crowd:
    """A table with that many open debts, and one client more for each letter that a round sends."""

    stage: stage.Stage
    meter: Meter
    case: Case
    at: Any
    cpu_s: list[float]
    costs: list[Cost]


def crowd(engine_url: str, mail_url: str, open_debts: int, *, table: str = "open") -> Crowd:
    """Seed what is not due: the rest of the open debts, in accounts of 500 clients."""
    made = stage.build(engine_url, mail_url, f"{table}-{open_debts}", people.OPENED)
    account = people.sign_up(made.ports, people.freelancer(0))
    case, at = people.waiting_for_letter(account)
    for n in range(0, (open_debts - DUE) // DEBTS, 500):
        other = people.sign_up(made.ports, people.freelancer(1 + n // 500))
        several, _ = people.waiting_for_letter(other, debts=DEBTS)
        number = min(500, (open_debts - DUE) // DEBTS - n)
        found = people.copies(people.asleep(several, at + FAR), number, prefix=f"z{n:06d}x")
        people.seed(made.ports, made.dynamodb, people.items(made.ports, found, at))
    made.clock.at = at
    return Crowd(made, Meter(made.dynamodb), case, at, [], [])


def round_of(one: Crowd, number: int) -> None:
    """100 clients fall due, one run writes to them, and they go away again; the run alone is measured."""
    ports, dynamodb = one.stage.ports, one.stage.dynamodb
    found = list(people.copies(one.case, DUE, prefix=f"r{number:02d}x"))
    people.seed(ports, dynamodb, people.items(ports, found, one.at))
    with one.meter.measure() as cost:
        started = time.process_time()
        report = run_jobs.run(ports)
        one.cpu_s.append(time.process_time() - started)
    assert report.letters == DUE, report
    one.costs.append(cost)
    people.sweep(ports, dynamodb, people.items(ports, found, one.at))


def figures(engine_url: str, mail_url: str, *, rounds: int, sizes: tuple[int, ...] = SIZES) -> dict[str, Any]:
    """The figures of each size, from interleaved rounds: units as billed, CPU as the median of the rounds."""
    crowds = {size: crowd(engine_url, mail_url, size) for size in sizes}
    for number in range(rounds + 1):
        for one in crowds.values():
            round_of(one, number)
    return {str(size): _of(one) for size, one in crowds.items()}


def _of(one: Crowd) -> dict[str, float]:
    units = {(cost.read_units, cost.write_units, cost.requests) for cost in one.costs[1:]}  # the first warms up
    [(read, write, requests)] = units
    return {
        "cpu_s": round(statistics.median(one.cpu_s[1:]), 3),
        "read_units": read,
        "write_units": write,
        "requests": requests,
    }
