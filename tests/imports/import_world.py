"""Shared by the import tests: an account's books, the synthetic files, short ways to read."""

from pathlib import Path

from aldia.domain.errors import Refused
from aldia.imports.reading import read_file
from aldia.imports.rows import Books

FIXTURES = Path(__file__).parents[1] / "fixtures" / "imports"

SPAIN = Books("EUR", "ES", "es")
MEXICO = Books("MXN", "MX", "es")
AMERICA = Books("USD", "US", "en")

HEADER = "number,client,email,issue_date,due_date,amount,currency,tax_id,concept,net,tax,withheld,paid,open"
GOOD = {
    "number": "F-1",
    "client": "Ana",
    "email": "ana@example.org",
    "issue_date": "2026-01-05",
    "due_date": "2026-02-04",
    "amount": "121.00",
    "currency": "EUR",
    "tax_id": "B00000000",
    "concept": "Web",
    "net": "100.00",
    "tax": "21.00",
    "withheld": "0.00",
    "paid": "0.00",
    "open": "121.00",
}


def fixture(name):
    return (FIXTURES / name).read_bytes()


def read(text, books=SPAIN, *, mapping=None, name="file.csv"):
    """A file given as text or bytes."""
    return read_file(name, text if isinstance(text, bytes) else text.encode(), books, mapping=mapping)


def rows(text, books=SPAIN, *, mapping=None):
    reading = read(text, books, mapping=mapping)
    assert reading.refused is None, reading.refused
    return reading.rows


def keys(row):
    return [(problem.field, problem.key.removeprefix("import.")) for problem in row.problems]


def notes(row):
    return {problem.key.removeprefix("import.") for problem in row.notes}


def quoted(**cells):
    """A file of one line with every column, given cells instead of the good ones."""
    line = ",".join('"' + value.replace('"', '""') + '"' for value in ({**GOOD, **cells}).values())
    return f"{HEADER}\n{line}\n"


def outcome(parse, *args, **kwargs):
    """What a parser gives, or the key of its refusal."""
    try:
        return parse(*args, **kwargs)
    except Refused as refused:
        return refused.key
