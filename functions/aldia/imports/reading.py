"""The way in: files to rows with verdicts. Never raises for what a file holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from aldia.domain.errors import Refused
from aldia.imports import columns
from aldia.imports.cfdi import read_cfdi
from aldia.imports.csv_rows import needed, read_line, reader_for
from aldia.imports.csv_table import RawTable, read_table
from aldia.imports.rows import Books, FileReading, ImportRow, Problem, Table
from aldia.imports.sniffing import sniff
from aldia.imports.verdicts import judge

_SHOWN = 5  # sample lines, to correct the columns by


def read_files(
    files: Sequence[tuple[str, bytes]], books: Books, *, mapping: Mapping[str, int] | None = None
) -> tuple[FileReading, ...]:
    """Each (name, bytes) read; rows are compared across all files. `mapping` corrects a CSV file's columns."""
    readings = [_read(name, data, books, mapping) for name, data in files]
    judged = iter(judge((row for reading in readings for row in reading.rows), books))
    return tuple(replace(reading, rows=tuple(next(judged) for _ in reading.rows)) for reading in readings)


def read_file(name: str, data: bytes, books: Books, *, mapping: Mapping[str, int] | None = None) -> FileReading:
    """One file."""
    return read_files([(name, data)], books, mapping=mapping)[0]


def _read(name: str, data: bytes, books: Books, mapping: Mapping[str, int] | None) -> FileReading:
    """One file with draft verdicts, or refused as a whole."""
    sniffed = sniff(data, name)
    if not sniffed.kind:
        return FileReading(name, "", refused=sniffed.refused)
    try:
        if sniffed.kind == "cfdi":
            return FileReading(name, "cfdi", (replace(read_cfdi(data, books), file=name),))
        return _read_csv(name, read_table(data), books, mapping)
    except Refused as refused:
        return FileReading(name, sniffed.kind, refused=Problem.of(refused))


def _read_csv(name: str, raw: RawTable, books: Books, mapping: Mapping[str, int] | None) -> FileReading:
    """A table's lines; without a column for whom and how much, only the table, for a person to name them."""
    width = len(raw.columns)
    chosen = columns.guess(raw.columns) if mapping is None else columns.checked(mapping, width)
    samples = tuple(record.cells or () for record in raw.records[:_SHOWN])
    table = Table(raw.columns, chosen, samples, raw.delimiter, raw.encoding)
    missing = needed(chosen) - chosen.keys()
    if missing:
        key = "import.no_client_column" if "client" in missing else "import.no_amount_column"
        return FileReading(name, "csv", refused=Problem("file", key), table=table)
    reader = reader_for(raw, chosen, books)
    rows: tuple[ImportRow, ...] = tuple(replace(read_line(record, reader), file=name) for record in raw.records)
    if not rows:
        return FileReading(name, "csv", refused=Problem("file", "import.only_header"), table=table)
    return FileReading(name, "csv", rows, table=table)
