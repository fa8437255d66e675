"""A bank's statement as CSV: the money that came in, whatever the bank calls its columns."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from aldia.domain.bank_lines import BankLine
from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal
from aldia.domain.parsing import (
    Custom,
    day_order,
    decimal_mark,
    fold,
    parse_currency,
    parse_line,
    read_amount,
    read_date,
)
from aldia.imports.csv_table import RawTable, Record, read_table
from aldia.imports.sniffing import sniff

LONGEST_TEXT = 200
_DATES = (
    "fecha operacion|fecha de operacion|f operacion|fecha|fecha contable|fecha movimiento|"
    "fecha de movimiento|dia|date|booking date|transaction date|posting date|fecha valor|f valor|"
    "value date"
)
_CREDITS = (
    "abono|abonos|haber|deposito|depositos|credito|creditos|ingreso|ingresos|entrada|entradas|credit|"
    "credits|paid in|money in|deposit|deposits"
)
_AMOUNTS = "importe|monto|amount|cantidad|valor|importe eur|importe mxn|monto mxn|transaction amount|movimiento importe"
_CURRENCIES = "moneda|divisa|currency"
_TEXTS = (
    "concepto descripcion detalle observaciones movimiento referencia beneficiario ordenante nombre "
    "remitente glosa comentario mas datos description memo payee payer name reference details narrative "
    "counterparty titular emisor origen"
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each thing stands, from 0; `texts` are joined."""

    on: int
    amount: int
    currency: int | None
    texts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """What a file says: money in, and how many lines could not be read (`bad`) or show money out (`out`)."""

    lines: tuple[BankLine, ...]
    bad: tuple[int, ...]
    out: int


def read_statement(name: str, data: bytes, *, country: str, currency: str) -> Statement:
    """The incoming money of a CSV file. Refused (field `file`): no CSV, no column for the day or the sum."""
    sniffed = sniff(data, name)
    if sniffed.refused:
        raise Refused(sniffed.refused.key, field="file", **sniffed.refused.facts)
    if sniffed.kind != "csv":
        raise Refused("bank_csv.not_csv", field="file")
    table = read_table(data)
    columns = _columns(table.columns)
    custom = Custom(decimal_mark(_cells(table, columns.amount)), country)
    order = day_order(_cells(table, columns.on))
    found: list[BankLine] = []
    bad: list[int] = []
    seen: Counter[tuple[object, ...]] = Counter()
    out = 0
    for record in table.records:
        try:
            on = read_date(_cell(record, columns.on), country=country, order=order, field="file").value
            code, minor = _money(record, columns, currency, custom)
            text = parse_line(" ".join(_cell(record, place) for place in columns.texts)[:LONGEST_TEXT], field="file")
        except Refused as refused:
            if refused.key in ("import.amount_negative", "import.amount_missing", "import.amount_zero"):
                out += 1
            else:
                bad.append(record.line_no)
            continue
        said = (on, minor, code, fold(text))
        seen[said] += 1
        found.append(BankLine(_id(on, (*said, seen[said])), on, minor, code, text))
    return Statement(tuple(found), tuple(bad), out)


def _id(on: date, said: tuple[object, ...]) -> str:
    """The same for the same line of the same day, in whichever file it stands; twins of a day are numbered."""
    digest = hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()
    return f"{on:%Y%m%d}-{digest[:16]}"


def _money(record: Record, columns: Columns, currency: str, custom: Custom) -> tuple[str, int]:
    code = currency
    if columns.currency is not None:
        code = parse_currency(_cell(record, columns.currency), expected=currency) or currency
    read = read_amount(_cell(record, columns.amount), code, custom=custom, field="file")
    return read.currency or code, from_decimal(read.value, read.currency or code)


def _columns(names: Sequence[str]) -> Columns:
    folded = [fold(name) if len(name) <= 80 else "" for name in names]
    on, amount = _first(folded, _DATES), _first(folded, _CREDITS)
    amount = _first(folded, _AMOUNTS) if amount is None else amount
    if on is None:
        raise Refused("bank_csv.no_day", field="file")
    if amount is None:
        raise Refused("bank_csv.no_amount", field="file")
    words = set(_TEXTS.split())
    texts = [place for place, name in enumerate(folded) if words & set(name.split()) and place not in (on, amount)]
    return Columns(on, amount, _first(folded, _CURRENCIES), tuple(texts))


def _first(folded: list[str], known: str) -> int | None:
    """The column that is known by the surest name."""
    return next((folded.index(name) for name in known.split("|") if name in folded), None)


def _cell(record: Record, place: int) -> str:
    cells = record.cells or ()
    return cells[place] if place < len(cells) else ""


def _cells(table: RawTable, place: int) -> list[str]:
    return [_cell(record, place) for record in table.records]
