"""The pages of clients: the list, the form with its contacts, silences and their ways out, deleting."""

from dataclasses import replace
from datetime import date

import pytest

from aldia.domain import answers
from aldia.domain.client import BillingContact
from aldia.flows import casework
from aldia.store import cases, lists
from tests.hostile import HOSTILE
from tests.world import csrf

TYPED = {
    "id": "formid01", "name": "Bruno Díaz", "kind": "person", "country": "MX", "timezone": "", "language": "en",
    "tax_id": "XAXX010101000", "note": "Prefiere los lunes", "consent": "on", "consent_on": "", "consent_source": "",
    "email_0": "bruno@example.com", "name_0": "", "role_0": "billing", "mail_0": "to",
    "email_1": "eva@example.com", "name_1": "Eva", "role_1": "owner", "mail_1": "copy", "do": "save",
}  # fmt: skip


def send(browser, path, data=None, **headers):
    """Post a form the way a page of ours does."""
    form = {"csrf": csrf(browser.get("/clientes/nuevo").text)} | (data or {})
    return browser.post(path, data=form, headers=headers)


def the_only_client(world, account):
    [item] = lists.rows(world.ports, account.id, "CLIENTS").rows
    return cases.load(world.ports, account, item["pk"].split("#")[3]).client


def tell(world, ana, debt, ask):
    """Something happens to the debt's client, through the flow that every change takes."""
    casework.change(world.ports, ana.id, debt.client_id, ask)


# -- the list ---------------------------------------------------------------------------------


def test_the_first_empty_list_says_what_to_do(world):
    page = world.browser(world.account()).get("/clientes")
    assert page.status_code == 200
    assert "Aún no tienes clientes" in page.text
    assert "/importar" in page.text


def test_the_list_shows_who_is_not_written_to_and_why(world):
    ana = world.account()
    debt = world.debt(ana)
    tell(world, ana, debt, lambda case, now: answers.stop(case, now=now))
    world.debt(ana, client="Carla", email="")
    page = world.browser(ana).get("/clientes").text
    assert "sin recordatorios" in page
    assert "sin correo" in page


def test_a_pause_that_is_over_is_no_badge_any_more(world):
    ana = world.account()
    debt = world.debt(ana)
    tell(world, ana, debt, lambda case, now: answers.pause(case, None, until=date(2026, 6, 3), now=now))
    browser = world.browser(ana)
    assert "en pausa" in browser.get("/clientes").text
    world.clock.at = world.clock.at.replace(day=4)
    assert "en pausa" not in world.browser(ana).get("/clientes").text


def test_a_search_finds_a_name_without_its_accents_and_says_when_nobody_is_there(world):
    ana = world.account()
    world.debt(ana, client="José Núñez")
    world.debt(ana, client="Carla", email="carla@example.com")
    browser = world.browser(ana)
    found = browser.get("/clientes?q=nunez").text
    assert "José Núñez" in found
    assert "Carla" not in found
    assert "Nadie con ese nombre" in browser.get("/clientes?q=zzz").text


def test_htmx_gets_the_rows_alone(world):
    ana = world.account()
    world.debt(ana)
    answer = world.browser(ana).get("/clientes", headers={"HX-Request": "true"}).text
    assert answer.lstrip().startswith('<div id="client_list"')
    assert "<html" not in answer


# -- the form ---------------------------------------------------------------------------------


def test_a_new_client_is_saved_with_all_that_was_typed(world):
    ana = world.account()
    answer = send(world.browser(ana), "/clientes/nuevo", TYPED)
    assert answer.status_code == 303
    client = the_only_client(world, ana)
    assert (client.name, client.kind, client.language, client.tax_id) == ("Bruno Díaz", "person", "en", "XAXX010101000")
    assert client.timezone == "America/Mexico_City"
    assert client.emails == ("bruno@example.com",)
    assert client.copies == ("eva@example.com",)
    assert client.note == "Prefiere los lunes"


def test_the_same_form_sent_twice_saves_one_client(world):
    ana = world.account()
    browser = world.browser(ana)
    send(browser, "/clientes/nuevo", TYPED)
    send(browser, "/clientes/nuevo", TYPED)
    assert len(lists.rows(world.ports, ana.id, "CLIENTS").rows) == 1


def test_a_contact_more_comes_without_javascript_and_keeps_what_was_typed(world):
    ana = world.account()
    answer = send(world.browser(ana), "/clientes/nuevo", TYPED | {"do": "add", "name": "Bruno & Cía"})
    assert answer.status_code == 200
    assert 'name="email_2"' in answer.text
    assert 'value="Bruno &amp; Cía"' in answer.text
    assert 'value="eva@example.com"' in answer.text
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []


def test_a_contact_can_be_taken_away_and_the_others_move_up(world):
    answer = send(world.browser(world.account()), "/clientes/nuevo", TYPED | {"do": "remove_0"})
    assert 'name="email_1"' not in answer.text
    assert 'value="eva@example.com"' in answer.text


def test_htmx_gets_the_contacts_alone(world):
    browser = world.browser(world.account())
    answer = send(browser, "/clientes/contactos", TYPED | {"do": "add"}, **{"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<fieldset id="contacts"')
    assert 'name="email_2"' in answer.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Escribe el nombre de tu cliente."),
        ({"name": "Llama al 55 1234 5678"}, "Escribe solo el nombre"),
        ({"name_1": "https://paga.example.com"}, "Escribe solo el nombre"),
        ({"email_0": "no es un correo"}, "correo"),
        ({"email_1": "BRUNO@example.com"}, "Este correo ya está en otro contacto."),
        ({"email_1": ""}, "Falta el correo de este contacto."),
        ({"mail_0": "everybody"}, "Elige una de las opciones."),
        ({"kind": "ghost"}, "Elige una de las opciones."),
        ({"country": "XX"}, "Elige un país de la lista."),
        ({"timezone": "Mars/Base"}, "No conocemos esa zona horaria."),
        ({"note": "x" * 2001}, "demasiado largo"),
        ({"consent_on": "2026-12-31"}, "Ese día todavía no ha llegado."),
        ({"country": "CO"}, "En Colombia hace falta el día"),
        ({"country": "CO", "consent_on": "2026-05-01"}, "En Colombia hace falta decir dónde consta"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(world, changed, sentence):
    ana = world.account()
    answer = send(world.browser(ana), "/clientes/nuevo", TYPED | changed)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "XAXX010101000" in answer.text
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []


def test_the_consent_that_colombia_asks_for_is_kept_with_its_day_and_place(world):
    ana = world.account()
    agreed = {"country": "CO", "consent_on": "2026-05-01", "consent_source": "cláusula 4"}
    answer = send(world.browser(ana), "/clientes/nuevo", TYPED | agreed)
    assert answer.status_code == 303
    client = the_only_client(world, ana)
    assert (client.consent_on, client.consent_source) == (date(2026, 5, 1), "cláusula 4")
    assert "cláusula 4" in world.browser(ana).get(f"/clientes/{client.id}").text


def test_without_the_consent_nothing_may_be_mailed(world):
    ana = world.account()
    send(world.browser(ana), "/clientes/nuevo", {name: value for name, value in TYPED.items() if name != "consent"})
    assert the_only_client(world, ana).consents == ()


@pytest.mark.parametrize("field", sorted(TYPED.keys() - {"do"}))
def test_hostile_values_in_any_field_end_in_a_page_and_run_nothing(world, field):
    browser = world.browser(world.account())
    for hostile in HOSTILE:
        answer = send(browser, "/clientes/nuevo", TYPED | {field: hostile.value})
        assert answer.status_code in (303, 422), hostile.name
        assert "<script>alert(1)</script>" not in answer.text
        assert "<img src=x" not in answer.text


def test_another_address_shuts_the_older_links_and_ends_the_bounce(world):
    ana = world.account()
    debt = world.debt(ana)
    tell(world, ana, debt, lambda case, now: answers.bounce(case, now=now))
    browser = world.browser(ana)
    shown = browser.get(f"/clientes/{debt.client_id}/editar").text
    assert 'value="bruno@example.com"' in shown
    edited = TYPED | {"name": "Bruno", "email_0": "nuevo@example.com"}
    assert send(browser, f"/clientes/{debt.client_id}/editar", edited).status_code == 303
    client = world.case(ana, debt).client
    assert client.bounced_at is None
    assert client.link_version == 2
    assert client.id == debt.client_id


def test_a_new_name_stands_in_the_list_of_debts_at_once(world):
    ana = world.account()
    debt = world.debt(ana)
    send(world.browser(ana), f"/clientes/{debt.client_id}/editar", TYPED | {"name": "Bruno e Hijos"})
    [row] = lists.rows(world.ports, ana.id, "OPEN").rows
    assert row["row"]["client"] == "Bruno e Hijos"


# -- one client -------------------------------------------------------------------------------


def test_a_client_shows_its_debts_with_what_comes_next_its_letters_and_who_gets_them(world):
    ana = world.account()
    debt = world.debt(ana, due_on="2026-06-20")
    world.advance(hours=3)
    case = world.case(ana, debt)
    changed = replace(
        case.client, contacts=(*case.client.contacts, BillingContact("eva@example.com", "Eva", mail="copy"))
    )
    tell(world, ana, debt, lambda case, now: answers.client_changed(case, client=changed, now=now))
    page = world.browser(ana).get(f"/clientes/{debt.client_id}").text
    for said in (
        "F-001",
        "$1,000.00",
        "Aviso antes de vencer",
        "Aquí tienes la factura",
        "Recibe una copia",
        "enviada",
    ):
        assert said in page
    english = world.browser(ana).get(f"/clientes/{debt.client_id}?lang=en").text
    assert "Gets a copy" in english


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (answers.stop, "pidió no recibir más recordatorios"),
        (answers.bounce, "rebotó"),
        (answers.wrong_person, "no es la persona"),
        (answers.complaint, "correo no deseado"),
    ],
)
def test_every_silence_is_shown_with_its_reason(world, ask, sentence):
    ana = world.account()
    debt = world.debt(ana)
    tell(world, ana, debt, lambda case, now: ask(case, now=now))
    page = world.browser(ana).get(f"/clientes/{debt.client_id}").text
    assert "Ahora no le escribimos" in page
    assert sentence in page
    assert "Escribirle ahora" not in page


def test_only_the_clients_own_word_ends_a_stop_and_it_is_kept(world):
    ana = world.account()
    debt = world.debt(ana)
    tell(world, ana, debt, lambda case, now: answers.stop(case, now=now))
    world.jobs()
    mails = len(world.outbox.to("ana@example.com"))
    browser, path = world.browser(ana), f"/clientes/{debt.client_id}"
    refused = send(browser, f"{path}/escribir", {"words": "  "})
    assert refused.status_code == 422
    assert "Escribe con una frase" in refused.text
    assert world.case(ana, debt).client.stopped_at
    answer = send(browser, f"{path}/escribir", {"words": "Me dijo por teléfono: escríbeme <b>otra vez</b>"})
    assert answer.status_code == 303
    assert world.case(ana, debt).client.stopped_at is None
    page = browser.get(answer.location).text
    assert "Me dijo por teléfono: escríbeme &lt;b&gt;otra vez&lt;/b&gt;" in page
    world.advance(hours=2)
    assert len(world.outbox.to("ana@example.com")) == mails  # it is the freelancer's own note, no news to mail


def test_an_address_that_is_right_after_all_is_written_to_again_and_keeps_its_links(world):
    ana = world.account()
    debt = world.debt(ana)
    tell(world, ana, debt, lambda case, now: answers.bounce(case, now=now))
    send(world.browser(ana), f"/clientes/{debt.client_id}/direccion")
    client = world.case(ana, debt).client
    assert (client.bounced_at, client.link_version) == (None, 1)


def test_a_pause_silences_until_its_day_and_can_be_ended(world):
    ana = world.account()
    debt = world.debt(ana)
    browser, path = world.browser(ana), f"/clientes/{debt.client_id}"
    refused = send(browser, f"{path}/pausa", {"until": "2026-05-01", "reason": "vacaciones"})
    assert refused.status_code == 422
    assert 'value="vacaciones"' in refused.text
    send(browser, f"{path}/pausa", {"until": "2026-07-01", "reason": "vacaciones"})
    page = browser.get(path).text
    assert "1 de julio de 2026" in page
    assert "vacaciones" in page
    world.advance(days=10)
    assert world.outbox.to("bruno@example.com") == []
    send(world.browser(ana), f"{path}/seguir")
    assert world.case(ana, debt).client.pause is None


def test_a_client_without_debts_is_deleted_with_everything_about_it(world):
    ana = world.account()
    browser = world.browser(ana)
    send(browser, "/clientes/nuevo", TYPED)
    client = the_only_client(world, ana)
    assert send(browser, f"/clientes/{client.id}/borrar").status_code == 303
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []
    assert browser.get(f"/clientes/{client.id}").status_code == 404


def test_a_client_with_debts_is_kept(world):
    ana = world.account()
    debt = world.debt(ana)
    answer = send(world.browser(ana), f"/clientes/{debt.client_id}/borrar")
    assert answer.status_code == 422
    assert "se conserva con su historia" in answer.text
    assert world.case(ana, debt).client.name == "Bruno"


def test_nobody_sees_or_changes_another_accounts_client(world):
    ana, eva = world.account(), world.account("eva@example.com")
    debt = world.debt(ana)
    stranger, path = world.browser(eva), f"/clientes/{debt.client_id}"
    for address in (path, f"{path}/editar", "/clientes/unknown", "/clientes/a%23b"):
        assert stranger.get(address).status_code == 404
    for what in ("editar", "pausa", "seguir", "direccion", "escribir", "borrar"):
        assert send(stranger, f"{path}/{what}", TYPED).status_code == 404
    assert world.case(ana, debt).client.name == "Bruno"
    assert "Bruno" not in stranger.get("/clientes").text


def test_looking_at_clients_writes_nothing(world):
    ana = world.account()
    debt = world.debt(ana)
    before = world.case(ana, debt)
    browser = world.browser(ana)
    for address in (
        "/clientes",
        "/clientes/nuevo",
        f"/clientes/{debt.client_id}",
        f"/clientes/{debt.client_id}/editar",
    ):
        assert browser.get(address).status_code == 200
    assert world.case(ana, debt) == before
