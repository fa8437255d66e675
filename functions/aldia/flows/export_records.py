"""The records of an export, each on its own: what cannot be read is left out and named, and all the others go."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from aldia.domain.case import Notice
from aldia.domain.client import Client
from aldia.domain.debt import Debt
from aldia.domain.own_texts import OwnText
from aldia.domain.working_terms import TermsVersion
from aldia.ports import Item
from aldia.store import codec, keys, letters, own_texts, troubles
from aldia.store.checkouts import CheckoutRecord
from aldia.store.letters import LetterRecord

KINDS: dict[str, Any] = {
    "client": Client,
    "debt": Debt,
    "letter": LetterRecord,
    "news": Notice,
    "checkout": CheckoutRecord,
    own_texts.KIND: OwnText,
    "terms": TermsVersion,
}
BARE = ("doubt",)  # says all by being there


@dataclass(frozen=True, slots=True)
class Record:
    """One that could be read: its item, its value (None where only its JSON counts), and all its fields as JSON."""

    item: Item
    value: Any
    told: msgspec.Raw

    @property
    def kind(self) -> str:
        """What it is."""
        return str(self.item["kind"])


class Left:
    """What was left out: where it lies, what it is, and whose."""

    def __init__(self) -> None:
        self._found: dict[keys.Key, tuple[str, str]] = {}

    @property
    def keys(self) -> list[keys.Key]:
        """Where they lie, each once."""
        return list(self._found)

    @property
    def names(self) -> list[str]:
        """How a run's report calls them."""
        return [troubles.name_of(*key) for key in self._found]

    @contextmanager
    def reading(self, item: Item, whose: str = "") -> Iterator[None]:
        """Whoever reads it in here goes on when that is not possible; `whose`: the client's name, if it is one's."""
        names: list[str] = []
        with troubles.passed_over(names, ""):
            yield
        if names:
            self._found.setdefault((item["pk"], item["sk"]), (str(item.get("kind", "")), whose))

    def lines(self, say: Callable[[str], str]) -> str:
        """One line each: what it is, whose, and its key."""
        told = []
        for key, (kind, whose) in self._found.items():
            what = say(f"record_{kind}" if kind in KINDS else "record_other")
            told.append(f"- {what}{f' ({whose})' if whose else ''}: {troubles.name_of(*key)}\n")
        return "".join(told)


def read(items: Iterable[Item], left: Left, whose: str = "") -> list[Record]:
    """Those that can be read."""
    found: list[Record] = []
    for item in items:
        with left.reading(item, whose):
            value = codec.of(KINDS[item["kind"]], item) if item["kind"] in KINDS else None
            found.append(Record(item, value, msgspec.Raw(msgspec.json.encode(_plain(item, value)))))
    return found


def _plain(item: Item, value: Any) -> Any:
    """A stored value with all its fields, and a letter with its text."""
    if value is None:
        return {"key": item["sk"]} if item["kind"] in BARE else json.loads(codec.plain(item["data"]))
    plain = msgspec.to_builtins(value)
    return plain | {"text": letters.text(item)} if item["kind"] == "letter" else plain
