"""A client's data cannot be read or shown: each of its pages says so kindly, to both sides, and it is listed."""

import re
from datetime import date

import pytest

from aldia.domain import proposals
from aldia.domain.concessions import Wish
from aldia.flows import casework, publish_terms
from aldia.pages.guard import form_token
from aldia.ports import Delete, Put
from aldia.store import tokens
from tests.proofs.money.test_poison import OF_CLIENTS, POISONS, changed, listed, of_client
from tests.world import csrf

SHAPES = {
    "a currency that is none": lambda world, pk, sk: changed(world, pk, sk, currency="ZZZ"),
    "an instant without a zone": lambda world, pk, sk: changed(world, pk, sk, opened_at="2026-06-01T00:00:00"),
    "a day at the end of time": lambda world, pk, sk: changed(world, pk, sk, due_on="9999-12-31"),
}
OURS = "No pudimos leer bien los datos de Bruno"
HELP = "Cómo escribirnos"
KIND = "No es cosa tuya y no se ha perdido nada"


@pytest.fixture
def lived(world):
    """(account, debt, link to the client's page, to the terms, to the answers to a proposal)."""
    ana = publish_terms.publish(world.ports, world.account(), words={}, firm=())
    debt = world.debt(ana)
    world.advance(hours=2)
    link = world.link(world.outbox.to("bruno@example.com")[0])
    wish = Wish(until=date(2026, 12, 1))
    casework.change(
        world.ports, ana.id, debt.client_id, lambda case, now: proposals.ask(case, debt.id, wish=wish, now=now)
    )
    world.advance(hours=2)
    reply = re.search(r"/r/[0-9a-f]+", world.outbox.to(ana.email)[-1].text)[0]
    shared = tokens.TermsLink(ana.id, debt.client_id, 1, 1)
    world.ports.table.write(tokens.put_terms_link("t" * 64, shared, world.clock.at))
    return ana, debt, link, f"/c/{'t' * 64}", reply


@pytest.mark.slow
def test_whatever_cannot_be_read_or_shown_each_page_says_so_kindly_and_it_is_listed(world, lived):
    ana, debt, link, terms, reply = lived
    pk, sk = of_client(world, ana, debt), f"D#{debt.id}"
    owner, visitor = world.browser(ana), world.browser()
    own = (f"/clientes/{debt.client_id}", f"/cobros/{debt.client_id}/{debt.id}", reply)
    theirs = (link, f"{link}/gracias", f"{link}/no-mas", terms, link.replace("/p/", "/baja/"))
    form, name = csrf(visitor.get(link).text), f"{pk}|CLIENT"
    assert [owner.get(path).status_code for path in own] == [200] * len(own)
    stored = [world.ports.table.get(pk, one) for one in ("CLIENT", sk)]
    for place, (kind, spoil) in enumerate((POISONS | OF_CLIENTS | SHAPES).items()):
        spoil(world, pk, sk)
        if kind not in SHAPES:  # of which most are none to the client's pages
            told = [visitor.get(link), visitor.get(theirs[place % len(theirs)])]
            told += [visitor.post(f"{link}/pagar", data={"csrf": form}), visitor.post(theirs[-1])][place % 2 :][:1]
            assert [(answer.status_code, KIND in answer.text) for answer in told] == [(500, True)] * 3, kind
            assert name in listed(world)
            world.ports.table.write(Delete("J#trouble", name))
        told = [owner.get(path) for path in own[kind == "a day at the end of time" : 2]]
        assert {(answer.status_code, OURS in answer.text, HELP in answer.text) for answer in told} == {
            (500, True, True)
        }
        assert name in listed(world)
        world.ports.table.write(Delete("J#trouble", name), *map(Put, stored))
    assert [owner.get(path).status_code for path in (*own, *theirs)] == [200] * 8


def test_the_pages_speak_the_readers_language_and_who_asks_for_a_new_link_hears_nothing_else(world, lived):
    ana, debt, link, _terms, reply = lived
    visitor = world.browser()
    form = csrf(visitor.get("/p/" + "x" * 43).text)
    pk = of_client(world, ana, debt)
    POISONS["broken JSON"](world, pk, "CLIENT")
    assert "It is nothing you did" in visitor.get(f"{link}?lang=en").text
    assert OURS in visitor.get(reply).text
    world.ports.table.write(Delete("J#trouble", f"{pk}|CLIENT"))
    mails = len(world.outbox.sent)
    asked = visitor.post("/enlace", data={"token": "x" * 43, "csrf": form})
    again = visitor.post(
        "/enlace", data={"token": link.removeprefix("/p/"), "csrf": form_token(link.removeprefix("/p/"))}
    )
    assert (asked.status_code, again.status_code, len(world.outbox.sent)) == (200, 200, mails)
    assert f"{pk}|CLIENT" in listed(world)
