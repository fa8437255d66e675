"""Values of the domain ↔ text in the table. Defaults are left out, so that items stay small; what is written often is
packed as well."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast

import msgspec

from aldia.store import packing

SCHEMA = 2  # raised when an older reader could not understand a new item
T = TypeVar("T")


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
def _defaults(kind: Any) -> tuple[tuple[str, Any], ...]:
    def default(field: Any) -> Any:
        return field.default_factory() if field.default_factory is not MISSING else field.default

    return tuple((field.name, default(field)) for field in fields(kind))


def _slim(value: Any) -> Any:
    if value is None or isinstance(value, (str, int)):
        return value
    if is_dataclass(value):
        pairs = ((name, getattr(value, name), default) for name, default in _defaults(cast(Any, type(value))))
        return {name: _slim(held) for name, held, default in pairs if default is MISSING or held != default}
    if isinstance(value, (tuple, list)):
        return [_slim(part) for part in value]
    if isinstance(value, Mapping):
        return {key: _slim(part) for key, part in value.items()}
    return value
