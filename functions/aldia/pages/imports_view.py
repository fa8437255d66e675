"""What the import's pages show: files as they were understood, lines with their verdicts, what became of them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from aldia.domain.account import Account
from aldia.flows import undo_import
from aldia.flows.import_debts import plan_of
from aldia.flows.import_files import Draft
from aldia.i18n import formats
from aldia.imports.columns import FIELDS
from aldia.imports.planning import Batch
from aldia.imports.rows import FileReading, ImportRow, Problem
from aldia.pages import imports_form
from aldia.pages.render import language, t
from aldia.ports import Ports
from aldia.store.imports import ImportRecord

PER_PAGE = 50
VERDICTS = ("ok", "waits_for_email", "already_there", "bad")
TONES = {"ok": "paid", "waits_for_email": "needs_approval", "already_there": "", "bad": "bounced"}
NOTES_SHOWN = 8
LINKED = 20  # clients without an address that are named once the set is saved


@dataclass(frozen=True, slots=True)
class Looking:
    """Which of the lines are looked at."""

    verdict: str = ""
    page: int = 1

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "Looking":
        """As the address says; the first page of all lines when it says nothing we know."""
        verdict, page = args.get("ver", ""), args.get("pagina", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) <= 4 else 1
        return cls(verdict if verdict in VERDICTS else "", max(number, 1))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its name, what stands in it, what it is taken for."""

    place: int
    name: str
    samples: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class File:
    """One file as it was understood. `read_as`: (what stands there, the day or the sum that it was read as)."""

    place: int
    name: str
    kind: str
    lines: int
    refused: str
    columns: tuple[Column, ...]
    date_read: tuple[str, date] | None
    sum_read: tuple[str, int, str] | None


@dataclass(frozen=True, slots=True)
class Shown:
    """One line with its verdict; of a line that cannot be read, what it says."""

    row: ImportRow
    place: str
    tone: str
    sentences: tuple[str, ...]
    notes: tuple[str, ...]


def draft(draft: Draft, account: Account, looking: Looking) -> dict[str, object]:
    """Everything on the page of a draft."""
    found = [row for reading in draft.readings for row in reading.rows if looking.verdict in ("", row.verdict)]
    first = (looking.page - 1) * PER_PAGE
    rows = [_shown(row) for row in found[first : first + PER_PAGE]]
    asked = imports_form.without_address(draft)
    rule, totals = account.defaults.discount, _totals(draft)
    return {
        "record": draft.record,
        "files": [_file(place, reading) for place, reading in enumerate(draft.readings)],
        "fields": [(name, t(f"import.field.{name}")) for name in FIELDS],
        "rows": rows,
        "looking": looking,
        "tabs_of_lines": list(_tabs(draft, looking)),
        "pages": -(-len(found) // PER_PAGE),
        "notes": _notes(draft.readings),
        "totals": totals,
        "other_totals": " · ".join(
            formats.money(minor, currency, language(), account.country) for minor, currency in totals[1:4]
        ),
        "asked": [(draft.people.now(one), n) for one, n in asked.items()],
        "more_asked": draft.record.found.get("waits_for_email", 0) - sum(asked.values()),
        "undated": sum(line.fields.due_on is None for line in draft.lines),
        "new_clients": len({line.person_id for line in draft.lines if draft.people.now(line.person_id).is_new}),
        "usual_days": _usual_days(account),
        "discount_percent": formats.percent(rule.percent, language()) if rule else "",
        "ready": len(draft.lines),
    }


def refusals(readings: Sequence[FileReading]) -> list[tuple[str, str]]:
    """(file, sentence) of each file that cannot be read."""
    return [(reading.name, _said(reading.refused)) for reading in readings if reading.refused]


def _said(problem: Problem) -> str:
    return t(problem.key, **problem.facts)


def _file(place: int, reading: FileReading) -> File:
    return File(
        place,
        reading.name,
        reading.kind,
        len(reading.rows),
        _said(reading.refused) if reading.refused else "",
        tuple(_columns(reading)),
        _date_read(reading.rows) if reading.table else None,
        _sum_read(reading.rows) if reading.table else None,
    )


def _columns(reading: FileReading) -> Iterator[Column]:
    table = reading.table
    if table is None:
        return
    fields = {column: name for name, column in table.mapping.items()}
    for place, name in enumerate(table.columns):
        cells = (record[place].strip() for record in table.samples if place < len(record))
        samples = tuple(islice(dict.fromkeys(cell[:40] for cell in cells if cell), 2))
        yield Column(place, name, samples, fields.get(place, ""))


def _date_read(rows: Sequence[ImportRow]) -> tuple[str, date] | None:
    """A date that could be read in two ways, and how it was; else any that is not written year first."""
    found = []
    for row in rows[:200]:
        for name, day in (("issue_date", row.fields.issued_on), ("due_date", row.fields.due_on)) if row.fields else ():
            typed = row.typed.get(name, "").strip()
            if day and typed and not typed[:4].isdigit():
                found.append((typed, day))
    return next((one for one in found if one[1].day <= 12 and one[1].day != one[1].month), found[0] if found else None)


def _sum_read(rows: Sequence[ImportRow]) -> tuple[str, int, str] | None:
    """A sum as it stands in the file, and as it was read; one with a mark in it tells most."""
    found = [
        (row.typed["amount"].strip(), row.fields.amount_minor, row.fields.currency)
        for row in rows[:200]
        if row.fields and row.typed.get("amount", "").strip()
    ]
    return next((one for one in found if "." in one[0] and "," in one[0]), found[0] if found else None)


def _shown(row: ImportRow) -> Shown:
    sentences, notes = (tuple(dict.fromkeys(map(_said, some))) for some in (row.problems, row.notes))
    place = t("imports.line", n=row.line_no) if row.line_no else row.file
    return Shown(row, place, TONES[row.verdict], sentences, notes)


def _tabs(draft: Draft, looking: Looking) -> Iterator[tuple[str, str, bool, int]]:
    counts = draft.record.found
    base = f"/importar/{draft.record.id}"
    yield base, t("imports.all_lines"), not looking.verdict, sum(counts.get(verdict, 0) for verdict in VERDICTS)
    for verdict in VERDICTS:
        if counts.get(verdict, 0):
            yield f"{base}?ver={verdict}", t(f"imports.tab.{verdict}"), looking.verdict == verdict, counts[verdict]


def _notes(readings: Sequence[FileReading]) -> list[tuple[str, int]]:
    """(what was assumed, on how many lines), the commonest first; whose address was taken stands at its line."""
    counts = Counter(
        (note.key, tuple(sorted((name, str(value)) for name, value in note.facts.items())))
        for reading in readings
        for row in reading.rows
        if row.fields
        for note in row.notes
        if note.key != "import.assumed_email"
    )
    return [(t(key, **dict(facts)), n) for (key, facts), n in counts.most_common(NOTES_SHOWN)]


def _totals(draft: Draft) -> list[tuple[int, str]]:
    """What can be collected, by currency, that of most lines first."""
    sums: Counter[str] = Counter()
    for line in draft.lines:
        sums[line.fields.currency] += line.fields.amount_minor - line.fields.paid_minor
    counts = Counter(line.fields.currency for line in draft.lines)
    return [(sums[currency], currency) for currency, _ in counts.most_common()]


def _usual_days(account: Account) -> str:
    """The account's terms as a number of days, when they are as simple as that."""
    terms = account.defaults.terms
    after = terms[0].after if len(terms) == 1 else ()
    return after[0].removeprefix("days+") if len(after) == 1 and after[0].startswith("days+") else ""


def done(ports: Ports, record: ImportRecord) -> dict[str, object]:
    """Everything on the page of an import that was confirmed."""
    batches = plan_of(ports, record) if record.state == "saved" else []
    waiting = {batch.client.id: batch.client.name for batch in batches if not _has_address(batch)}
    return {
        "record": record,
        "why_no_undo": undo_import.why_not(ports, record, batches) if record.state == "saved" else "",
        "unaddressed": list(waiting.items())[:LINKED],
        "more_unaddressed": max(len(waiting) - LINKED, 0),
        "is_busy": False,
        "error": "",
    }


def _has_address(batch: Batch) -> bool:
    return bool(batch.client.emails)
