"""The phrase that shows who writes: set once or for one client, seen by its clients, by nobody else."""

import re

from aldia.banking.reference import reference
from aldia.domain.account import BankDetails
from aldia.flows import publish_terms
from aldia.pages.guard import form_token
from aldia.store import accounts
from tests.pages.settings_world import fields, send

USUAL, OWN = "el gato de la oficina se llama Nube", "nos vimos en la feria de Lugo"


def test_a_phrase_is_set_changed_and_taken_away_and_reaches_letters_and_the_clients_page_only(world, caplog):
    caplog.set_level("INFO")
    ana = world.account()
    browser = world.browser(ana)
    assert send(browser, "/ajustes", {"phrase": f"«{USUAL}»"}).location == "/ajustes?said=saved"
    assert accounts.load(world.ports, ana.id).phrase == USUAL
    assert fields(browser.get("/ajustes").text, "/ajustes")["phrase"] == USUAL
    bruno = world.debt(ana)
    carla = world.debt(ana, client="Carla", email="carla@example.com", number="F-002")
    edit = f"/clientes/{carla.client_id}/editar"
    assert USUAL in browser.get(edit).text  # the hint says what holds without one of its own
    assert send(browser, edit, {"phrase": OWN, "do": "save"}).status_code == 303
    assert fields(browser.get(edit).text, edit)["phrase"] == OWN
    world.advance(days=2)
    [to_bruno], [to_carla] = world.outbox.to("bruno@example.com"), world.outbox.to("carla@example.com")
    assert (USUAL in to_bruno.text, OWN in to_bruno.text) == (True, False)
    assert (USUAL in to_carla.text, OWN in to_carla.text) == (False, True)
    stranger = world.browser()
    pages = [stranger.get(world.link(mail)).text for mail in (to_bruno, to_carla)]
    assert [re.findall(f"{USUAL}|{OWN}", page) for page in pages] == [[USUAL], [OWN]]
    assert "/comprobar" in pages[0]
    told = stranger.post("/comprobar", data={"reference": reference(bruno.id), "lang": "es"})
    assert "Sí, es nuestra" in told.text
    assert USUAL not in told.text
    browser = world.browser(ana)  # the session was idle for too long
    assert send(browser, edit, {"phrase": "", "do": "save"}).status_code == 303
    assert USUAL in stranger.get(world.link(to_carla)).text
    assert send(browser, "/ajustes", {"phrase": ""}).status_code == 303
    assert USUAL not in stranger.get(world.link(to_bruno)).text
    assert not re.search(f"{USUAL}|{OWN}|{reference(bruno.id)}", caplog.text)


def test_a_phrase_that_cannot_stand_is_refused_beside_its_field_and_kept(world):
    ana = world.account()
    browser = world.browser(ana)
    debt = world.debt(ana)
    edit = f"/clientes/{debt.client_id}/editar"
    for path, more in (("/ajustes", {}), (edit, {"do": "save"})):
        for typed, why in (("Nube", "al menos 8"), ("llama al 55 1234 5678 90", "ni un teléfono"), ("x" * 90, "80")):
            answer = send(browser, path, {"phrase": typed} | more)
            assert answer.status_code == 422, path
            assert why in answer.text
            assert fields(answer.text, path)["phrase"] == typed
    assert accounts.load(world.ports, ana.id).phrase == ""


def test_another_freelancer_learns_no_phrase(world):
    ana, eva = world.account(), world.account("eva@example.com")
    debt = world.debt(ana)
    send(world.browser(ana), f"/clientes/{debt.client_id}/editar", {"phrase": OWN, "do": "save"})
    hers = world.browser(eva)
    assert hers.get(f"/clientes/{debt.client_id}/editar").status_code == 404
    assert OWN not in hers.get("/clientes").text


def test_where_money_is_sent_and_terms_are_read_the_phrase_and_the_check_stand_at_the_foot(world):
    ana = world.account(phrase=USUAL, bank=BankDetails("Ana Ruiz", "BBVA", "032180000118359719", kind="clabe"))
    debt, browser = world.debt(ana), world.browser(ana)
    publish_terms.publish(world.ports, ana, words={"es": "A medida."}, firm=())
    form = {"csrf": form_token(browser.secret), "do": "link"}
    given = browser.post(f"/clientes/{debt.client_id}/condiciones", data=form).text
    world.advance(hours=3)
    stranger = world.browser()
    page = stranger.get(world.link(world.outbox.to("bruno@example.com")[0])).text
    transfer = re.search(r"/p/[\w-]+/transferencia/\w+", page)[0]
    terms = re.search(r"/c/[0-9a-f]{64}", given)[0]
    for path in (transfer, terms):
        for language, check in (("es", "/comprobar"), ("en", "/en/check")):
            foot = stranger.get(path, query_string={"lang": language}).text.partition("<footer>")[2]
            assert USUAL in foot, path
            assert f'href="{check}"' in foot, path
    gone = stranger.post(f"{terms}/no-soy-yo", data={"csrf": form_token(terms.rpartition("/")[2])}).text
    assert USUAL not in gone  # whoever it is not for learns no phrase
