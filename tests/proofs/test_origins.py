"""Whatever changes something must come from our own pages, and whatever only reads must change nothing."""

from dataclasses import replace
from io import BytesIO

import pytest
from werkzeug.test import Client

from aldia.app import create_app
from aldia.pages.guard import form_token
from aldia.store.keys import hashed
from infra.local.run import WEB
from infra.local.site import SHOWN, Site
from tests.proofs.routes import UNCHECKED, WITHOUT_TOKEN, routes
from tests.proofs.stage import SECURITY, Armoured, assert_armoured
from tests.proofs.test_isolation import form_for, own_values

POSTS = [route for route in routes(methods=("POST",)) if route.endpoint not in UNCHECKED]
TOKENED = [route for route in POSTS if route.endpoint not in WITHOUT_TOKEN]


def holder(stage, route):
    """The browser of whoever the page is for, and the secret that its form tokens belong to."""
    values = own_values(stage)
    if "/p/" in route.rule or route.endpoint == "pay.fresh_link":
        browser = stage.browser()
        browser.secret = values["token"]
    elif route.rule.startswith("/c/"):
        browser, values = stage.browser(), values | {"token": stage.terms}
        browser.secret = values["token"]
    elif route.endpoint.startswith("replies."):
        browser, values = stage.browser(), values | {"token": stage.replies["asked"]}
        browser.secret = values["token"]
    elif route.endpoint.endswith("answer_morning"):
        browser, values = stage.browser(), values | {"token": stage.morning}
        browser.secret = values["token"]
    else:
        browser = stage.browser(stage.ana)
    return browser, values


@pytest.mark.parametrize("route", TOKENED, ids=str)
def test_a_form_without_the_token_of_its_own_page_is_refused(stage, route):
    browser, values = holder(stage, route)
    form = form_for(browser) | {"token": values["token"]}
    another = form_token(stage.links["late"] if browser.secret == values["token"] else values["token"])
    with stage.put_back():
        for given in ({}, {"csrf": ""}, {"csrf": another}, {"csrf": form["csrf"][:-1]}, {"csrf": "ñ"}):
            data = {name: value for name, value in form.items() if name != "csrf"} | given
            answer = browser.post(route.path(values), data=data)
            assert answer.status_code == 400, (given, answer.text[:300])
        assert stage.touched == set()
        assert browser.post(route.path(values), headers={"X-CSRF-Token": another}).status_code == 400


@pytest.mark.parametrize("route", POSTS, ids=str)
def test_a_form_of_another_site_is_refused(stage, route):
    browser, values = holder(stage, route)
    form = form_for(browser) | {"token": values["token"]}
    own = stage.world.ports.settings.base_url
    with stage.put_back():
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": own.replace("http://", "https://")},
            {"Origin": own + ".evil.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site", "Origin": own},
            {"Sec-Fetch-Site": "none"},
            {"Sec-Fetch-Site": "cross-site", "HX-Request": "true", "X-CSRF-Token": form["csrf"]},
        ):
            answer = browser.post(route.path(values), data=form, headers=headers)
            assert answer.status_code == 403, (headers, answer.status_code)
        assert stage.touched == set()


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", ""])
def test_only_our_own_host_is_answered(stage, host):
    for route in routes():
        answer = stage.browser(stage.ana).open(
            route.path(own_values(stage)), method=route.method, headers={"Host": host}, data=None
        )
        assert answer.status_code == 400, str(route)
        assert host not in answer.text or not host


def test_a_mail_never_takes_its_links_from_the_request(stage):
    with stage.put_back():
        stage.browser().post("/entrar", data={"email": stage.ana.email}, headers={"X-Forwarded-Host": "evil.example"})
        assert "evil.example" not in stage.world.outbox.sent[-1].text + stage.world.outbox.sent[-1].html


def test_reading_changes_nothing(stage):
    """GET, HEAD and OPTIONS of every route, by every kind of person: the same table, mails and files."""
    world = stage.world
    with stage.put_back():
        people = [stage.browser(stage.ana), stage.browser(stage.eva), stage.browser()]
        stage.touched.clear()
        before, mails, files = stage.scan(), len(world.outbox.sent), dict(world.ports.files.held)
        asked = [
            read(person, route, own_values(stage))
            for method in ("GET", "HEAD", "OPTIONS")
            for route in routes(methods=(method,))
            for person in people
        ]
        assert stage.touched == set()
        assert (stage.scan(), len(world.outbox.sent), world.ports.files.held) == (before, mails, files)
        assert len(asked) > 300
        stage.touched |= {("S#" + hashed(person.secret), "SESSION") for person in people[:2]}


def read(person, route, values):
    answer = person.open(route.path(values), method=route.method)
    assert answer.status_code < 500, str(route)
    assert route.method != "HEAD" or not answer.data, str(route)
    return answer


def test_unknown_addresses_and_methods_carry_the_headers_too(stage):
    browser = stage.browser()
    for method, path, status in (
        ("GET", "/nothing/here", 404),
        ("DELETE", "/cobros", 405),
        ("PUT", "/p/x", 405),
        ("TRACE", "/hoy", 405),
        ("GET", "/p/" + "a" * 4000, 404),
        ("GET", "/p/%00%ff%fe", 404),
        ("GET", "/cobros/../../etc/passwd", 404),
    ):
        assert browser.open(path, method=method).status_code == status, path  # Armoured looks at the headers


def test_an_error_of_ours_is_one_sentence_with_every_header(stage, monkeypatch):
    app = stage.world.app
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.view_functions, "today.show", lambda: 1 / 0)
    answer = stage.browser(stage.ana).get("/hoy")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "Traceback" not in answer.text


def test_too_much_at_once_is_refused_with_a_sentence(stage):
    ana = stage.browser(stage.ana)
    with stage.put_back():
        answer = ana.post("/importar", data={"csrf": form_token(ana.secret), "pasted": "a" * (6 * 1024 * 1024)})
        assert answer.status_code == 413
        assert stage.touched == set()


def test_a_form_that_breaks_off_is_answered_like_any_other_that_cannot_be_read(stage):
    for path, status in ((f"/p/{stage.links['open']}/pagar", 400), ("/nothing/here", 404)):
        told = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "500"}
        answer = stage.browser().open(path, method="POST", environ_overrides=told | {"wsgi.input": BytesIO(b"csrf=a")})
        assert answer.status_code == status, path
        assert "<main" in answer.text


def test_every_file_of_the_static_site_carries_the_headers(stage):
    base_url = stage.world.ports.settings.base_url
    client = Client(Site(WEB, base_url, stage.world.app.wsgi_app))
    files = [path for path in sorted(WEB.rglob("*")) if path.is_file() and path.suffix in SHOWN]
    assert len(files) > 12
    for file in files:
        path = "/" + file.relative_to(WEB).as_posix()
        for method in ("GET", "HEAD"):
            answer = client.open(path, method=method, base_url=base_url)
            assert answer.status_code == 200, path
            assert_armoured(path, answer.headers)


def test_an_https_address_means_secure_cookies_and_strict_transport(stage):
    """The same application as on AWS: another base address, everything else alike."""
    ports = replace(stage.world.ports, settings=replace(stage.world.ports.settings, base_url="https://aldia.example"))
    app = create_app(ports)
    app.test_client_class = Armoured
    with stage.put_back():
        browser = app.test_client()
        answer = browser.post("/entrar", data={"email": stage.ana.email})
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-r=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert set(SECURITY) <= set(answer.headers.keys())
