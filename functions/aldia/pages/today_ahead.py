"""What comes next: which letters and tasks, of the clients whose step seems nearest.

A list's row holds no step, so the nearest are guessed from due dates, and only those are read: the page must not read a
hundred records to name six. An account with few open debts has all of them read.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aldia.domain import approvals
from aldia.domain.account import Account
from aldia.domain.case import Case
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Step
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.domain.reminders import Planned, preview
from aldia.flows.allowance import Allowance, allowance
from aldia.pages.today_near import Near
from aldia.ports import Item, Ports
from aldia.store import codec, keys

AHEAD = timedelta(days=21)
STEPS, READ = 6, 20  # lines that are shown; clients and debts that are read for them
SILENT = ("needs_approval", "already_paid", "paused", "payment_on_its_way")  # of a row: nothing goes by itself
LAST = 10_000  # days: no step seems to come


@dataclass(frozen=True, slots=True)
class Coming:
    """One step to come. `is_held`: by the limits of new accounts, else it would go before."""

    case: Case
    step: Planned
    is_held: bool = False
    is_asked: bool = False  # it waits for the freelancer's yes


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next steps, and whether all open debts were asked for theirs."""

    coming: list[Coming]
    is_all: bool


def ahead(ports: Ports, account: Account, around: Near, now: datetime) -> Ahead:
    """The next steps, of the debts around today; one request."""
    today = now.astimezone(ZoneInfo(account.timezone or "UTC")).date()
    wanted = _nearest(around.rows, account.defaults.ladder or DEFAULT_LADDER, today)
    items = ports.table.get_many(wanted, strong=False) if wanted else []
    soon = [case for case in cases_in(ports, account, items) if _is_soon(case, now)]
    soon.sort(key=lambda case: _from(case, now))
    debts = sum(sk != "CLIENT" for _pk, sk in wanted)
    return Ahead(_first_steps(soon, allowance(ports, account, now), now), around.is_all and debts == len(around.rows))


def _nearest(rows: Iterable[Item], ladder: Iterable[Step], today: date) -> list[keys.Key]:
    """Keys of the debts whose next step seems nearest, each after its client's; at most READ."""
    days = sorted({step.days + n * (step.repeat_every or 0) for step in ladder for n in range(step.times)
                   if step.anchor == "due"})  # fmt: skip
    wanted: list[keys.Key] = []
    for item in sorted(rows, key=lambda item: _guess(item, days, today)):
        new = [key for key in ((item["pk"], "CLIENT"), (item["pk"], item["sk"])) if key not in wanted]
        if len(wanted) + len(new) > READ:
            break
        wanted += new
    return wanted


def _guess(item: Item, days: Iterable[int], today: date) -> int:
    """Days until the debt's next step by its due date alone."""
    row = item["row"]
    if row.get("sign") in SILENT:
        return LAST
    since_due = (today - date.fromisoformat(row["due"])).days
    return next((day - since_due for day in days if day >= since_due), LAST)


def cases_in(ports: Ports, account: Account, items: Iterable[Item]) -> list[Case]:
    """The cases made of the clients and debts among some items."""
    clients: dict[str, Client] = {}
    debts: dict[str, list[Debt]] = {}
    for item in items:
        with suppress(ValueError):  # the job has listed it; the others are shown
            if item["sk"] == "CLIENT":
                clients[item["pk"]] = _with_zone(codec.of(Client, item))
            else:
                debts.setdefault(item["pk"], []).append(codec.of(Debt, item))
    return [
        Case(account, client, tuple(sorted(debts.get(pk, []), key=lambda debt: debt.opened_at)), ports.holidays)
        for pk, client in clients.items()
    ]


def _with_zone(client: Client) -> Client:
    """The client; ValueError for a zone that there is not."""
    try:
        ZoneInfo(client.timezone or "UTC")
    except ZoneInfoNotFoundError as problem:
        raise ValueError(client.timezone) from problem
    return client


def _from(case: Case, now: datetime) -> datetime:
    """Before that instant nothing of this client comes; what waits for a yes comes as soon as it is said."""
    return now if case.asks_first else case.client.next_at or now


def _is_soon(case: Case, now: datetime) -> bool:
    return case.asks_first or (case.client.next_at is not None and case.client.next_at < now + AHEAD)


def _first_steps(soon: Iterable[Case], room: Allowance | None, now: datetime) -> list[Coming]:
    """The first steps of clients that are given by when they are looked at."""
    coming: list[Coming] = []
    for case in soon:
        if len(coming) >= STEPS and coming[STEPS - 1].step.at <= _from(case, now):
            break  # nothing of this client, or of those after it, comes before what is found
        coming += _coming(case, room, now)
        coming.sort(key=lambda one: one.step.at)
    return coming[:STEPS]


def _coming(case: Case, room: Allowance | None, now: datetime) -> list[Coming]:
    """The client's next letters and tasks, from the day on which the first letter has its place."""

    free = approvals.freed(case) if case.asks_first else case

    @cache
    def steps(start: datetime) -> list[Planned]:
        return [step for step in preview(free, start, until=now + AHEAD) if step.kind != "skip"]

    def first(start: datetime) -> datetime | None:
        return next((step.at for step in steps(start) if step.kind == "letter"), None)

    start = room.start(case, now, first) if room else now
    asked = first(now)
    found = steps(start)
    moved = first(start) if start > now else None
    return [
        Coming(case, step, is_held=step.at == moved and moved != asked, is_asked=_is_asked(case, step))
        for step in found
    ]


def _is_asked(case: Case, step: Planned) -> bool:
    is_free = not case.asks_first or step.kind != "letter"
    # where not all debts of a letter are read here its yes cannot be weighed: it is said to wait
    return not is_free and not approvals.has_yes(case, step.debt_id, step.key, step.at)
