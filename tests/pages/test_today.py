"""Today's page: what waits, what happened, what went out, what comes next, and what holds the account back."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Blueprint

from aldia.domain import answers, decisions, payments, reversals
from aldia.domain.case import Notice, Outcome
from aldia.domain.client import BillingContact
from aldia.domain.debt import Pause
from aldia.flows import casework
from aldia.pages import today_near
from aldia.ports import Add
from aldia.store import accounts, keys, needs, tasks
from tests.world import World, csrf


def tell(world, ana, debt, ask):
    """Something happens to the debt's client, through the flow that every change takes."""
    casework.change(world.ports, ana.id, debt.client_id, ask)


def send(browser, path, **headers):
    return browser.post(path, data={"csrf": csrf(browser.get("/clientes/nuevo").text)}, headers=headers)


def waiting(world, ana):
    """(kind, debt) of all that is stored as waiting, tasks included."""
    found = [(held.kind, held.debt_id) for held in needs.waiting(world.ports, ana.id, limit=50)]
    return sorted(found + [tuple(item["sk"].split("#")[:0:-1]) for item in tasks.waiting(world.ports, ana.id)])


def with_call(world, ana, **values):
    """A debt whose ladder has come to the call."""
    debt = world.debt(ana, issued_on="2026-04-01", due_on="2026-05-18", **values)
    world.advance(days=2)
    assert ("call", debt.id) in waiting(world, ana)
    return debt


# -- the first empty screen -------------------------------------------------------------------


def test_the_first_screen_welcomes_and_offers_the_first_debt_and_the_import(world):
    page = world.browser(world.account()).get("/hoy").text
    assert "Hola, Ana. Empecemos por el primero" in page
    assert 'href="/cobros/nuevo"' in page
    assert 'href="/importar"' in page
    assert "/_local/" not in page


def test_sample_data_is_offered_only_where_it_can_be_loaded(world):
    local = Blueprint("panel_sample", __name__)
    local.add_url_rule("/_local/sample", "ask", lambda: "", methods=["POST"])
    world.with_routes_of(local)
    browser = world.browser(world.account())
    assert 'action="/_local/sample"' in browser.get("/hoy").text


# -- what waits -------------------------------------------------------------------------------


def test_a_problem_is_told_in_the_clients_words_with_one_button(world):
    ana = world.account()
    debt = world.debt(ana)
    words = "Falta el <b>logo</b>"
    tell(world, ana, debt, lambda case, now: answers.dispute(case, debt.id, text=words, now=now))
    page = world.browser(ana).get("/hoy").text
    assert "Bruno cuenta un problema con F-001." in page
    assert "Falta el &lt;b&gt;logo&lt;/b&gt;" in page
    assert f'href="/cobros/{debt.client_id}/{debt.id}">Responder' in page
    assert "/hoy/quitar/" not in page
    assert "Espera tu respuesta a más tardar el" in page
    world.advance(days=14)
    assert "Le dijimos que tendría tu respuesta a más tardar el" in world.browser(ana).get("/hoy").text
    tell(world, ana, debt, lambda case, now: answers.resolve_dispute(case, debt.id, now=now))
    assert "cuenta un problema con F-001.</p>" not in world.browser(ana).get("/hoy").text
    assert waiting(world, ana) == []


@pytest.mark.parametrize(
    ("ask", "sentence"),
    [
        (lambda case, _debt, now: answers.bounce(case, now=now), "El correo a Bruno rebotó: bruno@example.com"),
        (lambda case, _debt, now: answers.wrong_person(case, now=now), "Hace falta la dirección correcta.</p>"),
        (lambda case, debt, now: answers.claim_paid(case, debt, now=now), "¿Llegó el dinero?"),
    ],
)
def test_what_only_the_freelancer_can_settle_waits_and_goes_when_the_debt_is_paid(world, ask, sentence):
    ana = world.account()
    debt = world.debt(ana)
    tell(world, ana, debt, lambda case, now: ask(case, debt.id, now))
    assert sentence in world.browser(ana).get("/hoy").text

    def pay(case, now):
        return payments.record_payment(
            case, debt.id, key="p1", amount_minor=100_000, method="cash", on=date(2026, 6, 1), now=now
        )

    tell(world, ana, debt, pay)
    assert waiting(world, ana) == []
    assert sentence not in world.browser(ana).get("/hoy").text


def test_money_that_went_back_waits_for_a_decision(world):
    ana = world.account()
    debt = world.debt(ana)
    day = date(2026, 6, 1)

    def paid(case, now):
        return payments.record_payment(case, debt.id, key="p1", amount_minor=100_000, method="card", on=day, now=now)

    tell(world, ana, debt, paid)
    tell(
        world,
        ana,
        debt,
        lambda case, now: reversals.refund(case, debt.id, key="r1", amount_minor=100_000, now=now),
    )
    assert "Un pago de Bruno volvió atrás (F-001)." in world.browser(ana).get("/hoy").text
    tell(world, ana, debt, lambda case, now: decisions.decide_review(case, debt.id, outcome="reopen", now=now))
    assert waiting(world, ana) == []


def test_a_debt_that_cannot_be_written_to_waits_until_it_has_an_address(world):
    ana = world.account()
    debt = world.debt(ana, email="")
    page = world.browser(ana).get("/hoy").text
    assert "No podemos escribir a Bruno" in page
    assert f'href="/clientes/{debt.client_id}">Completar sus datos' in page
    person = replace(world.case(ana, debt).client, contacts=(BillingContact("bruno@example.com"),))
    tell(world, ana, debt, lambda case, now: answers.client_changed(case, client=person, now=now))
    assert "No podemos escribir" not in world.browser(ana).get("/hoy").text


def test_a_promise_that_was_not_kept_and_a_letter_in_doubt_can_be_put_aside(world):
    ana = world.account()
    debt = world.debt(ana, due_on="2026-06-20")
    tell(world, ana, debt, lambda case, now: answers.promise(case, debt.id, on=date(2026, 6, 4), now=now))
    world.advance(days=9)
    doubt = Notice("unknown", world.clock.at, debt.id, text="pre_due")
    tell(world, ana, debt, lambda case, _now: Outcome(case, notices=(doubt,)))
    browser = world.browser(ana)
    page = browser.get("/hoy").text
    assert "Bruno prometió pagar F-001 el 4 de junio de 2026 y no llegó." in page
    assert "No sabemos si una carta a Bruno llegó a salir." in page
    for kind in ("promise_broken", "unknown"):
        assert send(browser, f"/hoy/quitar/{debt.client_id}.{debt.id}.{kind}").status_code == 303
    assert waiting(world, ana) == []


def test_a_letter_that_needs_a_click_waits_by_its_name(world):
    ana = world.account()
    world.debt(ana, issued_on="2026-03-01", due_on="2026-05-02")
    world.advance(days=3)
    assert "«Requerimiento formal» para Bruno espera tu visto bueno: F-001" in world.browser(ana).get("/hoy").text


def test_a_call_is_put_aside_with_undo_and_without_javascript(world):
    ana = world.account()
    debt = with_call(world, ana)
    browser = world.browser(ana)
    assert "Toca una llamada amable a Bruno por F-001: $1,000.00." in browser.get("/hoy").text
    key = f"{debt.client_id}.{debt.id}.call"
    gone = send(browser, f"/hoy/quitar/{key}")
    assert gone.status_code == 303
    page = browser.get(gone.location).text
    assert "Toca una llamada" not in page
    assert f'action="/hoy/traer/{key}"' in page
    back = send(browser, f"/hoy/traer/{key}")
    assert "Toca una llamada" in browser.get(back.location).text


def test_htmx_gets_what_waits_alone_with_the_undo(world):
    ana = world.account()
    debt = with_call(world, ana)
    browser = world.browser(ana)
    answer = send(browser, f"/hoy/quitar/{debt.client_id}.{debt.id}.call", **{"HX-Request": "true"}).text
    assert 'id="today_needs"' in answer
    assert 'hx-swap-oob="true"' in answer
    assert "/hoy/traer/" in answer
    assert "<html" not in answer
    inside = browser.get("/hoy", headers={"HX-Request": "true"}).text
    assert 'id="today"' in inside
    assert "<html" not in inside


def test_a_call_is_not_asked_for_while_the_client_has_promised_nor_once_it_has_paid(world):
    ana = world.account()
    debt = with_call(world, ana)
    soon = date(2026, 6, 10)
    tell(world, ana, debt, lambda case, now: answers.promise(case, debt.id, on=soon, now=now))
    assert "Toca una llamada" not in world.browser(ana).get("/hoy").text

    def pay(case, now):
        return payments.record_payment(
            case, debt.id, key="p1", amount_minor=100_000, method="cash", on=date(2026, 6, 3), now=now
        )

    tell(world, ana, debt, pay)
    assert waiting(world, ana) == []


def test_only_what_may_wait_can_be_put_aside_and_only_by_its_owner(world):
    ana, eva = world.account(), world.account("eva@example.com")
    debt = with_call(world, ana)
    tell(world, ana, debt, lambda case, now: answers.dispute(case, debt.id, text="No", now=now))
    own = world.browser(ana)
    for key in (f"{debt.client_id}.{debt.id}.problem", f"{debt.client_id}.nobody.call", "x", "a.b.c"):
        for what in ("quitar", "traer"):
            assert send(own, f"/hoy/{what}/{key}").status_code == 404
    assert send(world.browser(eva), f"/hoy/quitar/{debt.client_id}.{debt.id}.call").status_code == 404
    assert waiting(world, ana) == [("call", debt.id), ("problem", debt.id)]
    assert "Bruno" not in world.browser(eva).get("/hoy").text


# -- what happened, what went out, what comes next ----------------------------------------------


def test_it_tells_what_happened_what_went_out_and_what_comes_next_in_both_languages(world):
    ana = world.account()
    debt = world.debt(ana, due_on="2026-06-20")
    world.advance(hours=3)
    tell(world, ana, debt, lambda case, now: answers.promise(case, debt.id, on=date(2026, 6, 5), now=now))
    page = world.browser(ana).get("/hoy").text
    assert "Bruno promete pagar $1,000.00 de la factura F-001 el 5 de junio de 2026." in page
    assert "Aquí tienes la factura, a Bruno" in page
    assert "enviada" in page
    assert "Hoy es el día prometido, a Bruno" in page
    english = world.browser(ana).get("/hoy?lang=en").text
    assert "Bruno promises to pay" in english
    assert "What comes next" in english


def test_the_money_is_added_by_currency_and_says_what_is_late(world):
    ana = world.account()
    world.debt(ana, amount_minor=100_000)
    world.debt(ana, amount_minor=50_000, number="F-002", issued_on="2026-04-01", due_on="2026-05-20")
    world.debt(ana, amount_minor=30_000, number="F-003", currency="EUR")
    page = world.browser(ana).get("/hoy").text
    assert "Por cobrar, 2 cobros" in page
    assert "$1,500.00" in page
    assert "Ya vencido: $500.00" in page
    assert "Por cobrar, 1 cobro<" in page


def test_of_many_debts_it_says_what_the_sums_leave_out_and_where_all_are_added(world, monkeypatch):
    monkeypatch.setattr(today_near, "ROWS", 5)
    ana = world.account()
    for number in range(5):
        world.debt(ana, number=f"L-{number}", issued_on="2026-04-01", due_on=f"2026-05-{1 + number:02}")
    for number in range(3):
        world.debt(ana, number=f"S-{number}")
    browser = world.browser(ana)
    page = browser.get("/hoy").text
    assert "Por cobrar, 8 cobros" in page
    assert "$8,000.00" in page
    assert "Ya vencido: $5,000.00" in page
    world.debt(ana, number="L-5", issued_on="2026-04-01", due_on="2026-04-20", amount_minor=1_000_000)
    page = browser.get("/hoy").text
    assert "Por cobrar, al menos" in page
    assert "$8,000.00" in page
    assert "Ya vencido, al menos: $5,000.00" in page
    assert "aquí sumamos 8: los últimos vencidos y los próximos" in page
    everything = re.search(r'<a href="([^"]+)">Sumar más', page)[1]
    summed = browser.get(everything).text
    assert "en 9 cobros" in summed
    assert "$18,000.00" in summed
    world.debt(ana, number="E-1", currency="EUR")  # nothing of it is known to be late, nor that nothing is
    assert browser.get("/hoy").text.count("Nada vencido") == 0


def requests_of(world, browser, path):
    """How many requests to the store one page makes."""
    made = []
    count = lambda **_values: made.append(1)  # noqa: E731
    events = world.dynamodb.meta.events
    events.register("before-call.dynamodb", count, unique_id="count")
    assert browser.get(path).status_code == 200
    events.unregister("before-call.dynamodb", unique_id="count")
    return len(made)


def test_it_takes_the_same_few_requests_however_many_debts_there_are(world):
    ana = world.account()
    for number in range(3):
        world.debt(ana, client=f"Cliente {number}", email=f"c{number}@example.com")
    world.jobs()
    few = requests_of(world, world.browser(ana), "/hoy")
    for number in range(3, 60):
        email = f"c{number}@example.com" if number % 3 else ""
        world.debt(ana, client=f"Cliente {number}", email=email, number=f"F-{number}")
    world.jobs()
    many = requests_of(world, world.browser(ana), "/hoy")
    assert many <= few + 1 <= 12  # one more: something waits, so its debts are read


def test_of_many_debts_it_names_the_nearest_steps_and_says_that_not_all_were_looked_at(world):
    ana = world.account()
    far, near = date(2026, 7, 30), date(2026, 6, 10)
    for number in range(12):
        world.debt(ana, client=f"Cliente {number:02}", email=f"c{number}@example.com", due_on=far)
    world.jobs()
    partly = "solo los que parecen más cerca"
    assert partly in world.browser(ana).get("/hoy").text
    world.debt(ana, client="Última", email="ultima@example.com", due_on=near)
    world.jobs()
    page = world.browser(ana).get("/hoy").text
    assert "a Última" in page.partition('id="ahead"')[2].partition('id="sent"')[0]


def test_few_debts_are_all_looked_at(world):
    ana = world.account()
    for number in range(10):
        world.debt(ana, client=f"Cliente {number:02}", email=f"c{number}@example.com")
    world.jobs()
    assert "solo los que parecen más cerca" not in world.browser(ana).get("/hoy").text


# -- what holds the whole account back ------------------------------------------------------------


def save(world, ana, **values):
    return accounts.save(world.ports, replace(accounts.load(world.ports, ana.id), **values))


def test_a_paused_account_is_told_what_to_do(world):
    ana = world.account()
    world.debt(ana)
    save(world, ana, paused=Pause(world.clock.at, until=date(2026, 6, 9)))
    page = world.browser(ana).get("/hoy").text
    assert "Tu cuenta está en pausa hasta el 9 de junio de 2026" in page
    assert "/ajustes" in page
    save(world, ana, paused=Pause(world.clock.at - timedelta(days=9), until=date(2026, 5, 30)))
    assert "Tu cuenta está en pausa" not in world.browser(ana).get("/hoy").text
    save(world, ana, paused=Pause(world.clock.at, reason="trust"))
    assert "no reconocen lo que reciben" in world.browser(ana).get("/hoy").text


def test_a_new_account_that_has_used_up_its_day_is_told_when_the_rest_goes(world):
    ana = world.account()
    world.debt(ana)
    world.ports.table.write(accounts.count(ana.id, letters_sent=1))
    pk, sk = keys.caps(ana.id, "2026-06-01")

    world.ports.table.write(Add(pk, sk, {"letters": 3, "new": 5}))
    assert "primera semana" not in world.browser(ana).get("/hoy").text  # the limits are off in this installation
    limited = replace(world.ports, settings=replace(world.ports.settings, trust_limits=True))
    world.app.extensions["aldia"] = limited
    page = world.browser(ana).get("/hoy").text
    assert "El resto sale en los próximos días por sí solo." in page
    assert "Mañana · límite de cuentas nuevas · prevista" in page
    assert "Conectar Stripe" not in page  # one account for the whole installation: there is nothing to connect
    assert "tres cobros pagados" in page
    many = replace(limited, settings=replace(limited.settings, stripe_own_account=False))
    world.app.extensions["aldia"] = many
    assert 'href="/ajustes/cobro">Conectar Stripe' in world.browser(ana).get("/hoy").text


def test_what_today_announces_of_a_new_account_is_what_goes(dynamodb, table_name):
    world = World.start(dynamodb, table_name, trust_limits=True)
    ana = world.account()
    debts = [world.debt(ana, client=f"Client {n}", email=f"c{n}@example.com") for n in range(6)]
    page = world.browser(ana).get("/hoy").text
    assert page.count("Hoy, 09:00 · prevista") == 5
    assert page.count("Mañana · límite de cuentas nuevas · prevista") == 1
    world.advance(hours=3)
    (held,) = [n for n in range(6) if not world.outbox.to(f"c{n}@example.com")]
    assert "Mañana · límite de cuentas nuevas · prevista" in world.browser(ana).get("/hoy").text
    shown = world.browser(ana).get(f"/cobros/{debts[held].client_id}/{debts[held].id}").text
    assert "Llegaste al límite de cartas de hoy para cuentas nuevas." in shown
    assert "2 jun 2026, 09:00" in shown
    world.advance(days=1)
    assert world.outbox.to(f"c{held}@example.com")
    world.close()


def test_a_missing_sender_is_asked_for(world):
    ana = world.account(name="")
    assert "Falta el nombre con el que firmas" in world.browser(ana).get("/hoy").text


def test_looking_at_today_writes_nothing(world):
    ana = world.account()
    debt = with_call(world, ana)
    before = world.case(ana, debt)
    assert world.browser(ana).get("/hoy").status_code == 200
    assert world.case(ana, debt) == before
