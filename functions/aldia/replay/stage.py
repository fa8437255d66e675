"""What a replay plays on: the real store and flows, with a clock that jumps, an outbox, and no payment provider."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from aldia import bootstrap
from aldia.adapters.dynamo_table import DynamoTable, create_table
from aldia.ports import Delete, Item, Message, PageOfItems, Ports, Put, Query, Set, Table, Write
from aldia.settings import Settings
from aldia.store import keys

Key = tuple[str, str]


@dataclass(slots=True)
class JumpingClock:
    """Stands where the story is."""

    at: datetime

    def now(self) -> datetime:
        """The story's present."""
        return self.at


class NumberedIds:
    """The same ids in every run; nobody outside ever sees them."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def new(self) -> str:
        """A short id."""
        return f"id{next(self._numbers):08d}"

    def token(self) -> str:
        """As long as a real token."""
        return f"{next(self._numbers):043d}"

    def code(self) -> str:
        """Six digits."""
        return f"{next(self._numbers) % 1_000_000:06d}"


@dataclass(slots=True)
class Outbox:
    """Takes every mail."""

    sent: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> str:
        """The provider's id."""
        self.sent.append(message)
        return f"mail-{len(self.sent)}"


class Watched:
    """A table that remembers which items wait for which instant, so that the next wake-up costs no reading."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._wakes: dict[Key, str] = {}

    def get(self, pk: str, sk: str, *, strong: bool = True) -> Item | None:
        """As the table."""
        return self._table.get(pk, sk, strong=strong)

    def get_many(self, keys: Sequence[Key], *, strong: bool = True) -> list[Item]:
        """As the table."""
        return self._table.get_many(keys, strong=strong)

    def query(self, query: Query) -> PageOfItems:
        """As the table."""
        return self._table.query(query)

    def write(self, *writes: Write) -> None:
        """As the table; what succeeded is remembered."""
        self._table.write(*writes)
        for write in writes:
            if isinstance(write, Put):
                self._note((write.item["pk"], write.item["sk"]), write.item.get("wake_sk"))
            elif isinstance(write, Delete):
                self._note((write.pk, write.sk), None)
            elif isinstance(write, Set) and "wake_sk" in write.values:
                self._note((write.pk, write.sk), write.values["wake_sk"])

    def _note(self, key: Key, wake: str | None) -> None:
        if wake is None:
            self._wakes.pop(key, None)
        else:
            self._wakes[key] = wake

    def next_at(self) -> datetime | None:
        """The first wake-up not yet handled."""
        return min(map(keys.woken_at, self._wakes.values()), default=None)


class Nobody:
    """Stands where nothing is asked: no payment provider, no files."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The ports of one replay, and the hands on them."""

    ports: Ports
    clock: JumpingClock
    outbox: Outbox
    table: Watched


def set_up(endpoint: str, *, now: datetime) -> Stage:
    """A fresh table on the engine at that address, and everything around it."""
    name = f"replay-{uuid4().hex}"
    settings = Settings(
        base_url="https://aldia.example",
        dynamodb_endpoint=endpoint,
        table=name,
        trust_limits=False,
        wake_shards=1,
    )
    client = bootstrap.dynamodb(settings)
    create_table(client, name)
    clock, outbox = JumpingClock(now), Outbox()
    table = Watched(DynamoTable(client, name))
    given = {"clock": clock, "ids": NumberedIds(), "mailer": outbox, "table": table, "payments": Nobody()}
    return Stage(bootstrap.build(settings, files=Nobody(), **given), clock, outbox, table)
