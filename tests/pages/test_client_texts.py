"""Words for one client: they win over those for everybody, are in nobody else's letters, and go back with one click."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from aldia.domain.case import Letter, LetterPart
from aldia.domain.client import Client
from aldia.domain.own_texts import OwnText, source_of, with_text
from aldia.flows import client_text, edit_text, export_account, own_letter, remind
from aldia.ports import Conflict
from aldia.store import accounts, own_texts
from tests.pages.settings_world import send
from tests.world import csrf

NAME = "invoice_sent/es"
ALL = "Para todos: {factura} por {importe}."
ONE = "Solo para ti, {nombre}: {factura} por {importe}."


def path_of(debt):
    return f"/clientes/{debt.client_id}/textos"


def here(debt, step="invoice_sent", language="es"):
    return f"{path_of(debt)}?carta={step}&idioma={language}"


def do(browser, debt, what="save", text=ONE, **more):
    return send(browser, path_of(debt), {"text": text, "do": what} | more, page=here(debt), action=path_of(debt))


@pytest.fixture
def met(world):
    """Ana with words for everybody, and two clients with a debt each."""
    ana = world.account()
    first = world.debt(ana, issued_on="2026-06-01", due_on="2026-07-01")
    other = world.debt(
        ana, client="Carla", email="carla@example.com", number="F-2", issued_on="2026-06-01", due_on="2026-07-01"
    )
    edit_text.save(world.ports, accounts.load(world.ports, ana.id), NAME, text=ALL)
    return world, ana, first, other


def held(world, ana, debt):
    return own_texts.load(world.ports, ana.id, NAME, debt.client_id)


def test_a_clients_words_win_are_sent_to_that_client_alone_and_the_page_says_which_ones_apply(met):
    world, ana, bruno, carla = met
    browser = world.browser(ana)
    assert path_of(bruno) in browser.get(f"/clientes/{bruno.client_id}").text
    shown = browser.get(here(bruno)).text
    assert "Ahora va el texto que tienes para todos" in shown
    assert ALL in shown  # one starts from what goes now
    assert "Con F-001 de Bruno" in shown
    assert "Para todos: la factura F-001 por" in shown
    assert "La misma carta en el otro idioma (Inglés)" in shown
    answer = do(browser, bruno)
    assert answer.status_code == 303, answer.text
    assert "Ahora va el texto que escribiste solo para Bruno" in browser.get(answer.location).text
    assert "Español: el suyo · Inglés: el de Al Día" in browser.get(path_of(bruno)).text
    assert "Una carta tiene palabras tuyas" in browser.get(f"/clientes/{bruno.client_id}").text
    assert "el suyo" not in browser.get(path_of(carla)).text
    world.advance(hours=8)
    [letter], [to_carla] = world.outbox.to("bruno@example.com"), world.outbox.to("carla@example.com")
    assert "Solo para ti, Bruno: la factura F-001" in letter.text
    assert "Para todos: la factura F-2" in to_carla.text
    told = browser.get(f"/cobros/{bruno.client_id}/{bruno.id}/habria-enviado").text
    assert "Solo para ti, Bruno" in told  # what would have been sent has them too
    whole = zipfile.ZipFile(io.BytesIO(b"".join(export_account.export(world.ports, ana, say=lambda key: key))))
    of_clients = json.loads(whole.read("aldia.json"))["clients"]
    assert [one["own_texts"][NAME]["versions"][-1]["text"] for one in of_clients if "own_texts" in one] == [ONE]


def test_one_click_leads_back_to_the_text_for_everybody_or_to_ours_and_versions_come_back(met):
    world, ana, bruno, _carla = met
    browser = world.browser(ana)
    assert "Volver al texto que tengo para todos" not in browser.get(here(bruno)).text
    do(browser, bruno)
    assert "Volver al texto que tengo para todos" in browser.get(here(bruno)).text
    assert "Usar aquí el de Al Día" in browser.get(here(bruno)).text
    do(browser, bruno, "reset")
    assert world.case(ana, bruno).client.texts == ()
    do(browser, bruno, "undo")
    assert (world.case(ana, bruno).client.texts, held(world, ana, bruno).text) == ((NAME,), ONE)
    do(browser, bruno, "ours")
    client = world.case(ana, bruno).client
    assert (client.texts, client.our_texts) == ((), (NAME,))
    shown = browser.get(here(bruno)).text
    assert "Ahora va el texto de Al Día" in shown
    assert "Aquí tienes" in shown or "Te mando" in shown or "{factura}" in shown
    world.advance(hours=8)
    assert "Para todos" not in world.outbox.to("bruno@example.com")[0].text
    do(browser, bruno, "reset")
    assert world.case(ana, bruno).client.our_texts == ()


def test_a_later_saving_takes_a_letter_composed_with_other_words_out_of_the_race(met, monkeypatch):
    world, ana, bruno, _carla = met
    world.clock.at = world.clock.at.replace(hour=16)
    ids, real = (ana.id, bruno.client_id), remind.cases.save
    client_text.save(world.ports, ids, NAME, text=ONE)

    def late(*args, **kwargs):
        monkeypatch.setattr(remind.cases, "save", real)
        client_text.save(world.ports, ids, NAME, text="Otra cosa: {factura} por {importe}.")
        return real(*args, **kwargs)

    monkeypatch.setattr(remind.cases, "save", late)
    assert remind.remind(world.ports, *ids) == 0  # the text has the same name, and yet the letter is not claimed
    assert remind.remind(world.ports, *ids) == 1
    assert "Otra cosa: la factura F-001" in world.outbox.to("bruno@example.com")[0].text


def test_two_windows_do_not_write_over_each_other_and_what_was_typed_is_kept(met):
    world, ana, bruno, _carla = met
    answer = do(world.browser(ana), bruno, seen="0" * 16)
    assert answer.status_code == 422
    assert ONE in answer.text
    assert world.case(ana, bruno).client.texts == ()
    with pytest.raises(Conflict):
        client_text.undo(world.ports, (ana.id, bruno.client_id), NAME, seen="0" * 16)


def test_the_linter_reads_while_one_types_about_a_real_debt_of_that_client_and_of_nobody_elses(met):
    world, ana, bruno, carla = met
    eva = world.account("eva@example.com", name="Eva")
    secret = world.debt(eva, client="Zoe", email="zoe@example.com", number="Z-9")
    browser = world.browser(ana)
    token = csrf(browser.get(here(bruno)).text)

    def typed(path, text, **more):
        data = {"csrf": token, "carta": "invoice_sent", "idioma": "es", "text": text} | more
        return browser.post(f"{path}/ver", data=data, headers={"HX-Request": "true"})

    seen = typed(path_of(bruno), "Mira {factura}, moroso. Es urgente: {importe}.")
    assert "<html" not in seen.text
    for words in ("Así no puede salir", 'name="fix" value="moroso"', "Poner «importante»", "Con F-001 de Bruno"):
        assert words in seen.text
    wished = {"cobro": f"{carla.client_id}/{carla.id}"}
    assert "Con F-001 de Bruno" in typed(path_of(bruno), ONE, **wished).text  # only that client's own debts
    assert "Con F-2 de Carla" in typed("/ajustes/textos", ALL, **wished).text
    for hostile in (f"{secret.client_id}/{secret.id}", "x" * 3000 + "/y", "../../x", f"{bruno.client_id}/nada"):
        shown = typed("/ajustes/textos", ALL, cobro=hostile).text
        assert "Z-9" not in shown
        assert "Zoe" not in shown
    without_script = do(browser, bruno, "look", text="Mira {factura} por {importe}.")
    assert "Mira la factura F-001 por" in without_script.text
    sent = do(browser, bruno, "try")
    assert "La prueba va a tu correo." in sent.text
    [trial] = world.outbox.to(ana.email)
    assert trial.text.startswith("Esto es una prueba y solo te llega a ti. Con F-001 de Bruno")
    assert "Solo para ti, Bruno" in trial.text
    stranger = world.browser(eva)
    assert stranger.get(here(bruno)).status_code == 404
    assert stranger.post(path_of(bruno), data={"carta": "invoice_sent"}).status_code in (400, 404)


def test_a_text_for_a_client_that_the_linter_blocks_in_one_letter_goes_as_ours_and_the_freelancer_is_told(met):
    world, ana, bruno, _carla = met
    browser = world.browser(ana)
    blocked_later = "¿Por qué no has pagado {factura} por {importe}?"
    assert do(browser, bruno, text=blocked_later, is_sure="on").status_code == 303
    world.change_client(ana, bruno, country="CO")  # where nobody may be asked why
    world.advance(hours=8)
    assert "por qué no" not in world.outbox.to("bruno@example.com")[0].text
    told = browser.get("/hoy").text
    assert "Tu texto no pasó la revisión de tono" in told
    assert path_of(bruno) in told
    assert "Así no puede salir" in browser.get(here(bruno)).text  # and its editor says why


def test_a_step_of_ones_own_borrows_the_text_of_what_it_is_like_unless_the_client_has_ours_for_it(met):
    world, ana, bruno, _carla = met
    edit_text.save(world.ports, accounts.load(world.ports, ana.id), "overdue_1/es", text=ALL)
    part = LetterPart(bruno.id, "mi_paso", "mi_paso", 1000, "MXN")
    late = Letter("mi_paso", "ladder", bruno.due_on + timedelta(days=9), world.clock.at, (part,))

    def words(**client):
        world.change_client(ana, bruno, **client)
        return own_letter.in_force(world.ports, world.case(ana, bruno), late).opening

    assert words() == ALL
    assert words(our_texts=("mi_paso/es",)) == ""
    assert words(our_texts=("overdue_1/es",)) == ""
    client_text.save(world.ports, (ana.id, bruno.client_id), "mi_paso/es", text=ONE)
    assert words() == ONE


def test_whose_words_hold_and_how_a_client_takes_and_gives_them_back():
    client = with_text(Client("c", "C"), NAME, is_own=True)
    assert source_of(NAME, client, ()) == source_of(NAME, client, (NAME,)) == "client"
    back = with_text(client, NAME, is_own=False)
    assert (source_of(NAME, back, (NAME,)), source_of(NAME, back, ())) == ("account", "ours")
    ours = with_text(client, NAME, is_own=False, takes_ours=True)
    assert source_of(NAME, ours, (NAME,)) == "ours"
    assert with_text(ours, NAME, is_own=True) == client
    assert source_of("overdue_1/es", client, ("overdue_1/es",)) == "account"
    assert source_of(NAME, None, (NAME,)) == "account"
    assert OwnText().undone() == OwnText()
