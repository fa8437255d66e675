"""Before giving credit: warnings of a limit where they help, quiet once known; notes that no client ever sees."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest

from aldia.domain.open_limit import limit_of
from aldia.flows import delete_account
from aldia.pages.guard import form_token
from aldia.store import accounts, cases
from tests.world import csrf

NOTE = "En agosto paga tarde: pedir anticipo."


@pytest.fixture
def ana(world):
    account = world.account()
    debt = world.debt(account, amount_minor=400_00)
    browser = world.browser(account)
    browser.account, browser.client_id, browser.debt = account, debt.client_id, debt
    return browser


def send(browser, path, **values):
    return browser.post(path, data={"csrf": form_token(browser.secret)} | values)


def risk(browser, end="", **values):
    return send(browser, f"/clientes/{browser.client_id}/riesgo{end}", **values)


def client(world, ana):
    return cases.load_by_id(world.ports, ana.account.id, ana.client_id).client


def new_debt(browser, amount, **values):
    page = browser.get(f"/cobros/nuevo?client={browser.client_id}").text
    fields = dict(re.findall(r'name="(\w+)" type="(?:text|date|hidden|email)" value="([^"]*)"', page))
    ids = re.search(r'name="id" value="(\w+)"', page)[1]
    form = {"client": "Bruno", "number": "F-9", "amount": amount, "currency": "MXN", "id": ids} | values
    return {name: fields[name] for name in ("issued_on", "due_on")} | form | {"csrf": csrf(page)}


def test_a_limit_warns_while_a_debt_is_typed_saves_all_the_same_and_stands_under_today(world, ana):
    assert risk(ana, "/limite", limit="1,000", limit_currency="MXN").location.endswith("said=client_saved")
    assert "Hasta $1,000.00. Ahora hay $400.00 abiertos." in plain(ana.get(f"/clientes/{ana.client_id}"))
    under = plain(ana.post("/cobros/nuevo/plan", data=new_debt(ana, "600")))
    assert "tu límite es" not in under
    over = plain(ana.post("/cobros/nuevo/plan", data=new_debt(ana, "600.01"), headers={"HX-Request": "true"}))
    assert "Con este cobro Bruno tendrá $1,000.01 abiertos; tu límite es $1,000.00." in over
    saved = ana.post("/cobros/nuevo", data=new_debt(ana, "600.01"))
    assert saved.location.endswith("said=debt_opened_over")
    assert "pasa de tu límite" in ana.get(saved.location).text
    card = plain(ana.get("/hoy"))
    assert "Bruno tiene $1,000.01 abiertos; tu límite es $1,000.00." in card
    assert "Lo sé" in card
    assert "Tiene $1,000.01 abiertos" in plain(ana.get(f"/clientes/{ana.client_id}"))
    assert send(ana, f"/hoy/quitar/{ana.client_id}..over_limit").location.startswith("/hoy?said=task_aside")
    assert "tu límite es" not in plain(ana.get("/hoy"))
    assert "Lo sabes" in ana.get(f"/clientes/{ana.client_id}/riesgo").text
    more = ana.post("/cobros/nuevo", data=new_debt(ana, "1", number="F-10"))
    assert more.location.endswith("said=debt_opened_over")
    assert "Bruno tiene $1,001.01 abiertos" in plain(ana.get("/hoy"))
    assert send(ana, f"/hoy/traer/{ana.client_id}..over_limit").status_code == 303
    assert risk(ana, "/lo-se").location == f"/clientes/{ana.client_id}?said=limit_known"
    assert "tu límite es" not in plain(ana.get("/hoy"))


def plain(answer):
    return answer.text.replace("\u00a0", " ")


def test_the_usual_limit_holds_for_whoever_has_none_and_tells_at_once(world, ana):
    other = world.debt(ana.account, client="Carla", email="carla@example.com", amount_minor=700_00)
    saved = send(ana, "/ajustes/como-trabajo/limite", limit="300", limit_currency="MXN")
    assert saved.location == "/ajustes/como-trabajo?said=saved"
    told = plain(ana.get("/hoy"))
    assert "Bruno tiene $400.00 abiertos; tu límite es $300.00." in told
    assert "Carla tiene $700.00 abiertos" in told
    assert risk(ana, "/limite", limit="0", limit_currency="MXN").status_code == 303  # none for this one
    told = plain(ana.get("/hoy"))
    assert "Bruno tiene" not in told
    assert "Carla tiene" in told
    assert limit_of(accounts.load(world.ports, ana.account.id), client(world, ana)) is None
    wrong = send(ana, "/ajustes/como-trabajo/limite", limit="mucho", limit_currency="MXN")
    assert wrong.status_code == 422
    assert 'value="mucho"' in wrong.text
    assert risk(ana, "/limite", limit="-3", limit_currency="MXN").status_code == 422
    assert other.client_id != ana.client_id


def test_an_import_says_who_would_pass_the_limit(world, ana):
    risk(ana, "/limite", limit="500", limit_currency="MXN")
    lines = "cliente,correo,factura,importe,moneda,fecha\nBruno,bruno@example.com,I-1,200.00,MXN,2026-05-20\n"
    files = {"csrf": form_token(ana.secret), "files": (BytesIO(lines.encode()), "f.csv")}
    draft = ana.post("/importar", data=files, content_type="multipart/form-data").location
    shown = plain(ana.get(f"{draft}/cartas"))
    assert "Bruno: $600.00 abiertos, límite $500.00" in shown
    risk(ana, "/limite", limit="600", limit_currency="MXN")
    assert "tu límite" not in plain(ana.get(f"{draft}/cartas"))


def test_notes_are_kept_changed_and_removed_and_no_client_sees_them(world, ana):
    page = ana.get(f"/clientes/{ana.client_id}/riesgo").text
    assert "Nada de salud" in page
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    for _ in range(2):  # the same form twice is one note
        assert risk(ana, "/nota", key=key, kind="own", text=NOTE, on="2026-06-01", do="keep").status_code == 303
    where = "boletin.example/concursos/77 <b>"
    fact = {"kind": "fact", "text": "Concurso publicado", "source": where, "on": "2026-05-01", "do": "keep"}
    assert risk(ana, "/nota", key="fact0001", **fact).status_code == 303
    assert [one.text for one in client(world, ana).risks] == [NOTE, "Concurso publicado"]
    for place in (f"/clientes/{ana.client_id}", f"/cobros/nuevo?client={ana.client_id}"):
        shown = ana.get(place).text
        assert NOTE in shown
        assert "boletin.example/concursos/77 &lt;b&gt;" in shown
        assert "boletin.example/concursos/77</a>" not in shown
    assert NOTE in ana.post("/cobros/nuevo/plan", data=new_debt(ana, "5")).text
    for _ in range(6):
        world.advance(days=8)
    told = [mail.text + mail.html + mail.subject for mail in world.outbox.sent]
    letter = next(mail for mail in world.outbox.to("bruno@example.com") if "/p/" in mail.text)
    told.append(world.browser().get(world.link(letter)).text)
    assert len(told) > 2
    assert not [text for text in told if "anticipo" in text or "Concurso" in text or "boletin.example" in text]
    ana_again = world.browser(ana.account)
    ana_again.client_id = ana.client_id
    changed = {"kind": "own", "text": "Ya paga bien.", "on": "2026-06-02", "do": "keep"}
    assert risk(ana_again, "/nota", key=key, **changed).status_code == 303
    assert "Deshacer" not in ana_again.get(f"/clientes/{ana.client_id}/riesgo").text
    gone = risk(ana_again, "/nota", key="fact0001", do="remove").text
    assert [one.text for one in client(world, ana).risks] == ["Ya paga bien."]
    undo = re.search(r'<div class="undo">.*?</div>', gone, re.S)[0]
    assert "Nota borrada." in undo
    assert "Deshacer" in undo
    back = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', undo)}
    for _ in range(2):
        assert ana_again.post(re.search(r'action="([^"]+)"', undo)[1], data=back).status_code == 303
    assert [one.text for one in client(world, ana).risks] == ["Ya paga bien.", "Concurso publicado"]
    fact_again = client(world, ana).risks[1]
    assert (fact_again.kind, fact_again.source, str(fact_again.on)) == ("fact", where, "2026-05-01")
    never = risk(ana_again, "/nota", key="fact0009", do="remove").text  # gone already: nothing to bring back
    assert "Deshacer" not in never


def test_a_cause_outside_the_client_is_told_before_credit_until_its_last_day_and_kept_after_it(world, ana):
    cause = {"kind": "outside", "text": "Su sector se para en agosto.", "on": "2026-05-20", "until": "2026-06-02"}
    assert risk(ana, "/nota", key="note0001", do="keep", **cause).status_code == 303
    places = (f"/clientes/{ana.client_id}", f"/cobros/nuevo?client={ana.client_id}")
    for place in places:
        shown = ana.get(place).text
        assert "Algo de fuera que puede retrasar el pago · cuenta hasta el 2 jun" in shown
        assert cause["text"] in shown
    assert cause["text"] in ana.post("/cobros/nuevo/plan", data=new_debt(ana, "5")).text
    world.clock.at += timedelta(days=2)
    later = world.browser(ana.account)
    assert not [place for place in places if cause["text"] in later.get(place).text]
    page = later.get(f"/clientes/{ana.client_id}/riesgo").text
    assert cause["text"] in page
    assert "contó hasta el 2 de junio" in page


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"text": " "}, "Escribe la nota."),
        ({"kind": "fact", "text": "Concurso publicado"}, "necesita decir dónde consta"),
        ({"text": "Hoy no", "on": "2026-06-02"}, "todavía no ha llegado"),
        ({"text": "Hoy no", "on": "ayer"}, "note-stop"),
        ({"kind": "outside", "text": "Agosto", "until": "2026-05-31"}, "el día de la nota o después"),
        ({"kind": "outside", "text": "Agosto", "until": "pronto"}, "note-stop"),
        ({"text": "x" * 281}, "280"),
    ],
)
def test_what_is_wrong_with_a_note_stands_beside_it_and_what_was_typed_stays(world, ana, values, said):
    form = {"kind": "own", "on": "2026-06-01", "key": "note0001"} | values
    answer = risk(ana, "/nota", **form)
    assert answer.status_code == 422
    assert said in answer.text
    assert form["text"].strip() in answer.text
    assert client(world, ana).risks == ()


def test_limits_and_notes_are_the_owners_alone_and_go_with_the_account(world, ana):
    risk(ana, "/nota", key="note0001", kind="own", text=NOTE, on="2026-06-01")
    eva = world.browser(world.account("eva@example.com"))
    eva.client_id = ana.client_id
    assert eva.get(f"/clientes/{ana.client_id}/riesgo").status_code == 404
    for end in ("/limite", "/nota", "/lo-se"):
        assert risk(eva, end, key="note0001", text="Mala", on="2026-06-01", limit="1").status_code == 404
    assert [one.text for one in client(world, ana).risks] == [NOTE]
    delete_account.begin(world.ports, accounts.load(world.ports, ana.account.id))
    world.advance(hours=3)
    pages = world.dynamodb.get_paginator("scan").paginate(TableName=world.ports.table.name)
    assert not [item for page in pages for item in page["Items"] if ana.client_id in item["pk"]["S"]]
