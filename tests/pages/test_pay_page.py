"""The client's page and its receipt: the reasons add up to the amount, and nobody is asked for money on its way."""

import io
import re
from datetime import date, timedelta

import pytest

from aldia.domain import decisions, payments
from aldia.flows import casework
from tests.flows.test_faults import written
from tests.world import csrf, mark


@pytest.fixture
def given(world):
    return written(world)


@pytest.fixture
def link(world, given):
    return world.link(world.outbox.to(given[2])[0])


def change(world, given, ask, **values):
    ana, debt, _address = given
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: ask(case, debt.id, now=now, **values))


def reasons(page):
    """The signed amounts of the last list with a total, in cents, and the total."""
    block = re.findall(r"<dl>(?:(?!</dl>).)*class=\"total.*?</dl>", page, re.S)[-1]
    sums = [
        (-1 if "−" in text else 1) * int(re.sub(r"\D", "", text))
        for text in re.findall(r'<dd class="[^"]*money">(.*?)</dd>', block, re.S)
    ]
    return sums[:-1], sums[-1]


def test_what_was_corrected_and_waived_is_among_the_reasons(world, given, link):
    change(world, given, decisions.change_amount, amount_minor=80000)
    change(world, given, decisions.waive, amount_minor=10000)
    change(world, given, payments.record_payment, key="k1", amount_minor=20000, method="transfer", on=date(2026, 6, 2))
    page = world.browser().get(link).text
    parts, total = reasons(page)
    assert (parts, total) == ([80000, -20000, -10000], 50000)
    receipt = world.browser().get(re.search(r"/p/[\w-]+/recibo/\w+", page)[0]).text
    assert reasons(receipt) == (parts, total)


def test_back_from_the_bank_nobody_is_asked_for_the_money_again(world, given, link):
    phone = world.browser()
    page = phone.get(link).text
    form = {"csrf": csrf(page), "debt": mark(page), "shown": re.search(r'name="shown" value="(\d+)"', page)[1]}
    assert phone.post(link + "/pagar", data=form).status_code == 303
    back = phone.get(link + "/gracias").text
    assert "Estamos confirmando tu pago" in back
    assert 'name="shown"' not in back
    assert 'name="shown"' in phone.get(link).text  # who gave up at the bank can pay after all


# -- there is a problem --------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def tell(phone, link, **values):
    page = phone.get(link).text
    form = {"csrf": csrf(page), "debt": mark(page), "text": "Falta la última página"} | values
    return phone.post(link + "/problema", data=form, content_type="multipart/form-data")


def test_a_problem_with_its_kind_and_a_photo_reaches_the_freelancer_with_the_day_of_the_answer(world, given, link):
    ana, debt, address = given
    assert tell(world.browser(), link, kind="work", file=(io.BytesIO(PNG), "foto.png")).status_code == 303
    told = world.case(ana, debt).debt(debt.id).dispute
    assert (told.text, told.kind, told.file_name) == ("Falta la última página", "work", "foto.png")
    assert "tendrás respuesta a más tardar el 9 de junio" in world.browser().get(link).text
    desk, path = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    shown = desk.get(path).text
    assert "El trabajo no está completo o no es lo acordado" in shown
    assert "tendrá tu respuesta a más tardar el 9 de junio" in shown
    file = desk.get(f"{path}/archivo-del-problema")
    assert (file.data, file.headers["Content-Disposition"]) == (PNG, "attachment; filename=foto.png")
    world.jobs()
    assert "Falta la última página" in world.outbox.to(address)[-1].text


def test_a_file_that_may_not_be_kept_is_named_beside_its_field_and_the_words_stay(world, given, link):
    answer = tell(world.browser(), link, file=(io.BytesIO(b"MZ\x90\x00"), "foto.exe"))
    assert answer.status_code == 422
    assert "Solo aceptamos PDF, PNG, JPEG o XML" in answer.text
    assert "Falta la última página" in answer.text
    assert world.case(*given[:2]).debt(given[1].id).dispute is None
    assert world.ports.files.held == {}


def test_in_colombia_no_reasons_are_offered(world):
    ana = world.account(country="CO", timezone="America/Bogota")
    debt = world.debt(ana, email="nora@example.com", due_on="2026-06-08")
    world.until(world.clock.at + timedelta(days=3))
    link = world.link(world.outbox.to("nora@example.com")[0])
    page = world.browser().get(link).text
    assert 'name="text"' in page
    assert 'name="kind"' not in page
    assert tell(world.browser(), link, kind="work").status_code == 303
    assert world.case(ana, debt).debt(debt.id).dispute.kind == ""


def test_the_freelancer_hears_once_that_the_day_of_the_answer_is_near(world, given, link):
    ana, debt, _address = given
    tell(world.browser(), link)
    world.until(world.clock.at + timedelta(days=9))
    told = [mail for mail in world.outbox.to(ana.email) if "espera tu respuesta" in mail.text]
    assert len(told) == 1
    late = world.browser(ana).get(f"/cobros/{debt.client_id}/{debt.id}").text
    assert "Unas palabras hoy ayudan mucho" in late
