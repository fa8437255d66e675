"""One transfer for several invoices of a client: shown sum by sum, booked with one press, once, and undone as one."""

import re

import pytest

from aldia.banking.reference import reference
from aldia.domain import answers
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money, state
from aldia.flows import bank_statement, casework, record_payment
from aldia.flows.claim_payment import Said, claim_payment
from aldia.store import accounts, bank
from tests.pages.test_bank import HEAD, JUNE_1, upload
from tests.world import csrf

NORTE = "norte@example.com"


@pytest.fixture
def lived(world):
    """Ana's browser, three invoices of Editorial Norte, and one of Carla."""
    ana = world.account(country="ES", currency="EUR", timezone="Europe/Madrid")
    debts = [
        world.debt(ana, client="Editorial Norte", email=NORTE, number=f"N-{place}", amount_minor=10_000 * place)
        for place in (1, 2, 4)
    ]
    carla = world.debt(ana, client="Carla", email="carla@example.com", number="C-1", amount_minor=70_000)
    world.advance(days=1)
    return ana, world.browser(ana), debts, carla


def kept(world, ana, debts):
    """What stands in each ledger, nothing lost or made."""
    case = world.case(ana, debts[0])
    found = [case.debt(debt.id) for debt in debts]
    assert all(law_of_money(debt, world.clock.at.date()) for debt in found)
    return [[entry.amount_minor for entry in debt.kept_entries] for debt in found]


def form_of(page, button):
    """What the form with that button sends."""
    forms = re.findall(r"<form[^>]*confirmar.*?</form>", page, re.S)
    one = next(form for form in forms if button in form)
    return {"csrf": csrf(page), "line": re.findall(r'name="line" value="([^"]+)"', one)}


def plain(text):
    return re.sub(r"<[^>]+>", "", text).replace("\u00a0", " ")


def test_a_transfer_for_three_invoices_is_shown_sum_by_sum_and_booked_once_with_one_mail(world, lived):
    ana, browser, debts, _carla = lived
    rows = HEAD + "01/06/2026;TRANSF NORTE;700,00\n"
    upload(browser, rows)
    page = browser.get("/banco").text
    shown = plain(page)
    assert "El texto nombra a Editorial Norte, y 3 de sus cobros suman justo este importe" in shown
    assert all(f"N-{place}: {place}00,00 €" in shown for place in (1, 2, 4))
    assert "1 pago por confirmar" in shown
    assert "ingreso sin cobro" not in shown
    form = form_of(page, "anotarlo en los 3")
    eva = world.browser(world.account("eva@example.org"))
    stolen = eva.post("/banco/confirmar", data=form | {"csrf": csrf(eva.get("/banco").text)})
    assert stolen.status_code == 422
    for hostile in ("0", "x", "-1", "9" * 16, "10000"):
        wrong = form["line"][0].rpartition(":")[0] + f":{hostile}"
        assert browser.post("/banco/confirmar", data=form | {"line": wrong}).status_code == 422
    assert kept(world, ana, debts) == [[], [], []]
    before = len(world.outbox.to(NORTE))
    assert browser.post("/banco/confirmar", data=form).location == "/banco?said=booked&n=1"
    assert browser.post("/banco/confirmar", data=form).status_code == 422  # a double click, another tab
    assert upload(browser, rows).location == "/banco?new=0&known=1&bad="
    assert "confirmar" not in browser.get("/banco").text
    assert kept(world, ana, debts) == [[10_000], [20_000], [40_000]]
    world.jobs()
    [mail] = world.outbox.to(NORTE)[before:]
    text = mail.text.replace("\u00a0", " ")
    assert "Recibí 700,00 € y 3 facturas quedan saldadas." in text
    assert "· Factura N-2 · Diseño de la web: 200,00 €" in text
    assert "<li" in mail.html
    assert "3 facturas" in mail.subject
    assert accounts.load(world.ports, ana.id).trust.debts_paid == 3  # a letter had asked for each


def test_undone_on_one_invoice_it_is_undone_on_all_told_once_and_can_be_booked_for_one_only(world, lived):
    ana, browser, debts, _carla = lived
    named = " ".join(reference(debt.id) for debt in debts[:2])
    upload(browser, HEAD + f"01/06/2026;TRANSF {named};300,00\n01/06/2026;INGRESO;5,00\n")
    page = browser.get("/banco").text
    assert "Lleva las referencias de 2 cobros de Editorial Norte" in page
    browser.post("/banco/confirmar", data=form_of(page, "anotarlo en los 2"))
    assert kept(world, ana, debts) == [[10_000], [20_000], []]
    world.jobs()
    address = f"/cobros/{debts[1].client_id}/{debts[1].id}"
    shown = browser.get(address).text
    assert "Este ingreso pagó también N-1: se deshace en todos" in shown
    undo = re.search(r'action="([^"]+/deshacer/bank[^"]+)"', shown)[1]
    before = len(world.outbox.to(NORTE))
    assert browser.post(undo, data={"csrf": csrf(shown)}).status_code == 303
    assert kept(world, ana, debts) == [[], [], []]
    assert accounts.load(world.ports, ana.id).trust.debts_paid == 0
    world.jobs()
    [mail] = world.outbox.to(NORTE)[before:]
    assert "un pago de 300,00 € en 2 facturas" in mail.text.replace("\u00a0", " ")
    page = browser.get("/banco").text
    assert "Es de un solo cobro" in page
    whole = next(value for value in re.findall(r'<option value="([^"]+)"', page) if value.endswith(debts[2].id))
    assert browser.post("/banco/confirmar", data={"csrf": csrf(page), "line": whole}).status_code == 303
    assert kept(world, ana, debts) == [[], [], [30_000]]


def test_shares_that_changed_meanwhile_are_looked_at_again_and_an_earlier_line_takes_what_it_settles(world, lived):
    ana, browser, debts, _carla = lived
    upload(browser, HEAD + "02/06/2026;TRANSF NORTE;400,00\n02/06/2026;TRANSF NORTE D;700,00\n")
    assert plain(browser.get("/banco").text).count("1 ingreso sin cobro") == 1  # of one day the one invoice goes first
    first = "01/06/2026;TRANSF NORTE;700,00\n"
    upload(browser, HEAD + first + "02/06/2026;TRANSF NORTE B;300,00\n02/06/2026;TRANSF NORTE C;400,00\n")
    page = browser.get("/banco").text
    assert page.count("cobros suman justo") == 1  # two of them, and the one of 400, are settled by the line before
    assert "4 ingresos sin cobro" in page
    form = form_of(page, "anotarlo en los 3")
    ids = (ana.id, debts[0].client_id, debts[0].id)
    record_payment.record_payment(world.ports, ids, key="hand.1", amount_minor=100, method="cash", on=JUNE_1)
    again = browser.post("/banco/confirmar", data=form)
    assert again.status_code == 422
    assert "Mira otra vez el reparto" in again.text
    assert kept(world, ana, debts) == [[100], [], []]
    assert "cobros suman justo" not in again.text  # the others are exact no more, and nobody guesses


def test_what_a_client_told_of_on_one_invoice_is_shown_there_with_the_others_that_the_line_pays(world, lived):
    ana, browser, debts, _carla = lived
    claim_payment(world.ports, (ana.id, debts[0].client_id, debts[0].id), Said(JUNE_1, None, "TR-99887"))
    upload(browser, HEAD + "01/06/2026;ABONO TR99887;300,00\n")
    path = f"/cobros/{debts[0].client_id}/{debts[0].id}"
    page = browser.get(path).text
    assert "Parece pagar 2 cobros a la vez" in page
    form = form_of(page, "anotarlo en los 2") | {"back": path}
    assert browser.post("/banco/confirmar", data=form).location == f"{path}?said=debt_paid"
    assert kept(world, ana, debts) == [[10_000], [20_000], []]
    assert world.case(ana, debts[0]).debt(debts[0].id).claim is None


def test_a_plans_next_part_and_an_invoice_are_paid_together_and_what_is_left_is_said(world, lived):
    ana, browser, debts, _carla = lived
    parts = answers.spread(40_000, count=2, first_on=JUNE_1.replace(day=10), every="month")
    casework.change(
        world.ports,
        ana.id,
        debts[2].client_id,
        lambda case, now: answers.plan(case, debts[2].id, instalments=parts, now=now),
    )
    named = f"{reference(debts[0].id)} {reference(debts[2].id)}"
    upload(browser, HEAD + f"01/06/2026;{named};300,00\n")
    page = browser.get("/banco").text
    assert "N-4: 200,00 € (quedan 200,00 €)" in plain(page)
    browser.post("/banco/confirmar", data=form_of(page, "anotarlo en los 2"))
    assert kept(world, ana, debts) == [[10_000], [], [20_000]]
    world.jobs()
    told = [mail.text.replace("\u00a0", " ") for mail in world.outbox.to(NORTE)]
    [text] = [one for one in told if "Recibí" in one]
    assert "Recibí 300,00 € de 2 facturas, muchas gracias, Editorial Norte." in text
    assert "· Factura N-4 · Diseño de la web: 200,00 €; quedan 200,00 €" in text
    assert "Quedan 200,00 €; cuando quieras, lo vemos aquí:" in text
    assert state(world.case(ana, debts[0]).debt(debts[0].id), JUNE_1) == "paid"


def test_a_line_is_booked_for_all_or_for_one_though_both_were_pressed_at_once(world, lived, monkeypatch):
    ana, browser, debts, carla = lived
    upload(browser, HEAD + "01/06/2026;TRANSF NORTE;700,00\n")
    [one] = bank_statement.board(world.ports, ana).splits
    held = bank.load(world.ports, ana.id, one.line.id)
    bank_statement.book(world.ports, ana.id, one.line.id, client_id=carla.client_id, debt_id=carla.id)
    answers = iter([held, bank.load(world.ports, ana.id, one.line.id)])
    monkeypatch.setattr(bank, "load", lambda *_: next(answers))  # this press read the line before the other one
    shares = [(share.found.debt_id, share.amount_minor) for share in one.shares]
    with pytest.raises(Refused, match="gone"):
        bank_statement.book_in_shares(world.ports, ana.id, one.line.id, client_id=debts[0].client_id, shares=shares)
    assert kept(world, ana, debts) == [[], [], []]
