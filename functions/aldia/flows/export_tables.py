"""The lists of an export: debts, ledger, clients, letters and news, as spreadsheets open them."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal

from aldia.banking.reference import reference
from aldia.domain.case import Case, Notice
from aldia.domain.debt import Debt
from aldia.domain.ledger import stand, state
from aldia.domain.money import to_decimal
from aldia.domain.prevention import Accepted
from aldia.domain.relation import relation
from aldia.flows.export_records import Record
from aldia.store import letters
from aldia.store.letters import LetterRecord

Cell = str | int | Decimal | date | datetime | None
Row = tuple[Cell, ...]

COLUMNS: dict[str, tuple[str, ...]] = {
    "debts": tuple(
        "id client number concept currency amount issued_on due_on state paid credit balance discount waived "
        "written_off interest compensation interest_due opened_at external_id reference agreed_terms".split()
    ),
    "ledger": tuple("debt client number kind on amount currency method note at key".split()),
    "clients": tuple(
        "id client email copies country zone language tax_id note created_at stopped_at "
        "bought_again last_bought_on good fair bad opt_outs complaints".split()
    ),
    "letters": tuple("client at step state to subject text".split()),
    "news": tuple("client at kind number amount currency words".split()),
}
NAMES = tuple(COLUMNS)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
IN_MEMORY = 512 * 1024
PIECE = 64 * 1024


class Sheet:
    """Rows of one list, kept in a temporary file until they are sent. Spanish sheets part cells by semicolons."""

    def __init__(self, name: str, *, language: str, say: Callable[[str], str]) -> None:
        self._is_spanish = language == "es"
        self._held = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  closed once it is read
        self._held.write("\ufeff".encode())
        self._say = say
        self._held.write(self._line(tuple(say(f"column_{column}") for column in COLUMNS[name])))

    def add(self, rows: Iterable[Row]) -> None:
        """More rows, all or none of them."""
        self._held.write(b"".join([self._line(tuple(self._cell(cell) for cell in row)) for row in rows]))

    def pieces(self) -> Iterator[bytes]:
        """The whole file, once."""
        self._held.seek(0)
        while piece := self._held.read(PIECE):
            yield piece
        self._held.close()

    def _line(self, cells: tuple[str, ...]) -> bytes:
        line = io.StringIO()
        csv.writer(line, delimiter=";" if self._is_spanish else ",").writerow(cells)
        return line.getvalue().encode()

    def _cell(self, cell: Cell) -> str:
        """Text that a spreadsheet takes for what it is; what people typed never becomes a formula."""
        if cell is None:
            return ""
        if isinstance(cell, Decimal):
            return f"{cell:f}".replace(".", ",") if self._is_spanish else f"{cell:f}"
        if isinstance(cell, datetime):
            return cell.strftime("%Y-%m-%d %H:%M")
        if isinstance(cell, str):
            return f"'{cell}" if cell.startswith(FORMULA) else cell
        return str(cell)


def rows_of(case: Case, record: Record, now: datetime) -> dict[str, list[Row]]:
    """The rows that one record of a client brings to each list. Instants are in the client's zone."""
    if record.kind == "debt":
        return {"debts": [debt_row(case, record.value, now)], "ledger": list(_ledger(case, record.value))}
    if record.kind == "client":
        return {"clients": [_client(case)]}
    if record.kind == "letter":
        return {"letters": [_letter(case, record)]}
    return {"news": [_news(case, record)]} if record.kind == "news" else {}


def debt_row(case: Case, debt: Debt, now: datetime) -> Row:
    """The law of money holds in each row, and the sheet's readme says it: the amount is the one in force."""
    today = case.local_day(now)
    standing = stand(debt, today)
    sums = (
        standing.paid_minor,
        standing.credit_minor,
        standing.balance_minor,
        standing.discount_minor,
        standing.waived_minor,
        standing.written_off_minor,
        standing.interest_minor,
        standing.compensation_minor,
        standing.interest_due_minor + standing.compensation_due_minor,
    )
    told = tuple(to_decimal(minor, debt.currency) for minor in sums)
    head = (debt.id, case.client.name, debt.number, debt.concept, debt.currency)
    dates = (to_decimal(standing.charged_minor, debt.currency), debt.issued_on, debt.extended_to or debt.due_on)
    is_now = "deleted" if debt.deleted_at else state(debt, today)
    ends = (debt.external_id, reference(debt.id), _agreed(case, debt.agreed_terms))
    return (*head, *dates, is_now, *told, _local(case, debt.opened_at), *ends)


def _agreed(case: Case, held: Accepted | None) -> str:
    """The version, the day and the name of the yes that a debt carries."""
    return f"{held.number} · {case.local_day(held.at)} · {held.by}" if held else ""


def _ledger(case: Case, debt: Debt) -> Iterator[Row]:
    for entry in debt.entries:
        amount = None if entry.amount_minor is None else to_decimal(entry.amount_minor, debt.currency)
        about = (debt.id, case.client.name, debt.number, entry.kind, entry.on, amount, debt.currency)
        yield (*about, entry.method, entry.note, _local(case, entry.at), entry.key)


def _client(case: Case) -> Row:
    client = case.client
    return (
        client.id,
        client.name,
        ", ".join(client.emails),
        ", ".join(client.copies),
        client.country,
        client.timezone,
        client.language,
        client.tax_id,
        client.note,
        _local(case, client.created_at),
        _local(case, client.stopped_at),
        *_relation(case),
    )


def _relation(case: Case) -> Row:
    """Whether it came back, and what it said of how it was treated."""
    told = relation(case)
    last = told.bought_again[-1] if told.bought_again else None
    said = told.good, told.fair, told.bad, len(told.opt_outs), len(told.complaints)
    return len(told.bought_again), last, *said


def _letter(case: Case, record: Record) -> Row:
    held: LetterRecord = record.value
    at = _local(case, held.started_at or held.letter.at)
    told = (record.item["state"], ", ".join(held.to), held.subject, letters.text(record.item))
    return case.client.name, at, held.letter.step, *told


def _news(case: Case, record: Record) -> Row:
    notice: Notice = record.value
    row = record.item["row"]
    amount = None
    if notice.amount_minor is not None and row.get("currency"):
        amount = to_decimal(notice.amount_minor, row["currency"])
    return (
        case.client.name,
        _local(case, notice.at),
        notice.kind,
        row.get("number", ""),
        amount,
        row.get("currency", ""),
        notice.text,
    )


def _local(case: Case, at: datetime | None) -> datetime | None:
    return at.astimezone(case.zone) if at else None
