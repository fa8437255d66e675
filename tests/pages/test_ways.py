"""More days and payment in parts on the client's page, and the freelancer's answer: taps, fields, letters, silence."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from aldia.domain.debt import Discount, Tier
from aldia.domain.fence import Fence
from aldia.store import accounts
from tests.proofs.html_forms import Page
from tests.world import csrf, mark

OFFER = Discount("tiers", (Tier(date(2026, 6, 10), Decimal(2)),))


@pytest.fixture
def ana(world):
    return world.account(country="ES", timezone="Europe/Madrid", currency="EUR")


@pytest.fixture
def owed(world, ana):
    """1,210.00 EUR, due on 1 July; today is 1 June, and the first letter has gone."""
    debt = world.debt(ana, amount_minor=121_000, issued_on="2026-06-01", due_on="2026-07-01", currency="EUR",
                      discount=OFFER)  # fmt: skip
    world.advance(hours=1)
    return debt


@pytest.fixture
def link(world, owed):
    return world.link(world.outbox.to("bruno@example.com")[0])


def sent(world, address="bruno@example.com"):
    return [re.sub("\u00a0", " ", mail.text) for mail in world.outbox.to(address)]


def told(world):
    """The freelancer's mails since, jobs having run."""
    world.jobs()
    return sent(world, "ana@example.com")


def post(phone, link, way, **data):
    page = phone.get(link).text
    return phone.post(f"{link}/{way}", data={"csrf": csrf(page), "debt": mark(page)} | data)


def picks(page, way):
    """What the buttons of that answer carry."""
    forms = re.findall(rf'action="[^"]*/{way}".*?</form>', page, re.S)
    return re.findall(r'name="pick" value="([^"]+)"', "".join(forms))


def test_more_days_take_one_tap_inside_the_answer_and_are_in_writing_at_once(world, ana, owed, link):
    phone = world.browser()
    days = picks(phone.get(link).text, "mas-dias")
    assert days == ["2026-07-08", "2026-07-16"]
    answer = post(phone, link, "mas-dias", pick="2026-07-16")
    assert answer.status_code == 303
    page = phone.get(answer.location).text
    assert "Acordado y anotado" in page
    assert "tienes hasta el 16 de julio de 2026" in page
    news = told(world)
    assert "la nueva fecha de la factura" in sent(world)[-1]
    assert "tiene ahora hasta el 16 de julio de 2026" in news[-1]
    assert world.case(ana, owed).debt(owed.id).extended_to == date(2026, 7, 16)


def test_a_plan_shows_its_days_and_sums_before_it_is_accepted_and_adds_up(world, ana, owed, link):
    phone = world.browser()
    page = phone.get(link).text.replace("\u00a0", " ")
    plans = picks(page, "en-partes")
    assert plans[0] == "2026-07-01=60500 2026-08-01=60500"
    assert len(plans) == 3
    assert all(sum(int(part.partition("=")[2]) for part in plan.split()) == 121_000 for plan in plans)
    for shown in ("1 de agosto de 2026", "605,00 €", "403,34 €", "El descuento por pronto pago es para un solo pago"):
        assert shown in page
    answer = post(phone, link, "en-partes", pick=plans[1])
    assert answer.status_code == 303
    told(world)
    letter = sent(world)[-1]
    assert "3 pagos para la factura" in letter
    assert "1 de septiembre de 2026: 403,33 €" in letter
    assert post(phone, link, "en-partes", pick=plans[1]).status_code == 303  # pressed twice, agreed once
    assert len(world.case(ana, owed).debt(owed.id).agreements) == 1
    paper = phone.get(re.search(r"/p/[\w-]+/acuerdo/\w+", phone.get(link).text)[0]).text.replace("\u00a0", " ")
    for line in ("Acuerdo de pago", "1 de julio de 2026", "403,34 €", "1.210,00 €", "Ana"):
        assert line in paper


def test_what_is_not_on_offer_any_more_is_not_agreed(world, ana, owed, link):
    phone = world.browser()
    for way, pick in (("mas-dias", "2026-07-17"), ("en-partes", "2026-07-01=1 2026-08-01=120999"), ("mas-dias", "x")):
        refused = post(phone, link, way, pick=pick)
        assert refused.status_code == 422
        assert "no se ha acordado nada" in refused.text
    assert world.case(ana, owed).debt(owed.id).agreements == ()


@pytest.mark.parametrize(
    ("way", "data", "field"),
    [
        ("mas-dias", {"until": "2026-06-30"}, "until"),
        ("mas-dias", {"until": "mañana quizás"}, "until"),
        ("mas-dias", {"until": "2028-06-30"}, "until"),
        ("en-partes", {"count": "1", "first_on": "2026-07-01"}, "count"),
        ("en-partes", {"count": "7", "first_on": "2026-05-01"}, "first_on"),
    ],
)
def test_what_cannot_be_has_one_sentence_at_its_field_and_keeps_what_was_typed(world, owed, link, way, data, field):
    refused = post(world.browser(), link, way, **data)
    assert refused.status_code == 422
    assert re.search(rf'class="error" id="{field}-error-\w+"', refused.text)
    assert all(f'value="{typed}"' in refused.text for typed in data.values())


def propose(world, link, **data):
    """A proposal of the client, and the link in the freelancer's mail."""
    phone = world.browser()
    answer = post(phone, link, "en-partes" if "count" in data else "mas-dias", **data)
    assert answer.status_code == 303
    assert "said=proposed" in answer.location
    mail = told(world)[-1]
    return phone, world.path(re.search(r"\S+/r/[\w-]+", mail)[0]), mail


def test_outside_the_fence_the_freelancer_says_yes_with_one_tap_from_the_mail(world, ana, owed, link):
    phone, door, mail = propose(world, link, until="2026-08-20")
    assert "te propone otras condiciones" in mail
    assert "Propusiste pagar el 20 de agosto de 2026" in phone.get(link).text
    assert "Recibido" in sent(world)[-1]
    stranger = world.browser()  # whoever reads the mail is not signed in
    page = stranger.get(door)
    assert page.status_code == 200
    assert "Son más días de los que acuerdas sin preguntar." in page.text
    assert world.case(ana, owed).debt(owed.id).extended_to is None  # looking has changed nothing
    answer = stranger.post(door, data={"csrf": csrf(page.text), "do": "yes"})
    assert "el acuerdo está por escrito" in stranger.get(answer.location).text
    world.jobs()
    assert "la nueva fecha" in sent(world)[-1]
    assert world.case(ana, owed).debt(owed.id).extended_to == date(2026, 8, 20)
    over = stranger.post(door, data={"csrf": csrf(page.text), "do": "no"})
    assert over.status_code == 404
    assert stranger.get("/r/" + "z" * 64).text == stranger.get(door).text == over.text


def test_other_terms_go_to_the_client_who_takes_them_with_one_tap(world, ana, owed, link):
    phone, door, _mail = propose(world, link, count="12", first_on="2026-07-01")
    desk = world.browser()
    token = csrf(desk.get(door).text)
    for wrong in ({}, {"until": "2026-08-01", "count": "2"}, {"count": "2"}, {"count": "x", "first_on": "2026-07-01"}):
        refused = desk.post(door, data={"csrf": token, "do": "other"} | wrong)
        assert refused.status_code == 422
    assert (
        desk.post(door, data={"csrf": token, "do": "other", "count": "6", "first_on": "2026-07-01"}).status_code == 303
    )
    world.jobs()
    assert "sí puedo ofrecerte esto" in sent(world)[-1]
    page = phone.get(link).text
    assert "te ofrece otras condiciones" in page
    offer = re.search(r'name="offer" value="(\w+)"', page)[1]
    data = {"csrf": csrf(page), "debt": mark(page)}
    assert phone.post(f"{link}/acepto", data=data | {"offer": "20200101T000000000000"}).status_code == 422
    for _twice in range(2):
        assert phone.post(f"{link}/acepto", data=data | {"offer": offer}).status_code == 303
    found = world.case(ana, owed).debt(owed.id)
    assert len(found.instalments) == 6
    assert [agreed.by for agreed in found.agreements] == ["client"]
    world.advance(hours=1)  # news go once an hour
    assert "pagará" in told(world)[-1]


def test_what_nobody_can_agree_to_any_more_says_so_to_both_and_leaves_a_way_on(world, ana, owed, link):
    phone, door, _mail = propose(world, link, count="6", first_on="2026-06-02")
    desk, path = world.browser(), f"/cobros/{owed.client_id}/{owed.id}"
    in_time = desk.get(door).text
    world.advance(days=2)
    past, asked = "El primer día ya pasó: ofrece otra fecha.", re.search(r'name="asked" value="([^"]+)"', in_time)[1]
    own = world.browser(ana)
    signed_in = csrf(own.get(path).text)
    for answer in (
        desk.post(door, data={"csrf": csrf(in_time), "do": "yes"}),
        own.post(f"{path}/propuesta", data={"csrf": signed_in, "asked": asked, "do": "yes"}),
    ):
        assert answer.status_code == 422
        card = answer.text[answer.text.index('id="propuesta"') :]
        assert past in card
        assert 'value="yes"' not in card
        assert '<details class="more" open><summary>Ofrecer otras condiciones' in card
    other = {"csrf": csrf(in_time), "do": "other", "until": "2026-07-05"}
    assert desk.post(door, data=other).status_code == 303
    page = phone.get(link).text
    form = {"csrf": csrf(page), "debt": mark(page), "offer": re.search(r'name="offer" value="(\w+)"', page)[1]}
    world.until("2026-07-05T12:00:00+02:00")
    page = phone.get(link).text
    assert "Ana Ruiz te había ofrecido pagar el 5 de julio de 2026, y ese día ya pasó." in page
    assert "te ofrece otras condiciones" not in page
    assert phone.post(f"{link}/acepto", data=form).status_code == 422
    assert "ese día ya pasó sin respuesta" in world.browser(ana).get(path).text
    assert world.case(ana, owed).debt(owed.id).agreements == ()


def test_no_is_a_kind_sentence_and_can_be_said_on_the_debts_page_too(world, ana, owed, link):
    propose(world, link, until="2026-08-20")
    desk = world.browser(ana)
    today = desk.get("/hoy").text
    assert "propone para" in today
    path = f"/cobros/{owed.client_id}/{owed.id}"
    page = desk.get(path).text
    assert "callamos unos días mientras hay respuesta. Hasta el 4 de junio de 2026 incluido." in page
    asked = re.search(r'name="asked" value="([^"]+)"', page)[1]
    stale = desk.post(f"{path}/propuesta", data={"csrf": csrf(page), "do": "yes", "asked": "2026-01-01"})
    assert stale.status_code == 422
    answer = desk.post(f"{path}/propuesta", data={"csrf": csrf(page), "do": "no", "asked": asked})
    assert answer.status_code == 303
    world.jobs()
    assert "Esta vez no puedo cambiar la fecha" in sent(world)[-1]
    assert "propone para" not in desk.get("/hoy").text
    assert "Propusiste" not in world.browser().get(link).text


def test_a_mailed_door_shuts_when_every_session_is_closed_and_opens_one_question_only(world, ana, owed, link):
    phone, door, _mail = propose(world, link, until="2026-08-20")
    world.advance(hours=2)
    assert post(phone, link, "mas-dias", until="2026-08-25").status_code == 303  # another question
    assert world.browser().get(door).status_code == 404
    again = world.path(re.search(r"\S+/r/[\w-]+", told(world)[-1])[0])
    assert world.browser().get(again).status_code == 200
    world.advance(minutes=1)
    held = accounts.load(world.ports, ana.id)
    accounts.save(world.ports, replace(held, sessions_from=world.clock.at))
    assert world.browser().get(again).status_code == 404


def test_while_an_answer_is_waited_for_no_reminder_goes_and_then_they_go_on(world, ana, owed, link):
    world.until("2026-07-06T12:00:00+02:00")
    before = len(sent(world))
    phone, door, _mail = propose(world, link, until="2026-09-20")
    world.until("2026-07-09T23:00:00+02:00")
    assert len(sent(world)) == before + 1  # what confirms it
    world.until("2026-07-13T12:00:00+02:00")
    assert len(sent(world)) == before + 2
    assert "todavía no ha respondido" in phone.get(link).text
    page = world.browser().get(door).text
    assert world.browser().post(door, data={"csrf": csrf(page), "do": "yes"}).status_code == 303  # late, and yet


# -- the fence ------------------------------------------------------------------------------------


def form(fence, **changes):
    return {name: str(getattr(fence, name)) for name in fence.__dataclass_fields__} | changes


def test_the_fence_is_set_for_all_and_for_one_client_and_holds_at_once(world, ana, owed, link):
    desk, phone = world.browser(ana), world.browser()
    token = csrf(desk.get("/ajustes/acuerdos").text)
    none = form(Fence(), csrf=token, extension_days="0", parts="0")
    assert desk.post("/ajustes/acuerdos", data=none).status_code == 303
    page = phone.get(link).text
    assert picks(page, "mas-dias") == picks(page, "en-partes") == []
    wrong = desk.post("/ajustes/acuerdos", data=form(Fence(), csrf=token, parts="99", first_percent="-1"))
    assert (wrong.status_code, wrong.text.count('class="error"')) == (422, 2)
    own = form(Fence(), csrf=token, own="on", extension_days="30")
    assert desk.post(f"/clientes/{owed.client_id}/acuerdos", data=own).status_code == 303
    assert "Con límites propios" in desk.get(f"/clientes/{owed.client_id}").text
    assert picks(phone.get(link).text, "mas-dias") == ["2026-07-08", "2026-07-16", "2026-07-31"]
    usual = {"csrf": token, "extension_days": "x"}
    assert desk.post(f"/clientes/{owed.client_id}/acuerdos", data=own | usual).status_code == 422
    assert desk.post(f"/clientes/{owed.client_id}/acuerdos", data=usual).status_code == 303
    assert picks(phone.get(link).text, "mas-dias") == []


def test_an_agreement_survives_an_edit_of_the_client_as_do_its_limits(world, ana, owed, link):
    post(world.browser(), link, "mas-dias", pick="2026-07-08")
    desk = world.browser(ana)
    token = csrf(desk.get("/ajustes").text)
    own = form(Fence(), csrf=token, own="on", parts="6")
    desk.post(f"/clientes/{owed.client_id}/acuerdos", data=own)
    world.change_client(ana, owed, note="x")
    found = world.case(ana, owed)
    assert found.client.fence.parts == 6
    assert found.debt(owed.id).extended_to == date(2026, 7, 8)
    paper = desk.get(f"/cobros/{owed.client_id}/{owed.id}/acuerdo")
    assert "Acuerdo de pago" in paper.text


def test_two_fields_and_two_taps_are_the_most_that_any_of_it_takes(world, owed, link):
    """Opening the answer is one tap, its button the other; fields are what a person fills."""
    page = Page(world.browser().get(link).text)
    found = [form for form in page.forms if form.action.endswith(("mas-dias", "en-partes"))]
    assert len(found) == 4
    for one in found:
        assert len([field for field in one.fields if field.kind not in ("hidden", "submit", "button")]) <= 2
