"""CFDI 3.3 and 4.0, Mexico's invoices: one file is one row, with neither e-mail nor due date (domain 6.1)."""

import re
from datetime import date, timedelta
from xml.etree.ElementTree import Element

from aldia.domain.errors import Refused
from aldia.domain.labels import check_concept, check_number
from aldia.domain.parsing import parse_line, read_date
from aldia.imports.cfdi_money import money_of
from aldia.imports.rows import Books, ImportRow, InvoiceFields, Problem
from aldia.imports.xml_tree import child, name_of, parse_xml

_VERSIONS = {"http://www.sat.gob.mx/cfd/3": "3.3", "http://www.sat.gob.mx/cfd/4": "4.0"}
_STAMP = "{http://www.sat.gob.mx/TimbreFiscalDigital}TimbreFiscalDigital"
_NOT_TO_COLLECT = {"E": "cfdi_credit_note", "P": "cfdi_payment", "N": "cfdi_payroll", "T": "cfdi_transfer"}
_ANYBODY = frozenset({"XAXX010101000", "XEXX010101000"})  # the public at large, and any foreigner
_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")
LONGEST_NUMBER = 90  # Serie, a hyphen, Folio
_DAYS = re.compile(r"(?<![0-9])([0-9]{1,3}) ?d[ií]as", re.IGNORECASE)
_TYPED = {
    "number": "Folio",
    "issue_date": "Fecha",
    "amount": "Total",
    "currency": "Moneda",
    "terms": "CondicionesDePago",
}


def read_cfdi(data: bytes, books: Books) -> ImportRow:
    """One row, a draft until it is compared with others. Refused: broken, not a CFDI, not something to collect."""
    root = parse_xml(data)
    _check(root, books)
    try:
        return ImportRow(0, "ok", _fields(root), notes=_notes(root, books), typed=_typed(root))
    except Refused as refused:
        return ImportRow(0, "bad", problems=(Problem.of(refused),), typed=_typed(root))


def _check(root: Element, books: Books) -> None:
    """Refused unless it is an income invoice, of a version we know, that somebody else has to pay."""
    space, local = name_of(root)
    if space not in _VERSIONS or local != "Comprobante":
        raise Refused("import.cfdi_namespace", field="file")
    if root.get("Version") != _VERSIONS[space]:
        raise Refused("import.cfdi_version", field="file")
    kind = root.get("TipoDeComprobante", "")
    if kind != "I":
        raise Refused(f"import.{_NOT_TO_COLLECT.get(kind, 'cfdi_kind')}", field="file")
    own = _own(books)
    if own and own == _rfc(root, "Receptor") != _rfc(root, "Emisor"):
        raise Refused("import.cfdi_received", field="file")


def _fields(root: Element) -> InvoiceFields:
    """The row. Refused with the field that is missing or wrong."""
    uuid, concept = _uuid(root), _shown_concept(root)
    number = "-".join(filter(None, (_number_part(root, "Serie"), _number_part(root, "Folio")))) or uuid[:8]
    check_number(number, most=LONGEST_NUMBER)
    if not number and not concept:
        raise Refused("import.number_missing", field="number")
    issued_on = read_date(root.get("Fecha", "")[:10], field="issue_date").value
    return InvoiceFields(
        client=_client(root),
        number=number,
        concept=concept,
        tax_id=_buyer_tax_id(root),
        issued_on=issued_on,
        due_on=_due_on(root, issued_on),
        external_id=uuid,
        seller_tax_id=_rfc(root, "Emisor"),
        fiscal_method=root.get("MetodoPago", "")[:3],
        **money_of(root),  # type: ignore[arg-type]  # its keys are these fields'
    )


def _notes(root: Element, books: Books) -> tuple[Problem, ...]:
    """What the person should look at: somebody else issued it, its concept cannot be shown to clients."""
    own, seller = _own(books), _rfc(root, "Emisor")
    other = (Problem("file", "import.other_seller", {"seller": seller}),) if own and seller != own else ()
    left_out = (Problem("concept", "import.concept_left_out"),) if _concept(root) != _shown_concept(root) else ()
    return (*other, *left_out)


def _typed(root: Element) -> dict[str, str]:
    """What the file says, as it is written there."""
    buyer = child(root, "Receptor")
    said = {name: root.get(attribute, "")[:200] for name, attribute in _TYPED.items()}
    return {**said, "client": buyer.get("Nombre", "")[:200], "tax_id": buyer.get("Rfc", "")[:40]}


def _own(books: Books) -> str:
    """The account's tax id as an RFC is written."""
    return "".join(books.tax_id.upper().split()).replace("-", "")


def _rfc(root: Element, party: str) -> str:
    """The RFC of the seller (Emisor) or buyer (Receptor)."""
    return parse_line(child(root, party).get("Rfc", ""), field="tax_id", most=40).upper()


def _number_part(root: Element, attribute: str) -> str:
    """Serie or Folio; leading zeros stay."""
    return parse_line(root.get(attribute, ""), field="number", most=40)


def _uuid(root: Element) -> str:
    """The fiscal id of its stamp, in capitals; "" before it is stamped."""
    stamp = next(root.iter(_STAMP), None)
    uuid = stamp.get("UUID", "").strip().upper() if stamp is not None else ""
    return uuid if _UUID.fullmatch(uuid) else ""


def _client(root: Element) -> str:
    """The buyer's name; CFDI 3.3 may have the tax id only."""
    name = parse_line(child(root, "Receptor").get("Nombre", ""), field="client", most=300)[:120].strip()
    if not (name or _buyer_tax_id(root)):
        raise Refused("import.client_missing", field="client")
    return name or _buyer_tax_id(root)


def _buyer_tax_id(root: Element) -> str:
    """The buyer's RFC, or a foreigner's own number; "" when the RFC is the one for anybody."""
    rfc = _rfc(root, "Receptor")
    if rfc not in _ANYBODY:
        return rfc
    return parse_line(child(root, "Receptor").get("NumRegIdTrib", ""), field="tax_id", most=40)


def _concept(root: Element) -> str:
    """What the invoice's lines say, as many whole words as fit."""
    lines = (parse_line(item.get("Descripcion", ""), field="concept", most=2000) for item in child(root, "Conceptos"))
    text = " · ".join(filter(None, lines))
    return text if len(text) <= 200 else text[:199].rsplit(" ", 1)[0].rstrip(" ·") + "…"


def _shown_concept(root: Element) -> str:
    """The same; "" when a phone number or an address stands in it: a stamped file cannot be corrected."""
    concept = _concept(root)
    try:
        return check_concept(concept, most=200)
    except Refused:
        return ""


def _due_on(root: Element, issued_on: date) -> date | None:
    """ "30 días" in the terms' free text, counted from the issue date; None when it names no days."""
    found = _DAYS.search(" ".join(root.get("CondicionesDePago", "")[:1000].split()))
    return issued_on + timedelta(days=int(found[1])) if found else None
