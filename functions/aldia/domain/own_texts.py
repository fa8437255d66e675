"""The freelancer's own opening of a letter: plain words with variables in braces, never a template of ours.

What surrounds it (greeting, sums, links, ways out, thanks, footers) stays as the product writes it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from aldia.domain.client import Client
from aldia.domain.debt import Step
from aldia.domain.errors import Refused
from aldia.domain.notes import check_note
from aldia.domain.own_ladder import is_own
from aldia.domain.tone_phrases import folded

STEPS = ("invoice_sent", "discount_ending", "pre_due", "due_today", "overdue_1", "overdue_2")
LANGUAGES = ("es", "en")
LONGEST = 1200
KEPT = 10  # versions of one text
VARIABLES = {
    "es": {
        "nombre": "name",
        "factura": "label",
        "importe": "amount",
        "vence": "due",
        "cuando": "when",
        "dias": "days",
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
        "client": "client",
        "me": "me",
    },
}
"""What may stand in braces, by language; either language's names hold in both."""

Source = Literal["client", "account", "ours"]
"""Whose words a letter opens with."""

_KNOWN = {name: value for names in VARIABLES.values() for name, value in names.items()}
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Version:
    """A text as it was saved; an empty one gives the step back to the product."""

    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class OwnText:
    """All versions of one text that are kept, the newest last."""

    versions: tuple[Version, ...] = ()

    @property
    def text(self) -> str:
        """The one in force; empty: the product's."""
        return self.versions[-1].text if self.versions else ""

    def saved(self, text: str, at: datetime) -> "OwnText":
        """With a new version; the oldest goes when there are too many."""
        return OwnText((*self.versions, Version(at, text))[-KEPT:])

    def undone(self) -> "OwnText":
        """Without the newest version."""
        return OwnText(self.versions[:-1])


def key(step: str, language: str) -> str:
    """How the account names an edited text: `overdue_1/es`."""
    return f"{step}/{language}"


def source_of(name: str, client: Client | None, of_account: Collection[str]) -> Source:
    """Whose words hold: the client's before the account's, the account's before the product's. `of_account`: its names.

    None: no client, as in the account's own settings.
    """
    if client and name in client.texts:
        return "client"
    if client and name in client.our_texts:
        return "ours"
    return "account" if name in of_account else "ours"


def with_text(client: Client, name: str, text: str, *, takes_ours: bool = False) -> Client:
    """The client whose letter of that name has words of its own; an empty text gives it back.

    `takes_ours`: to the product, though the account has words.
    """
    texts, ours = set(client.texts) - {name}, set(client.our_texts) - {name}
    if text:
        texts.add(name)
    elif takes_ours:
        ours.add(name)
    return replace(client, texts=tuple(sorted(texts)), our_texts=tuple(sorted(ours)))


def steps_of(ladder: Sequence[Step]) -> tuple[str, ...]:
    """The steps whose text may be edited: the product's, then the account's own letters."""
    return (*STEPS, *(step.step for step in ladder if is_own(step) and step.channel == "email"))


def checked(text: str, *, field: str = "text") -> str:
    """The text, trimmed. Refused: empty, too long, a web address or phone number, a variable that we do not know."""
    words = check_note(text.replace("\r\n", "\n"), field=field, most=LONGEST)
    if not words:
        raise Refused("texts.empty", field=field)
    for name in _BRACES.findall(words):
        if _name(name) not in _KNOWN:
            raise Refused("texts.unknown_variable", field=field, name=name.strip()[:40])
    if "{" in _BRACES.sub("", words) or "}" in _BRACES.sub("", words):
        raise Refused("texts.open_brace", field=field)
    return words


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables' values. What stands inside a value is never read as a variable."""
    return _BRACES.sub(lambda match: values[_KNOWN[_name(match[1])]], text)


def _name(typed: str) -> str:
    """A variable as we name it: {Días} is {dias}."""
    return folded(typed.strip())
