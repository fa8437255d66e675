"""Rows compared with each other and with what the account has: what is new, what is there, what waits for an e-mail."""

from collections.abc import Iterable
from dataclasses import replace

from aldia.imports.identity import client_key, row_keys
from aldia.imports.rows import Books, ImportRow, InvoiceFields, Problem


def judge(rows: Iterable[ImportRow], books: Books) -> tuple[ImportRow, ...]:
    """The rows with their final verdicts, in the same order. The first of several equal rows counts."""
    rows = tuple(rows)
    emails = {**_emails(rows), **books.emails}
    seen: dict[str, ImportRow] = {}
    return tuple(_judged(_addressed(row, emails), books, seen) if row.fields else row for row in rows)


def _emails(rows: tuple[ImportRow, ...]) -> dict[str, str]:
    """The addresses that the rows themselves tell, by client key and by tax id."""
    told: dict[str, str] = {}
    for row in rows:
        if row.fields and row.fields.email:
            for name in _names(row.fields):
                told.setdefault(name, row.fields.email)
    return told


def _names(fields: InvoiceFields) -> tuple[str, ...]:
    """What a client is found by, the surest first."""
    return tuple(filter(None, (fields.tax_id.upper(), client_key(fields.client))))


def _addressed(row: ImportRow, emails: dict[str, str]) -> ImportRow:
    """The row with its client's known address when it has none, which is noted."""
    if row.fields is None or row.fields.email:
        return row
    email = next((emails[name] for name in _names(row.fields) if name in emails), "")
    if not email:
        return row
    note = Problem("email", "import.assumed_email", {"email": email})
    return replace(row, fields=replace(row.fields, email=email), notes=(*row.notes, note))


def _judged(row: ImportRow, books: Books, seen: dict[str, ImportRow]) -> ImportRow:
    """One row's verdict. `seen` holds the rows before it by their keys, and gets this one."""
    fields = row.fields
    assert fields
    keys = row_keys(fields)
    if not books.keys.isdisjoint(keys):
        return replace(row, verdict="already_there", problems=(Problem("line", "import.already_there"),))
    first = next((seen[key] for key in keys if key in seen), None)
    if first and first.fields:
        return _again(row, fields, first, first.fields)
    seen.update(dict.fromkeys(keys, row))
    return replace(row, verdict="ok" if fields.email else "waits_for_email")


def _again(row: ImportRow, fields: InvoiceFields, first: ImportRow, before: InvoiceFields) -> ImportRow:
    """An invoice that an earlier row has: the same, or its number with another amount."""
    place = "_file" if row.file != first.file else ""
    facts = {"line": first.line_no, "file": first.file}
    if (before.amount_minor, before.currency) == (fields.amount_minor, fields.currency):
        return replace(row, verdict="already_there", problems=(Problem("line", f"import.repeated{place}", facts),))
    return replace(row, verdict="bad", fields=None, problems=(Problem("number", f"import.number_twice{place}", facts),))
