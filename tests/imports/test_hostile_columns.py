"""Every column of a file × every hostile value: a verdict with a sentence in both languages, and never an exception."""

import pytest

from aldia.i18n.catalog import text
from tests.hostile import HOSTILE
from tests.imports.import_world import FIXTURES, GOOD, MEXICO, SPAIN, quoted, read

CFDI = (FIXTURES / "cfdi40_income.xml").read_text("utf-8")
ATTRIBUTES = {
    "Serie": "A",
    "Folio": "0042",
    "Fecha": "2026-01-15T10:20:30",
    "CondicionesDePago": "Crédito a 45 días naturales",
    "Moneda": "MXN",
    "SubTotal": "10000.00",
    "Total": "9540.00",
    "TipoDeComprobante": "I",
    "MetodoPago": "PPD",
    "Rfc": "URE180429TM6",
    "Nombre": "UNIVERSIDAD ROBOTICA ESPAÑOLA",
    "Descripcion": "Manual de marca",
    "TotalImpuestosTrasladados": "1440.00",
    "UUID": "0a1b2c3d-1111-4222-8333-444455556666",
}


def sentences(reading):
    """Everything a reading says to a person, in both languages; KeyError when a sentence or a fact is missing."""
    said = [reading.refused] if reading.refused else []
    said += [problem for row in reading.rows for problem in (*row.problems, *row.notes)]
    return [text(language, problem.key, **problem.facts) for problem in said for language in ("es", "en")]


def escaped(value):
    plain = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return "".join(char if char >= " " or char in "\t\n\r" else "" for char in plain)


def each_hostile(check):
    """The names of the values for which the check does not hold, with what happened."""
    failed = {}
    for name, value in HOSTILE:
        try:
            check(value)
        except Exception as error:
            failed[name] = repr(error)
    return failed


@pytest.mark.parametrize("column", GOOD)
def test_every_hostile_value_in_a_column_gets_a_verdict(column):
    def check(value):
        reading = read(quoted(**{column: value}), SPAIN)
        sentences(reading)
        assert reading.rows
        assert all((row.fields is None) == (row.verdict == "bad") == bool(row.problems) for row in reading.rows)
        assert len(reading.rows) == 1 or value.count("\n") > 29  # a cell over so many lines is an open quotation
        if len(reading.rows) == 1:
            assert reading.rows[0].typed[column] == value.strip()[:200]
        assert all(harmless(row.fields) for row in reading.rows if row.fields)

    assert each_hostile(check) == {}


def harmless(fields):
    """Whether nothing in the texts controls or hides, and the sum is one to collect."""
    texts = (fields.client, fields.number, fields.concept, fields.email, fields.tax_id)
    return fields.amount_minor > 0 and all(
        text.replace("\u200d", "").replace("\u200c", "").isprintable() for text in texts
    )


@pytest.mark.parametrize("column", GOOD)
def test_a_hostile_header_is_one_more_name(column):
    def check(value):
        head = ",".join('"' + value.replace('"', '""') + '"' if name == column else name for name in GOOD)
        reading = read(f"{head}\n{','.join(GOOD.values())}\n", SPAIN)
        assert reading.rows or sentences(reading)

    assert each_hostile(check) == {}


@pytest.mark.parametrize("attribute", ATTRIBUTES)
def test_every_hostile_value_in_an_attribute_of_a_cfdi_gets_a_verdict(attribute):
    old = f'{attribute}="{ATTRIBUTES[attribute]}"'
    assert old in CFDI

    def check(value):
        reading = read(CFDI.replace(old, f'{attribute}="{escaped(value)}"'), MEXICO)
        sentences(reading)
        assert reading.refused or len(reading.rows) == 1
        assert all(harmless(row.fields) for row in reading.rows if row.fields)

    assert each_hostile(check) == {}
