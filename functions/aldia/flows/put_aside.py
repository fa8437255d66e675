"""Something that waits for the freelancer is put aside without doing it, or brought back."""

from datetime import datetime
from typing import cast

from aldia.domain import open_limit
from aldia.domain.case import Case, Task
from aldia.domain.ladder import ladder_of, step_of
from aldia.domain.needs import Need, NeedKind
from aldia.flows import casework
from aldia.ports import Ports
from aldia.store import needs, tasks

WITHOUT_DOING = ("promise_broken", "own_text", "own_words", "unknown")


def may_put_aside(case: Case, debt_id: str, kind: str) -> bool:
    """Tasks of the ladder and what only informs; a problem, a review or a claim goes when it is answered."""
    debt = next((debt for debt in case.debts if debt.id == debt_id), None)
    if debt is None:
        return kind in ("unknown", "own_text", "own_words", "over_limit") and not debt_id
    return kind in WITHOUT_DOING or kind in _tasks_of(case, debt_id)


def put_aside(ports: Ports, case: Case, debt_id: str, kind: str) -> None:
    """Take it from the list; nothing is noted as done."""
    account_id, client_id = case.account.id, case.client.id
    if kind == "over_limit":
        casework.change(ports, account_id, client_id, lambda now_is, now: open_limit.know(now_is, now=now))
    elif kind in WITHOUT_DOING:
        ports.table.write(needs.settled(account_id, client_id, _need(debt_id, kind)))
    else:
        ports.table.write(tasks.done(account_id, client_id, debt_id, kind))


def bring_back(ports: Ports, case: Case, debt_id: str, kind: str) -> None:
    """Put it on the list again, as old as it was."""
    now = ports.clock.now()
    if kind == "over_limit":
        casework.change(ports, case.account.id, case.client.id, lambda now_is, _now: open_limit.tell_again(now_is))
    elif kind in WITHOUT_DOING:
        ports.table.write(needs.put(case.account.id, case.client.id, _need(debt_id, kind), now))
    else:
        ports.table.write(tasks.put(case, Task(debt_id, kind, _since(case, debt_id, kind) or now)))


def _need(debt_id: str, kind: str) -> Need:
    return Need(debt_id, cast(NeedKind, kind))


def _tasks_of(case: Case, debt_id: str) -> list[str]:
    return [step.step for step in ladder_of(case.debt(debt_id)) if step.channel == "task"]


def _since(case: Case, debt_id: str, kind: str) -> datetime | None:
    """When the task appeared, from its mark."""
    marks = case.debt(debt_id).marks.items()
    return max((mark.at for key, mark in marks if step_of(key) == kind), default=None)
