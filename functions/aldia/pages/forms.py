"""Reading a form: every field is parsed on its own, every refusal is remembered beside its field."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import g, request

from aldia.domain.errors import Refused
from aldia.i18n import formats
from aldia.pages.render import language, ports, sentence

T = TypeVar("T")
MOST = 20_000  # characters of one field that are looked at; no field of ours needs more


class Typed:
    """What was typed, and what is wrong with it. `typed.email` is the text as it was, for showing it again."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        given = request.form if values is None else values
        self.values = {name: value[:MOST] for name, value in given.items()}
        self.errors: dict[str, str] = {}

    def __getattr__(self, name: str) -> str:
        return self.values.get(name, "")

    def get(self, name: str, default: str = "") -> str:
        """The text of a field."""
        return self.values.get(name, default)

    def take(self, name: str, parse: Callable[[str], T], default: T) -> T:
        """The field parsed; on a refusal `default`, with the sentence under the field."""
        try:
            return parse(self.get(name))
        except Refused as refused:
            self.refuse(refused, name)
            return default

    def need(self, name: str, key: str) -> None:
        """The field must not be empty; `key` is the sentence."""
        if not self.get(name).strip() and name not in self.errors:
            self.refuse(Refused(key), name)

    def refuse(self, refused: Refused, name: str = "") -> None:
        """Put a refusal under its own field, else under `name`; the first one of a field stays."""
        self.errors.setdefault(refused.field or name, _spoken(refused))


def is_id(given: str) -> bool:
    """Whether it can be one of our ids."""
    return given.isalnum() and given.isascii() and 6 <= len(given) <= 20


def form_key(typed: Typed) -> str:
    """The form's own key: sent twice it counts once."""
    given = typed.get("key")
    return given if is_id(given) else ports().ids.new()


def _spoken(refused: Refused) -> str:
    """The sentence, with sums in the reader's format."""
    currency = str(refused.facts.get("currency", ""))
    sums = {
        name.removesuffix("_minor"): formats.money(int(str(value)), currency, language(), getattr(g, "country", ""))
        for name, value in refused.facts.items()
        if name.endswith("_minor") and currency
    }
    if not sums:
        return sentence(refused)
    spoken = Refused(refused.key)
    spoken.facts = refused.facts | sums
    return sentence(spoken)
