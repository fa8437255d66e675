"""What reading a file gives: rows with a verdict each, and what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date
from typing import Literal

from aldia.domain.account import Account
from aldia.domain.errors import Refused

Verdict = Literal["ok", "waits_for_email", "already_there", "bad"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say about a row or a file: `key` and `facts` make the sentence."""

    field: str  # a field of the row, or "file", "line"
    key: str
    facts: Mapping[str, object] = made(default_factory=dict)

    @classmethod
    def of(cls, refused: Refused) -> "Problem":
        """The same, as data."""
        return cls(refused.field or "line", refused.key, refused.facts)


@dataclass(frozen=True, slots=True)
class InvoiceFields:
    """What one row says of one invoice; money in minor units of `currency`. amount = net + tax - withheld."""

    client: str
    amount_minor: int
    currency: str
    number: str = ""
    concept: str = ""
    email: str = ""
    tax_id: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    net_minor: int | None = None
    tax_minor: int | None = None
    withheld_minor: int | None = None
    paid_minor: int = 0  # paid before the import
    external_id: str = ""  # the CFDI's UUID
    seller_tax_id: str = ""
    fiscal_method: str = ""  # the CFDI's MetodoPago: PUE or PPD


@dataclass(frozen=True, slots=True)
class ImportRow:
    """One line of a CSV file, or one XML file (line 0), and what becomes of it.

    `fields` is None when the verdict is bad; `typed` keeps what the line said, by field.
    """

    line_no: int
    verdict: Verdict
    fields: InvoiceFields | None = None
    problems: tuple[Problem, ...] = ()  # why it is bad, or where it is already
    notes: tuple[Problem, ...] = ()  # what was assumed
    typed: Mapping[str, str] = made(default_factory=dict)
    file: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """How a CSV file was understood, so that a person can correct it."""

    columns: tuple[str, ...]  # the header's cells, or "1", "2"… without a header
    mapping: Mapping[str, int]  # field → column, from 0
    samples: tuple[tuple[str, ...], ...]  # the first lines
    delimiter: str
    encoding: str


@dataclass(frozen=True, slots=True)
class FileReading:
    """One file: its rows, or the one sentence that says why there are none."""

    name: str
    kind: Literal["csv", "cfdi", ""]
    rows: tuple[ImportRow, ...] = ()
    refused: Problem | None = None
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Books:
    """What the account adds to a file: how it writes, what it has already, whom it can write to."""

    currency: str
    country: str = ""
    language: str = "es"
    tax_id: str = ""
    keys: frozenset[str] = frozenset()  # row keys of the debts it has
    emails: Mapping[str, str] = made(default_factory=dict)  # client key or tax id → address

    @classmethod
    def of(
        cls, account: Account, *, keys: frozenset[str] = frozenset(), emails: Mapping[str, str] | None = None
    ) -> "Books":
        """The books of an account."""
        return cls(account.currency, account.country, account.language, account.tax_id, keys, emails or {})
