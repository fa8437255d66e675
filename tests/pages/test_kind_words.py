"""No threat of the freelancer's reaches a client: each form that clients read refuses it beside the field."""

import re
from dataclasses import replace
from datetime import date

from aldia.domain import answers, edits
from aldia.flows import casework
from aldia.store import accounts, needs
from tests.pages.settings_world import send
from tests.world import csrf

THREAT = "Moroso, si no pagas te denuncio a la policía"


def refused(answer, field, form=""):
    """The sentence stands at the field, and what was typed is still there."""
    assert answer.status_code == 422
    wrong = re.search(rf'id="[\w-]*{field}-error">(.*?)</p>', answer.text, re.S)
    assert wrong, field
    assert "«" in wrong[1]
    assert THREAT in answer.text


def test_every_form_whose_words_a_client_reads_refuses_a_threat_beside_its_field(world, given, link):
    ana, debt, address = given
    own, page = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    token = csrf(own.get(page).text)
    tell(world, given, answers.dispute, text="Falta el logo")
    refused(own.post(f"{page}/problema", data={"csrf": token, "resolution": THREAT}), "problem-words")
    tell(world, given, answers.resolve_dispute, resolution="Lo añadí")
    tell(world, given, answers.claim_paid)
    refused(own.post(f"{page}/preguntar", data={"csrf": token, "words": THREAT}), "words")
    edited = {"csrf": token, "number": "F-1", "concept": "Web", "note": "Gracias"}
    refused(own.post(f"{page}/editar", data=edited | {"note": THREAT}), "edit-note")
    refused(own.post(f"{page}/editar", data=edited | {"concept": THREAT}), "concept")
    new = {"client": "Eva", "email": "eva@example.com", "number": "F-9", "amount": "10"}
    refused(send(own, "/cobros/nuevo", new | {"note": THREAT}), "note")
    refused(send(own, "/ajustes", {"footer": THREAT}), "footer")
    refused(send(own, "/ajustes/cobro", {"holder": "Ana", "extra": THREAT}), "extra")
    held = world.case(ana, debt)
    assert (held.debt(debt.id).note, held.account.footer, len(world.outbox.to("eva@example.com"))) == ("", "", 0)
    world.jobs()
    assert THREAT not in "".join(mail.text for mail in world.outbox.to(address))


def test_what_was_stored_before_is_left_out_of_page_and_letter_and_listed_until_it_is_put_aside(world, given, link):
    ana, debt, address = given
    accounts.save(world.ports, replace(accounts.load(world.ports, ana.id), footer=THREAT))
    held = world.case(ana, debt).debt(debt.id)
    tell(world, given, lambda case, _id, now: edits.edit(case, debt=replace(held, note=THREAT), now=now))
    assert THREAT not in world.browser().get(link).text
    world.advance(days=25)
    letters = world.outbox.to(address)
    assert len(letters) > 1
    assert THREAT not in "".join(mail.text for mail in letters)
    own = world.browser(ana)
    today = own.get("/hoy").text
    assert "Algo que escribiste" in today
    aside = f"{debt.client_id}.{debt.id}.own_words"
    assert own.post(f"/hoy/quitar/{aside}", data={"csrf": csrf(today)}).status_code == 303
    assert "Algo que escribiste" not in own.get("/hoy").text


def test_two_letters_of_one_run_go_without_such_words_and_it_is_listed_once(world):
    """Two parts of a plan on a weekend are both reminded of on the Friday eight days before."""
    ana = world.account(footer=THREAT)
    debt = world.debt(ana)
    parts = [(date(2026, 7, 11), 50_000), (date(2026, 7, 12), 50_000)]
    tell(world, (ana, debt, ""), answers.plan, instalments=parts)
    world.jobs()
    world.until("2026-07-03T12:00:00+00:00")
    before = len(world.outbox.to("bruno@example.com"))
    world.until("2026-07-03T20:00:00+00:00")
    gone = world.outbox.to("bruno@example.com")[before:]
    assert len(gone) == 2
    assert THREAT not in "".join(mail.text for mail in gone)
    waiting = needs.waiting(world.ports, ana.id, limit=10)
    assert [one.kind for one in waiting if one.debt_id == debt.id] == ["own_words"]


def tell(world, given, ask, **values):
    ana, debt, _address = given
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: ask(case, debt.id, now=now, **values))
