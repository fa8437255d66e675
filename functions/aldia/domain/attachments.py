"""The invoice's file: what may be kept, told by its first bytes and never by its name."""

import unicodedata
from typing import Literal

from aldia.domain.errors import Refused

Kind = Literal["pdf", "png", "jpg", "xml"]

MOST_BYTES = 4 * 1024 * 1024
LONGEST_STEM = 80
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PDF_WITHIN = 1024  # readers accept a PDF that begins a little later
_WEB_PAGES = (b"<html", b"<!doctype html", b"<head", b"<body", b"<table", b"<meta", b"<script")
_ALSO = {"jpg": ("jpg", "jpeg")}


def kind_of(content: bytes) -> Kind:
    """What the bytes are. Refused: empty, over 4 MB, or none of the four."""
    if not content:
        raise Refused("debt.file_empty", field="file")
    if len(content) > MOST_BYTES:
        raise Refused("debt.file_too_large", field="file")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return "pdf"
    if _begins_as_xml(content):
        return "xml"
    raise Refused("debt.file_kind", field="file")


def _begins_as_xml(content: bytes) -> bool:
    """XML, and not a web page: that is none of the four, whatever it is called."""
    start = content[:200]
    for bom in _BOMS:
        start = start.removeprefix(bom)
    start = start.replace(b"\0", b"").lstrip().lower()
    return start.startswith(b"<") and not start.startswith(_WEB_PAGES)


def clean_name(name: str, kind: Kind) -> str:
    """A name for downloads: no folders, nothing hidden, an ending that says what it is."""
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    shown = "".join(sign if sign.isprintable() else " " for sign in last)
    stem, dot, ending = " ".join(shown.split()).rpartition(".")
    if not dot or ending.lower() not in _ALSO.get(kind, (kind,)):
        stem = " ".join(shown.split())
    stem = "".join("-" if sign in '<>:"|?*%;=' else sign for sign in stem)[:LONGEST_STEM].strip(" .")
    return f"{stem or 'factura'}.{kind}"
