"""One debt through the real flows, with what every stage asks of the table and what each write unit buys."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aldia import bootstrap
from aldia.flows import run_jobs
from aldia.settings import Settings
from aldia.store import accounts, wakeups
from tests.bench import people
from tests.bench.bill import Bill
from tests.bench.meter import Cost, Meter
from tests.world import World, csrf, mark

STAGES = ("reminder", "press_pay", "webhook", "booking", "thanks", "freelancers_mail")
PAYMENT = (
    "webhook",
    "booking",
)  # what a payment writes: the news on disk, then the ledger and all that follows from it


@dataclass
class Life:
    """What each stage cost, as billed, and its write units by (kind of item, item or index)."""

    costs: dict[str, Cost] = field(default_factory=dict)
    lines: dict[str, Counter] = field(default_factory=dict)

    def payment(self) -> Counter:
        return sum((self.lines[stage] for stage in PAYMENT), Counter())


def lived(engine_url: str, table: str, *, debts: int = 1) -> Life:
    """From a reminder to thanks, for a client with that many debts; the account is past its first weeks."""
    client, asker = (bootstrap.dynamodb(Settings(dynamodb_endpoint=engine_url)) for _ in range(2))
    meter, bill, life = Meter(client), Bill(client, asker), Life()
    world = World.start(client, table)
    try:
        _live(world, life, lambda stage: _Kept(life, stage, meter, bill), debts)
    finally:
        world.close()
    return life


class _Kept:
    """Measures one stage, both ways."""

    def __init__(self, life: Life, stage: str, meter: Meter, bill: Bill) -> None:
        self._life, self._stage, self._meter, self._bill = life, stage, meter, bill

    def __enter__(self) -> None:
        self._cost, self._lines = self._meter.measure(), self._bill.kept()
        self._life.costs[self._stage] = self._cost.__enter__()
        self._life.lines[self._stage] = self._lines.__enter__()

    def __exit__(self, *_: Any) -> None:
        self._lines.__exit__(None, None, None)
        self._cost.__exit__(None, None, None)


def _live(world: World, life: Life, stage: Any, debts: int) -> None:
    account = people.sign_up(world.ports, people.freelancer(0))
    case, at = people.waiting_for_letter(account, debts=debts)
    people.seed(world.ports, world.dynamodb, people.items(world.ports, people.copies(case, 1, prefix="c"), at))
    world.clock.at = at
    with stage("reminder"):
        _work_off(world, "A#")
    [letter] = world.outbox.sent
    session = _press_pay(world, letter, stage)
    world.stripe.bank.pay(session)
    with stage("webhook"):
        world.stripe.flush()
    with stage("booking"):
        _work_off(world, "W#")
    with stage("thanks"):
        _work_off(world, "A#", "K#")
    with stage("freelancers_mail"):
        run_jobs.run(world.ports)
    assert len(world.outbox.sent) == 3, [message.subject for message in world.outbox.sent]


def _press_pay(world: World, letter: Any, stage: Any) -> str:
    page, path = world.browser(), world.link(letter)
    shown = page.get(path).text
    with stage("press_pay"):
        gone = page.post(path + "/pagar", data={"csrf": csrf(shown), "debt": mark(shown), "shown": str(people.AMOUNT)})
    assert gone.status_code == 303, gone.text
    return gone.location.rstrip("/").split("/")[-1]


def _work_off(world: World, pk: str, sk: str = "") -> None:
    """What of the due things has such a key; the rest waits for its own stage."""
    found = [
        key for key in wakeups.due(world.ports, world.clock.now()) if key[0].startswith(pk) and key[1].startswith(sk)
    ]
    assert found, pk
    known = accounts.Known(world.ports)
    for key in found:
        run_jobs._handle(world.ports, *key, known)
