"""The client opens the payment page and comes back without paying: every other way out is open, and true."""

import re
from datetime import date

import pytest

from aldia.store import checkouts
from infra.local.pretend_stripe import payments
from tests.flows.test_faults import session_of
from tests.pages.test_ways import picks, post, sent
from tests.world import csrf, mark


@pytest.fixture
def ana(world):
    return world.account(country="ES", timezone="Europe/Madrid", currency="EUR")


@pytest.fixture
def owed(world, ana):
    """1,210.00 EUR, due on 1 July; today is 1 June, and the first letter has gone."""
    debt = world.debt(ana, amount_minor=121_000, issued_on="2026-06-01", due_on="2026-07-01", currency="EUR")
    world.advance(hours=1)
    return debt


@pytest.fixture
def link(world, owed):
    return world.link(world.outbox.to("bruno@example.com")[0])


def open_page(world, link, **data):
    """Press pay, and come back; the provider's session."""
    pressed = post(world.browser(), link, "pagar", shown="121000", **data)
    assert pressed.status_code == 303
    return session_of(pressed.location)


def record_of(world, ana, owed):
    return checkouts.of_client(world.ports, ana.id, owed.client_id)[-1]


def held(world, ana, owed):
    return world.case(ana, owed).debt(owed.id)


def test_more_days_and_parts_take_the_place_of_a_payment_page_that_was_only_opened(world, ana, owed, link):
    session = open_page(world, link)
    phone = world.browser()
    page = phone.get(link).text
    answer = post(phone, link, "mas-dias", pick=picks(page, "mas-dias")[0])
    assert answer.status_code == 303
    assert held(world, ana, owed).extended_to == date(2026, 7, 8)
    assert record_of(world, ana, owed).state == "expired"
    assert world.ports.payments.read_session(session, "").status == "expired"  # nobody can pay there any more
    assert held(world, ana, owed).checkouts[-1].state == "expired"
    world.jobs()
    assert "la nueva fecha" in sent(world)[-1]
    open_page(world, link)  # and it can be paid all the same
    plan = picks(phone.get(link).text, "en-partes")[0]
    assert post(phone, link, "en-partes", pick=plan).status_code == 303
    assert held(world, ana, owed).plan
    open_page(world, link)
    assert post(phone, link, "en-partes", count="3", first_on="2026-10-20").status_code == 303  # proposed
    assert held(world, ana, owed).proposal


def test_what_cannot_be_agreed_leaves_the_payment_page_open(world, ana, owed, link):
    session = open_page(world, link)
    for data in ({"until": "2026-06-01"}, {"pick": "2026-07-17"}):
        assert post(world.browser(), link, "mas-dias", **data).status_code == 422
    assert record_of(world, ana, owed).state == "open"
    assert world.ports.payments.read_session(session, "").status == "open"


@pytest.mark.parametrize("part", [{}, {"is_part": "1", "part": "605"}], ids=["all", "a part"])
def test_what_was_paid_meanwhile_is_booked_and_nothing_is_agreed(world, ana, owed, link, part):
    session = open_page(world, link, **part)
    phone = world.browser()
    page = phone.get(link).text
    day, plan = picks(page, "mas-dias")[0], picks(page, "en-partes")[0]
    world.stripe.bank.webhooks("lose")
    world.stripe.bank.pay(session)
    refused = phone.post(f"{link}/mas-dias", data={"csrf": csrf(page), "debt": mark(page), "pick": day})
    assert refused.status_code == 422
    assert "Acaba de llegar un pago" in refused.text
    stale = phone.post(f"{link}/en-partes", data={"csrf": csrf(page), "debt": mark(page), "pick": plan})
    assert stale.status_code == 422
    debt = held(world, ana, owed)
    assert [entry.kind for entry in debt.entries] == ["payment"]
    assert (debt.agreements, debt.extended_to, debt.plan) == ((), None, None)


def test_a_payment_that_is_on_its_way_keeps_the_dates_and_the_page_promises_nothing_else(world, ana, owed, link):
    session = open_page(world, link)
    phone = world.browser()
    page = phone.get(link).text
    day = picks(page, "mas-dias")[0]
    payments.confirm(world.stripe.bank.world, session, "sepa_debit")  # ordered; the money takes days
    world.stripe.flush()
    world.jobs()
    refused = phone.post(f"{link}/mas-dias", data={"csrf": csrf(page), "debt": mark(page), "pick": day})
    assert refused.status_code == 422
    assert "en camino" in refused.text
    assert held(world, ana, owed).agreements == ()
    after = phone.get(link).text
    assert picks(after, "mas-dias") == picks(after, "en-partes") == []
    assert 'name="until"' not in after
    panel = world.browser(ana).get(f"/cobros/{owed.client_id}/{owed.id}").text
    assert "pago en camino" in panel


def test_while_the_provider_is_silent_nothing_is_agreed_and_one_sentence_says_why(world, ana, owed, link):
    session = open_page(world, link)
    phone = world.browser()
    day = picks(phone.get(link).text, "mas-dias")[0]
    world.stripe.bank.fault(kind="busy", path="/v1/", times=1000)
    refused = post(phone, link, "mas-dias", pick=day)
    assert refused.status_code == 422
    assert "No hemos podido cerrar la página de pago" in refused.text
    assert held(world, ana, owed).agreements == ()
    world.stripe.bank.faults.waiting.clear()
    assert world.ports.payments.read_session(session, "").status == "open"
    assert post(phone, link, "mas-dias", pick=day).status_code == 303


def test_the_freelancer_is_told_of_an_opened_page_and_not_of_money(world, ana, owed, link):
    open_page(world, link)
    desk = world.browser(ana)
    panel = desk.get(f"/cobros/{owed.client_id}/{owed.id}").text
    assert "en camino" not in re.sub(r"<[^>]+>", " ", panel)
    assert "abrió la página de pago" in panel
    done = desk.post(f"/cobros/{owed.client_id}/{owed.id}/borrar", data={"csrf": csrf(panel)})
    assert done.status_code == 303
    assert held(world, ana, owed).deleted_at
    assert record_of(world, ana, owed).state == "expired"
