"""Reading a document field by field: every fault is noted with its path, and reading goes on."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal
from aldia.i18n import catalog

T = TypeVar("T")
D = TypeVar("D")

EARLIEST, LATEST = 1900, 2300  # years a story may speak of
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_PERCENT = re.compile(r"\d{1,6}(\.\d{1,12})?", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class Wrong(Exception):
    """A value cannot be what its field wants; the argument says why."""


class Faults:
    """What is wrong with one document, in the order in which it was found."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, path: str, why: str) -> None:
        """Note one fault."""
        self.lines.append(f"{path}: {why}")


def sentence(refused: Refused) -> str:
    """What the domain says against it, in English."""
    try:
        text = catalog.text("en", refused.key, **refused.facts)
    except KeyError:
        text = refused.key
    return text[:1].lower() + text[1:].rstrip(".")


class Fields:
    """One object of the document. Ask for its fields one by one, then `close` it: what was not asked for is unknown."""

    def __init__(self, value: Any, path: str, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        self._asked: set[str] = set()
        self._held: dict[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            faults.add(path or "document", "must be an object")
            self._asked = {"*"}

    @property
    def is_broken(self) -> bool:
        """Whether this is no object at all."""
        return "*" in self._asked

    def at(self, name: str) -> str:
        """The path of a field."""
        written = name if _NAME.fullmatch(name) else f"[{name!r}]"
        return f"{self.path}.{written}" if self.path and not written.startswith("[") else f"{self.path}{written}"

    def wrong(self, name: str, why: str) -> None:
        """Note a fault of a field."""
        self.faults.add(self.at(name), why)

    def has(self, name: str) -> bool:
        """Whether the field is written."""
        return name in self._held

    def is_empty(self, name: str) -> bool:
        """Whether the field is a list with nothing in it."""
        return self._held.get(name) == []

    def close(self) -> None:
        """Note every field that nobody asked for."""
        if not self.is_broken:
            for name in self._held:
                if name not in self._asked:
                    self.wrong(name, "unknown field")

    def take(self, name: str, read: Callable[[Any], T], default: D, *, required: bool = False) -> T | D:
        """The field read by `read`; the default when it is missing or wrong, which is noted."""
        self._asked.add(name)
        if name not in self._held:
            if required and not self.is_broken:
                self.wrong(name, "missing")
            return default
        try:
            return read(self._held[name])
        except Wrong as wrong:
            self.wrong(name, str(wrong))
        except Refused as refused:
            self.wrong(name, sentence(refused))
        return default

    def need(self, name: str, read: Callable[[Any], T]) -> T | None:
        """A field that has to be there."""
        return self.take(name, read, None, required=True)

    def find(self, name: str, read: Callable[[Any], T]) -> T | None:
        """A field that may be left out."""
        return self.take(name, read, None)

    def inner(self, name: str) -> "Fields | None":
        """The object in a field, if there is one."""
        self._asked.add(name)
        return Fields(self._held[name], self.at(name), self.faults) if name in self._held else None

    def items(self, name: str, *, required: bool = False) -> Iterator["Fields"]:
        """The objects of a list."""
        values: list[Any] = self.take(name, a_list, [], required=required)
        for place, value in enumerate(values):
            yield Fields(value, f"{self.at(name)}[{place}]", self.faults)


class Names(Generic[T]):
    """What the file calls its clients, or its debts. One that is faulty is known, and None."""

    def __init__(self, what: str, known: Iterable[tuple[str, T | None]]) -> None:
        pairs = list(known)
        self._what = what
        self._known = {name: value for name, value in pairs if name}
        self._has_gaps = any(not name for name, _ in pairs)  # one without a name may be the one that is meant

    @property
    def by_id(self) -> dict[str, T]:
        """Those without fault, by our id."""
        return {value.id: value for value in self._known.values() if value is not None}  # type: ignore[attr-defined]

    def get(self, name: str) -> T | None:
        """The one of that name."""
        return self._known.get(name)

    def named(self, value: Any) -> str:
        """The name of one of them."""
        if text(value) not in self._known and not self._has_gaps:
            raise Wrong(f"there is no {self._what} {value!r}")
        return str(value)


# -- what a value may be -------------------------------------------------------------------------


def a_list(value: Any) -> list[Any]:
    """A list."""
    if not isinstance(value, list):
        raise Wrong("must be a list")
    return value


def text(value: Any) -> str:
    """Text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise Wrong("must be a text that is not empty")
    return value


def words(value: Any) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(text(word) for word in a_list(value))


def flag(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise Wrong("must be true or false")
    return value


def one_of(options: Sequence[str]) -> Callable[[Any], Any]:
    """One of these words. (Any: callers know which literals they name.)"""

    def read(value: Any) -> Any:
        if not isinstance(value, str) or value not in options:
            raise Wrong(f"must be one of {', '.join(options)}")
        return value

    return read


def whole(least: int, most: int) -> Callable[[Any], int]:
    """A whole number between two."""

    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise Wrong(f"must be a whole number from {least} to {most}")
        return value

    return read


def day(value: Any) -> date:
    """A date, YYYY-MM-DD."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise Wrong("must be a date, YYYY-MM-DD")
    try:
        read = date.fromisoformat(value)
    except ValueError:
        raise Wrong("there is no such date") from None
    if not EARLIEST <= read.year <= LATEST:
        raise Wrong(f"must be a year from {EARLIEST} to {LATEST}")
    return read


def instant(value: Any) -> datetime:
    """An ISO 8601 instant with its offset, as UTC."""
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise Wrong("must be an ISO 8601 instant with an offset, such as 2026-06-01T09:00:00-06:00")
    day(value[:10])
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except ValueError:
        raise Wrong("there is no such instant") from None


def percent(value: Any) -> Decimal:
    """A percentage as a decimal string, not negative."""
    if not isinstance(value, str) or not _PERCENT.fullmatch(value):
        raise Wrong('must be a percentage as a decimal string, such as "2" or "1.5"')
    return Decimal(value)


def money(currency: str, *, least: int = 1) -> Callable[[Any], int]:
    """A sum as a decimal string in major units; minor units come back, `least` at least."""

    def read(value: Any) -> int:
        if not isinstance(value, str):
            raise Wrong('must be a sum as a decimal string, such as "1210.00"')
        minor = from_decimal(value, currency)
        if minor < least:
            raise Wrong("must be more than zero" if least > 0 else "must not be negative")
        return minor

    return read
