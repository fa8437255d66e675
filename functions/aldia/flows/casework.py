"""Load a case, ask the domain, save what it says: the shape of every change to what is owed."""

from collections.abc import Callable, Iterable
from datetime import datetime

from aldia.domain.case import Case, Outcome
from aldia.ports import AlreadyThere, Conflict, Ports, Write
from aldia.store import cases

TRIES = 5

Change = Callable[[Case, datetime], Outcome]
More = Callable[[Case, Outcome], Iterable[Write]]


def _nothing_more(_case: Case, _outcome: Outcome) -> Iterable[Write]:
    return ()


def change(ports: Ports, account_id: str, client_id: str, ask: Change, *, more: More = _nothing_more) -> Outcome:
    """Apply a pure change to one case in one transaction, and return what came of it.

    When somebody else changed the case meanwhile, it is read again and the domain asked again, at
    most five times; then Conflict, which the person can repeat. `more` adds writes to the
    transaction; when nothing changes nothing is written, `more` included. Whatever the domain refuses
    passes through as Refused.
    """
    for attempt in range(TRIES):
        case = cases.load_by_id(ports, account_id, client_id)
        now = ports.clock.now()
        outcome = ask(case, now)
        if outcome == Outcome(case):
            return outcome
        try:
            saved = cases.save(ports, case, outcome, now=now, more=more(case, outcome))
        except AlreadyThere:
            if attempt == TRIES - 1:
                raise
            continue  # the same entry or letter was written by somebody else: the next reading shows it
        except Conflict:
            if attempt == TRIES - 1:
                raise
            ports.pause(attempt)
            continue
        return Outcome(saved, outcome.letters, outcome.tasks, outcome.notices)
    raise AssertionError("unreachable")
