"""The client's page and its receipt: the reasons add up to the amount, and nobody is asked for money on its way."""

import re
from datetime import date

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
