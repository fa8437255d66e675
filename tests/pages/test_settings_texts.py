"""The freelancer's own words on their page: edited, looked at, mended, sent; and in nobody else's letters."""

from datetime import timedelta

import pytest

from aldia.domain import answers
from aldia.domain.editable import ABOUT_NO_DEBT, STEPS
from aldia.domain.own_texts import Words
from aldia.domain.payments import record_payment
from aldia.flows import casework, edit_text
from aldia.pages.text_names import starting
from aldia.store import accounts, own_texts
from tests.pages.settings_world import fields, send
from tests.world import csrf

PATH = "/ajustes/textos"
WORDS = "Te mando {factura} por {importe}, {nombre}. Con cariño, {yo}."


def here(step="invoice_sent", language="es"):
    return f"{PATH}?carta={step}&idioma={language}"


def save(browser, text, step="invoice_sent", language="es", **more):
    return send(browser, PATH, {"text": text, "do": "save"} | more, page=here(step, language), action=PATH)


def first_letter(world, account, **client):
    debt = world.debt(account, issued_on=world.clock.at.date().isoformat(), due_on="2026-07-01")
    if client:
        world.change_client(account, debt, **client)
    world.advance(hours=8)
    return debt, world.outbox.to("bruno@example.com")


def test_the_words_are_saved_shown_sent_taken_back_and_given_back(world):
    ana = world.account()
    browser = world.browser(ana)
    assert "Cambiada" not in browser.get(PATH).text
    answer = save(browser, WORDS, closing="Hasta pronto y gracias, {nombre}.")
    assert answer.status_code == 303, answer.text
    assert answer.location.endswith("carta=invoice_sent&idioma=es")
    listed = browser.get(PATH).text
    assert "Español: el tuyo · Inglés: el de Al Día" in listed
    assert listed.count("Cambiada") == 1
    assert "Recordatorios · 1 cambiada" in listed
    shown = browser.get(answer.location).text
    assert "Te mando {factura}" in shown
    assert "Te mando la factura F-001 por" in shown
    assert "Con una factura inventada, porque no hay ningún cobro abierto" in shown
    _debt, letters = first_letter(world, ana)
    text = letters[0].text
    assert text.startswith("Hola, Bruno:\n\nTe mando ")
    assert "{" not in text
    assert "Con cariño, " in text
    assert world.link(letters[0])  # our link, our ways out and our thanks are still there
    assert "Gracias por confiar en mi trabajo." not in text
    assert "\n\nHasta pronto y gracias, Bruno.\n\n" in text
    save(browser, "Otra cosa más corta: {factura} por {importe}.")
    send(browser, PATH, {"do": "undo"}, page=here(), action=PATH)
    held = own_texts.load(world.ports, ana.id, "invoice_sent/es")
    assert held.words == Words(WORDS, "Hasta pronto y gracias, {nombre}.")
    send(browser, PATH, {"do": "reset"}, page=here(), action=PATH)
    assert own_texts.load(world.ports, ana.id, "invoice_sent/es").text == ""
    assert accounts.load(world.ports, ana.id).texts == ()
    send(browser, PATH, {"do": "undo"}, page=here(), action=PATH)
    assert accounts.load(world.ports, ana.id).texts == ("invoice_sent/es",)


def test_the_other_language_is_one_press_away_and_loses_nothing_that_was_typed(world):
    ana = world.account()
    browser = world.browser(ana)
    english = "Here is {invoice}: {amount}."

    def press(shown, **values):
        form = fields(shown.text, PATH) | {"csrf": csrf(shown.text)} | values
        return browser.post(PATH, data=form)

    turned = press(browser.get(here()), text=WORDS, closing="Gracias, {yo}.", do="look_en")
    assert "sigue ahí, sin guardar" in turned.text
    assert fields(turned.text, PATH)["text"].strip() == starting("invoice_sent", "en")
    again = press(turned, text=english, do="look_es")
    assert fields(again.text, PATH)["text"].strip() == WORDS
    assert fields(again.text, PATH)["closing"].strip() == "Gracias, {yo}."
    saved = press(again, do="save")  # what is left to save is shown next
    assert "Guardado." in saved.text
    assert fields(saved.text, PATH)["text"].strip() == english
    assert press(saved, do="save").status_code == 303
    assert accounts.load(world.ports, ana.id).texts == ("invoice_sent/en", "invoice_sent/es")
    assert own_texts.load(world.ports, ana.id, "invoice_sent/es").words == Words(WORDS, "Gracias, {yo}.")
    plain = press(browser.get(here()), do="look_en")  # nothing typed, nothing left behind
    assert "sigue ahí, sin guardar" not in plain.text


def test_what_may_not_go_is_not_saved_and_says_why_beside_the_field(world):
    ana = world.account()
    browser = world.browser(ana)
    for text, said in (
        ("Paga {factura} o irás a la cárcel.", "Este texto no puede salir"),
        ("Hola, {apodo}", "No conocemos «apodo» entre llaves"),
        ("{{ config }}", "No conocemos «config» entre llaves"),
        ("", "Escribe algo"),
        ("Llama ya al 600 123 456", "teléfono"),
    ):
        answer = save(browser, text)
        assert answer.status_code == 422, text
        assert said in answer.text
        assert 'id="f-text-error"' in answer.text
    for step, closing, said in (
        ("invoice_sent", "Llama ya al 600 123 456", "teléfono"),
        ("thanks", "Vence el {vence}", "Esta carta no tiene «vence»"),
    ):
        answer = save(browser, "Gracias.", step, closing=closing)
        assert answer.status_code == 422, closing
        assert said in answer.text
        assert 'id="f-closing-error"' in answer.text
        assert fields(answer.text, PATH)["closing"].strip() == closing
    firm = save(browser, "Si no paga, habrá acciones legales.", "formal_letter")
    assert firm.status_code == 422
    assert "Esta carta requiere el pago, y vale por lo que la ley pide" in firm.text
    pushy = "Es urgente que veas {factura} por {importe}."
    assert save(browser, pushy).status_code == 422  # what the linter warns of has to be confirmed
    assert accounts.load(world.ports, ana.id).texts == ()
    assert save(browser, pushy, is_sure="on").status_code == 303


def test_the_linter_speaks_while_one_types_and_one_click_mends(world):
    ana = world.account()
    browser = world.browser(ana)
    text = "Te mando {factura} por {importe}. Eres un moroso. Es urgente."
    token = csrf(browser.get(here()).text)
    seen = browser.post(
        f"{PATH}/ver", data={"csrf": token, "carta": "invoice_sent", "idioma": "es", "text": text},
        headers={"HX-Request": "true"},
    )  # fmt: skip
    assert seen.status_code == 200
    assert "<html" not in seen.text
    assert "moroso" in seen.text
    assert "Así no puede salir" in seen.text
    assert 'name="fix" value="moroso"' in seen.text
    assert "Poner «importante»" in seen.text
    mended = send(browser, PATH, {"text": text, "fix": "moroso"}, page=here(), action=PATH)  # without JavaScript
    assert mended.status_code == 200
    assert "Te mando {factura} por {importe}. Es urgente." in mended.text
    looked = send(browser, PATH, {"text": "Mira {factura} por {importe}.", "do": "look"}, page=here(), action=PATH)
    assert "Mira la factura F-001 por" in looked.text
    assert accounts.load(world.ports, ana.id).texts == ()


def test_a_text_that_the_linter_blocks_in_one_letter_goes_as_ours_and_the_freelancer_is_told(world, told_of_colombia):
    told = told_of_colombia
    letters = world.outbox.to("bruno@example.com")
    assert len(letters) == 1
    assert "por qué no" not in letters[0].text
    assert "la factura" in letters[0].text or "cuenta" in letters[0].text
    assert "Tu texto no pasó la revisión de tono" in told
    assert PATH in told


@pytest.fixture
def told_of_colombia(world):
    """Words that may be written anywhere but in Colombia, to a client there."""
    ana = world.account()
    browser = world.browser(ana)
    saved = save(browser, "¿Por qué no has pagado {factura} por {importe}?", is_sure="on")
    assert saved.status_code == 303, saved.text
    first_letter(world, ana, country="CO", timezone="America/Bogota")
    return browser.get("/hoy").text


def test_one_accounts_words_are_in_no_other_accounts_letters_nor_pages(world):
    ana, eva = world.account(), world.account("eva@example.com")
    assert save(world.browser(ana), WORDS).status_code == 303
    assert "Te mando {factura}" not in world.browser(eva).get(here()).text
    _debt, letters = first_letter(world, eva)
    assert "Con cariño" not in letters[0].text


def test_two_windows_do_not_write_over_each_other(world):
    ana = world.account()
    browser = world.browser(ana)
    stale = "0" * 16
    answer = save(browser, WORDS, seen=stale)
    assert answer.status_code == 422
    assert own_texts.load(world.ports, ana.id, "invoice_sent/es").text == ""


def test_saving_words_takes_a_letter_that_was_composed_with_others_out_of_the_race(world):
    ana = accounts.load(world.ports, world.account().id)
    after = edit_text.save(world.ports, ana, "invoice_sent/es", text=WORDS)
    assert after.version > ana.version
    assert edit_text.save(world.ports, after, "invoice_sent/es", text="Otra: {factura}.").version > after.version


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_letter_is_shown_with_words_of_ours_to_start_from_that_the_linter_likes(world, language):
    """One half of the letters about a debt that is there, the other half about none; each in one of its languages."""
    ana = world.account(language=language)
    if language == "es":
        world.debt(ana, issued_on="2026-06-01", due_on="2026-07-01")
    browser = world.browser(ana)
    listed = browser.get(PATH).text
    assert all(f"carta={step}" in listed for step in STEPS)
    for place, step in enumerate(STEPS[language == "en" :: 2]):
        spoken = ("es", "en")[place % 2]
        shown = browser.get(here(step, spoken)).text
        assert "note-good" in shown, (step, spoken)
        assert starting(step, spoken)[:20].replace("'", "&#39;") in shown, step
        about = {"es": "Con datos inventados" if step in ABOUT_NO_DEBT else "Con F-001 de Bruno", "en": "With "}[
            language
        ]
        assert (about in shown) or step == "discount_ending", step
        assert ('name="cobro"' in shown) == (language == "es" and step not in ABOUT_NO_DEBT)
        assert shown.count('class="letter"') == 2, step  # and in the other language


def test_words_for_answers_go_with_what_they_confirm_and_to_a_stranger_only_what_tells_nothing(world):
    ana = world.account()
    for step, text, closing in (
        ("promise_noted", "¡Qué bien que me digas el {fecha}! Gracias.", ""),
        ("thanks", "¡Qué alegría! Mil gracias por {importe}.", "Un abrazo, {yo}."),
        ("wrong_person_noted", "Perdón, esto era para Bruno. Gracias.", ""),
    ):
        held = accounts.load(world.ports, ana.id)
        edit_text.save(world.ports, held, f"{step}/es", text=text, closing=closing)
    debt = world.debt(ana, issued_on="2026-06-01", due_on="2026-07-01")
    world.clock.at = world.clock.at.replace(hour=16)
    on = (world.clock.at + timedelta(days=5)).date()

    def answered(answer):
        before = len(world.outbox.to("bruno@example.com"))
        casework.change(world.ports, ana.id, debt.client_id, answer)
        world.jobs()
        [letter] = world.outbox.to("bruno@example.com")[before:]
        return letter.text

    promised = answered(lambda case, now: answers.promise(case, debt.id, on=on, now=now))
    assert promised.startswith("Hola, Bruno:\n\n¡Qué bien que me digas el ")
    assert "\n\nPagarás " in promised
    assert "solo un recordatorio ese día." in promised
    paid = {"key": "p1", "amount_minor": debt.amount_minor, "method": "cash", "on": world.clock.at.date()}
    thanked = answered(lambda case, now: record_payment(case, debt.id, now=now, **paid))
    assert "Mil gracias por " in thanked
    assert "queda saldada." in thanked
    assert "Ver el comprobante:\nhttp" in thanked
    assert thanked.partition("\n-- \n")[0].count("Un abrazo, ") == 1
    stranger = answered(lambda case, now: answers.wrong_person(case, now=now))
    assert stranger.startswith("Gracias por avisar, y disculpa la molestia.")
    assert "Bruno" not in stranger
    browser = world.browser(ana)
    told = browser.get("/hoy").text
    assert "Tu texto no pasó la revisión de tono en una carta a Bruno: salió con el texto de Al Día." in told
    assert PATH in told


def test_a_letter_that_does_not_exist_shows_the_list(world):
    browser = world.browser(world.account())
    for wrong in ("manual", "no-such", "../x"):
        assert 'name="text"' not in browser.get(here(wrong)).text
        assert browser.post(PATH, data={"carta": wrong}).status_code in (303, 400)


def test_a_trial_goes_to_oneself_alone_marked_and_so_many_times_a_day(world):
    ana = world.account()
    browser = world.browser(ana)
    tries = {"text": WORDS, "do": "try"}
    shown = send(browser, PATH, tries, page=here(), action=PATH)
    assert shown.status_code == 200
    assert "La prueba va a tu correo." in shown.text
    assert WORDS in shown.text  # what was typed stays, though nothing is saved
    [trial] = world.outbox.sent
    assert (trial.to, trial.cc, trial.headers) == ((ana.email,), (), {})
    assert trial.subject.startswith("[Prueba] ")
    assert trial.text.startswith("Esto es una prueba")
    assert "Esto es una prueba" in trial.html
    assert "Te mando la factura F-001" in trial.text
    blocked = send(browser, PATH, tries | {"text": "Irás a la cárcel."}, page=here(), action=PATH)
    assert blocked.status_code == 422
    for _ in range(9):
        send(browser, PATH, tries, page=here(), action=PATH)
    over = send(browser, PATH, tries, page=here(), action=PATH)
    assert over.status_code == 422
    assert "diez pruebas hoy" in over.text
    assert len(world.outbox.sent) == 10
    assert accounts.load(world.ports, ana.id).texts == ()
