"""Lines of bank statements: each once, however often its file is read; open until booked or put aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from aldia.domain.bank_lines import BankLine
from aldia.ports import Item, Ports, Put, Query, Set
from aldia.store import codec, reading, rows

KEPT = timedelta(days=400)
BATCH = 50
State = Literal["open", "booked", "aside"]


@dataclass(frozen=True, slots=True)
class Held:
    """A line as it is stored."""

    line: BankLine
    state: State


def partition(account_id: str) -> str:
    """Where an account's lie."""
    return f"A#{account_id}#B"


def add(ports: Ports, account_id: str, lines: Sequence[BankLine], now: datetime) -> int:
    """Keep the lines that are not known yet; how many. AlreadyThere when the same file comes twice at once."""
    if not lines:
        return 0
    days = sorted(line.id for line in lines)
    query = Query(partition(account_id), between=(days[0], days[-1]), strong=True)
    known = {item["sk"] for item in reading.every(ports, query)}
    new = [line for line in lines if line.id not in known]
    for start in range(0, len(new), BATCH):
        ports.table.write(*(put(account_id, line, now) for line in new[start : start + BATCH]))
    return len(new)


def put(account_id: str, line: BankLine, now: datetime) -> Put:
    """A line that is not known yet; AlreadyThere when it is, whatever has become of it."""
    item: Item = {"pk": partition(account_id), "sk": line.id, "kind": "bank_line", "schema": codec.SCHEMA}
    item |= {"state": "open", "data": codec.dumps(line), "expires_at": int((now + KEPT).timestamp())}
    return Put(item, absent=True)


def latest(ports: Ports, account_id: str, *, limit: int) -> list[Held]:
    """The newest lines, by their day."""
    page = ports.table.query(Query(partition(account_id), limit=limit, backwards=True))
    return rows.readable(ports, page.items, _held)


def load(ports: Ports, account_id: str, line_id: str) -> Held | None:
    """One line, as it is now."""
    item = ports.table.get(partition(account_id), line_id)
    return _held(item) if item else None


def becomes(account_id: str, line_id: str, state: State, *, was: State) -> Set:
    """Another state; Conflict when somebody was first."""
    return Set(partition(account_id), line_id, {"state": state}, where={"state": was})


def _held(item: Item) -> Held:
    return Held(codec.of(BankLine, item), item["state"])
