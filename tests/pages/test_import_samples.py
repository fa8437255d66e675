"""Files as other software writes them, dropped on the page: the project's samples where they lie beside the checkout,
and synthetic twins of them everywhere."""

import io
import json
import re
from pathlib import Path

import pytest

from aldia.domain.money import to_decimal
from aldia.store import cases, imports
from tests.imports.import_world import fixture
from tests.world import csrf

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
MANIFEST = SAMPLES / "manifest.json"
FILES = {one["file"]: one for one in json.loads(MANIFEST.read_text("utf-8"))["files"]} if MANIFEST.exists() else {}

beside = pytest.mark.skipif(not FILES, reason="../shared/samples is not there: its files are read only beside it")

EXCEL = (
    "Nº factura;Cliente;Correo electrónico;Fecha;Vencimiento;Importe;Moneda\r\n"
    "G-2026/001;Heladería Güell, S.L.;hola@guell.example;07/01/2026;06/02/2026;2.345,67 €;EUR\r\n"
    'G-2026/002;"Talleres ""La Caña""";taller@cana.example;31/01/2026;02/03/2026;450,00;EUR\r\n'
).encode("cp1252")
HALF_BAD = b"""number,client,email,issue_date,due_date,amount,currency
T-1,Good,g@example.org,2026-01-05,2026-02-04,100.00,EUR
T-2,NoMail,,2026-01-05,2026-02-04,100.00,EUR
T-3,BadDate,g@example.org,2026-04-31,2026-05-04,100.00,EUR
T-4,DueBeforeIssue,g@example.org,2026-02-04,2026-01-05,100.00,EUR
T-5,Zero,g@example.org,2026-01-05,2026-02-04,0,EUR
T-6,NoCurrency,g@example.org,2026-01-05,2026-02-04,100.00,
T-7,BadCurrency,g@example.org,2026-01-05,2026-02-04,100.00,QQQ
T-1,Good,g@example.org,2026-01-05,2026-02-04,100.00,EUR
T-8,Extra,g@example.org,2026-01-05,2026-02-04,100.00,EUR,surplus
T-9,Short,g@example.org
"""
CFDI = fixture("cfdi40_income.xml")
UBL = (
    b'<?xml version="1.0"?><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>1</ID></Invoice>'
)
SENTENCES = {  # the manifest's words → ours
    "no such date": "Esta fecha no existe",
    "due before issue": "El vencimiento es anterior",
    "zero amount": "El importe es cero",
    "no such currency": "No conozco esta moneda",
    "a surplus column": "sobra algún separador",
    "too short": "se queda corta",
}


@pytest.fixture
def ana(world):
    return world.account(country="ES", timezone="Europe/Madrid", currency="EUR")


@pytest.fixture
def browser(world, ana):
    made = world.browser(ana)
    made.token = csrf(made.get("/importar").text)
    return made


def drop(browser, name, data):
    form = {"csrf": browser.token, "files": [(io.BytesIO(data), name)]}
    return browser.post("/importar", data=form, content_type="multipart/form-data")


def preview(browser, name, data):
    """The address of the draft, and each line's cells as a person reads them."""
    there = drop(browser, name, data).location
    page = browser.get(there).text
    rows = re.findall(r'<tr role="row"(?: class="is-faulty")?>(<th role="rowheader".*?)</tr>', page, re.S)
    plain = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
    return there, {re.match(r"(?:Línea )?(\S+)", row)[1]: row for row in plain}


def saved(world, ana, browser, there):
    """number → debt, and number → client, of what was saved from a draft."""
    assert browser.post(f"{there}/guardar", data={"csrf": browser.token, "start": "soft"}).status_code == 303
    found = {}
    for item in imports.every_client(world.ports, ana.id):
        case = cases.load(world.ports, ana, item["pk"].split("#")[3])
        found |= {debt.number: (debt, case.client) for debt in case.debts}
    return found


def check(debt, expected):
    assert str(to_decimal(debt.amount_minor, debt.currency)) == expected["total"]
    assert debt.currency == expected["currency"]
    assert debt.issued_on.isoformat() == expected["issue_date"]
    if expected["due_date"]:
        assert debt.due_on.isoformat() == expected["due_date"]
    else:
        assert (debt.due_on - debt.issued_on).days == 30


# -- twins --------------------------------------------------------------------------------------


def test_a_spanish_spreadsheet_becomes_its_debts(world, ana, browser):
    there, rows = preview(browser, "excel.csv", EXCEL)
    assert list(rows) == ["2", "3"]
    found = saved(world, ana, browser, there)
    check(
        found["G-2026/001"][0],
        {"total": "2345.67", "currency": "EUR", "issue_date": "2026-01-07", "due_date": "2026-02-06"},
    )
    assert found["G-2026/002"][1].name == 'Talleres "La Caña"'
    assert found["G-2026/001"][1].emails == ("hola@guell.example",)


def test_of_a_half_bad_file_the_good_half_is_saved_and_the_rest_listed(world, ana, browser):
    there, rows = preview(browser, "half.csv", HALF_BAD)
    for line, words in {"4": "no such date", "5": "due before issue", "6": "zero amount", "8": "no such currency",
                        "10": "a surplus column", "11": "too short"}.items():  # fmt: skip
        assert SENTENCES[words] in rows[line]
    assert "Es igual que la línea 2" in rows["9"]
    assert "Falta el correo" in rows["3"]
    assert "se toma la de tu cuenta, EUR" in rows["7"]
    assert set(saved(world, ana, browser, there)) == {"T-1", "T-2", "T-6"}
    again, rows = preview(browser, "half.csv", HALF_BAD)
    assert "Ya la tienes" in rows["2"]
    assert "Guardar" not in browser.get(again).text.split("<main")[1]


def test_a_cfdi_becomes_a_debt_with_its_fiscal_id(world, ana, browser):
    there, rows = preview(browser, "factura.xml", CFDI)
    assert "UNIVERSIDAD ROBOTICA ESPAÑOLA" in rows["factura.xml"]
    debt, client = saved(world, ana, browser, there)["A-0042"]
    assert (debt.external_id, client.tax_id) == ("0A1B2C3D-1111-4222-8333-444455556666", "URE180429TM6")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (CFDI.replace(b'TipoDeComprobante="I"', b'TipoDeComprobante="P"'), "complemento de pago"),
        (CFDI.replace(b'TipoDeComprobante="I"', b'TipoDeComprobante="E"'), "nota de crédito"),
        (UBL, "Todavía no leemos UBL"),
    ],
)
def test_what_is_not_to_be_collected_is_refused_with_the_reason(browser, data, sentence):
    answer = drop(browser, "otro.xml", data)
    assert answer.status_code == 422
    assert sentence in answer.text


# -- the samples themselves ---------------------------------------------------------------------


def sample(name):
    return (SAMPLES / name).read_bytes(), FILES[name]["expected"]


@pytest.mark.parametrize("name", ["cfdi-cfdi40-valid.xml", "cfdi-created-with-discounts-40.xml"])
@pytest.mark.shared
@beside
def test_a_cfdi_sample_becomes_the_debt_of_its_manifest(world, ana, browser, name):
    data, expected = sample(name)
    there, rows = preview(browser, name, data)
    assert "Falta el correo" in rows[name]
    debt, client = saved(world, ana, browser, there)[expected["number"]]
    check(debt, expected)
    assert (client.name, client.tax_id) == (expected["buyer"], expected["buyer_tax_ids"][0])
    assert debt.external_id == expected.get("uuid", "")


@pytest.mark.shared
@beside
def test_the_spanish_excel_sample_becomes_the_debts_of_its_manifest(world, ana, browser):
    data, expected = sample("es_excel_semicolon_latin1.csv")
    there, _ = preview(browser, "es_excel.csv", data)
    found = saved(world, ana, browser, there)
    assert set(found) == {one["number"] for one in expected["invoices"]}
    for one in expected["invoices"]:
        debt, client = found[one["number"]]
        check(debt, one)
        assert client.name == one["client"]


@pytest.mark.shared
@beside
def test_the_half_bad_sample_gives_the_report_of_its_manifest_and_again_changes_nothing(world, ana, browser):
    data, expected = sample("half_bad.csv")
    there, rows = preview(browser, "half_bad.csv", data)
    for line, words in expected["bad_lines"].items():
        assert "No se puede leer" in rows[line]
        assert SENTENCES[words] in rows[line]
    for line in expected["already_there"]:
        assert "Ya estaba" in rows[line]
    found = saved(world, ana, browser, there)
    assert set(found) == {one["number"] for one in expected["invoices"]}
    for one in expected["invoices"]:
        debt, client = found[one["number"]]
        assert str(to_decimal(debt.amount_minor, debt.currency)) == one["total"]
        assert bool(client.emails) == ("waits_for" not in one)
    before = {number: debt for number, (debt, _) in found.items()}
    again, _ = preview(browser, "half_bad.csv", data)
    browser.post(f"{again}/guardar", data={"csrf": browser.token, "start": "soft"})
    found = saved_now(world, ana)
    assert found == before


def saved_now(world, ana):
    clients = [item["pk"].split("#")[3] for item in imports.every_client(world.ports, ana.id)]
    return {debt.number: debt for one in clients for debt in cases.load(world.ports, ana, one).debts}


@pytest.mark.parametrize(
    "name",
    [name for name, one in FILES.items() if one["behaviour"] == "refuse" or name.startswith(("fact", "ubl", "cii"))],
)
@pytest.mark.shared
@beside
def test_samples_that_are_not_for_now_are_refused_and_leave_nothing(world, browser, name):
    data, _ = sample(name)
    answer = drop(browser, name, data)
    assert answer.status_code == 422
    assert name in answer.text
    assert world.ports.files.held == {}
