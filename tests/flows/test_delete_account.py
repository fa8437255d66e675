"""Deleting an account leaves nothing of it, wherever it is interrupted, and touches nobody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.flows import attach_file, bank_statement, claim_payment, client_text, delete_account, letter_note
from aldia.store import accounts
from tests.pages.settings_world import send
from tests.world import csrf, mark


def items(world):
    """Every item of the table, as text."""
    found, more = [], {}
    while True:
        page = world.dynamodb.scan(TableName=world.ports.table.name, **more)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return [repr(item) for item in found]
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


def of(world, *words):
    return [text for text in items(world) if any(word in text for word in words)]


def lived(world, email="ana@example.com"):
    """An account that has done everything: letters, money, a problem, a file, a task, a draft, another address."""
    account = world.account(email)
    debts = [
        world.debt(account, client=name, email=f"{name}@example.org", number=f"F-{name}") for name in ("bruno", "carla")
    ]
    attach_file.attach_file(
        world.ports, account.id, debts[0].client_id, debts[0].id, upload=("f.pdf", b"%PDF-1.4\n%%EOF\n")
    )
    attach_file.keep_draft(world.ports, account.id, "draft1", upload=("g.pdf", b"%PDF-1.4\n%%EOF\n"))
    client_text.save(world.ports, (account.id, debts[0].client_id), "overdue_1/es", text="Hola, {nombre}: {factura}.")
    world.advance(hours=3)
    letter_note.write(
        world.ports, (account.id, debts[0].client_id, debts[0].id), key="pre_due", text="Hasta pronto.", seen=""
    )
    letter = world.outbox.to("bruno@example.org")[-1]
    page = world.browser()
    shown = page.get(world.link(letter))
    form = {"csrf": csrf(shown.text), "debt": mark(shown.text), "shown": str(debts[0].amount_minor)}
    gone = page.post(world.link(letter) + "/pagar", data=form)
    world.stripe.bank.pay(gone.location.rstrip("/").split("/")[-1])
    world.jobs()
    world.advance(days=50)
    said = claim_payment.Said(None, None, proof=("r.pdf", b"%PDF-1.4\n%%EOF\n"))
    claim_payment.claim_payment(world.ports, (account.id, debts[1].client_id, debts[1].id), said)
    world.jobs()
    bank_statement.take_in(world.ports, account, "b.csv", b"Fecha,Concepto,Importe\n2026-06-01,ABONO,5.00\n")
    browser = world.browser(account)
    send(browser, "/ajustes/seguridad", {"email": "otra@example.com"})
    send(browser, "/ajustes/avisos", without=("paid",))
    return account, letter, browser


def letters_of(world):
    """Every mail but those of the other account's client."""
    return [mail for mail in world.outbox.sent if "dora@example.org" not in mail.to]


def test_nothing_of_a_deleted_account_remains(world):
    ana, letter, browser = lived(world)
    eva = world.account("eva@example.com")
    world.debt(eva, client="Dora", email="dora@example.org")
    before = len(of(world, eva.id))
    assert len(of(world, ana.id)) > 20

    answer = send(browser, "/ajustes/datos", {"confirm": "Borrar "}, action="/ajustes/datos/borrar")
    assert answer.status_code == 200
    assert "se borró" in answer.text
    assert "ana@example.com" in world.outbox.sent[-1].to
    assert browser.get("/ajustes").location == "/entrar"
    assert world.browser().get(world.link(letter)).status_code in (404, 410)
    assert [text for text in of(world, ana.id) if "GONE" not in text] == []

    sent = letters_of(world)
    world.advance(hours=3)
    assert of(world, ana.id, "ana@example.com", "otra@example.com", "bruno@example.org") == []
    assert [key for key in world.ports.files.held if ana.id in key] == []
    assert letters_of(world) == sent
    assert len(of(world, eva.id)) >= before
    assert accounts.load(world.ports, eva.id).email == "eva@example.com"


def test_the_address_may_sign_up_again_at_once(world):
    ana = world.account()
    delete_account.begin(world.ports, ana)
    again = world.account()
    assert again.id != ana.id
    delete_account.go_on(world.ports, ana.id)
    assert accounts.owner_of(world.ports, "ana@example.com") == again.id


class Stopping:
    """A table that breaks down at its nth write."""

    def __init__(self, table, at):
        self._table, self._left = table, at

    def __getattr__(self, name):
        return getattr(self._table, name)

    def write(self, *writes):
        self._left -= 1
        if self._left < 0:
            raise ConnectionError("cut")
        self._table.write(*writes)


def test_an_interrupted_deletion_is_carried_on_by_the_job(world):
    ana, _letter, _browser = lived(world)
    delete_account.begin(world.ports, ana)
    cuts = 0
    while True:
        broken = replace(world.ports, table=Stopping(world.ports.table, at=2))
        try:
            delete_account.go_on(broken, ana.id)
            break
        except ConnectionError:
            cuts += 1
    assert cuts > 5
    world.advance(hours=2)
    assert of(world, ana.id, "ana@example.com") == []
    assert len([mail for mail in world.outbox.to("ana@example.com") if "se borró" in mail.subject]) <= 1


@pytest.mark.parametrize("typed", ["", "si", "borra"])
def test_without_the_word_nothing_is_deleted(world, typed):
    ana = world.account()
    answer = send(world.browser(ana), "/ajustes/datos", {"confirm": typed}, action="/ajustes/datos/borrar")
    assert answer.status_code == 422
    assert "escribe «borrar»" in answer.text
    assert accounts.load(world.ports, ana.id) == ana


def test_money_paid_after_the_end_wakes_nobody(world):
    ana = world.account()
    world.debt(ana, due_on="2026-07-01", issued_on="2026-06-01")
    world.advance(hours=2)
    letter = world.outbox.to("bruno@example.com")[-1]
    page = world.browser()
    shown = page.get(world.link(letter))
    form = {"csrf": csrf(shown.text), "debt": mark(shown.text), "shown": "100000"}
    gone = page.post(world.link(letter) + "/pagar", data=form)
    session = gone.location.rstrip("/").split("/")[-1]
    delete_account.begin(world.ports, ana)
    delete_account.go_on(world.ports, ana.id)
    assert world.ports.payments.read_session(session, "").status == "expired"
    world.clock.at += timedelta(hours=2)
    assert world.jobs().troubles == []
    world.advance(days=3)
    assert of(world, ana.id) == []
