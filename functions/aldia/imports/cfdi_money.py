"""The money of a CFDI: what the buyer owes, and how it splits into net, tax and what is withheld."""

import re
from decimal import Decimal
from xml.etree.ElementTree import Element

from aldia.domain.currencies import decimals
from aldia.domain.errors import Refused
from aldia.domain.money import from_decimal, round_half_up
from aldia.domain.parsing import Custom, parse_currency, read_amount
from aldia.imports.xml_tree import child

_LOCAL_TAXES = "{http://www.sat.gob.mx/implocal}ImpuestosLocales"
_SUM = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
_ROUNDING_MINOR = 10  # by which the rounded parts of an invoice may miss its total


def money_of(root: Element) -> dict[str, int | str]:
    """Currency, total and, when it adds up, the split. Refused: no currency, no total, too many decimals."""
    currency = parse_currency(root.get("Moneda", ""))
    if not currency:
        raise Refused("import.currency_missing", field="currency")
    total = from_decimal(
        read_amount(str(_sum(root.get("Total", ""))), currency, custom=Custom(mark=".")).value, currency
    )
    return {"amount_minor": total, "currency": currency, **_split(root, total, currency)}


def _split(root: Element, total: int, currency: str) -> dict[str, int | str]:
    """SubTotal less Descuento, plus taxes, less what is withheld, local taxes included.

    The net takes what rounding left. Nothing when the parts do not add up to the total.
    """
    taxes = child(root, "Impuestos")
    local = next(root.iter(_LOCAL_TAXES), Element("none"))
    try:
        parts = (
            _sum(root.get("SubTotal", "0")) - _sum(root.get("Descuento", "0")),
            _sum(taxes.get("TotalImpuestosTrasladados", "0")) + _sum(local.get("TotaldeTraslados", "0")),
            _sum(taxes.get("TotalImpuestosRetenidos", "0")) + _sum(local.get("TotaldeRetenciones", "0")),
        )
    except Refused:
        return {}
    net, tax, withheld = (round_half_up(part * 10 ** decimals(currency)) for part in parts)
    exact = total - tax + withheld
    if exact < 0 or abs(exact - net) > _ROUNDING_MINOR:
        return {}
    return {"net_minor": exact, "tax_minor": tax, "withheld_minor": withheld}


def _sum(text: str) -> Decimal:
    """A sum as the schema writes it: digits, a dot, up to six decimals."""
    if not _SUM.fullmatch(text.strip()):
        raise Refused("import.amount_unreadable", field="amount")
    return Decimal(text.strip())
