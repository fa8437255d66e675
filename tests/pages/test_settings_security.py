"""What could lock the owner out or send the money elsewhere: proved again first, told to the old address."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from aldia.store import accounts, tokens
from tests.pages.settings_world import code_in, fields, prove, send
from tests.world import World, csrf

BANK = {"holder": "Ana Ruiz", "bank": "Banco Sol", "number": "ES91 2100 0418 4502 0005 1332", "kind": "iban"}


def stored(world, account):
    return accounts.load(world.ports, account.id)


def later(world, **span):
    world.clock.at += timedelta(**span)


def post(browser, page, action, values=None):
    token = csrf(browser.get(page).text)
    return browser.post(action, data={"csrf": token} | (values or {}))


# -- proving again ------------------------------------------------------------------------------


def test_fresh_bank_details_are_saved_at_once_and_the_address_is_told(world):
    ana = world.account()
    answer = send(world.browser(ana), "/ajustes/cobro", BANK)
    assert answer.location == "/ajustes/cobro?said=bank_saved"
    assert stored(world, ana).bank.number == BANK["number"].replace(" ", "")
    [told] = world.outbox.to("ana@example.com")
    assert "1332" in told.text
    assert "2100" not in told.text


def test_after_five_minutes_a_code_is_asked_for_and_what_was_typed_waits(world):
    ana = world.account()
    browser = world.browser(ana)
    later(world, minutes=6)
    asked = send(browser, "/ajustes/cobro", BANK)
    assert stored(world, ana) == ana
    back = prove(world, ana, browser, asked)
    assert 'value="ES91 2100 0418 4502 0005 1332"' in back.text
    assert stored(world, ana) == ana
    form = fields(back.text, "/ajustes/cobro")
    assert browser.post("/ajustes/cobro", data=form).location == "/ajustes/cobro?said=bank_saved"
    assert stored(world, ana).bank.holder == "Ana Ruiz"


def test_a_code_is_good_once_for_its_own_browser_and_for_a_quarter_of_an_hour(world):
    ana = world.account()
    browser, other = world.browser(ana), world.browser(ana)
    later(world, minutes=6)
    send(browser, "/ajustes/cobro", BANK)
    code = code_in(world.outbox.to(ana.email)[-1])
    assert other.get("/ajustes/eres-tu").location == "/ajustes"
    assert post(other, "/ajustes", "/ajustes/eres-tu", {"code": code}).status_code == 422
    page = browser.get("/ajustes/eres-tu").text
    assert browser.post("/ajustes/eres-tu", data={"csrf": csrf(page), "code": code}).status_code == 303
    assert browser.post("/ajustes/eres-tu", data={"csrf": csrf(page), "code": code}).status_code == 422
    later(world, minutes=6)
    send(browser, "/ajustes/cobro", BANK)
    later(world, minutes=16)
    assert browser.get("/ajustes/eres-tu").status_code == 303


def test_wrong_codes_are_counted(world):
    ana = world.account()
    browser = world.browser(ana)
    later(world, minutes=6)
    send(browser, "/ajustes/cobro", BANK)
    code = code_in(world.outbox.to(ana.email)[-1])
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        assert "no coincide" in post(browser, "/ajustes/eres-tu", "/ajustes/eres-tu", {"code": wrong}).text
    assert "demasiados intentos" in post(browser, "/ajustes/eres-tu", "/ajustes/eres-tu", {"code": code}).text
    assert stored(world, ana) == ana


def test_codes_are_not_mailed_without_end(world):
    ana = world.account()
    browser = world.browser(ana)
    later(world, minutes=6)
    answers = [send(browser, "/ajustes/cobro", BANK) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [303] * 6 + [422] * 2
    assert "Espera una hora" in answers[-1].text
    assert 'value="Banco Sol"' in answers[-1].text
    assert len(world.outbox.to(ana.email)) == 6


@pytest.mark.parametrize(
    ("page", "action", "values"),
    [
        ("/ajustes/seguridad", "/ajustes/seguridad", {"email": "nueva@example.com"}),
        ("/ajustes/datos", "/ajustes/datos/exportar", {}),
        ("/ajustes/datos", "/ajustes/datos/borrar", {"confirm": "borrar"}),
        ("/ajustes/cobro", "/ajustes/cobro", BANK),
    ],
)
def test_each_of_these_asks_who_is_there_when_the_session_is_not_fresh(world, page, action, values):
    ana = world.account()
    browser = world.browser(ana)
    later(world, minutes=6)
    answer = post(browser, page, action, values)
    assert answer.location == "/ajustes/eres-tu"
    assert stored(world, ana) == ana
    back = prove(world, ana, browser, answer)
    for typed in values.values():
        assert f'value="{typed}"' in back.text


@pytest.mark.parametrize("missing", ["number", "holder"])
def test_half_bank_details_are_refused(world, missing):
    ana = world.account()
    answer = send(world.browser(ana), "/ajustes/cobro", BANK | {missing: ""})
    assert answer.status_code == 422
    assert f'id="f-{missing}-error"' in answer.text
    assert stored(world, ana) == ana


# -- another address ----------------------------------------------------------------------------


def asked_for(world, browser, email="nueva@example.com"):
    send(browser, "/ajustes/seguridad", {"email": email}, action="/ajustes/seguridad")
    return world.outbox.to(email)[-1]


def test_another_address_counts_once_it_has_answered_and_the_old_one_is_told(world):
    ana = world.account()
    browser = world.browser(ana)
    mail = asked_for(world, browser)
    assert stored(world, ana).email == "ana@example.com"
    assert "nueva@example.com" in browser.get("/ajustes/seguridad").text
    answer = post(browser, "/ajustes/seguridad", "/ajustes/seguridad/codigo", {"code": code_in(mail)})
    assert answer.location == "/ajustes/seguridad?said=email_changed"
    assert stored(world, ana).email == "nueva@example.com"
    assert accounts.owner_of(world.ports, "nueva@example.com") == ana.id
    assert accounts.owner_of(world.ports, "ana@example.com") is None
    [told] = world.outbox.to("ana@example.com")
    assert "n···@example.com" in told.text
    again = post(browser, "/ajustes/seguridad", "/ajustes/seguridad/codigo", {"code": code_in(mail)})
    assert again.status_code == 422


def test_the_mailed_link_needs_a_browser_of_the_account_and_a_press(world):
    ana, eva = world.account(), world.account("eva@example.com")
    browser = world.browser(ana)
    path = world.path(next(word for word in asked_for(world, browser).text.split() if "/ajustes/correo/" in word))
    assert world.browser().get(path).location == "/entrar"
    assert world.browser(eva).get(path).status_code == 404
    assert post(world.browser(eva), "/ajustes", path).status_code == 404
    shown = browser.get(path)
    assert stored(world, ana).email == "ana@example.com"
    assert browser.post(path, data=fields(shown.text, path)).location == "/ajustes/seguridad?said=email_changed"
    assert stored(world, ana).email == "nueva@example.com"
    assert browser.get(path).status_code == 404


def test_a_new_address_shuts_what_was_mailed_to_the_old_one_and_this_browser_goes_on(world):
    ana = world.account()
    browser, elsewhere = world.browser(ana), world.browser(ana)
    now = world.clock.at
    world.ports.table.write(tokens.put_morning_link("m" * 43, tokens.MorningLink(ana.id, (), now)))
    assert world.browser().get("/v/" + "m" * 43).status_code == 200
    world.advance(minutes=1)
    mail = asked_for(world, browser)
    answer = post(browser, "/ajustes/seguridad", "/ajustes/seguridad/codigo", {"code": code_in(mail)})
    assert "Listo" in browser.get(answer.location).text
    assert world.browser().get("/v/" + "m" * 43).status_code == 404
    assert elsewhere.get("/ajustes/seguridad").location == "/entrar"


def test_a_taken_address_is_named_only_to_whoever_reads_it(world):
    ana, _eva = world.account(), world.account("eva@example.com")
    browser = world.browser(ana)
    mail = asked_for(world, browser, "eva@example.com")
    assert browser.get("/ajustes/seguridad?said=email_asked").status_code == 200
    answer = post(browser, "/ajustes/seguridad", "/ajustes/seguridad/codigo", {"code": code_in(mail)})
    assert "ya tiene otra cuenta" in answer.text
    assert stored(world, ana).email == "ana@example.com"


def test_the_wish_for_another_address_can_be_dropped(world):
    ana = world.account()
    browser = world.browser(ana)
    mail = asked_for(world, browser)
    post(browser, "/ajustes/seguridad", "/ajustes/seguridad/codigo", {"do": "cancel"})
    assert post(browser, "/ajustes", "/ajustes/seguridad/codigo", {"code": code_in(mail)}).status_code == 422
    assert stored(world, ana).email == "ana@example.com"


@pytest.mark.parametrize("email", ["", "ana@", "ana@example.com", "a@b.example, c@d.example"])
def test_an_address_that_cannot_be_is_refused(world, email):
    answer = send(world.browser(world.account()), "/ajustes/seguridad", {"email": email})
    assert answer.status_code == 422
    assert 'id="f-email-error"' in answer.text
    assert world.outbox.sent == []


# -- sessions -----------------------------------------------------------------------------------


def test_signing_out_everywhere_closes_the_others_and_keeps_this_one(world):
    ana = world.account()
    here, there = world.browser(ana), world.browser(ana)
    old = here.secret
    later(world, minutes=1)
    answer = post(here, "/ajustes/seguridad", "/ajustes/seguridad/cerrar")
    assert answer.location == "/ajustes/seguridad?said=closed_all"
    assert there.get("/ajustes").location == "/entrar"
    assert here.get("/ajustes").status_code == 200
    stolen = world.browser()
    stolen.set_cookie("s", old, domain="127.0.0.1")
    assert stolen.get("/ajustes").location == "/entrar"


def test_signing_out_here_leaves_the_others(world):
    ana = world.account()
    here, there = world.browser(ana), world.browser(ana)
    post(here, "/ajustes/seguridad", "/salir")
    assert here.get("/ajustes").location == "/entrar"
    assert there.get("/ajustes").status_code == 200


# -- Stripe -------------------------------------------------------------------------------------


def test_an_installation_of_one_owner_says_where_its_money_goes(world):
    shown = world.browser(world.account()).get("/ajustes/cobro").text
    assert "su propia cuenta de Stripe" in shown
    assert "Conectar con Stripe" not in shown


@pytest.fixture
def many(dynamodb, table_name):
    """An installation for many freelancers, each with a Stripe account of her own."""
    made = World.start(dynamodb, table_name, stripe_own_account=False)
    yield made
    made.close()


def test_a_stripe_account_is_opened_once_completed_there_and_looked_up(many):
    ana = many.account()
    browser = many.browser(ana)
    first = post(browser, "/ajustes/cobro", "/ajustes/cobro/stripe")
    assert first.location.startswith(many.ports.settings.stripe_endpoint)
    opened = stored(many, ana).stripe_account
    assert opened.startswith("acct_")
    post(browser, "/ajustes/cobro", "/ajustes/cobro/stripe")
    assert stored(many, ana).stripe_account == opened
    assert post(browser, "/ajustes/cobro", "/ajustes/cobro/comprobar").location.endswith("said=stripe_waits")
    done = many.stripe.app.test_client().post(urlsplit(first.location).path)
    assert urlsplit(done.location).path == "/ajustes/cobro/vuelta"
    assert browser.get("/ajustes/cobro/vuelta").status_code == 200
    assert not stored(many, ana).stripe_ready
    assert post(browser, "/ajustes/cobro/vuelta", "/ajustes/cobro/comprobar").location.endswith("said=stripe_ready")
    assert stored(many, ana).stripe_ready


def test_connecting_stripe_asks_who_is_there(many):
    ana = many.account()
    browser = many.browser(ana)
    later(many, minutes=6)
    assert post(browser, "/ajustes/cobro", "/ajustes/cobro/stripe").location == "/ajustes/eres-tu"
    assert stored(many, ana).stripe_account == ""
