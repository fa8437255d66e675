"""The money of one line: the total, its currency, its split, what was paid already."""

from collections.abc import Mapping
from typing import Any, Protocol

from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal
from aldia.domain.parsing import Custom, fold, parse_currency, read_amount

_PAID = frozenset("si yes true x pagado pagada cobrado cobrada paid verdadero".split())
_UNPAID = frozenset(
    "no false falso pendiente unpaid pending impagado impagada open due overdue vencido vencida".split()
)


class Line(Protocol):
    """What is asked of a line."""

    cells: Mapping[str, str]

    def blame(self, place: str, key: str, **facts: object) -> None: ...  # noqa: D102
    def note(self, place: str, key: str, **facts: object) -> None: ...  # noqa: D102


def read(line: Line, account_currency: str, custom: Custom) -> dict[str, Any] | None:
    """The money fields of an invoice, or None with the line's problems said."""
    try:
        currency, amount = _total(line, account_currency, custom)
        cells = _Cells(line, currency, custom)
        paid = _paid(cells, amount)
    except Refused as refused:
        line.blame(refused.field or "amount", refused.key, **refused.facts)
        return None
    return {"amount_minor": amount, "currency": currency, "paid_minor": paid, **_split(cells, amount)}


class _Cells:
    """The line's money cells in its currency."""

    def __init__(self, line: Line, currency: str, custom: Custom) -> None:
        self.line = line
        self.currency = currency
        self.custom = custom

    def text(self, name: str) -> str:
        return self.line.cells.get(name, "").strip()

    def minor(self, name: str) -> int | None:
        """Minor units; None when empty. Refused when unreadable or in another currency."""
        if not self.text(name):
            return None
        read = read_amount(self.text(name), self.currency, custom=self.custom, field=name, is_zero_ok=True)
        if read.currency not in ("", self.currency):
            raise Refused("import.amount_other_currency", field=name, named=read.currency, currency=self.currency)
        if read.assumed:
            self.line.note(name, f"import.assumed_{read.assumed}")
        return from_decimal(read.value, self.currency)


def _total(line: Line, account_currency: str, custom: Custom) -> tuple[str, int]:
    """Currency and total: of its own column, else net + tax - withheld, else what is still open."""
    place = next((name for name in ("amount", "net", "open") if line.cells.get(name, "").strip()), "amount")
    code = parse_currency(line.cells.get("currency", ""), expected=account_currency)
    read = read_amount(line.cells.get(place, ""), code or account_currency, custom=custom, field=place)
    if code and read.currency not in ("", code):
        raise Refused("import.amount_other_currency", field=place, named=read.currency, currency=code)
    currency = code or read.currency or account_currency
    if not (code or read.currency):
        line.note("currency", "import.assumed_currency", currency=currency)
    if read.assumed:
        line.note(place, f"import.assumed_{read.assumed}")
    amount = from_decimal(read.value, currency)
    if place == "net":
        cells = _Cells(line, currency, custom)
        amount += (cells.minor("tax") or 0) - (cells.minor("withheld") or 0)
    if amount <= 0:
        raise Refused("import.amount_zero", field=place)
    return currency, amount


def _paid(cells: _Cells, amount: int) -> int:
    """What was paid before: a sum, a yes or no, or the total less what is open. Refused when nothing is left."""
    word = fold(cells.text("paid"))
    paid = amount if word in _PAID else 0
    if word not in _PAID | _UNPAID:
        paid = cells.minor("paid") or 0
    still_open = cells.minor("open")
    if still_open is not None:
        paid = max(paid, amount - still_open)
    if paid >= amount:
        raise Refused("import.nothing_to_collect", field="paid")
    return paid


def _split(cells: _Cells, amount: int) -> dict[str, int]:
    """Net, tax and withheld when they add up to the amount; nothing, and a note, when they do not."""
    try:
        net, tax, withheld = cells.minor("net"), cells.minor("tax"), cells.minor("withheld") or 0
    except Refused:
        net, tax, withheld = -1, -1, 0
    if net is None and tax is None:
        return {}
    net = amount + withheld - (tax or 0) if net is None else net
    tax = amount + withheld - net if tax is None else tax
    if min(net, tax) < 0 or net + tax - withheld != amount:
        cells.line.note("net", "import.split_ignored")
        return {}
    return {"net_minor": net, "tax_minor": tax, "withheld_minor": withheld}
