"""A pass over all clients after the account changed: usual terms on open debts, and every wake-up worked out anew.

While an account is paused its clients are left to sleep; what silence has an end wakes by itself. So resuming is
what costs: one read and at most one write for each client with an open debt, in steps, carried on by the job.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.debt import Debt
from aldia.domain.reminders import Planned, preview
from aldia.domain.usual import Wanted, follow, open_debts
from aldia.flows import casework
from aldia.ports import Conflict, Ports, Set
from aldia.store import cases, keys, lists, passes, troubles
from aldia.store.passes import Pass

STEP = 25  # clients
BUDGET = timedelta(seconds=8)  # of one call; a request has to end
AHEAD = timedelta(days=200)


def go_on(ports: Ports, account_id: str) -> Pass | None:
    """Do steps of the account's pass for some seconds; the pass as it stands, None when there is none.

    Two runs at once do no harm: each client is changed under its own lock, and doing it twice is doing it once.
    """
    now = ports.clock.now()
    held = passes.load(ports, account_id)
    while held and not held.is_done:
        held = _step(ports, account_id, held)
        if ports.clock.now() - now > BUDGET:
            break
    return held


def step(ports: Ports, account_id: str) -> Pass | None:
    """Do one step; the pass as it stands."""
    held = passes.load(ports, account_id)
    return held if held is None or held.is_done else _step(ports, account_id, held)


def _step(ports: Ports, account_id: str, held: Pass) -> Pass | None:
    page = lists.rows(ports, account_id, "CLIENTS", limit=STEP, after=held.after)
    wanted = Wanted(held.to, passes.history(ports, account_id), held.parts) if held.to else None
    changed = 0
    broken: list[str] = []
    for item in page.rows:
        if item["row"].get("open"):
            with troubles.passed_over(broken, item["pk"]):
                changed += _one(ports, account_id, keys.client_of(item["pk"]), wanted)
    # What cannot be read is looked at again with what is due, and listed, until it can be.
    for pk in (*broken, *(item["pk"] for item in page.broken)):
        ports.table.write(Set(pk, "CLIENT", keys.wake(pk, "CLIENT", ports.clock.now(), ports.settings.wake_shards)))
    after = replace(
        held,
        after=page.after,
        steps=held.steps + 1,
        seen=held.seen + len(page.rows),
        changed=held.changed + changed,
        is_done=not page.after,
    )
    try:
        ports.table.write(passes.move(account_id, held, after))
    except Conflict:  # another run made this step, or a new pass began
        return passes.load(ports, account_id)
    return after


def _one(ports: Ports, account_id: str, client_id: str, wanted: Wanted | None) -> int:
    """Change one client; 1 when its debts are different now."""
    different: list[int] = [0]

    def ask(case: Case, now: datetime) -> object:
        outcome = follow(case, wanted, now)
        different[0] = int(outcome.case.debts != case.debts)
        return outcome

    casework.change(ports, account_id, client_id, ask)  # type: ignore[arg-type]
    return different[0]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would become of one open debt: its plan as it is and as it would be."""

    client_name: str
    debt: Debt
    new: Debt
    before: tuple[Planned, ...]
    after: tuple[Planned, ...]

    @property
    def is_different(self) -> bool:
        """Whether anything about it would change."""
        return self.debt != self.new or self.moves != ()

    @property
    def moves(self) -> tuple[tuple[str, datetime | None, datetime | None], ...]:
        """(step, when it was to go, when it would go) of everything that would go, vanish or move; None: not at all."""
        was, will = _dates(self.before), _dates(self.after)
        keys = sorted(was.keys() | will.keys(), key=lambda key: will.get(key) or was[key])
        found = ((key, was.get(key), will.get(key)) for key in keys)
        return tuple((key, old, new) for key, old, new in found if old != new)


def _dates(planned: tuple[Planned, ...]) -> dict[str, datetime]:
    dates: dict[str, datetime] = {}
    for step_ in planned:
        if step_.kind != "skip":
            dates.setdefault(step_.key, step_.at)
    return dates


@dataclass(frozen=True, slots=True)
class Foresight:
    """What would become of the open debts of some clients."""

    found: list[Ahead]
    after: str  # where the next clients begin; empty: there are no more
    broken: tuple[str, ...] = ()  # clients that cannot be read: nothing of theirs is here


def look_ahead(
    ports: Ports, old: Account, new: Account, wanted: Wanted | None, *, after: str = "", clients: int = 8
) -> Foresight:
    """What a change would do to the open debts of some clients. Nothing of the account is written."""
    page = lists.rows(
        ports, old.id, "CLIENTS", limit=clients, after=after, keep=lambda item: bool(item["row"].get("open"))
    )
    now = ports.clock.now()
    found: list[Ahead] = []
    broken: list[str] = []
    for client_id in (keys.client_of(item["pk"]) for item in page.rows):
        with troubles.passed_over(broken, client_id):
            case = cases.load(ports, old, client_id, strong=False)
            if case:
                found += _of_case(case, follow(replace(case, account=new), wanted, now).case, now)
    return Foresight(found, page.after, tuple(dict.fromkeys((*broken, *page.broken_clients))))


def _of_case(before: Case, after: Case, now: datetime) -> list[Ahead]:
    plans = [preview(case, now, until=now + AHEAD) for case in (before, after)]
    return [
        Ahead(
            before.client.name,
            debt,
            after.debt(debt.id),
            *(tuple(step_ for step_ in plan if step_.debt_id == debt.id) for plan in plans),
        )
        for debt in open_debts(before, now)
    ]
