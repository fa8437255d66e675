"""CFDI 3.3 and 4.0."""

import tracemalloc
from dataclasses import replace
from datetime import date

import pytest

from aldia.imports.reading import read_files
from tests.imports.import_world import MEXICO, fixture, keys, notes, read

INCOME = fixture("cfdi40_income.xml").decode()


def cfdi(*changes, books=MEXICO):
    """The row of the income invoice with (old, new) texts changed."""
    reading = changed(*changes, books=books)
    assert reading.refused is None, reading.refused
    return reading.rows[0]


def changed(*changes, books=MEXICO):
    text = INCOME
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read(text, books, name="factura.xml")


def test_an_income_invoice_becomes_a_row_that_waits_for_an_email():
    row = cfdi()
    fields = row.fields
    assert (row.verdict, row.line_no, row.file) == ("waits_for_email", 0, "factura.xml")
    assert (fields.number, fields.client, fields.tax_id) == ("A-0042", "UNIVERSIDAD ROBOTICA ESPAÑOLA", "URE180429TM6")
    assert (fields.concept, fields.currency, fields.fiscal_method) == (
        "Diseño de identidad · Manual de marca",
        "MXN",
        "PPD",
    )
    assert (fields.external_id, fields.seller_tax_id) == ("0A1B2C3D-1111-4222-8333-444455556666", "EKU9003173C9")
    assert (fields.issued_on, fields.due_on) == (date(2026, 1, 15), date(2026, 3, 1))


def test_the_amount_is_net_plus_tax_less_what_is_withheld_with_the_discount_inside():
    fields = cfdi().fields
    assert (fields.amount_minor, fields.net_minor, fields.tax_minor, fields.withheld_minor) == (
        954000,
        900000,
        144000,
        90000,
    )


def test_the_old_version_with_local_taxes_and_a_foreign_buyer():
    (row,) = read(fixture("cfdi33_foreign.xml"), MEXICO).rows
    fields = row.fields
    assert (fields.client, fields.tax_id, fields.number, fields.due_on) == (
        "Café Example, Inc.",
        "00-0000000",
        "7",
        None,
    )
    assert (fields.amount_minor, fields.net_minor, fields.tax_minor, fields.withheld_minor) == (51250, 50000, 1500, 250)


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ([('Serie="A" ', "")], "0042"),
        ([('Serie="A" Folio="0042" ', "")], "0A1B2C3D"),
        ([('Folio="0042"', 'Folio="018304 / 28865"')], "A-018304 / 28865"),
        ([('Serie="A" Folio="0042" ', ""), ('UUID="0a1b2c3d-1111', 'UUID="nonsense')], ""),
    ],
)
def test_the_number_is_series_and_folio_else_the_start_of_the_fiscal_id(changes, number):
    assert cfdi(*changes).fields.number == number


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ("30 días", date(2026, 2, 14)),
        ("NETO 15 DIAS", date(2026, 1, 30)),
        ("30días de crédito", date(2026, 2, 14)),
        ("Contado", None),
        ("", None),
        ("12345 días", None),
        ("0 días", date(2026, 1, 15)),
    ],
)
def test_days_in_the_free_text_of_the_terms_date_the_invoice(terms, due):
    assert cfdi(("Crédito a 45 días naturales", terms)).fields.due_on == due


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("E", "cfdi_credit_note"),
        ("P", "cfdi_payment"),
        ("N", "cfdi_payroll"),
        ("T", "cfdi_transfer"),
        ("Z", "cfdi_kind"),
        ("", "cfdi_kind"),
    ],
)
def test_what_is_not_to_be_collected_is_refused_with_the_reason(kind, key):
    assert changed(('TipoDeComprobante="I"', f'TipoDeComprobante="{kind}"')).refused.key == f"import.{key}"


@pytest.mark.parametrize("rfc", ["XAXX010101000", "XEXX010101000"])
def test_the_tax_id_for_anybody_is_no_tax_id(rfc):
    assert cfdi(("URE180429TM6", rfc)).fields.tax_id == ""


def test_a_buyer_without_name_is_called_by_its_tax_id():
    assert cfdi((' Nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA"', "")).fields.client == "URE180429TM6"
    nobody = cfdi((' Nombre="UNIVERSIDAD ROBOTICA ESPAÑOLA"', ""), ("URE180429TM6", "XAXX010101000"))
    assert keys(nobody) == [("client", "client_missing")]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ([('Total="9540.00"', 'Total="0.00"')], ("amount", "amount_zero")),
        ([('Total="9540.00"', "")], ("amount", "amount_unreadable")),
        ([('Total="9540.00"', 'Total="-1"')], ("amount", "amount_unreadable")),
        ([('Total="9540.00"', 'Total="NaN"')], ("amount", "amount_unreadable")),
        ([('Total="9540.00"', 'Total="9540.001"')], ("amount", "amount_decimals")),
        ([('Moneda="MXN"', 'Moneda="XXX"')], ("currency", "currency_unknown")),
        ([('Moneda="MXN"', "")], ("currency", "currency_missing")),
        ([('Fecha="2026-01-15T', 'Fecha="2026-02-30T')], ("issue_date", "date_no_such")),
        ([('Fecha="2026-01-15T10:20:30"', "")], ("issue_date", "date_missing")),
        ([("UNIVERSIDAD", "UNI\u202eVERSIDAD")], ("client", "text_hidden")),
    ],
)
def test_an_invoice_with_something_wrong_is_a_bad_row_that_keeps_what_it_says(changes, problem):
    row = cfdi(*changes)
    assert (row.verdict, keys(row), row.fields) == ("bad", [problem], None)
    assert row.typed["number"] == "0042"


def test_a_split_that_misses_the_total_by_cents_gives_them_to_the_net_and_by_more_is_left_out():
    assert cfdi(('Total="9540.00"', 'Total="9540.05"')).fields.net_minor == 900005
    off = cfdi(('Total="9540.00"', 'Total="9600.00"')).fields
    assert (off.amount_minor, off.net_minor, off.tax_minor) == (960000, None, None)


def test_an_invoice_that_the_account_received_is_not_its_to_collect():
    assert changed(books=replace(MEXICO, tax_id="ure-180429-tm6")).refused.key == "import.cfdi_received"


def test_an_invoice_that_somebody_else_issued_says_so():
    assert notes(cfdi(books=replace(MEXICO, tax_id="AAA010101AAA"))) == {"other_seller"}
    assert notes(cfdi(books=replace(MEXICO, tax_id="EKU9003173C9"))) == set()


def test_a_concept_that_holds_a_phone_number_is_left_out_and_said():
    row = cfdi(('Descripcion="Manual de marca"', 'Descripcion="Llama al 55 1234 5678"'))
    assert (row.fields.concept, row.fields.number, notes(row)) == ("", "A-0042", {"concept_left_out"})


def test_a_number_that_holds_an_address_is_a_bad_row():
    assert keys(cfdi(('Serie="A"', 'Serie="malo.com "'))) == [("number", "notes.label_address")]


def test_a_known_client_is_recognised_by_its_tax_id():
    row = cfdi(books=replace(MEXICO, emails={"URE180429TM6": "pagos@ure.example"}))
    assert (row.verdict, row.fields.email) == ("ok", "pagos@ure.example")


def test_several_files_are_compared_with_each_other():
    csv = "numero;cliente;importe\nA-0042;Universidad Robótica Española;9540\n".encode()
    invoice = INCOME.encode()
    readings = read_files([("1.xml", invoice), ("2.xml", invoice), ("3.csv", csv), ("4.pdf", b"%PDF-1")], MEXICO)
    assert [row.verdict for reading in readings for row in reading.rows] == [
        "waits_for_email",
        "already_there",
        "already_there",
    ]
    assert readings[1].rows[0].problems[0].facts["file"] == "1.xml"
    assert readings[3].refused.key == "import.is_pdf"


DOCTYPES = {
    "external entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    "entity bomb": "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY b{n} '{'&a;' * 10 if n == 0 else f'&b{n - 1};' * 10}'>" for n in range(12))
    + "]>",
    "quadratic blow-up": f"<!DOCTYPE x [<!ENTITY a '{'a' * 50_000}'>]>",
    "external dtd": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "plain doctype": "<!DOCTYPE x>",
}


@pytest.mark.parametrize("doctype", DOCTYPES.values(), ids=DOCTYPES.keys())
def test_definitions_and_entities_are_refused_before_they_are_read(doctype):
    body = INCOME.replace("?>\n", f"?>\n{doctype}\n", 1).replace("Manual de marca", "&e;&b11;&a;")
    assert read(body, MEXICO).refused.key == "import.xml_unsafe"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (INCOME[: len(INCOME) // 2], "xml_truncated"),
        (INCOME.replace("</cfdi:Conceptos>", ""), "xml_broken"),
        (INCOME.replace("Serie=", "Folio="), "xml_broken"),
        (INCOME.replace("Manual", "Ma&#0;nual"), "xml_broken"),
        (INCOME.replace("Manual", "Ma\x00nual"), "xml_broken"),
        (INCOME.replace("<cfdi:Conceptos>", "<cfdi:Conceptos>" + "<cfdi:x>" * 200_000), "xml_too_deep"),
        (INCOME.replace("<cfdi:Conceptos>", "<cfdi:Conceptos>" + "<a/>" * 200_000), "xml_too_deep"),
        (INCOME.replace("Manual", "x" * 1_000_000), "xml_too_long"),
        (INCOME.replace("sat.gob.mx/cfd/4", "sat.gob.mx/cfd/5"), "cfdi_namespace"),
        (INCOME.replace("www.sat.gob.mx", "sat.example"), "cfdi_namespace"),
        (INCOME.replace('Version="4.0"', 'Version="3.3"', 1), "cfdi_version"),
        (INCOME.replace('Version="4.0"', "", 1), "cfdi_version"),
    ],
)
def test_broken_and_hostile_xml_gets_one_sentence_each(text, key):
    assert read(text, MEXICO).refused.key == f"import.{key}"


def test_an_entity_bomb_takes_no_memory():
    body = INCOME.replace("?>\n", f"?>\n{DOCTYPES['entity bomb']}\n", 1).replace("Manual de marca", "&b11;")
    tracemalloc.start()
    read(body, MEXICO)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000
