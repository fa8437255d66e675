"""The transfer page: every detail stands there to be copied, with the price of today and the reference."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest

from aldia.banking.reference import reference
from aldia.domain.account import BankDetails
from aldia.domain.debt import Discount, Tier
from aldia.flows import bank_statement
from aldia.flows.claim_payment import Said, claim_payment
from aldia.pages.pay_view import mark_of
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


def test_several_invoices_are_paid_with_one_transfer_that_the_statements_reading_knows_again(world):
    ana = world.account(bank=IBAN, country="ES", timezone="Europe/Madrid", currency="EUR")
    sums = {"N-1": 10_000, "N-2": 20_000, "N-4": 40_000}
    discount = Discount("tiers", tiers=(Tier(date(2026, 6, 20), percent=Decimal(5)),))
    debts = [
        world.debt(ana, number=number, amount_minor=minor, discount=discount if minor == 20_000 else None)
        for number, minor in sums.items()
    ]
    world.debt(ana, number="U-1", currency="USD")
    world.advance(hours=3)
    phone, link = world.browser(), world.link(world.outbox.to("bruno@example.com")[0])

    def shown(debt):
        return phone.get(f"{link}/transferencia/{mark_of(debt)}").text

    page = shown(debts[2])
    assert "basta una sola transferencia para las 3" in page
    assert {"690,00", reference(debts[2].id)} <= set(re.findall(r'data-text="([^"]*)"', page))
    assert "hasta el 20 de junio de 2026 incluido" in page
    told = re.search(r'href="([^"]+ya-pague[^"]+)">Ya pagué: N-1<', page)[1].replace("&amp;", "&")
    assert csrf(phone.get(told).text)
    owner = world.browser(ana)
    rows = f"Fecha;Concepto;Importe\n01/06/2026;{reference(debts[2].id)};690,00\n"
    form = {"csrf": csrf(owner.get("/banco").text), "file": (BytesIO(rows.encode()), "b.csv")}
    owner.post("/banco", data=form, content_type="multipart/form-data")
    [one] = bank_statement.board(world.ports, ana).splits
    assert {share.found.label: share.amount_minor for share in one.shares} == sums | {"N-2": 19_000}
    claim_payment(world.ports, (ana.id, debts[0].client_id, debts[0].id), Said(None, None, ""))
    assert "para las 2" in shown(debts[2])  # what is told of already is in no other sum
    assert "una sola transferencia" not in shown(debts[0])
    world.debt(ana, number="N-5", amount_minor=29_000)
    assert "para las 3" in shown(debts[2])
    world.debt(ana, number="N-6", amount_minor=10_000)  # now two sets come to that sum
    assert "una sola transferencia" not in shown(debts[2])


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
