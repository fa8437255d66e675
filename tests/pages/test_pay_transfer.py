"""The transfer page: every detail stands there to be copied, with the price of today and the reference."""

import re

import pytest

from aldia.banking.reference import reference
from aldia.domain.account import BankDetails
from tests.world import csrf

IBAN = BankDetails("Ana Ruiz", "Banco Sol", "ES9121000418450200051332", kind="iban")
CLABE = BankDetails("Ana Ruiz", "BBVA", "032180000118359719", kind="clabe")
OLD = BankDetails("Ana Ruiz", "Banco", "ES91 2100 0418", "Sucursal 3")


def transfer(world, bank, **values):
    ana = world.account(bank=bank)
    debt = world.debt(ana, email="bruno@example.com", **values)
    world.advance(hours=3)
    link = world.link(world.outbox.to("bruno@example.com")[0])
    phone = world.browser()
    path = re.search(r"/p/[\w-]+/transferencia/\w+", phone.get(link).text)[0]
    return ana, debt, phone.get(path), phone


def copied(page):
    return re.findall(r'data-text="([^"]*)"', page.text)


@pytest.mark.parametrize(("bank", "number"), [(IBAN, IBAN.number), (CLABE, CLABE.number), (OLD, OLD.number)])
def test_each_detail_can_be_copied_as_the_bank_wants_it(world, bank, number):
    _ana, debt, page, _phone = transfer(world, bank, currency="EUR")
    said = copied(page)
    assert said[0] == "1000.00"
    assert {number, "Ana Ruiz", reference(debt.id)} <= set(said)
    assert ("<svg" in page.text) == (bank is IBAN)
    assert "<script>" not in page.text
    assert 'style="' not in page.text


def test_a_sum_is_copied_and_filled_in_with_the_countrys_decimal_mark_and_taken_like_that(world):
    ana = world.account(bank=IBAN, country="ES", timezone="Europe/Madrid", currency="EUR")
    debt = world.debt(ana, email="bruno@example.com", currency="EUR", amount_minor=123_456)
    world.advance(hours=3)
    phone = world.browser()
    page = phone.get(world.link(world.outbox.to("bruno@example.com")[0])).text
    assert copied(phone.get(re.search(r"/p/[\w-]+/transferencia/\w+", page)[0]))[0] == "1234,56"
    path = re.search(r"/p/[\w-]+/ya-pague/\w+", page)[0]
    form = phone.get(path).text
    sent = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', form)[1] for name in ("paid_on", "amount")}
    assert sent["amount"] == "1234,56"
    assert phone.post(path, data=sent | {"csrf": csrf(form)}).status_code == 303
    assert world.case(ana, debt).debt(debt.id).claim.amount_minor == 123_456


def test_from_the_transfer_it_is_one_tap_to_say_so(world):
    _ana, _debt, page, phone = transfer(world, CLABE)
    said = re.search(r"/p/[\w-]+/ya-pague/\w+[^\"]*", page.text)[0]
    assert csrf(phone.get(said.replace("&amp;", "&")).text)


def test_a_debt_is_found_by_its_reference(world):
    ana, debt, _page, _phone = transfer(world, CLABE)
    world.debt(ana, client="Carla", email="carla@example.com", number="C-9")
    own = world.browser(ana)
    found = own.get("/cobros", query_string={"q": reference(debt.id).lower().replace("-", " ")}).text
    assert f"/{debt.id}" in found
    assert "C-9" not in found
