"""The page of one debt: what is owed and why, what comes next, what happened, and everything one can do about it."""

import io
import re
from datetime import date, timedelta

import pytest

from aldia.domain import answers, payments, reversals
from aldia.flows import casework
from aldia.i18n import catalog
from aldia.store import accounts, letters, tasks
from tests.world import csrf


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def debt(world, ana):
    return world.debt(ana, issued_on="2026-06-01", due_on="2026-07-01")


@pytest.fixture
def browser(world, ana):
    return world.browser(ana)


def path(debt):
    return f"/cobros/{debt.client_id}/{debt.id}"


def act(browser, debt, action, **typed):
    token = csrf(browser.get(path(debt)).text)
    return browser.post(f"{path(debt)}/{action}", data={"csrf": token, "key": "formkey01"} | typed)


def now(world, ana, debt):
    return world.case(ana, debt).debt(debt.id)


def change(world, ana, debt, ask, **values):
    casework.change(world.ports, ana.id, debt.client_id, lambda case, at: ask(case, debt.id, now=at, **values))


# -- what it shows ------------------------------------------------------------------------------


def test_it_says_who_owes_what_until_when_and_what_comes_next_with_its_words(world, browser, debt):
    shown = browser.get(path(debt)).text
    assert "$1,000.00" in shown
    assert "Vence el 1 de julio de 2026, en 30 días." in shown
    assert "Requerimiento formal" in shown
    assert "Hola, Bruno:" in shown


def test_the_story_has_the_letters_that_went_with_their_text(world, browser, debt):
    world.advance(hours=2)
    shown = browser.get(path(debt)).text
    story = shown[shown.index('id="story-title"') :]
    assert "Aquí tienes la factura" in story
    assert world.outbox.sent[0].text.splitlines()[0] in story


def test_a_letter_of_several_debts_is_told_by_what_it_says_of_this_one(world, ana):
    world.debt(ana, number="F-1", issued_on="2026-06-01", due_on="2026-06-15")
    second = world.debt(ana, number="F-2", issued_on="2026-06-01", due_on="2026-06-22")
    world.advance(days=15)
    records = map(letters.decoded, letters.of_client(world.ports, ana.id, second.client_id))
    [both] = [one.letter for one in records if {part.step for part in one.letter.parts} == {"due_today", "pre_due"}]
    assert both.step == "due_today"
    shown = world.browser(ana).get(path(second)).text
    story = shown[shown.index('id="story-title"') :]
    assert f'<span class="what">{catalog.text("es", "step.pre_due")}' in story
    assert f'<span class="what">{catalog.text("es", "step.due_today")}' not in story


def test_a_price_with_a_discount_says_until_when_it_holds(world, ana, browser):
    from decimal import Decimal

    from aldia.domain.debt import Discount, Tier

    tier = Tier(date(2026, 6, 10), percent=Decimal(2))
    debt = world.debt(ana, client="Carla", email="c@example.com", issued_on="2026-06-01", due_on="2026-07-01",
                      discount=Discount("tiers", (tier,)))  # fmt: skip
    shown = browser.get(path(debt)).text
    assert "$980.00" in shown
    assert "hasta el 10 de junio de 2026 inclusive. Después, $1,000.00" in shown


def test_the_ledger_adds_up_line_by_line(world, browser, debt):
    act(browser, debt, "pago", amount="300", paid_on="2026-06-01", method="cash")
    act(browser, debt, "condonar", amount="100")
    shown = browser.get(path(debt)).text
    ledger = shown[shown.index('id="ledger-title"') :]
    for word in ("Pago recibido · efectivo", "$700.00", "Condonado", "− $300.00", "− $100.00", "$600.00"):
        assert word in ledger


def test_looking_at_it_changes_nothing(world, ana, browser, debt):
    before = now(world, ana, debt), world.case(ana, debt).client
    for _ in range(3):
        browser.get(path(debt))
        browser.head(path(debt))
    assert (now(world, ana, debt), world.case(ana, debt).client) == before


# -- money by hand ------------------------------------------------------------------------------


def test_a_payment_by_hand_settles_thanks_and_counts_once(world, ana, browser, debt):
    world.until("2026-06-10T18:00:00+00:00", every=timedelta(hours=8))
    browser = world.browser(ana)  # a session does not last that long
    for _ in range(2):
        assert act(browser, debt, "pago", amount="1,000.00", paid_on="2026-06-09", method="transfer").status_code == 303
    world.jobs()
    entries = now(world, ana, debt).entries
    assert [(entry.amount_minor, entry.method, entry.on.isoformat()) for entry in entries] == [
        (100_000, "transfer", "2026-06-09")
    ]
    assert len(world.outbox.to("bruno@example.com")) == 2
    assert "gracias" in world.outbox.to("bruno@example.com")[-1].text.lower()
    assert accounts.load(world.ports, ana.id).trust.debts_paid == 1
    assert "Nada por pagar" in browser.get(path(debt)).text


def test_payments_typed_before_any_letter_went_lift_no_limit(world, ana, browser, debt):
    act(browser, debt, "pago", amount="1000", paid_on="2026-06-01", method="cash")
    assert now(world, ana, debt).entries
    assert accounts.load(world.ports, ana.id).trust.debts_paid == 0


def test_a_payment_that_cannot_be_is_refused_beside_its_field(browser, debt):
    shown = act(browser, debt, "pago", amount="cien", paid_on="2030-01-01", method="cash")
    assert shown.status_code == 422
    assert 'id="pago" open' in shown.text
    assert 'value="cien"' in shown.text
    assert 'id="pay-amount-error"' in shown.text
    shown = act(browser, debt, "pago", amount="100", paid_on="2030-01-01", method="cash")
    assert "todavía no ha llegado" in shown.text


@pytest.mark.parametrize(("action", "state"), [("condonar", "condonada"), ("incobrable", "incobrable")])
def test_what_is_given_up_can_be_taken_back(world, browser, debt, action, state):
    done = act(browser, debt, action, amount="")
    page = browser.get(done.location).text
    assert state in page
    undo = re.search(r'action="([^"]+/deshacer/[^"]+)"', page)[1]
    assert browser.post(undo, data={"csrf": csrf(page)}).status_code == 303
    assert "A pagar hoy" in browser.get(path(debt)).text


def test_a_payment_noted_by_mistake_is_taken_back_with_a_kind_letter_and_no_trace_for_the_client(
    world, ana, browser, debt
):
    done = act(browser, debt, "pago", amount="900", paid_on="2026-06-01", method="cash")
    world.jobs()
    assert "Recibí" in world.outbox.to("bruno@example.com")[-1].text
    shown = browser.get(done.location).text
    undo = re.search(r'action="([^"]+/deshacer/hand[^"]+)"', shown)[1]
    assert "Sí, deshacer este pago" in browser.get(path(debt)).text
    assert browser.post(undo, data={"csrf": csrf(shown)}).location.endswith("said=payment_undone")
    world.jobs()
    letter = world.outbox.to("bruno@example.com")[-1].text
    assert "anoté por error un pago de $900.00" in letter.replace("\u00a0", "")
    assert "Quedan $1,000.00" in letter.replace("\u00a0", "")
    page = browser.get(path(debt)).text
    assert "Un pago anotado por error, deshecho" in page
    assert "El dinero volvió atrás" not in page
    assert "Sí, deshacer este pago" not in page
    assert accounts.load(world.ports, ana.id).trust.debts_paid == 0


def test_where_the_rest_settles_the_debt_all_the_same_it_says_so_and_promises_no_letter(browser, debt):
    act(browser, debt, "pago", amount="400", paid_on="2026-06-01", method="cash")
    shown = browser.get(path(debt)).text
    undo = re.search(r'action="([^"]+/deshacer/hand[^"]+)"', shown)[1]
    act(browser, debt, "pago", amount="1000", paid_on="2026-06-01", method="transfer", key="formkey02")
    done = browser.post(undo, data={"csrf": csrf(shown)})
    assert "Lo demás salda el cobro igualmente" in browser.get(done.location).text


def test_noting_and_taking_back_lifts_no_trust_limit(world, ana, debt):
    world.jobs()
    world.advance(days=2)
    browser = world.browser(ana)
    done = act(browser, debt, "pago", amount="1000", paid_on="2026-06-01", method="cash")
    assert accounts.load(world.ports, ana.id).trust.debts_paid == 1
    shown = browser.get(done.location).text
    browser.post(re.search(r'action="([^"]+/deshacer/hand[^"]+)"', shown)[1], data={"csrf": csrf(shown)})
    assert accounts.load(world.ports, ana.id).trust.debts_paid == 0


def test_a_problem_may_end_with_nothing_left_to_pay_in_one_step_and_one_letter(world, ana, browser, debt):
    change(world, ana, debt, answers.dispute, text="Nunca llegó")
    assert "Si pones 0, se anula todo lo que queda" in browser.get(path(debt)).text
    assert act(browser, debt, "problema", amount="0", resolution="No te lo cobro").status_code == 303
    known = now(world, ana, debt)
    assert known.dispute is None
    assert [(entry.kind, entry.amount_minor) for entry in known.entries] == [("waive", None)]
    world.jobs()
    last = world.outbox.to("bruno@example.com")[-1].text
    assert "No te lo cobro. De la factura F-001 no queda nada por pagar" in last
    answer = browser.post(f"{path(debt)}/ver", data={"csrf": csrf(browser.get(path(debt)).text)})
    client_page = browser.get(answer.location).text
    assert "F-001 · anulada" in client_page
    change(world, ana, debt, answers.dispute, text="Otra cosa")
    assert act(browser, debt, "problema", amount="0").status_code == 303  # nothing is left: only the answer goes
    assert len(now(world, ana, debt).entries) == 1


def test_a_surplus_that_was_decided_about_is_not_mailed_as_a_question_an_hour_later(world, ana, browser, debt):
    act(browser, debt, "pago", amount="1500", paid_on="2026-06-01", method="cash")
    act(browser, debt, "saldo-devuelto")
    world.advance(hours=2)
    world.jobs()
    assert not [mail for mail in world.outbox.to("ana@example.com") if "500" in mail.text]


def test_a_refund_by_hand_asks_for_a_decision(world, ana, browser, debt):
    act(browser, debt, "pago", amount="1000", paid_on="2026-06-01", method="cash")
    act(browser, debt, "devolucion", amount="1000")
    assert "El dinero volvió atrás" in browser.get(path(debt)).text
    assert act(browser, debt, "revision", outcome="").status_code == 422
    assert act(browser, debt, "revision", outcome="write_off").status_code == 303
    assert "incobrable" in browser.get(path(debt)).text


def test_a_chargeback_can_be_reopened(world, ana, browser, debt):
    change(world, ana, debt, payments.record_payment, key="p", amount_minor=100_000, method="card", on=date(2026, 6, 1))
    change(world, ana, debt, reversals.chargeback, key="c", amount_minor=100_000)
    act(browser, debt, "revision", outcome="reopen")
    assert now(world, ana, debt).review_since is None
    assert "A pagar hoy" in browser.get(path(debt)).text


# -- dates, amounts, words ----------------------------------------------------------------------


def test_more_days_are_confirmed_to_the_client_and_silence_it(world, ana, browser, debt):
    act(browser, debt, "prorroga", until="2026-07-20")
    world.jobs()
    assert now(world, ana, debt).extended_to == date(2026, 7, 20)
    assert "20 de julio" in world.outbox.to("bruno@example.com")[-1].text
    assert act(browser, debt, "prorroga", until="2026-01-01").status_code == 422


def test_a_pause_ends_with_undo(world, ana, browser, debt):
    page = browser.get(act(browser, debt, "pausa", until="").location).text
    assert "En pausa" in page
    assert f'action="{path(debt)}/reanudar"' in page
    act(browser, debt, "reanudar")
    assert now(world, ana, debt).pause is None


def test_amount_and_due_date_are_corrected_once(world, ana, browser, debt):
    for _ in range(2):
        act(browser, debt, "importe", amount="1200")
    act(browser, debt, "vencimiento", due_on="2026-07-15")
    changed = now(world, ana, debt)
    assert [entry.kind for entry in changed.entries] == ["amount_changed"]
    assert changed.due_on == date(2026, 7, 15)
    assert act(browser, debt, "vencimiento", due_on="2026-01-01").status_code == 422


def test_number_concept_and_note_change_and_swindlers_notes_do_not(world, ana, browser, debt):
    act(browser, debt, "editar", number="F-2", concept="Web", note="Gracias por todo")
    assert (now(world, ana, debt).number, now(world, ana, debt).note) == ("F-2", "Gracias por todo")
    shown = act(browser, debt, "editar", number="F-2", concept="Web", note="Llama al 55 1234 5678")
    assert shown.status_code == 422
    assert "Llama al 55 1234 5678" in shown.text
    for typed in ({"concept": "Paga en malo.com"}, {"concept": "Llama al 55 1234 5678"}, {"number": "www.malo.mx"}):
        assert act(browser, debt, "editar", **({"number": "F-2", "concept": "Web"} | typed)).status_code == 422
    assert now(world, ana, debt).concept == "Web"


def test_letters_can_be_left_out_of_one_debt(world, ana, browser, debt):
    from aldia.domain.ladder import DEFAULT_LADDER

    steps = {f"step_{rung.step}": "on" for rung in DEFAULT_LADDER if rung.step != "pre_due"}
    act(browser, debt, "cartas", own_ladder="1", **steps)
    assert "pre_due" not in [rung.step for rung in now(world, ana, debt).ladder]
    shown = browser.get(path(debt)).text
    assert re.search(r'name="step_pre_due" value="on">', shown)
    act(browser, debt, "cartas", own_ladder="1", step_pre_due="on", **steps)
    assert now(world, ana, debt).ladder is None


def test_the_bin_silences_and_gives_back(world, ana, browser, debt):
    page = browser.get(act(browser, debt, "borrar").location).text
    assert f'action="{path(debt)}/restaurar"' in page
    world.until("2026-06-04T18:00:00+00:00", every=timedelta(hours=8))
    browser = world.browser(ana)  # a session does not last that long
    assert world.outbox.to("bruno@example.com") == []
    act(browser, debt, "restaurar")
    assert now(world, ana, debt).deleted_at is None


def test_the_file_can_be_replaced_and_taken_away(world, ana, browser, debt):
    token = csrf(browser.get(path(debt)).text)
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    for content, name in ((b"%PDF-1.4 x", "a.pdf"), (png, "foto.jpeg")):
        browser.post(f"{path(debt)}/archivo", data={"csrf": token, "file": (io.BytesIO(content), name)})
    assert now(world, ana, debt).file_name == "foto.jpeg.png"
    assert browser.get(f"{path(debt)}/archivo").data == png
    wrong = browser.post(f"{path(debt)}/archivo", data={"csrf": token, "file": (io.BytesIO(b"hello"), "a.pdf")})
    assert wrong.status_code == 422
    act(browser, debt, "archivo/quitar")
    assert now(world, ana, debt).file_name == ""
    assert browser.get(f"{path(debt)}/archivo").status_code == 404
    assert world.ports.files.held == {}


# -- what the client said -----------------------------------------------------------------------


def test_a_problem_is_shown_in_the_clients_words_and_settled(world, ana, browser, debt):
    change(world, ana, debt, answers.dispute, text="El logo <b>no</b> es el que pedimos")
    shown = browser.get(path(debt)).text
    assert shown.count("El logo &lt;b&gt;no&lt;/b&gt; es el que pedimos") >= 2
    act(browser, debt, "problema", amount="800", due_on="2026-07-10", resolution="Quitamos el logo de la factura")
    world.jobs()
    settled = now(world, ana, debt)
    assert settled.dispute is None
    assert settled.due_on == date(2026, 7, 10)
    assert "Quitamos el logo" in world.outbox.to("bruno@example.com")[-1].text


def test_a_claim_is_confirmed_or_not_found(world, ana, browser, debt):
    change(world, ana, debt, answers.claim_paid, paid_on=date(2026, 6, 1))
    assert "Tu cliente dice que ya pagó" in browser.get(path(debt)).text
    act(browser, debt, "no-llego")
    assert now(world, ana, debt).claim is None
    change(world, ana, debt, answers.claim_paid, paid_on=date(2026, 6, 1), amount_minor=40_000)
    act(browser, debt, "ya-pago", amount="", paid_on="")
    assert [entry.amount_minor for entry in now(world, ana, debt).entries] == [40_000]


def test_a_call_is_noted_once_counts_as_a_contact_and_its_task_goes(world, ana, browser, debt):
    world.until("2026-07-16T20:00:00+00:00", every=timedelta(hours=8))
    browser = world.browser(ana)  # a session does not last that long
    assert tasks.waiting(world.ports, ana.id)
    for _ in range(2):
        act(browser, debt, "tarea", step="call", text="Paga el viernes", was_contact="on")
    assert tasks.waiting(world.ports, ana.id) == []
    case = world.case(ana, debt)
    assert case.local_day(world.clock.at) in case.client.contact_days
    assert browser.get(path(debt)).text.count("Paga el viernes") == 1


def test_a_formal_letter_goes_only_after_the_click(world, ana, browser, debt):
    world.until("2026-08-03T20:00:00+00:00", every=timedelta(hours=8))
    browser = world.browser(ana)  # a session does not last that long
    subjects = [message.subject for message in world.outbox.to("bruno@example.com")]
    shown = browser.get(path(debt)).text
    assert "Dar el visto bueno" in shown
    assert "espera tu visto bueno" in shown
    act(browser, debt, "visto-bueno", step="formal_letter")
    world.until("2026-08-05T18:00:00+00:00", every=timedelta(hours=8))
    assert len(world.outbox.to("bruno@example.com")) == len(subjects) + 1
    assert act(world.browser(ana), debt, "visto-bueno", step="nothing").status_code == 422


# -- by hand ------------------------------------------------------------------------------------

KIND = "Te escribo por la factura del diseño. Si te viene mejor otra fecha, dímela y la apuntamos."


def at_ten(world):
    world.clock.at = world.clock.at.replace(hour=16)  # ten in Mexico City, a Monday


def test_a_letter_by_hand_is_read_first_and_goes_once(world, ana, browser, debt):
    at_ten(world)
    seen = act(browser, debt, "escribir", do="check", text=KIND)
    assert seen.status_code == 200
    assert KIND in seen.text
    assert world.outbox.sent == []
    for _ in range(2):
        assert act(browser, debt, "escribir", text=KIND, is_sure="on").status_code == 303
    [sent] = world.outbox.sent
    assert KIND in sent.text
    assert "/p/" in sent.text
    assert sent.headers["List-Unsubscribe"]
    shown = browser.get(path(debt)).text
    assert "Carta escrita por ti" in shown
    assert "Ha tenido noticias tuyas hace muy poco" in shown
    assert act(browser, debt, "escribir", text=KIND, is_sure="on", key="formkey02").status_code == 422
    assert len(world.outbox.sent) == 1


def test_htmx_gets_the_verdict_alone(world, browser, debt):
    token = csrf(browser.get(path(debt)).text)
    wish = {"csrf": token, "do": "check", "text": "Eres un moroso y lo voy a publicar"}
    shown = browser.post(f"{path(debt)}/escribir", data=wish, headers={"HX-Request": "true"})
    assert shown.text.strip().startswith('<div id="verdict"')
    assert "Así no puede salir" in shown.text


@pytest.mark.parametrize(
    "text", ["", "Mira www.example.com", "Llama al 55 1234 5678", "Eres un moroso y lo voy a publicar"]
)
def test_words_that_may_not_go_do_not_go(world, browser, debt, text):
    at_ten(world)
    shown = act(browser, debt, "escribir", text=text, is_sure="on")
    assert shown.status_code == 422
    assert text in shown.text
    assert world.outbox.sent == []


def test_nothing_goes_by_hand_on_a_sunday_at_night_or_to_who_asked_for_no_more(world, ana, browser, debt):
    world.clock.at = world.clock.at.replace(day=7, hour=16)
    browser = world.browser(ana)
    assert act(browser, debt, "escribir", text=KIND, is_sure="on").status_code == 422
    assert "Podrás desde" in browser.get(path(debt)).text
    world.clock.at = world.clock.at.replace(day=8, hour=5)
    browser = world.browser(ana)
    assert act(browser, debt, "escribir", text=KIND, is_sure="on").status_code == 422
    world.clock.at = world.clock.at.replace(day=8, hour=16)
    browser = world.browser(ana)
    world.change_client(ana, debt, stopped_at=world.clock.at)
    assert act(browser, debt, "escribir", text=KIND, is_sure="on").status_code == 422
    assert "Mejor llámale" in browser.get(path(debt)).text
    assert world.outbox.sent == []


def test_the_clients_page_opens_as_the_client_sees_it(world, browser, debt):
    gone = act(browser, debt, "ver")
    assert gone.status_code == 303
    shown = world.browser().get(gone.location)
    assert shown.status_code == 200
    assert "$1,000.00" in shown.text


def test_the_freelancers_own_view_cannot_say_that_not_me_was_a_slip(world, ana, browser, debt):
    seen = act(browser, debt, "ver").location
    token = re.search(r'name="csrf" value="([^"]+)"', world.browser().get(seen).text)[1]
    world.change_client(ana, debt, wrong_person_at=world.clock.at)
    assert "/soy-yo" not in world.browser().get(seen).text
    assert world.browser().post(f"{seen}/soy-yo", data={"csrf": token}).status_code == 409
    assert world.case(ana, debt).client.wrong_person_at


# -- who may ------------------------------------------------------------------------------------

ACTIONS = (
    "pago", "prorroga", "pausa", "reanudar", "importe", "vencimiento", "editar", "cartas", "archivo", "archivo/quitar",
    "condonar", "incobrable", "devolucion", "deshacer/waive", "borrar", "restaurar", "problema", "revision",
    "visto-bueno", "tarea", "ya-pago", "no-llego", "escribir", "ver",
)  # fmt: skip


def test_another_account_finds_nothing(world, ana, debt):
    stranger = world.browser(world.account("eva@example.com"))
    token = csrf(stranger.get("/cobros/nuevo").text)
    before = now(world, ana, debt)
    assert stranger.get(path(debt)).status_code == 404
    assert stranger.get(f"{path(debt)}/archivo").status_code == 404
    for action in ACTIONS:
        assert stranger.post(f"{path(debt)}/{action}", data={"csrf": token}).status_code == 404, action
    assert now(world, ana, debt) == before


def test_without_the_form_token_nothing_is_done(world, ana, browser, debt):
    before = now(world, ana, debt)
    for action in ACTIONS:
        assert browser.post(f"{path(debt)}/{action}", data={"amount": "1"}).status_code == 400, action
    assert now(world, ana, debt) == before


def test_addresses_that_are_none_are_not_found(browser):
    for address in ("/cobros/x/y", "/cobros/%2e%2e/y", f"/cobros/{'x' * 3000}/y", "/cobros/ñ/%00"):
        assert browser.get(address).status_code == 404


def test_the_page_is_whole_in_english(world):
    ben = world.account("ben@example.com", language="en", country="US", timezone="America/New_York", currency="USD")
    debt = world.debt(ben, client="Carol", email="carol@example.com")
    shown = world.browser(ben).get(path(debt)).text
    assert "Payable today" in shown
    assert "What you can do" in shown
    assert "¿" not in shown.replace("Español", "")
