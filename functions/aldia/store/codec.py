"""Values of the domain ↔ text in the table. Defaults are left out, so that items stay small; what is written often is
packed as well."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

import msgspec

from aldia.store import packing

SCHEMA = 2  # raised when an older reader could not understand a new item
T = TypeVar("T")
_AS_IT_IS = frozenset({str, int, bool, type(None), date, datetime})  # nearly every field: asked for before all else


def dumps(value: Any) -> str:
    """A dataclass as compact JSON."""
    return msgspec.json.encode(_slim(value)).decode()


def packed(value: Any, *, above: int = 0) -> str | bytes:
    """The same in fewer bytes, when it has more than `above`: a write is billed by kilobytes."""
    whole = dumps(value)
    return packing.pack(whole) if len(whole) > above else whole


def plain(text: str | bytes) -> str:
    """The JSON, packed or not."""
    return packing.unpack(text) if isinstance(text, bytes) else text


def loads(kind: type[T], text: str | bytes) -> T:
    """The dataclass back, packed or not; msgspec.ValidationError when the text is of another shape."""
    return cast(T, _decoder(cast(Any, kind)).decode(plain(text)))


def of(kind: type[T], item: Mapping[str, Any]) -> T:
    """The dataclass of an item; ValueError when a newer program wrote it in a way that this one may misread."""
    if item.get("schema", SCHEMA) > SCHEMA:
        raise ValueError("an item of a newer schema")
    return loads(kind, item.get("data", ""))


@cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind)


@cache
def _fields(kind: Any) -> tuple[Callable[[Any], tuple[Any, ...]], tuple[tuple[str, Any], ...]]:
    """What reads all fields of a kind at once (and one thing more: of a single one it would make no tuple), and their
    names and defaults."""

    def default(field: Any) -> Any:
        return field.default_factory() if field.default_factory is not MISSING else field.default

    known = tuple((field.name, default(field)) for field in fields(kind))
    return attrgetter(*(name for name, _default in known), "__class__"), known


def _slim(value: Any) -> Any:
    if type(value) in _AS_IT_IS:
        return value
    if is_dataclass(value):
        slim, (get, known) = {}, _fields(cast(Any, type(value)))
        for (name, default), held in zip(known, get(value), strict=False):
            if default is MISSING or held != default:
                slim[name] = held if type(held) in _AS_IT_IS else _slim(held)
        return slim
    if isinstance(value, (tuple, list)):
        return [_slim(part) for part in value]
    if isinstance(value, Mapping):
        return {key: _slim(part) for key, part in value.items()}
    return value
