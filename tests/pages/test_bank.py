"""The statement's page: lines are proposed with a reason and booked by one press; the same file changes nothing."""

import re
from datetime import date
from io import BytesIO

import pytest

from aldia.banking.reference import reference
from aldia.domain import answers
from aldia.domain.errors import Refused
from aldia.domain.ledger import law_of_money
from aldia.flows import bank_statement, casework, record_payment
from aldia.flows.claim_payment import Said, claim_payment
from aldia.ports import AlreadyThere
from aldia.store import bank
from tests.world import csrf

HEAD = "Fecha;Concepto;Importe\n"
JUNE_1 = date(2026, 6, 1)


@pytest.fixture
def lived(world):
    """Ana's browser, and three debts: one known by its reference, one by sum and name, one claimed."""
    ana = world.account(country="ES", currency="EUR", timezone="Europe/Madrid")
    debts = [
        world.debt(ana, client=name, email=f"{place}@example.com", number=f"F-{place}", amount_minor=10_000 * place)
        for place, name in enumerate(("Bruno", "Editorial Norte", "Carla"), 1)
    ]
    world.advance(days=1)
    return ana, world.browser(ana), debts


def rows(debts):
    return (
        f"01/06/2026;TRANSF {reference(debts[0].id).replace('-', '')} GRACIAS;60,00\n"
        "01/06/2026;TRANSF NORTE;200,00\n01/06/2026;INGRESO;77,00\n01/06/2026;RECIBO LUZ;-20,00\n"
    )


def upload(browser, text):
    form = {"csrf": csrf(browser.get("/banco").text), "file": (BytesIO(text.encode()), "b.csv")}
    return browser.post("/banco", data=form, content_type="multipart/form-data")


def paid(world, ana, debt):
    known = world.case(ana, debt).debt(debt.id)
    assert law_of_money(known, world.clock.at.date())
    return [(entry.amount_minor, entry.method) for entry in known.entries]


def test_lines_are_proposed_with_their_reason_and_booked_with_one_press(world, lived):
    ana, browser, debts = lived
    assert upload(browser, HEAD + rows(debts)).location == "/banco?new=3&known=0&bad="
    page = browser.get("/banco").text
    assert "Lleva la referencia" in page
    assert "Es el importe exacto de un cobro de Editorial Norte" in page
    assert "1 ingreso sin cobro" in page
    assert "RECIBO LUZ" not in page
    assert [paid(world, ana, debt) for debt in debts] == [[], [], []]
    wanted = re.search(r"<form[^>]*confirmar.*?</form>", page, re.S)[0]
    lines = re.findall(r'name="line" value="([^"]+)"', wanted)
    form = {"csrf": csrf(page), "line": lines}
    assert browser.post("/banco/confirmar", data=form).location == "/banco?said=booked&n=2"
    assert [paid(world, ana, debt) for debt in debts] == [[(6_000, "transfer")], [(20_000, "transfer")], []]
    world.jobs()
    assert "Recibí" in world.outbox.to("1@example.com")[-1].text
    again = browser.post("/banco/confirmar", data=form)
    assert again.status_code == 422
    assert "ya está anotado" in again.text
    assert upload(browser, HEAD + rows(debts)).location == "/banco?new=0&known=3&bad="
    assert [paid(world, ana, debt) for debt in debts] == [[(6_000, "transfer")], [(20_000, "transfer")], []]


def test_a_line_proposes_itself_at_an_open_claim_and_answers_it(world, lived):
    ana, browser, debts = lived
    claim_payment(world.ports, (ana.id, debts[2].client_id, debts[2].id), Said(None, None, "TR-99887"))
    upload(browser, HEAD + "02/06/2026;ABONO TR99887;300,00\n")
    path = f"/cobros/{debts[2].client_id}/{debts[2].id}"
    page = browser.get(path).text
    assert "En tu extracto hay 300,00" in page.replace("\u00a0", " ")
    line = re.search(r'name="line" value="([^"]+)"', page)[1]
    answer = browser.post("/banco/confirmar", data={"csrf": csrf(page), "line": line, "back": path})
    assert answer.location == f"{path}?said=debt_paid"
    assert paid(world, ana, debts[2]) == [(30_000, "transfer")]
    assert world.case(ana, debts[2]).debt(debts[2].id).claim is None


def test_a_line_that_was_booked_by_mistake_waits_again_and_can_be_booked_again(world, lived):
    ana, browser, debts = lived
    upload(browser, HEAD + f"01/06/2026;TRANSF {reference(debts[0].id)};60,00\n")
    page = f"/cobros/{debts[0].client_id}/{debts[0].id}"
    for time in (1, 2):
        assert press(browser).status_code == 303
        shown = browser.get(page).text
        undo = re.search(r'action="([^"]+/deshacer/bank[^"]+)"', shown)[1]
        assert "/banco/confirmar" not in browser.get("/banco").text
        assert browser.post(undo, data={"csrf": csrf(shown)}).status_code == 303
        assert len(paid(world, ana, debts[0])) == 2 * time
        assert world.case(ana, debts[0]).debt(debts[0].id).kept_entries == ()
    assert press(browser).status_code == 303
    assert [one.amount_minor for one in world.case(ana, debts[0]).debt(debts[0].id).kept_entries] == [6_000]


def test_a_line_that_nothing_points_to_is_given_to_a_debt_by_choosing_it(world, lived):
    ana, browser, debts = lived
    upload(browser, HEAD + "01/06/2026;INGRESO;77,00\n")
    page = browser.get("/banco").text
    offered = re.findall(r'<option value="([^"]*)"', page)
    assert offered[0] == ""
    assert len(offered) == 1 + len(debts)
    form = {"csrf": csrf(page)}
    assert "Elige primero" in browser.post("/banco/confirmar", data=form | {"line": ""}).text
    chosen = next(value for value in offered if value.endswith(debts[1].id))
    assert browser.post("/banco/confirmar", data=form | {"line": chosen}).status_code == 303
    assert paid(world, ana, debts[1]) == [(7_700, "transfer")]


def claims(world, ana, debt, amount_minor=None, words=""):
    said = Said(world.clock.at.date(), amount_minor, words)
    claim_payment(world.ports, (ana.id, debt.client_id, debt.id), said)


def press(browser, path="/banco", **more):
    """The yes to the one line that a page shows, or to the one that is given."""
    page = browser.get(path).text
    line = re.search(r'action="/banco/confirmar".*?name="line" value="([^"]+)"', page, re.S)[1]
    return browser.post("/banco/confirmar", data={"csrf": csrf(page), "line": line} | more)


def test_a_line_that_is_noted_already_is_not_booked_again_without_a_question(world, lived):
    ana, browser, debts = lived
    bruno = debts[0]
    claims(world, ana, bruno, 5_000)
    record_payment.record_payment(
        world.ports, (ana.id, bruno.client_id, bruno.id), key="h1", amount_minor=4_950, method="transfer", on=JUNE_1
    )
    known = reference(bruno.id)
    upload(browser, HEAD + f"01/06/2026;TRANSF {known};49,50\n")
    asked = press(browser)
    assert asked.status_code == 422
    assert "Bruno ya tiene anotado un pago de 49,50 € de ese mismo día" in asked.text.replace("\u00a0", " ")
    assert paid(world, ana, bruno) == [(4_950, "transfer")]
    assert world.case(ana, bruno).debt(bruno.id).claim
    path = f"/cobros/{bruno.client_id}/{bruno.id}"
    assert press(browser, path, back=path).status_code == 422  # nor by the yes beside what the client said
    upload(browser, HEAD + f"02/06/2026;TRANSF {known} A;10,00\n02/06/2026;TRANSF {known} B;10,00\n")
    page = browser.get("/banco").text
    lines = re.findall(r'name="line" value="([^"]+)"', re.search(r"<form[^>]*confirmar.*?</form>", page, re.S)[0])
    browser.post("/banco/confirmar", data={"csrf": csrf(page), "line": lines})  # two lines of a bank are two payments
    assert [minor for minor, _ in paid(world, ana, bruno)] == [4_950, 1_000, 1_000]


def test_beside_what_a_client_told_of_stands_the_line_that_shows_it_best_and_none_of_another_debt(world, lived):
    ana, browser, debts = lived
    bruno, norte = debts[:2]
    claims(world, ana, bruno, 10_000)
    page = f"/cobros/{bruno.client_id}/{bruno.id}"
    upload(browser, HEAD + f"02/06/2026;TRANSF {reference(norte.id)} DE BRUNO;100,00\n")
    assert "En tu extracto hay" not in browser.get(page).text
    upload(browser, HEAD + f"01/06/2026;TRANSF {reference(bruno.id)} SUYA;100,00\n02/06/2026;BRUNO OTRA;100,00\n")
    shown = browser.get(page).text
    assert "SUYA" in shown
    assert "OTRA" not in shown


def test_a_line_of_another_sum_leaves_what_the_client_told_of_to_be_answered(world, lived):
    ana, browser, debts = lived
    bruno, norte, carla = debts
    claims(world, ana, bruno, 4_000)
    claims(world, ana, norte, 4_000, "TR-99887")
    claims(world, ana, carla, 4_000)

    def is_answered(debt):
        return world.case(ana, debt).debt(debt.id).claim is None

    upload(browser, HEAD + f"02/06/2026;TRANSF {reference(bruno.id)};30,00\n")
    assert press(browser).location == "/banco?said=booked&n=1"
    assert (paid(world, ana, bruno), is_answered(bruno)) == ([(3_000, "transfer")], False)
    upload(browser, HEAD + "02/06/2026;ABONO TR99887;39,00\n")  # less, but by the name that the client gave it
    assert press(browser).location == "/banco?said=booked&n=1"
    assert (paid(world, ana, norte), is_answered(norte)) == ([(3_900, "transfer")], True)
    upload(browser, HEAD + f"02/06/2026;TRANSF {reference(carla.id)};39,00\n")
    path = f"/cobros/{carla.client_id}/{carla.id}"
    assert press(browser, path, back=path).location == f"{path}?said=debt_paid"  # "yes, this is it"
    assert (paid(world, ana, carla), is_answered(carla)) == ([(3_900, "transfer")], True)


def test_a_line_of_the_next_parts_sum_and_the_clients_name_is_proposed_until_the_debt_is_covered(world, lived):
    ana, browser, debts = lived
    norte = debts[1]
    parts = answers.spread(20_000, count=2, first_on=date(2026, 6, 10), every="month")
    casework.change(
        world.ports, ana.id, norte.client_id, lambda case, now: answers.plan(case, norte.id, instalments=parts, now=now)
    )
    lines = "".join(f"01/06/2026;TRANSF NORTE {month};100,00\n" for month in ("JUNIO", "JULIO", "AGOSTO"))
    upload(browser, HEAD + lines + "01/06/2026;TRANSF NORTE;99,00\n")
    page = browser.get("/banco").text
    assert page.count("Es el importe del próximo pago acordado con Editorial Norte") == 2
    assert "2 ingresos sin cobro" in page
    [line, _second] = re.findall(
        r'name="line" value="([^"]+)"', re.search(r"<form[^>]*confirmar.*?</form>", page, re.S)[0]
    )
    assert browser.post("/banco/confirmar", data={"csrf": csrf(page), "line": line}).status_code == 303
    assert paid(world, ana, norte) == [(10_000, "transfer")]


def test_what_is_put_aside_is_booked_by_nobody_and_another_accounts_lines_are_out_of_reach(world, lived):
    ana, browser, debts = lived
    upload(browser, HEAD + rows(debts))
    page = browser.get("/banco").text
    wanted = re.findall(r'name="line" value="([^"]+)"', page)
    eva = world.browser(world.account("eva@example.org"))
    token = csrf(eva.get("/banco").text)
    assert wanted[0].split(".")[0] not in eva.get("/banco").text
    assert eva.post("/banco/confirmar", data={"csrf": token, "line": wanted[0]}).status_code == 422
    form = {"csrf": csrf(page), "line": wanted[0].split(".")[0]}
    assert browser.post("/banco/quitar", data=form).status_code == 303
    assert browser.post("/banco/confirmar", data=form | {"line": wanted[0]}).status_code == 422
    assert all(paid(world, ana, debt) == [] for debt in debts)
    assert browser.post("/banco/traer", data=form).status_code == 303
    assert browser.post("/banco/confirmar", data=form | {"line": wanted[0]}).status_code == 303


def test_a_line_that_was_booked_is_not_opened_again_by_a_slower_reading(world, lived):
    ana, browser, debts = lived
    upload(browser, HEAD + rows(debts))
    line = bank_statement.board(world.ports, ana).matches[0].line
    world.ports.table.write(bank.becomes(ana.id, line.id, "booked", was="open"))
    with pytest.raises(AlreadyThere):
        world.ports.table.write(bank.put(ana.id, line, world.clock.at))
    assert bank.load(world.ports, ana.id, line.id).state == "booked"


def test_a_line_is_booked_for_one_of_two_debts_though_both_were_pressed_at_once(world, lived, monkeypatch):
    ana, browser, debts = lived
    upload(browser, HEAD + rows(debts))
    line = bank_statement.board(world.ports, ana).matches[0].line
    held = bank.load(world.ports, ana.id, line.id)
    bank_statement.book(world.ports, ana.id, line.id, client_id=debts[0].client_id, debt_id=debts[0].id)
    answers = iter([held, bank.load(world.ports, ana.id, line.id)])
    monkeypatch.setattr(bank, "load", lambda *_: next(answers))  # the second press read the line before the first one
    with pytest.raises(Refused, match="gone"):
        bank_statement.book(world.ports, ana.id, line.id, client_id=debts[1].client_id, debt_id=debts[1].id)
    assert [len(paid(world, ana, debt)) for debt in debts] == [1, 0, 0]
