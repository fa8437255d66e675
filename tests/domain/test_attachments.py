"""What may be kept as an invoice's file: told by its bytes, named harmlessly."""

import pytest

from aldia.domain.attachments import MOST_BYTES, clean_name, kind_of
from aldia.domain.errors import Refused


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.4", "pdf"),
        (b"\n\n%PDF-2.0", "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpg"),
        (b"<?xml version='1.0'?><a/>", "xml"),
        (b"\xef\xbb\xbf  <a/>", "xml"),
        ("<a/>".encode("utf-16"), "xml"),
        (b"%PDF-" + b"0" * (MOST_BYTES - 5), "pdf"),
    ],
)
def test_a_file_is_what_its_bytes_say(content, kind):
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "debt.file_empty"),
        (b"MZ\x90", "debt.file_kind"),
        (b"PK\x03\x04", "debt.file_kind"),
        (b"GIF89a", "debt.file_kind"),
        (b"hello", "debt.file_kind"),
        (b"<!DOCTYPE html><html><body>Invoice<br></body></html>", "debt.file_kind"),
        (b"\n<html><head><title>x", "debt.file_kind"),
        ("<HTML>".encode("utf-16"), "debt.file_kind"),
        (b" " * 2000 + b"%PDF-1.4", "debt.file_kind"),
        (b"%PDF-" + b"0" * MOST_BYTES, "debt.file_too_large"),
    ],
)
def test_anything_else_is_refused_with_its_sentence(content, key):
    with pytest.raises(Refused) as refused:
        kind_of(content)
    assert (refused.value.key, refused.value.field) == (key, "file")


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ("Factura 7.pdf", "pdf", "Factura 7.pdf"),
        ("C:\\fakepath\\factura.PDF", "pdf", "factura.pdf"),
        ("../../etc/passwd", "xml", "passwd.xml"),
        ("foto.jpeg", "jpg", "foto.jpg"),
        ("run.exe", "pdf", "run.exe.pdf"),
        ('a"b<c>\r\nX: y.png', "png", "a-b-c- X- y.png"),
        ("fac\u202efdp.pdf", "pdf", "fac fdp.pdf"),
        (".pdf", "pdf", "factura.pdf"),
        ("", "png", "factura.png"),
        ("x" * 300 + ".pdf", "pdf", "x" * 80 + ".pdf"),
        ("año ☂.xml", "xml", "año ☂.xml"),
    ],
)
def test_a_name_is_made_harmless_and_says_what_it_is(given, kind, name):
    assert clean_name(given, kind) == name
