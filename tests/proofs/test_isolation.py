"""Who is not the one that a page is for learns nothing: every route of the URL map × every other identity."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import proposals
from aldia.pages.guard import form_token
from aldia.pages.pay_view import mark_of
from aldia.store import accounts
from tests.proofs.routes import ROWS, routes, rules

FORM = {"amount": "1", "do": "", "debt": "1", "shown": "900000000", "client": "x", "on": "2026-06-12", "text": "x"}


def own_values(stage):
    """What fills the arguments of a route with Ana's own things."""
    debt = stage.debts["open"]
    return {
        "client_id": debt.client_id,
        "debt_id": debt.id,
        "import_id": stage.imports["draft"],
        "token": stage.links["open"],
        "key": "w1",
        "mark": mark_of(debt),
        "language": "es",
    }


def unknown_values(stage):
    """The same shape, and nothing behind it."""
    own = own_values(stage)
    return own | {name: "idzz" + own[name][4:] for name in ("client_id", "debt_id", "import_id")}


def form_for(browser):
    """A form with everything that a form could want, and the token of this browser's own pages."""
    return FORM | {"csrf": form_token(getattr(browser, "secret", ""))}


def ask(browser, route, values, **more):
    """One request."""
    data = form_for(browser) | {"debt": values.get("mark", "")} if route.method == "POST" else None
    return browser.open(route.path(values), method=route.method, data=data, **more)


def told(answer, values):
    """The answer without what the asker said itself: the ids of the address and its own form token."""
    text = re.sub(r'name="csrf" value="[0-9a-f]*"', "", answer.text)
    for value in values.values():
        if len(str(value)) > 5:
            text = text.replace(str(value), "…")
    kept = {name: value for name, value in answer.headers.items() if name not in ("Content-Length", "Date")}
    return answer.status_code, kept, text


def test_every_endpoint_has_a_row_and_every_row_an_endpoint():
    known = {rule.endpoint for rule in rules()}
    assert known - set(ROWS) == set(), "say in tests/proofs/routes.py what kind these are"
    assert set(ROWS) - known == set()


def test_the_panel_of_a_machine_is_no_part_of_the_application():
    assert [str(rule) for rule in rules() if "_local" in rule.rule] == []


# -- the freelancer's pages -----------------------------------------------------------------------


def absent(_stage):
    return ""


def made_up(_stage):
    return "0" * 64


def of_another_kind(stage):
    return stage.links["open"]


def too_old(stage):
    now = stage.world.clock.at
    return stage.session(stage.ana, opened_at=now - timedelta(days=7, seconds=1), seen_at=now)


def too_idle(stage):
    now = stage.world.clock.at
    return stage.session(stage.ana, opened_at=now - timedelta(hours=12, seconds=1))


def of_nobody(stage):
    """A session whose account is gone."""
    return stage.session(replace(stage.ana, id="gone"))


STRANGERS = (absent, made_up, of_another_kind, too_old, too_idle, of_nobody)


@pytest.mark.parametrize("route", routes("session"), ids=str)
def test_without_a_live_session_there_is_only_the_way_to_sign_in(stage, route):
    with stage.put_back():
        for stranger in STRANGERS:
            browser = stage.browser()
            secret = stranger(stage)
            if secret:
                browser.set_cookie("s", secret, domain="127.0.0.1")
                browser.secret = secret
            before = set(stage.touched)
            answer = ask(browser, route, own_values(stage))
            assert (answer.status_code, answer.location) == (303, "/entrar"), (stranger.__name__, answer.text[:300])
            part = ask(browser, route, own_values(stage), headers={"HX-Request": "true"})
            assert (part.status_code, part.headers["HX-Redirect"], part.data) == (204, "/entrar", b"")
            assert stage.touched == before, stranger.__name__


OWNED = {"client_id", "debt_id", "import_id"}


@pytest.mark.parametrize("route", [route for route in routes("session") if OWNED & set(route.arguments)], ids=str)
def test_what_is_somebody_elses_looks_like_what_does_not_exist(stage, route):
    with stage.put_back():
        eva = stage.browser(stage.eva)
        before = set(stage.touched)
        foreign, unknown = own_values(stage), unknown_values(stage)
        first, second = ask(eva, route, foreign), ask(eva, route, unknown)
        assert (first.status_code, second.status_code) == (404, 404), first.text[:500]
        assert told(first, foreign) == told(second, unknown)
        if "debt_id" in route.arguments:  # her own client with another's debt
            own = stage.debts["of eva"]
            mixed = foreign | {"client_id": own.client_id}
            assert told(ask(eva, route, mixed), mixed) == told(second, unknown)
        assert stage.touched == before


@pytest.mark.parametrize("route", [route for route in routes("session") if OWNED & set(route.arguments)], ids=str)
def test_the_same_address_answers_its_owner(stage, route):
    """So that a 404 above means "not yours" and not "no such page"."""
    with stage.put_back():
        ana, values = stage.browser(stage.ana), own_values(stage)
        if route.endpoint == "imports.undo":
            values["import_id"] = stage.imports["saved"]
        if route.endpoint == "debts.debt.problem_file":
            values |= {"client_id": stage.debts["disputed"].client_id, "debt_id": stage.debts["disputed"].id}
        if route.endpoint == "debts.agreement.show":
            values |= {"client_id": stage.debts["extended"].client_id, "debt_id": stage.debts["extended"].id}
        answer = ask(ana, route, values)
        assert answer.status_code in (200, 303, 422), answer.text[:500]
        assert answer.location != "/entrar"


CANARIES = re.compile(r"Zafiro|ZAF-|Ana Ruiz|ana@example", re.IGNORECASE)


@pytest.mark.parametrize(
    "route", [route for route in routes("session", methods=("GET",)) if not OWNED & set(route.arguments)], ids=str
)
def test_a_page_of_ones_own_shows_nothing_of_another(stage, route):
    values, debt = own_values(stage), stage.debts["open"]
    query = dict.fromkeys(("client", "cliente", "client_id"), debt.client_id) | {"desde": "0", "debt": debt.id}
    with stage.put_back():
        answer = stage.browser(stage.eva).get(route.path(values), query_string=query)
        assert answer.status_code in (200, 303, 404), answer.text[:300]
        assert not CANARIES.findall(answer.text)


# -- the client's pages ---------------------------------------------------------------------------


def unknown_token(_stage):
    return "z" * 64


def withdrawn(stage):
    debt = stage.debts["open"]
    return stage.link(debt, version=stage.world.case(stage.ana, debt).client.link_version + 1)


def ended(stage):
    """The only debt was settled 91 days ago."""
    token = stage.links["paid"]
    stage.world.clock.at += timedelta(days=91)
    return token


def of_a_closed_account(stage):
    return stage.link(stage.debts["open"], account=replace(stage.ana, id="gone"), version=1)


def a_session(stage):
    return stage.session(stage.ana)


DEAD = (withdrawn, ended, of_a_closed_account, a_session)


@pytest.mark.parametrize("route", routes("link"), ids=str)
def test_dead_links_of_every_kind_look_alike(stage, route):
    with stage.put_back():
        browser, values = stage.browser(), own_values(stage)
        nobody = values | {"token": unknown_token(stage)}
        wanted = ask_with_token(browser, route, nobody)
        assert wanted.status_code == 404
    # A letter can be unsubscribed from however old it is.
    dead = [one for one in DEAD if (route.endpoint, one) != ("pay.unsubscribe", ended)]
    looks_like_none(stage, route, dead, (wanted, nobody))


def ask_with_token(browser, route, values):
    browser.secret = values["token"]
    return ask(browser, route, values)


@pytest.mark.parametrize("route", routes("link"), ids=str)
def test_a_live_link_answers(stage, route):
    with stage.put_back():
        values = own_values(stage)
        if route.endpoint == "pay.receipt":
            values |= {"token": stage.links["paid"], "mark": mark_of(stage.debts["paid"])}
        if route.endpoint == "ways.agreement":
            values |= {"token": stage.links["extended"], "mark": mark_of(stage.debts["extended"])}
        answer = ask_with_token(stage.browser(), route, values)
        assert answer.status_code in (200, 303, 422), answer.text[:500]


def test_a_link_reaches_only_the_debts_of_its_own_client(stage):
    token = stage.links["open"]
    browser = stage.browser()
    page = browser.get(f"/p/{token}").text
    assert set(re.findall(r"ZAF-\w+", page)) == {"ZAF-open"}
    for mark in (mark_of(stage.debts["paid"]), "1", "é" * 500):
        assert browser.get(f"/p/{token}/recibo/{mark}").status_code == 404
        assert browser.get(f"/p/{token}/archivo/{mark}").status_code == 404
        assert browser.get(f"/p/{token}/acuerdo/{mark}").status_code == 404
        with stage.put_back():
            form = {"csrf": form_token(token), "debt": mark, "shown": "1", "on": "2026-06-20", "text": "x"}
            form |= {"until": "2026-06-25", "count": "2", "first_on": "2026-06-25", "offer": ""}
            for answer in ("pagar", "promesa", "problema", "mas-dias", "en-partes", "acepto"):
                assert browser.post(f"/p/{token}/{answer}", data=form).status_code == 422
            assert stage.touched == set()


def test_a_fresh_link_is_asked_for_with_the_same_answer_whoever_asks(stage):
    seen = []
    for make in (unknown_token, withdrawn, of_a_closed_account, a_session):
        with stage.put_back():
            token = make(stage)
            answer = stage.browser().post("/enlace", data={"token": token, "csrf": form_token(token)})
            seen.append(told(answer, {"token": token}))
    assert seen[0][0] == 200
    assert all(one == seen[0] for one in seen)


# -- the freelancer's answer from the mail ---------------------------------------------------------


def answered(stage):
    """The question was answered on the debt's page meanwhile."""
    stage.change("asked", proposals.decline)
    return stage.replies["asked"]


def a_month_old(stage):
    stage.world.clock.at += timedelta(days=30, seconds=1)
    return stage.replies["asked"]


def before_every_session_was_closed(stage):
    held = accounts.load(stage.world.ports, stage.ana.id)
    accounts.save(stage.world.ports, replace(held, sessions_from=stage.world.clock.at + timedelta(seconds=1)))
    return stage.replies["asked"]


def a_clients_link(stage):
    return stage.links["asked"]


@pytest.mark.parametrize("route", routes("reply"), ids=str)
def test_a_question_that_is_over_looks_like_one_that_never_was(stage, route):
    over = (answered, a_month_old, before_every_session_was_closed, a_clients_link, a_session)
    doors_that_are_over_look_like_none(stage, route, stage.replies["asked"], over)


def doors_that_are_over_look_like_none(stage, route, token, ways_to_be_over):
    """Behind `token` there is something; behind each of the others as much as behind one that nobody made."""
    with stage.put_back():
        assert ask_with_token(stage.browser(), route, {"token": token}).status_code in (200, 422)
        nobody = {"token": unknown_token(stage)}
        wanted = ask_with_token(stage.browser(), route, nobody)
        assert wanted.status_code == 404
    looks_like_none(stage, route, ways_to_be_over, (wanted, nobody))


def looks_like_none(stage, route, ways_to_be_over, none):
    """Each token that is over is answered as `none` (answer, values) was, and nothing is changed."""
    for over in ways_to_be_over:
        with stage.put_back():
            gone = none[1] | {"token": over(stage)}
            before = set(stage.touched)
            answer = ask_with_token(stage.browser(), route, gone)
            assert told(answer, gone) == told(*none), over.__name__
            assert not CANARIES.findall(answer.text)
            assert stage.touched == before


# -- the door in the freelancer's morning mail -----------------------------------------------------


def a_week_old(stage):
    stage.world.clock.at += timedelta(days=7, seconds=1)
    return stage.morning


def shut_with_every_session(stage):
    before_every_session_was_closed(stage)
    return stage.morning


@pytest.mark.parametrize("route", routes("morning"), ids=str)
def test_a_mornings_letters_that_are_over_look_like_ones_that_never_were(stage, route):
    over = (a_week_old, shut_with_every_session, a_clients_link, a_session)
    doors_that_are_over_look_like_none(stage, route, stage.morning, over)


# -- the other doors ------------------------------------------------------------------------------


@pytest.mark.parametrize("route", routes("door"), ids=str)
def test_a_one_time_link_that_is_over_looks_like_one_that_never_was(stage, route):
    world = stage.world
    with stage.put_back():
        browser = stage.browser()
        unknown = {"token": unknown_token(stage)}
        wanted = ask(browser, route, unknown)
        assert wanted.status_code == 410
        used, old = mailed_link(stage), mailed_link(stage)
        assert stage.browser().post(f"/entrar/{used}").status_code == 303
        for token in (used, stage.links["open"]):
            assert told(ask(stage.browser(), route, {"token": token}), {"token": token}) == told(wanted, unknown)
        world.clock.at += timedelta(minutes=15, seconds=1)
        assert told(ask(stage.browser(), route, {"token": old}), {"token": old}) == told(wanted, unknown)
        assert "Set-Cookie" not in wanted.headers


def mailed_link(stage):
    stage.browser().post("/entrar", data={"email": stage.ana.email})
    return re.search(r"/entrar/([A-Za-z0-9_-]{20,})", stage.world.outbox.to(stage.ana.email)[-1].text)[1]


@pytest.mark.parametrize("route", routes("hook"), ids=str)
def test_a_hook_without_the_right_signature_is_refused_and_keeps_nothing(stage, route):
    with stage.put_back():
        for signature in ("", "t=1,v1=00", "t=1780000000,v1=" + "0" * 64):
            answer = stage.browser().post(route.rule, data=b'{"id": "evt_1"}', headers={"Stripe-Signature": signature})
            assert (answer.status_code, answer.data) == (400, b"")
        assert stage.touched == set()


def test_closing_every_session_closes_those_opened_before(stage):
    with stage.put_back():
        old = stage.browser(stage.ana)
        assert old.get("/hoy").status_code == 200
        stage.world.clock.at += timedelta(seconds=1)
        held = accounts.load(stage.world.ports, stage.ana.id)
        accounts.save(stage.world.ports, replace(held, sessions_from=stage.world.clock.at))
        assert old.get("/hoy").location == "/entrar"
        assert stage.browser(stage.ana).get("/hoy").status_code == 200
