"""The project's sample files give what their manifest says, where the samples lie beside the checkout."""

import json
from datetime import date
from pathlib import Path

import pytest

from aldia.domain.money import to_decimal
from tests.imports.import_world import SPAIN, keys, notes, read

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
MANIFEST = SAMPLES / "manifest.json"
FILES = {one["file"]: one for one in json.loads(MANIFEST.read_text("utf-8"))["files"]} if MANIFEST.exists() else {}
REASONS = {  # the manifest's words → our sentences
    "no such date": "date_no_such",
    "due before issue": "due_before_issue",
    "zero amount": "amount_zero",
    "no such currency": "currency_unknown",
    "a surplus column": "line_surplus",
    "too short": "line_short",
}

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FILES, reason="../shared/samples is not there: its files are read only beside it"),
]


def sample(name):
    return read((SAMPLES / name).read_bytes(), SPAIN, name=name), FILES[name]["expected"]


def day(text):
    return date.fromisoformat(text) if text else None


def check(fields, expected):
    assert fields.number == expected["number"]
    assert str(to_decimal(fields.amount_minor, fields.currency)) == expected["total"]
    if len(expected["currency"]) == 3:
        assert fields.currency == expected["currency"]
    if "issue_date" in expected:
        assert (fields.issued_on, fields.due_on) == (day(expected["issue_date"]), day(expected["due_date"]))


@pytest.mark.parametrize("name", ["cfdi-cfdi40-valid.xml", "cfdi-created-with-discounts-40.xml"])
def test_a_cfdi_sample_becomes_a_row(name):
    reading, expected = sample(name)
    (row,) = reading.rows
    check(row.fields, expected)
    assert (row.verdict, row.fields.client) == ("waits_for_email", expected["buyer"])
    assert (row.fields.tax_id, row.fields.seller_tax_id) == (
        expected["buyer_tax_ids"][0],
        expected["seller_tax_ids"][0],
    )
    assert (row.fields.external_id, row.fields.fiscal_method) == (expected.get("uuid", ""), expected["metodo_pago"])
    assert row.fields.net_minor + row.fields.tax_minor - row.fields.withheld_minor == row.fields.amount_minor


def test_the_payment_complement_is_refused_with_the_reason():
    reading, _ = sample("cfdi-cfdv40-pagos20.xml")
    assert (reading.rows, reading.refused.key) == ((), "import.cfdi_payment")


def test_the_spanish_excel_file_becomes_two_rows():
    reading, expected = sample("es_excel_semicolon_latin1.csv")
    assert [row.verdict for row in reading.rows] == ["ok", "ok"]
    for row, one in zip(reading.rows, expected["invoices"], strict=True):
        check(row.fields, one)
        assert row.fields.client == one["client"]


def test_the_half_bad_file_is_imported_with_its_report():
    reading, expected = sample("half_bad.csv")
    good = [row for row in reading.rows if row.verdict in ("ok", "waits_for_email")]
    for row, one in zip(good, expected["invoices"], strict=True):
        check(row.fields, one)
        assert (row.verdict == "waits_for_email") == (one.get("waits_for") == "e-mail")
        assert ("assumed_currency" in notes(row)) == ("said so" in one["currency"])
    bad = {str(row.line_no): [key for _, key in keys(row)] for row in reading.rows if row.verdict == "bad"}
    assert bad == {line: [REASONS[why]] for line, why in expected["bad_lines"].items()}
    there = {str(row.line_no): row.fields.number for row in reading.rows if row.verdict == "already_there"}
    assert there == expected["already_there"]


@pytest.mark.parametrize("name", [name for name in FILES if name.split("-")[0] in ("facturae", "ubl", "cii")])
def test_formats_that_come_later_are_refused_by_name(name):
    reading, _ = sample(name)
    assert reading.refused.key == "import.format_later"
