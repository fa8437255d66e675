"""A CFDI from the file to the money: dropped, confirmed, its client's address added, written to, paid, thanked."""

import io
from html.parser import HTMLParser

from aldia.store import cases, imports
from tests.imports.import_world import fixture
from tests.world import csrf, mark

CLIENT = "pagos@robotica.example"


def confirmed(browser, data):
    """The CFDI dropped and confirmed as it is; the import's address."""
    form = {"csrf": csrf(browser.get("/importar").text), "files": (io.BytesIO(data), "A-0042.xml")}
    draft = browser.post("/importar", data=form, content_type="multipart/form-data")
    assert draft.status_code == 303, draft.text
    shown = browser.get(draft.location).text
    assert "UNIVERSIDAD ROBOTICA ESPAÑOLA" in shown
    assert "$9,540.00" in shown
    assert "Falta el correo" in shown
    assert browser.post(f"{draft.location}/guardar", data={"csrf": form["csrf"], "start": "soft"}).status_code == 303
    return draft.location


class Form(HTMLParser):
    """What a browser would send of a page's fields, as they are."""

    def __init__(self, html):
        super().__init__()
        self.values, self._select = {}, ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        is_off = given.get("type") in ("radio", "checkbox") and "checked" not in given
        if tag in ("input", "textarea") and given.get("name") and not is_off:
            self.values[given["name"]] = given.get("value") or ""
        if tag == "select":
            self._select = given.get("name", "")
        if tag == "option" and "selected" in given:
            self.values[self._select] = given.get("value", "")


def add_address(browser, client_id):
    """Write the address on the client's page, everything else as the form has it."""
    page = browser.get(f"/clientes/{client_id}/editar").text
    form = Form(page.split("<main")[1]).values | {"email_0": CLIENT, "csrf": csrf(page)}
    answer = browser.post(f"/clientes/{client_id}/editar", data=form)
    assert answer.status_code == 303, answer.text


def test_a_dropped_cfdi_is_written_to_paid_online_and_thanked(world):
    ana = world.account(tax_id="EKU9003173C9")
    browser = world.browser(ana)
    data = fixture("cfdi40_income.xml")
    there = confirmed(browser, data)
    [client] = imports.every_client(world.ports, ana.id)
    client_id = client["pk"].split("#")[3]
    world.advance(hours=6)
    assert world.outbox.sent == []  # it waits for an address

    assert f"/clientes/{client_id}" in browser.get(there).text
    add_address(browser, client_id)
    world.advance(hours=24)
    [letter] = world.outbox.to(CLIENT)
    assert "A-0042" in letter.text

    page = world.browser()
    shown = page.get(world.link(letter))
    assert "$9,540.00" in shown.text
    assert page.get(f"{world.link(letter)}/archivo/{mark(shown.text)}").data == data
    form = {"csrf": csrf(shown.text), "debt": mark(shown.text), "shown": "954000"}
    gone = page.post(f"{world.link(letter)}/pagar", data=form)
    assert gone.status_code == 303, gone.text
    world.stripe.bank.pay(gone.location.rstrip("/").split("/")[-1])
    world.jobs()
    world.jobs()

    thanks = world.outbox.to(CLIENT)[-1]
    assert "racias" in thanks.text
    [debt] = cases.load(world.ports, ana, client_id).debts
    assert [(entry.kind, entry.amount_minor) for entry in debt.entries] == [("payment", 954_000)]
    world.advance(days=60)
    assert len(world.outbox.to(CLIENT)) == 2
