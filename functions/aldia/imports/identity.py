"""When two rows are the same invoice: stable hashes, so that the same file again changes nothing."""

from functools import lru_cache
from hashlib import sha256

from aldia.domain.parsing import fold
from aldia.imports.rows import InvoiceFields


@lru_cache(maxsize=4096)
def client_key(name: str) -> str:
    """A client's name without accents, case and punctuation: "Ñandú, S.L." is "nandu sl"."""
    return fold(name) or name.strip()


def row_key(fields: InvoiceFields) -> str:
    """The row's own hash: by its fiscal id, else by client and number, else by client, concept, day and amount."""
    return row_keys(fields)[0]


def row_keys(fields: InvoiceFields) -> tuple[str, ...]:
    """Every hash the invoice may be known by, its own first: a CFDI is found again in a CSV file by its number."""
    named = _by_number(fields) if fields.number else _by_content(fields)
    return (_hash("id", fields.external_id.upper()), named) if fields.external_id else (named,)


def _by_number(fields: InvoiceFields) -> str:
    """Client and number; capitals, and white space around signs, do not matter. Leading zeros do."""
    return _hash("number", client_key(fields.client), "".join(fields.number.casefold().split()))


def _by_content(fields: InvoiceFields) -> str:
    """A row without a number."""
    day = fields.issued_on.isoformat() if fields.issued_on else ""
    return _hash(
        "content", client_key(fields.client), fold(fields.concept), day, f"{fields.amount_minor}{fields.currency}"
    )


def _hash(*parts: str) -> str:
    """Hex of 32 characters over parts that cannot run into each other."""
    return sha256("\x1f".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
