"""One pass over all clients of an account, in steps: where it has got to, so that it goes on after an interruption."""

from dataclasses import dataclass
from datetime import datetime

from aldia.domain.usual import Part, Usual
from aldia.ports import Item, Ports, Put, Set
from aldia.store import codec, keys, reading

SK = "PASS"
HISTORY_SK = "USUAL"
KEPT = 30  # earlier defaults that are remembered, to know which debts still follow them


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass that was asked for. `to` None: only the wake-ups are worked out anew."""

    id: str
    started_at: datetime
    to: Usual | None = None
    parts: tuple[Part, ...] = ()  # of `to`, to be put on open debts
    after: str = ""  # a position on the shelf of clients
    steps: int = 0
    total: int = 0  # clients when it began
    seen: int = 0  # clients looked at
    changed: int = 0  # clients whose debts were different afterwards
    is_done: bool = False

    @property
    def turn(self) -> str:
        """Names this step of this pass."""
        return f"{self.id}#{self.steps}"


def load(ports: Ports, account_id: str) -> Pass | None:
    """The account's last pass, or None."""
    found = ports.table.get(f"A#{account_id}", SK)
    return codec.loads(Pass, found["data"]) if found else None


def start(ports: Ports, account_id: str, *, to: Usual | None, parts: tuple[Part, ...], now: datetime) -> Put:
    """The write that starts a pass and wakes the job that carries it on.

    What an unfinished one still wanted is kept; its clients are looked at again.
    """
    before = load(ports, account_id)
    if before and not before.is_done:
        to, parts = to or before.to, tuple(dict.fromkeys((*before.parts, *parts)))
    made = Pass(ports.ids.new(), now, to, parts, total=_clients(ports, account_id))
    return Put(_item(account_id, made) | keys.wake(f"A#{account_id}", SK, now, ports.settings.wake_shards))


def _clients(ports: Ports, account_id: str) -> int:
    return sum(1 for _client in reading.partition(ports, f"A#{account_id}#CLIENTS", index="by_account"))


def move(account_id: str, before: Pass, after: Pass) -> Set:
    """The write that notes a step; refused when another run made it or a new pass began."""
    item = _item(account_id, after)
    values = {"data": item["data"], "turn": item["turn"]} | (dict(keys.NO_WAKE) if after.is_done else {})
    return Set(item["pk"], SK, values, where={"turn": before.turn})


def _item(account_id: str, made: Pass) -> Item:
    data = codec.dumps(made)
    return {"pk": f"A#{account_id}", "sk": SK, "kind": "pass", "schema": codec.SCHEMA, "turn": made.turn, "data": data}


@dataclass(frozen=True, slots=True)
class History:
    """Every usual terms that the account ever had, newest last."""

    had: tuple[Usual, ...] = ()


def history(ports: Ports, account_id: str) -> tuple[Usual, ...]:
    """The account's earlier usual terms; the product's own are always among them."""
    found = ports.table.get(f"A#{account_id}", HISTORY_SK)
    had = codec.loads(History, found["data"]).had if found else ()
    return (Usual(), *had)


def remember(account_id: str, had: tuple[Usual, ...], usual: Usual) -> Put:
    """Add one to the history."""
    kept = tuple(dict.fromkeys((*had, usual)))[-KEPT:]
    data = codec.dumps(History(kept))
    return Put({"pk": f"A#{account_id}", "sk": HISTORY_SK, "kind": "usual", "schema": codec.SCHEMA, "data": data})
