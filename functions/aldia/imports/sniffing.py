"""What a file is, by its bytes; its name only helps the sentence."""

from dataclasses import dataclass
from typing import Literal

from aldia.domain.errors import Refused
from aldia.imports.encodings import decode
from aldia.imports.rows import Problem
from aldia.imports.xml_tree import name_of, parse_xml

MOST_BYTES = 4 * 1024 * 1024
_CFDI = "http://www.sat.gob.mx/cfd/"

_SPREADSHEETS = (".xlsx", ".xlsm", ".ods", ".xls", ".numbers")
_BINARIES = (
    (b"%PDF", "import.is_pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "import.is_spreadsheet"),  # Office before 2007
    (b"\x89PNG", "import.is_picture"),
    (b"\xff\xd8\xff", "import.is_picture"),
    (b"GIF8", "import.is_picture"),
    (b"\x1f\x8b", "import.is_zip"),
    (b"Rar!", "import.is_zip"),
    (b"7z\xbc\xaf", "import.is_zip"),
)
_LATER = {  # root element → the name people know the format by
    "Facturae": "Facturae",
    "Invoice": "UBL",
    "CreditNote": "UBL",
    "AttachedDocument": "UBL (DIAN)",
    "CrossIndustryInvoice": "CII / Factur-X",
    "CrossIndustryDocument": "ZUGFeRD 1.0",
    "DTE": "DTE",
    "EnvioDTE": "DTE",
    "SetDTE": "DTE",
    "EnvioBOLETA": "DTE",
    "FatturaElettronica": "FatturaPA",
    "nfeProc": "NF-e",
    "NFe": "NF-e",
    "autorizacion": "SRI",
    "factura": "SRI",
    "FacturaElectronica": "Hacienda (Costa Rica)",
    "Retenciones": "CFDI de retenciones",
}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """A kind that can be read, or the sentence that says why not."""

    kind: Literal["csv", "cfdi", ""]
    refused: Problem | None = None


def sniff(data: bytes, filename: str = "") -> Sniffed:
    """Which reader takes the file."""
    try:
        return Sniffed(_kind(data, filename.lower()))
    except Refused as refused:
        return Sniffed("", Problem.of(refused))


def _kind(data: bytes, filename: str) -> Literal["csv", "cfdi"]:
    """The kind. Refused for everything else."""
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise Refused("import.is_empty", field="file")
    if len(data) > MOST_BYTES:
        raise Refused("import.is_too_big", field="file", megabytes=MOST_BYTES // 1024**2)
    _refuse_binary(data, filename)
    text = decode(data[:4096]).text.lstrip("\ufeff \t\r\n")
    if text.startswith("<"):
        if text[1:20].lower().lstrip("!").startswith(("html", "table", "doctype html", "meta")):
            raise Refused("import.is_web_page", field="file")
        return _xml_kind(data)
    if _is_noise(text):
        raise Refused("import.is_binary", field="file")
    return "csv"


def _refuse_binary(data: bytes, filename: str) -> None:
    """Formats that their first bytes give away."""
    if data.startswith(b"PK"):
        is_sheet = filename.endswith(_SPREADSHEETS) or b"xl/" in data[:8192] or b"[Content_Types].xml" in data[:200]
        raise Refused("import.is_spreadsheet" if is_sheet else "import.is_zip", field="file")
    for start, key in _BINARIES:
        if data.startswith(start):
            raise Refused(key, field="file")


def _xml_kind(data: bytes) -> Literal["cfdi"]:
    """CFDI, or refused by the name of what it is."""
    space, local = name_of(parse_xml(data))
    if local == "Comprobante":
        if space.startswith(_CFDI):
            return "cfdi"
        raise Refused("import.cfdi_namespace", field="file")
    if local in _LATER:
        raise Refused("import.format_later", field="file", format=_LATER[local])
    raise Refused("import.xml_unknown", field="file")


def _is_noise(text: str) -> bool:
    """Whether so many characters are control codes that this is no text."""
    strange = sum(1 for char in text if (char < " " and char not in "\t\r\n\x0b\x0c") or "\x7f" <= char <= "\x9f")
    return strange * 20 > len(text) + 100
