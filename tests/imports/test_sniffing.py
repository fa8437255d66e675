"""What a file is, and the one sentence for what cannot be read."""

import gzip
import io
import zipfile

import pytest

from aldia.imports.sniffing import MOST_BYTES, sniff
from tests.hostile import HOSTILE_BYTES
from tests.imports.import_world import SPAIN, fixture, read


def zipped(name):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(name, "x")
    return data.getvalue()


def xml(root):
    return f'<?xml version="1.0"?>\n<!-- invoice -->\n{root}'.encode()


@pytest.mark.parametrize(
    ("name", "data", "key"),
    [
        ("a.csv", b"", "is_empty"),
        ("a.csv", b" \r\n\t\n", "is_empty"),
        ("a.csv", b"\xef\xbb\xbf", "is_empty"),
        ("a.csv", b"\x00" * 900, "is_empty"),
        ("a.csv", b"a,b\n" * (MOST_BYTES // 4) + b"c", "is_too_big"),
        ("a.xml", b"<" + b"a" * MOST_BYTES, "is_too_big"),
        ("a.pdf", b"%PDF-1.7 ...", "is_pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "is_picture"),
        ("a.jpg", b"\xff\xd8\xff\xe0....", "is_picture"),
        ("a.xlsx", zipped("xl/workbook.xml"), "is_spreadsheet"),
        ("a.ods", zipped("content.xml"), "is_spreadsheet"),
        ("factura.zip", zipped("factura.xml"), "is_zip"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "is_spreadsheet"),
        ("a.gz", gzip.compress(b"number,client\n", mtime=0), "is_zip"),
        ("a.xls", b"<html><table><tr><td>Cliente</td></tr></table>", "is_web_page"),
        ("a.html", b"<!DOCTYPE html><p>hola", "is_web_page"),
        ("a.bin", bytes(range(256)) * 20, "is_binary"),
        ("a.txt", b"hola", "is_no_table"),
        ("a.csv", b"client,amount\n", "only_header"),
        ("a.csv", ",".join(["client", "amount", *map(str, range(300))]).encode() + b"\n", "too_many_columns"),
        ("a.csv", b"client,amount\n" + b"a,1\n" * 20_001, "too_many_lines"),
        ("a.csv", b"foo,bar\nx,y\n", "no_client_column"),
        ("a.csv", b"client,bar\nx,y\n", "no_amount_column"),
        ("a.xml", b"<a", "xml_truncated"),
        ("a.xml", b"<a></b>", "xml_broken"),
        ("a.xml", b'<?xml version="1.0" encoding="klingon"?><a/>', "xml_broken"),
        ("a.xml", xml("<pedido/>"), "xml_unknown"),
        ("a.xml", xml('<Comprobante xmlns="urn:other"/>'), "cfdi_namespace"),
        ("a.xml", xml("<Comprobante/>"), "cfdi_namespace"),
    ],
)
def test_what_cannot_be_read_gets_its_own_sentence(name, data, key):
    reading = read(data, name=name)
    assert (reading.refused.key, reading.rows) == (f"import.{key}", ())


@pytest.mark.parametrize(
    ("root", "name"),
    [
        ('<fe:Facturae xmlns:fe="http://www.facturae.gob.es/formato/Versiones/Facturaev3_2_2.xml"/>', "Facturae"),
        ('<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"/>', "UBL"),
        ('<CreditNote xmlns="urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2"/>', "UBL"),
        ('<r:CrossIndustryInvoice xmlns:r="urn:un:unece:uncefact:data:standard"/>', "CII / Factur-X"),
        ('<EnvioDTE xmlns="http://www.sii.cl/SiiDte"/>', "DTE"),
        ('<AttachedDocument xmlns="urn:oasis:names:specification:ubl:schema:xsd:AttachedDocument-2"/>', "UBL (DIAN)"),
    ],
)  # fmt: skip
def test_formats_that_come_later_are_refused_by_their_name(root, name):
    refused = sniff(xml(root), "factura.xml").refused
    assert (refused.key, refused.facts) == ("import.format_later", {"format": name})


def test_the_bytes_decide_and_not_the_name():
    assert sniff(b"client;amount\nAna;5\n", "factura.xml").kind == "csv"
    assert sniff(fixture("cfdi40_income.xml"), "lista.csv").kind == "cfdi"
    assert sniff(fixture("cfdi40_income.xml").decode().replace("UTF-8", "UTF-16").encode("utf-16"), "").kind == "cfdi"


@pytest.mark.parametrize("hostile", HOSTILE_BYTES, ids=lambda hostile: hostile.name)
@pytest.mark.parametrize("shape", [b"%s", b"client,amount,number\n%s,5,1\n", b"client,amount\nAna,%s\n", b"<a>%s</a>"])
def test_hostile_bytes_give_verdicts_and_never_an_exception(hostile, shape):
    reading = read(shape % hostile.value, SPAIN)
    assert reading.refused or reading.rows
