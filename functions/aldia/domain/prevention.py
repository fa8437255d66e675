"""What keeps a late payment from happening: terms accepted in writing, a limit of what is open, notes about a client.

Plain values only: the account, the client and the debt hold them.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Published:
    """The newest version of how a freelancer works, as the account remembers it. The text is an item of its own."""

    number: int
    at: datetime
    hash: str  # of the text in both languages
    made_of: str  # of what the account's settings said then: another one asks for a new version


@dataclass(frozen=True, slots=True)
class Accepted:
    """A client's yes to one version, frozen on each debt that was opened after it."""

    number: int
    hash: str
    at: datetime
    by: str  # the name that was typed


@dataclass(frozen=True, slots=True)
class OpenLimit:
    """How much a client may have open at once, in one currency; 0: no limit."""

    minor: int
    currency: str


RiskKind = Literal["own", "fact", "outside"]
"""An impression of one's own, a fact that somebody can look up, or a cause that does not lie with the client."""


@dataclass(frozen=True, slots=True)
class RiskNote:
    """What the freelancer wants to remember before working on credit. Never shown to the client, never in a letter."""

    id: str
    kind: RiskKind
    text: str
    on: date  # of what it tells
    source: str = ""  # of a fact: where it stands, an address included, as plain text
    until: date | None = None  # the last day on which it matters; None: no end is known
