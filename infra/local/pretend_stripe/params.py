"""Stripe's form encoding, `line_items[0][price_data][currency]=mxn`, read into plain values."""

import re
from collections.abc import Iterable
from typing import Any

from infra.local.pretend_stripe.errors import ApiError, invalid

PIECE = re.compile(r"\[([^\]]*)\]")


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Pairs of a form or a query string as nested dicts; lists keep their order."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        head, *rest = name.split("[", 1)
        path = [head, *PIECE.findall("[" + rest[0])] if rest else [head]
        place(tree, path, value)
    return {name: listed(value) for name, value in tree.items()}


def place(tree: dict[str, Any], path: list[str], value: str) -> None:
    """Put one value where its path says; `a[]` counts up."""
    for piece in path[:-1]:
        tree = tree.setdefault(piece, {})
        if not isinstance(tree, dict):
            raise invalid(path[0], f"Invalid {path[0]}", code="parameter_invalid_hash")
    last = path[-1] or str(len(tree))
    tree[last] = value


def listed(value: Any) -> Any:
    """Dicts whose keys are all numbers become lists."""
    if not isinstance(value, dict):
        return value
    inner = {name: listed(member) for name, member in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def refuse_unknown(params: dict[str, Any], known: Iterable[str]) -> None:
    """Stripe does not ignore a parameter that it does not know."""
    for name in params:
        if name not in known:
            raise ApiError(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)


def required(params: dict[str, Any], name: str) -> Any:
    """The value of a parameter that must be there."""
    if params.get(name) in (None, "", [], {}):
        raise ApiError(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return params[name]


def integer(value: Any, param: str) -> int:
    """A whole number, as amounts and instants are."""
    try:
        return int(str(value))
    except ValueError:
        raise invalid(param, f"Invalid integer: {value}", code="parameter_invalid_integer") from None


def boolean(value: Any) -> bool:
    """Stripe's clients send `true` and `false`."""
    return str(value).lower() == "true"


def metadata(params: dict[str, Any]) -> dict[str, str]:
    """At most 50 keys of 40 characters with values of 500."""
    given = params.get("metadata") or {}
    if not isinstance(given, dict):
        raise invalid("metadata", "Invalid metadata", code="parameter_invalid_hash")
    if len(given) > 50 or any(len(key) > 40 or len(value) > 500 for key, value in given.items()):
        raise invalid("metadata", "Metadata may have 50 keys of 40 characters and values of 500.")
    return dict(given)


def web_address(params: dict[str, Any], name: str) -> str:
    """An absolute address that a browser can be sent to; empty when it is not given."""
    value = str(params.get(name) or "")
    if value and not re.match(r"https?://[^\s/]+", value):
        raise invalid(name, "Not a valid URL", code="url_invalid")
    return value
