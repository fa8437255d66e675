"""Signing in when something goes wrong on the way: a clear sentence, and never more than five tries."""

import re
import threading
from dataclasses import replace

import pytest

from aldia.app import create_app
from aldia.domain.errors import Refused
from aldia.flows import sign_in
from aldia.ports import MailRefused, MailUnknown
from aldia.store import accounts


class Fails:
    def __init__(self, error):
        self.error = error

    def send(self, _message):
        raise self.error


def code_in(mail):
    return re.search(r"\b\d{3} ?\d{3}\b", mail.text)[0]


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_mail_that_certainly_did_not_go_is_said_in_one_sentence(world, language):
    app = create_app(replace(world.ports, mailer=Fails(MailRefused("throttled", retry=True))))
    form = {"email": "eva@example.com", "lang": language}
    answer = app.test_client().post("/entrar", data=form, base_url=world.ports.settings.base_url)
    assert answer.status_code == 503
    assert {"es": "no podemos enviarte", "en": "cannot send you"}[language] in answer.text
    assert "eva@example.com" in answer.text


def test_a_mail_that_may_have_gone_leads_to_the_code_page(world):
    app = create_app(replace(world.ports, mailer=Fails(MailUnknown("timeout"))))
    answer = app.test_client().post(
        "/entrar", data={"email": "eva@example.com"}, base_url=world.ports.settings.base_url
    )
    assert answer.status_code == 303


def test_past_the_cap_the_code_that_was_mailed_last_still_opens_the_door(world):
    browser = world.browser()
    for _ in range(5):
        assert browser.post("/entrar", data={"email": "eva@example.com"}).status_code == 303
    mails = world.outbox.to("eva@example.com")
    assert len(mails) == 3
    assert browser.post("/entrar/codigo", data={"code": code_in(mails[-1])}).status_code == 303


def test_fifty_tries_at_once_are_five(world):
    request = sign_in.ask(world.ports, email="eva@example.com", language="es", is_sign_up=True, network="n")
    right = code_in(world.outbox.sent[-1]).replace(" ", "")
    said, start = [], threading.Barrier(50)

    def guess(number):
        start.wait()
        try:
            sign_in.with_code(world.ports, request=request, code=f"{(int(right) + number) % 10**6:06d}")
        except Refused as refused:
            said.append(refused.key)

    threads = [threading.Thread(target=guess, args=(number,)) for number in range(1, 51)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said.count("sign_in.wrong_code") <= 5
    with pytest.raises(Refused) as refused:
        sign_in.with_code(world.ports, request=request, code=right)
    assert refused.value.key == "sign_in.too_many_tries"


def test_link_and_code_at_once_open_one_session_and_one_account(world):
    request = sign_in.ask(world.ports, email="eva@example.com", language="es", is_sign_up=True, network="n")
    mail = world.outbox.sent[-1]
    token = re.search(r"/entrar/([A-Za-z0-9_-]{20,})", mail.text)[1]
    entered, start = [], threading.Barrier(2)

    def enter(door):
        start.wait()
        try:
            entered.append(door())
        except Refused:
            return

    doors = [
        lambda: sign_in.with_code(world.ports, request=request, code=code_in(mail)),
        lambda: sign_in.with_link(world.ports, token=token),
    ]
    threads = [threading.Thread(target=enter, args=(door,)) for door in doors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entered) == 1
    assert accounts.owner_of(world.ports, "eva@example.com") == entered[0].account.id


def test_an_address_whose_account_is_half_gone_says_so_and_does_not_loop(world):
    world.ports.table.write(accounts.claim_email("eva@example.com", "gone"))
    request = sign_in.ask(world.ports, email="eva@example.com", language="es", is_sign_up=False, network="n")
    code = code_in(world.outbox.sent[-1])
    with pytest.raises(Refused):
        sign_in.with_code(world.ports, request=request, code=code)


def test_the_cookies_are_taken_away_with_the_flags_that_their_names_ask_for(world):
    settings = replace(world.ports.settings, base_url="https://aldia.example")
    app = create_app(replace(world.ports, settings=settings))
    ana = world.account()
    browser = world.browser(ana)
    client = app.test_client()
    client.set_cookie("__Host-s", browser.secret, domain="aldia.example", secure=True, path="/")
    from aldia.pages.guard import form_token

    answer = client.post("/salir", data={"csrf": form_token(browser.secret)}, base_url="https://aldia.example")
    [cookie] = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-s=")]
    assert {"Secure", "HttpOnly", "Path=/", "Max-Age=0"} <= set(cookie.split("; "))
