"""The freelancer's own words in a letter, at its start and its end: plain, with variables in braces, never a template.

What stands between (greeting, facts, sums, links, ways out, footers) stays as the product writes it.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from aldia.domain.client import Client
from aldia.domain.editable import longest, variables_of
from aldia.domain.errors import Refused
from aldia.domain.notes import check_note
from aldia.domain.tone_phrases import folded

LANGUAGES = ("es", "en")
KEPT = 10  # versions of one text
VARIABLES = {
    "es": {
        "nombre": "name",
        "factura": "label",
        "importe": "amount",
        "vence": "due",
        "cuando": "when",
        "dias": "days",
        "fecha": "date",
        "pagos": "payments",
        "cliente": "client",
        "yo": "me",
    },
    "en": {
        "name": "name",
        "invoice": "label",
        "amount": "amount",
        "due": "due",
        "when": "when",
        "days": "days",
        "date": "date",
        "payments": "payments",
        "client": "client",
        "me": "me",
    },
}
"""What may stand in braces, by language; either language's names hold in both. `variables_of` says in which letter."""

Source = Literal["client", "account", "ours"]
"""Whose words a letter has."""

_KNOWN = {name: value for names in VARIABLES.values() for name, value in names.items()}
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Words:
    """What a letter starts and ends with; an empty one of the two is the product's."""

    opening: str = ""
    closing: str = ""

    def __bool__(self) -> bool:
        """Whether anything is the freelancer's."""
        return bool(self.opening or self.closing)

    @property
    def whole(self) -> str:
        """Both, for the linter."""
        return "\n\n".join(text for text in (self.opening, self.closing) if text)


OURS = Words()


@dataclass(frozen=True, slots=True)
class Version:
    """Words as they were saved; empty ones give the step back to the product."""

    at: datetime
    text: str = ""  # the opening
    closing: str = ""


@dataclass(frozen=True, slots=True)
class OwnText:
    """All versions of one text that are kept, the newest last."""

    versions: tuple[Version, ...] = ()

    @property
    def words(self) -> Words:
        """Those in force; empty: the product's."""
        last = self.versions[-1] if self.versions else None
        return Words(last.text, last.closing) if last else OURS

    @property
    def text(self) -> str:
        """The opening in force."""
        return self.words.opening

    def saved(self, words: Words, at: datetime) -> "OwnText":
        """With a new version; the oldest goes when there are too many."""
        return OwnText((*self.versions, Version(at, words.opening, words.closing))[-KEPT:])

    def undone(self) -> "OwnText":
        """Without the newest version."""
        return OwnText(self.versions[:-1])


def key(step: str, language: str) -> str:
    """How the account names an edited text: `overdue_1/es`."""
    return f"{step}/{language}"


def step_of(name: str) -> str:
    """The letter of an edited text's name."""
    return name.rpartition("/")[0]


def source_of(name: str, client: Client | None, of_account: Collection[str]) -> Source:
    """Whose words hold: the client's before the account's, the account's before the product's. `of_account`: its names.

    None: no client, as in the account's own settings.
    """
    if client and name in client.texts:
        return "client"
    if client and name in client.our_texts:
        return "ours"
    return "account" if name in of_account else "ours"


def with_text(client: Client, name: str, *, is_own: bool, takes_ours: bool = False) -> Client:
    """The client whose letter of that name has words of its own, or has given them back.

    `takes_ours`: to the product, though the account has words.
    """
    texts, ours = set(client.texts) - {name}, set(client.our_texts) - {name}
    if is_own:
        texts.add(name)
    elif takes_ours:
        ours.add(name)
    return replace(client, texts=tuple(sorted(texts)), our_texts=tuple(sorted(ours)))


def words_for(step: str, text: str, closing: str = "") -> Words:
    """What was typed for a letter, trimmed. Refused (`text`, `closing`): nothing, or what may not stand in it."""
    words = Words(*(checked(typed, step=step, field=field) for field, typed in (("text", text), ("closing", closing))))
    if not words:
        raise Refused("texts.empty", field="text")
    return words


def checked(text: str, *, step: str, field: str = "text") -> str:
    """The text, trimmed. Refused: too long, a web address or phone number, a variable that the letter does not know."""
    words = check_note(text.replace("\r\n", "\n"), field=field, most=longest(step))
    for name in _BRACES.findall(words):
        meaning = _KNOWN.get(_name(name))
        if meaning is None:
            raise Refused("texts.unknown_variable", field=field, name=name.strip()[:40])
        if meaning not in variables_of(step):
            raise Refused("texts.not_in_this_letter", field=field, name=name.strip()[:40])
    if "{" in _BRACES.sub("", words) or "}" in _BRACES.sub("", words):
        raise Refused("texts.open_brace", field=field)
    return words


def meant(text: str) -> set[str]:
    """What the variables of a text stand for."""
    return {_KNOWN[_name(name)] for name in _BRACES.findall(text)}


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables' values. What stands inside a value is never read as a variable."""
    return _BRACES.sub(lambda match: values[_KNOWN[_name(match[1])]], text)


def _name(typed: str) -> str:
    """A variable as we name it: {Días} is {dias}."""
    return folded(typed.strip())
