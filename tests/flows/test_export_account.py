"""The export holds everything, in sheets that a spreadsheet opens as they are meant and in JSON that is complete."""

import csv
import io
import json
import zipfile
from dataclasses import fields

import pytest

from aldia.domain.account import Account
from aldia.domain.client import Client
from aldia.domain.debt import Debt, Entry
from aldia.flows import attach_file, edit_text, export_account
from aldia.i18n import catalog
from aldia.store import accounts
from tests.flows.test_delete_account import lived
from tests.pages.settings_world import send


def opened(answer):
    return zipfile.ZipFile(io.BytesIO(answer.data))


def sheet(archive, name, delimiter):
    text = archive.read(name).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def exported(world, account, browser=None):
    answer = send(browser or world.browser(account), "/ajustes/datos", action="/ajustes/datos/exportar")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=al-dia-2026-")
    return opened(answer)


def test_everything_is_in_it(world):
    ana, _letter, browser = lived(world)
    archive = exported(world, ana, browser)
    assert set(archive.namelist()) >= {
        "LEEME.txt", "aldia.json", "cobros.csv", "movimientos.csv", "clientes.csv", "cartas.csv", "avisos.csv",
    }  # fmt: skip
    whole = json.loads(archive.read("aldia.json"))
    assert whole["account"]["email"] == "ana@example.com"
    assert {client["client"]["name"] for client in whole["clients"]} == {"bruno", "carla"}
    paid = next(client for client in whole["clients"] if client["client"]["name"] == "bruno")
    assert [entry["amount_minor"] for entry in paid["debts"][0]["entries"]] == [100_000]
    assert {record["letter"]["step"] for record in paid["letters"]} == {"invoice_sent", "thanks"}
    assert all(record["text"] for record in paid["letters"])
    assert paid["checkouts"][0]["state"] == "paid"
    invoice, proof = sorted(name for name in archive.namelist() if name.startswith("facturas/"))
    assert proof.endswith("-proof-r.pdf")
    assert archive.read(invoice) == b"%PDF-1.4\n%%EOF\n"
    rows = {row["número"]: row for row in sheet(archive, "cobros.csv", ";")}
    assert (rows["F-bruno"]["importe"], rows["F-bruno"]["pendiente"], rows["F-bruno"]["estado"]) == (
        "1000,00",
        "0,00",
        "paid",
    )
    [line] = sheet(archive, "movimientos.csv", ";")
    assert (line["tipo"], line["importe"], line["moneda"]) == ("payment", "1000,00", "MXN")
    letters = sheet(archive, "cartas.csv", ";")
    assert {row["paso"] for row in letters} >= {"invoice_sent", "thanks"}
    assert all("F-" in row["texto"] for row in letters)
    assert {row["tipo"] for row in sheet(archive, "avisos.csv", ";")} >= {"paid"}


def test_json_has_every_field_and_the_text_beside_it_names_each(world):
    ana = world.account()
    world.debt(ana)
    edit_text.save(world.ports, ana, "overdue_1/es", text="Te escribo por {factura}.")
    whole = json.loads(exported(world, ana).read("aldia.json"))
    assert [version["text"] for version in whole["own_texts"]["overdue_1/es"]["versions"]] == [
        "Te escribo por {factura}."
    ]
    client = whole["clients"][0]
    for kind, value in ((Account, whole["account"]), (Client, client["client"]), (Debt, client["debts"][0])):
        assert {field.name for field in fields(kind)} == set(value)
    for language in ("es", "en"):
        readme = catalog.text(language, "export.readme")
        for kind in (Account, Client, Debt, Entry):
            unnamed = {field.name for field in fields(kind)} - set(
                readme.replace(",", " ").replace("(", " ").replace(")", " ").replace(":", " ").replace(";", " ").split()
            )
            assert unnamed <= {"version"}, (language, kind)


@pytest.mark.parametrize("text", ['=HYPERLINK("http://evil.example")', "+1+1", "-2+3", "@SUM(1)"])
def test_what_people_typed_never_becomes_a_formula(world, text):
    ana = world.account()
    world.debt(ana, client=text, number=text, concept=text)
    archive = exported(world, ana)
    for name in ("cobros.csv", "clientes.csv"):
        [row] = sheet(archive, name, ";")
        assert row["cliente"] == f"'{text}"
        assert not any((cell or "").startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values())


def test_in_english_cells_are_parted_by_commas_and_decimals_by_points(world):
    ana = world.account(language="en")
    world.debt(ana, concept="Design, with commas")
    archive = exported(world, ana)
    assert archive.read("debts.csv").startswith(b"\xef\xbb\xbfid,client,number")
    [row] = sheet(archive, "debts.csv", ",")
    assert (row["amount"], row["concept"]) == ("1000.00", "Design, with commas")
    assert "README.txt" in archive.namelist()


def test_nothing_of_another_account_is_in_it(world):
    ana, eva = world.account(), world.account("eva@example.com", name="Eva Sanz")
    world.debt(ana)
    debt = world.debt(eva, client="Dora", email="dora@example.org")
    attach_file.attach_file(world.ports, eva.id, debt.client_id, debt.id, upload=("f.pdf", b"%PDF-1.4\n%%EOF\n"))
    archive = exported(world, ana)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"Dora" not in everything
    assert eva.id.encode() not in everything


def test_it_is_sent_while_it_is_made(world):
    ana = world.account()
    for number in range(60):
        world.debt(ana, client=f"c{number}", email=f"c{number}@example.org", number=f"F-{number}")
    account = accounts.load(world.ports, ana.id)
    pieces = [
        piece
        for piece in export_account.export(world.ports, account, say=lambda key: catalog.text("es", f"export.{key}"))
        if piece
    ]
    assert len(pieces) > 3
    assert max(map(len, pieces)) < sum(map(len, pieces)) / 2
    assert zipfile.ZipFile(io.BytesIO(b"".join(pieces))).testzip() is None
