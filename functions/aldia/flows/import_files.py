"""Files of an import: read, compared with what the account has, and staged until they are confirmed or dropped.

Nothing is saved as a debt here, and nothing can be sent: a draft is a record and some private files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

from aldia.domain.account import Account
from aldia.domain.imported import Choices
from aldia.imports import planning
from aldia.imports.identity import client_key, row_keys
from aldia.imports.matching import People, Person
from aldia.imports.planning import Frame, Line
from aldia.imports.reading import read_file
from aldia.imports.rows import Books, FileReading, ImportRow
from aldia.imports.verdicts import judge
from aldia.ports import Delete, Ports
from aldia.store import imports, keys
from aldia.store.imports import ImportRecord
from aldia.store.rows import checked, readable

Upload = tuple[str, bytes]
"""A file's name and its bytes."""
Mappings = Mapping[int, Mapping[str, int]]
"""Place of a file → the columns that a person chose for it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An import that is looked at: its files as they were read, its lines with their clients."""

    record: ImportRecord
    readings: tuple[FileReading, ...]
    lines: list[Line]
    people: People

    @property
    def kinds(self) -> list[str]:
        """Of each file: csv, cfdi, or nothing that can be read."""
        return [reading.kind for reading in self.readings]


def stage(ports: Ports, account: Account, uploads: Sequence[Upload]) -> tuple[ImportRecord | None, list[FileReading]]:
    """Read the files and keep them as a draft; no draft when there is nothing in them to look at."""
    purge(ports, account.id)
    readings = read_all(ports, account, uploads, {})
    if not any(reading.rows or reading.table for reading in readings):
        return None, readings
    now = ports.clock.now()
    fresh = ImportRecord(ports.ids.new(), account.id, now, title=uploads[0][0], files=len(uploads))
    parts = imports.stage(ports, fresh, "files", list(uploads))
    parts = imports.stage(ports, replace(fresh, parts=parts), "reading", readings)
    choices = Choices(has_discount=account.defaults.discount is not None)
    record, write = imports.moved(fresh, parts=parts, found=_counted(readings), choices=choices)
    ports.table.write(write)
    return record, readings


def reread(ports: Ports, account: Account, record: ImportRecord, mappings: Mappings) -> ImportRecord:
    """Read the draft's files again with these columns. Conflict when somebody moved the draft meanwhile."""
    files = imports.staged(ports, record, "files", list[Upload])
    if files is None or record.state != "draft":
        return record
    readings = read_all(ports, account, files, mappings)
    parts = imports.stage(ports, record, "reading", readings)
    after, write = imports.moved(record, parts=parts, found=_counted(readings))
    ports.table.write(write)
    imports.unstage(ports, [record.parts["reading"]])
    return after


def choose(ports: Ports, record: ImportRecord, choices: Choices) -> ImportRecord:
    """Keep what was chosen for the set."""
    after, write = imports.moved(record, choices=choices)
    ports.table.write(write)
    return after


def draft(ports: Ports, account: Account, record: ImportRecord) -> Draft | None:
    """The draft as it was read; None when its files have gone."""
    readings = imports.staged(ports, record, "reading", tuple[FileReading, ...])
    if readings is None:
        return None
    people = People(account.id, known_people(ports, account.id))
    return Draft(record, readings, planning.lines(readings, people), people)


def drop(ports: Ports, record: ImportRecord) -> None:
    """Forget a draft and its files."""
    _, write = imports.moved(record, state="dropped", parts={})
    ports.table.write(write)
    imports.unstage(ports, record.parts.values())


def purge(ports: Ports, account_id: str) -> None:
    """Take away the files of imports that are over, and drafts that have expired."""
    for record in imports.expired(ports, account_id):
        imports.unstage(ports, record.parts.values())
        _, write = imports.moved(record, parts={})
        ports.table.write(Delete(*record.key) if record.state in ("draft", "dropped") else write)


def read_all(ports: Ports, account: Account, uploads: Sequence[Upload], mappings: Mappings) -> list[FileReading]:
    """Every file read, their rows compared with each other and with what the account has."""
    mine = Books.of(account)
    drafts = [read_file(name, data, mine, mapping=mappings.get(n)) for n, (name, data) in enumerate(uploads)]
    rows = list(chain.from_iterable(reading.rows for reading in drafts))
    wanted = (key for row in rows if row.fields for key in row_keys(row.fields))
    known = imports.known_invoices(ports, account.id, wanted)
    gone = imports.orphans(ports, account.id, known)
    imports.release(ports, account.id, gone)
    books = Books.of(account, keys=frozenset(known.keys() - gone), emails=_addresses(known_people(ports, account.id)))
    frame = Frame(account, "", ports.clock.now())
    judged = iter(planning.checked(judge(rows, books), frame))
    return [replace(reading, rows=_as_many(judged, reading)) for reading in drafts]


def _as_many(judged: Iterator[ImportRow], reading: FileReading) -> tuple[ImportRow, ...]:
    return tuple(next(judged) for _ in reading.rows)


def known_people(ports: Ports, account_id: str) -> list[Person]:
    """The account's clients, as far as an invoice can name them."""
    return [
        Person(keys.client_of(item["pk"]), item["row"]["name"], item["row"]["email"], item["row"].get("tax_id", ""))
        for item in readable(ports, imports.every_client(ports, account_id), partial(checked, "CLIENTS"))
    ]


def _addresses(people: Sequence[Person]) -> dict[str, str]:
    """Addresses that are known, by tax id and by name."""
    told: dict[str, str] = {}
    for person in people:
        for name in (person.tax_id.upper(), client_key(person.name)):
            if name and person.email:
                told.setdefault(name, person.email)
    return told


def _counted(readings: Sequence[FileReading]) -> dict[str, int]:
    """How many lines have each verdict; files that cannot be read count under "refused"."""
    counts = {"ok": 0, "waits_for_email": 0, "already_there": 0, "bad": 0, "refused": 0}
    for reading in readings:
        counts["refused"] += reading.refused is not None
        for row in reading.rows:
            counts[row.verdict] += 1
    return counts
