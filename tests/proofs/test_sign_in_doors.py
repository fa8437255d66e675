"""The doors: cookies, sessions, codes and mails of signing in, and what they do not tell."""

import re
from datetime import timedelta

import pytest

from aldia.pages.guard import form_token


def asked(stage, email="ana@example.com", path="/entrar", **more):
    """A browser that has asked for a code, and the answer."""
    browser = stage.browser()
    return browser, browser.post(path, data={"email": email} | more)


def code_of(stage, email="ana@example.com"):
    return re.search(r"\b\d{3} ?\d{3}\b", stage.world.outbox.to(email)[-1].text)[0]


def enter(browser, code):
    return browser.post("/entrar/codigo", data={"code": code})


def cookie(answer, name="s"):
    return next((one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{name}=")), None)


@pytest.fixture
def here(stage):
    with stage.put_back():
        yield stage


def test_the_cookies_are_for_our_own_pages_only(here):
    browser, answer = asked(here)
    for held in (cookie(answer, "r"), cookie(enter(browser, code_of(here)))):
        parts = set(held.split("; ")[1:])
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert not [part for part in parts if part.startswith("Domain")]
    life = re.search(r"Max-Age=(\d+)", held)[1]
    assert int(life) == 7 * 24 * 3600


def test_a_session_that_somebody_else_put_there_is_not_kept(here):
    planted = "0" * 64
    browser, _ = asked(here)
    browser.set_cookie("s", planted, domain="127.0.0.1")
    entered = enter(browser, code_of(here))
    assert entered.status_code == 303
    fresh = re.match(r"s=([^;]+)", cookie(entered))[1]
    assert fresh != planted
    victim = here.browser()
    victim.set_cookie("s", planted, domain="127.0.0.1")
    assert victim.get("/hoy").location == "/entrar"


def test_every_signing_in_gives_another_session(here):
    seen = set()
    for _ in range(3):
        browser, _ = asked(here)
        seen.add(re.match(r"s=([^;]+)", cookie(enter(browser, code_of(here))))[1])
    assert len(seen) == 3
    assert min(len(secret) for secret in seen) >= 40


def test_a_session_ends_after_twelve_idle_hours(here):
    for hours, is_open in ((11.9, True), (12.1, False)):
        browser = here.browser(here.ana)
        start = here.world.clock.at
        here.world.clock.at = start + timedelta(hours=hours)
        assert (browser.get("/hoy").status_code == 200) is is_open
        here.world.clock.at = start


def test_a_session_in_use_ends_after_seven_days(here):
    browser, start = here.browser(here.ana), here.world.clock.at
    form = {"csrf": form_token(browser.secret), "language": "es", "next": "/hoy"}
    for hours in range(0, 7 * 24, 6):
        here.world.clock.at = start + timedelta(hours=hours)
        assert browser.post("/idioma", data=form).location == "/hoy"
    here.world.clock.at = start + timedelta(days=7, seconds=-1)
    assert browser.get("/hoy").status_code == 200
    here.world.clock.at = start + timedelta(days=7, seconds=1)
    assert browser.get("/hoy").location == "/entrar"


def test_signing_out_closes_the_session_itself(here):
    browser, copy = here.browser(here.ana), here.browser()
    copy.set_cookie("s", browser.secret, domain="127.0.0.1")
    answer = browser.post("/salir", data={"csrf": form_token(browser.secret)})
    assert "s=;" in cookie(answer)
    assert "storage" in answer.headers["Clear-Site-Data"]
    assert copy.get("/hoy").location == "/entrar"


def test_signing_out_everywhere_closes_the_others_and_not_somebody_elses(here):
    own, other, eva = here.browser(here.ana), here.browser(here.ana), here.browser(here.eva)
    here.world.clock.at += timedelta(seconds=1)
    answer = own.post("/ajustes/seguridad/cerrar", data={"csrf": form_token(own.secret)})
    assert answer.status_code == 303
    assert other.get("/hoy").location == "/entrar"
    assert eva.get("/hoy").status_code == 200


def test_the_sixth_try_of_a_code_is_refused_even_when_it_is_right(here):
    browser, _ = asked(here)
    right = code_of(here)
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**6:06d}"
    for _ in range(5):
        assert enter(browser, wrong).status_code == 422
    refused = enter(browser, right)
    assert (refused.status_code, cookie(refused)) == (422, None)


def test_the_fifth_try_still_counts(here):
    browser, _ = asked(here)
    right = code_of(here)
    for _ in range(4):
        enter(browser, "1")
    assert enter(browser, right).status_code == 303


def test_a_code_opens_one_door_once_and_the_link_with_it(here):
    browser, _ = asked(here)
    code, mail = code_of(here), here.world.outbox.sent[-1].text
    link = re.search(r"/entrar/[A-Za-z0-9_-]{20,}", mail)[0]
    assert enter(here.browser(), code).status_code == 422  # in another browser it opens nothing
    assert enter(browser, code).status_code == 303
    browser.delete_cookie("s", domain="127.0.0.1")
    assert enter(browser, code).status_code == 422
    assert here.browser().post(link).status_code == 410


def test_a_code_and_a_link_are_over_after_fifteen_minutes(here):
    browser, _ = asked(here)
    link = re.search(r"/entrar/[A-Za-z0-9_-]{20,}", here.world.outbox.sent[-1].text)[0]
    here.world.clock.at += timedelta(minutes=15, seconds=1)
    assert enter(browser, code_of(here)).status_code == 422
    assert here.browser().post(link).status_code == 410


WRITINGS = (
    "ana@example.com", " ana@example.com ", "Ana@Example.com", "ANA@EXAMPLE.COM", "ana@example.com", "aNA@example.com"
)  # fmt: skip


def test_one_address_is_mailed_three_times_an_hour_however_it_is_written(here):
    before = len(here.world.outbox.sent)
    for place, email in enumerate(WRITINGS):
        path = ("/entrar", "/registro")[place % 2]
        assert asked(here, email, path)[1].status_code == 303
    assert len(here.world.outbox.sent) - before == 3


@pytest.mark.parametrize("path", ["/entrar", "/registro"])
def test_the_answer_does_not_tell_who_has_an_account(here, path):
    def seen(email):
        answer = asked(here, email, path)[1]
        headers = {name: value for name, value in answer.headers.items() if name not in ("Set-Cookie", "Date")}
        return answer.status_code, headers, answer.text, len(answer.headers["Set-Cookie"])

    wanted = seen("nobody-yet@example.com")
    assert seen("ana@example.com") == wanted
    for _ in range(5):  # past the cap too
        assert seen("ana@example.com") == wanted


def test_asking_makes_no_account(here):
    before = {item["pk"]["S"] for item in here.scan() if item["pk"]["S"].startswith(("A#", "E#"))}
    asked(here, "nobody-yet@example.com", "/registro")
    assert {item["pk"]["S"] for item in here.scan() if item["pk"]["S"].startswith(("A#", "E#"))} == before


def test_no_secret_of_a_person_lies_in_the_table(here):
    browser, answer = asked(here)
    mail = here.world.outbox.sent[-1].text
    link = re.search(r"/entrar/([A-Za-z0-9_-]{20,})", mail)[1]
    request = re.match(r"r=([^;]+)", cookie(answer, "r"))[1]
    entered = enter(browser, code_of(here))
    session = re.match(r"s=([^;]+)", cookie(entered))[1]
    stored = repr(here.scan())
    for secret in (link, request, session, *here.links.values()):
        assert secret not in stored
