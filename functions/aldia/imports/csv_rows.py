"""The lines of a table as drafts of invoices: each cell read by what its whole column proves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from aldia.domain.errors import Refused
from aldia.domain.labels import check_concept, check_number
from aldia.domain.parsing import Custom, day_order, decimal_mark, parse_email, parse_line, read_date
from aldia.domain.parsing.dates import Order
from aldia.imports import columns, csv_money
from aldia.imports.csv_table import RawTable, Record
from aldia.imports.rows import Books, ImportRow, InvoiceFields, Problem

_MOST = {"number": 60, "client": 120, "concept": 200, "tax_id": 40}
_KEPT = 200  # characters of each cell that are kept to be shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reader:
    """How the lines of one table are read."""

    mapping: Mapping[str, int]
    width: int
    books: Books
    custom: Custom  # how its amounts are written
    order: Order  # of its dates


@dataclass(slots=True)
class Line:
    """One line while it is read: what it says by field, what is wrong with it, what was assumed."""

    cells: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def take(self, read: Callable[[], T], otherwise: T) -> T:
        """What `read` gives; when it refuses, the problem is kept and `otherwise` stands in."""
        try:
            return read()
        except Refused as refused:
            self.problems.append(Problem.of(refused))
            return otherwise

    def blame(self, place: str, key: str, **facts: object) -> None:
        """Something is wrong."""
        self.problems.append(Problem(place, key, facts))

    def note(self, place: str, key: str, **facts: object) -> None:
        """Something was assumed."""
        self.notes.append(Problem(place, key, facts))


def reader_for(table: RawTable, mapping: Mapping[str, int], books: Books) -> Reader:
    """The reader that a table's columns ask for: their decimal mark, the order of their dates."""
    amounts = (text for name in columns.MONEY for text in _column(table, mapping, name))
    dates = (text for name in columns.DATES for text in _column(table, mapping, name))
    custom = Custom(decimal_mark(amounts), books.country, books.language)
    return Reader(mapping, len(table.columns), books, custom, day_order(dates))


def _column(table: RawTable, mapping: Mapping[str, int], name: str) -> list[str]:
    """All texts of one field's column."""
    place = mapping.get(name)
    if place is None:
        return []
    return [record.cells[place] for record in table.records if record.cells and place < len(record.cells)]


def read_line(record: Record, reader: Reader) -> ImportRow:
    """One line as a draft: bad, or "ok" until it is compared with the others."""
    cells = record.cells or ()
    line = Line({name: cells[place] for name, place in reader.mapping.items() if place < len(cells)})
    fields = _fields(line, reader) if _is_whole(record, line, reader) else None
    return ImportRow(
        line_no=record.line_no,
        verdict="ok" if fields else "bad",
        fields=fields,
        problems=tuple(line.problems),
        notes=tuple(line.notes),
        typed={name: text.strip()[:_KEPT] for name, text in line.cells.items()},
    )


def _is_whole(record: Record, line: Line, reader: Reader) -> bool:
    """Whether the line has the cells it needs and no more than the header; empty cells at its end do not count."""
    if record.cells is None:
        line.blame("line", "import.quote_open")
    elif any(cell.strip() for cell in record.cells[reader.width :]):
        line.blame("line", "import.line_surplus", expected=reader.width, found=len(record.cells))
    elif not needed(reader.mapping) <= line.cells.keys():
        line.blame("line", "import.line_short", expected=reader.width, found=len(record.cells))
    return not line.problems


def needed(mapping: Mapping[str, int]) -> set[str]:
    """The fields a line cannot do without: who, and a column that says how much."""
    return {"client", *([name for name in ("amount", "net", "open") if name in mapping][:1] or ["amount"])}


def _fields(line: Line, reader: Reader) -> InvoiceFields | None:
    """What the line says, or None when anything in it is wrong."""
    texts = {name: _text(line, name) for name in _MOST}
    email = line.take(lambda: parse_email(line.cells.get("email", "")), "")
    issued_on, due_on = (_date(line, name, reader) for name in columns.DATES)
    money = csv_money.read(line, reader.books.currency, reader.custom)
    if not texts["client"] and not _blamed(line, "client"):
        line.blame("client", "import.client_missing")
    if not (texts["number"] or texts["concept"] or _blamed(line, "number") or _blamed(line, "concept")):
        line.blame("number", "import.number_missing")
    if issued_on and due_on and due_on < issued_on:
        line.blame("due_date", "import.due_before_issue")
    if line.problems or not money:
        return None
    fields = {**texts, **money, "email": email, "issued_on": issued_on, "due_on": due_on}
    return InvoiceFields(**fields)


def _blamed(line: Line, place: str) -> bool:
    """Whether that field has a problem already."""
    return any(problem.field == place for problem in line.problems)


def _text(line: Line, name: str) -> str:
    """A cell of plain text; what clients will read of it holds no address and no phone number."""
    check = {"number": check_number, "concept": check_concept}.get(name, parse_line)
    return line.take(lambda: check(line.cells.get(name, ""), field=name, most=_MOST[name]), "")


def _date(line: Line, name: str, reader: Reader) -> date | None:
    """A cell with a date; None when it is empty."""
    text = line.cells.get(name, "")
    if not text.strip():
        return None
    country = reader.books.country
    read = line.take(lambda: read_date(text, country=country, order=reader.order, field=name), None)
    if read and read.assumed:
        line.note(name, f"import.assumed_{read.assumed}")
    return read.value if read else None
