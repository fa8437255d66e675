"""CSV as spreadsheets really write it: any usual encoding, delimiter and quoting, a header somewhere near the top."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from itertools import islice

from aldia.domain.errors import Refused
from aldia.imports import columns
from aldia.imports.encodings import decode

MOST_LINES = 20_000
_MOST_PHYSICAL = 100_000  # lines of the file, blank ones and those inside cells included
_MOST_COLUMNS = 200
_MOST_CELL = 20_000
_DELIMITERS = (";", ",", "\t", "|")
_LOOK = 25  # lines in which a header is looked for
_MOST_JOINED = 30  # physical lines that one quoted cell may run over


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one line; None when its quotes never close. `line_no` is where it starts in the file, from 1."""

    line_no: int
    cells: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file as cells. Without a header the columns are called "1", "2"…"""

    columns: tuple[str, ...]
    records: tuple[Record, ...]
    delimiter: str
    encoding: str


def read_table(data: bytes) -> RawTable:
    """The cells of a CSV file. Refused: too many lines or columns, nothing like a table."""
    decoded = decode(data)
    lines = list(islice(StringIO(decoded.text, newline=""), _MOST_PHYSICAL + 1))
    if len(lines) > _MOST_PHYSICAL:
        raise Refused("import.too_many_lines", field="file", most=MOST_LINES)
    first, delimiter = _announced(lines)
    delimiter = delimiter or _delimiter(lines[first:])
    records = _records(lines, first, delimiter)
    if not records:
        raise Refused("import.is_empty", field="file")
    place = _header_place(records)
    header, rest = (records[place].cells or (), records[place + 1 :]) if place is not None else ((), records)
    width = len(header) or max((len(record.cells or ()) for record in rest[:_LOOK]), default=0)
    if width > _MOST_COLUMNS:
        raise Refused("import.too_many_columns", field="file", most=_MOST_COLUMNS)
    if width < 2:
        raise Refused("import.is_no_table", field="file")
    names = tuple(cell.strip()[:80] for cell in header) or tuple(str(number) for number in range(1, width + 1))
    return RawTable(names, tuple(rest), delimiter, decoded.encoding)


def _announced(lines: list[str]) -> tuple[int, str]:
    """Excel's first line "sep=;": the line to go on from, and the delimiter."""
    start = lines[0].strip().strip('"') if lines else ""
    return (1, start[4:]) if start[:4].lower() == "sep=" and start[4:] in (*_DELIMITERS, "") else (0, "")


def _delimiter(lines: list[str]) -> str:
    """The one that shows the best header, else the one that cuts most lines into equally many cells."""
    head = [line for line in lines[: _LOOK * 2] if line.strip() and len(line) < _MOST_CELL][:_LOOK]
    return max(_DELIMITERS, key=lambda delimiter: _worth(head, delimiter))


def _worth(lines: list[str], delimiter: str) -> tuple[int, int, int]:
    """How well a delimiter fits: fields named by a header, lines of one width, cells a line."""
    rows = [row for line in lines if (row := _cells((line,), delimiter, is_strict=False))]
    widths = [len(row) for row in rows]
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    best = max((columns.known(row) for row in rows), default=0)
    return best, widths.count(usual) if usual > 1 else 0, usual


def _records(lines: list[str], first: int, delimiter: str) -> list[Record]:
    """Every line that says something. Refused when there are too many."""
    records = list(islice(_each(lines, first, delimiter), MOST_LINES + 1))
    if len(records) > MOST_LINES:
        raise Refused("import.too_many_lines", field="file", most=MOST_LINES)
    return records


def _each(lines: list[str], place: int, delimiter: str) -> Iterator[Record]:
    """Lines one by one; a quoted cell takes the next lines with it, one that never closes only its own."""
    nothing = f'{delimiter}" \t\r\n'
    while place < len(lines):
        cells, taken = _record(lines, place, delimiter) if lines[place].strip(nothing) else ((), 1)
        if cells is None or any(cell and not cell.isspace() for cell in cells):
            yield Record(place + 1, cells)
        place += taken


def _record(lines: list[str], place: int, delimiter: str) -> tuple[tuple[str, ...] | None, int]:
    """The cells that start on a line, and over how many lines they run."""
    if '"' not in lines[place]:
        return _cells((lines[place],), delimiter, is_strict=False), 1
    chars = 0
    for taken in range(1, min(_MOST_JOINED, len(lines) - place) + 1):
        chars += len(lines[place + taken - 1])
        if chars > _MOST_CELL:
            break
        part = lines[place : place + taken]
        try:
            return tuple(next(csv.reader(part, delimiter=delimiter, strict=True))), taken
        except csv.Error as error:
            if "unexpected end of data" not in str(error):
                return _cells(part, delimiter, is_strict=False), taken
    return None, 1


def _cells(lines: tuple[str, ...] | list[str], delimiter: str, *, is_strict: bool) -> tuple[str, ...] | None:
    """One record, or None when it cannot be cut (a cell beyond every limit)."""
    try:
        return tuple(next(csv.reader(lines, delimiter=delimiter, strict=is_strict), ()))
    except csv.Error:
        return None


def _header_place(records: list[Record]) -> int | None:
    """Where the header is: the first of the lines that name most fields, else the first line without a figure."""
    scores = [columns.known(record.cells or ()) for record in records[:_LOOK]]
    best = max(scores)
    if best >= 2 or (best and scores[0] == best):
        return scores.index(best)
    is_data = any(char.isdigit() for cell in records[0].cells or () for char in cell)
    return None if is_data else 0
