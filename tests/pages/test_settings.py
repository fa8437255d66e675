"""The settings page by page: shown, saved, refused with what was typed kept, for their owner alone."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from aldia.domain.account import DiscountRule, TermLine
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.store import accounts
from tests.hostile import HOSTILE
from tests.pages.settings_world import fields, send
from tests.world import csrf

TABS = ("", "/condiciones", "/cartas", "/textos", "/horario", "/avisos", "/cobro", "/seguridad", "/datos")
FORMS = ("", "/condiciones", "/cartas", "/horario", "/avisos", "/cobro", "/seguridad")


def stored(world, account):
    return accounts.load(world.ports, account.id)


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("tab", TABS)
def test_each_page_is_shown_in_the_language_of_the_account(world, tab, language):
    shown = world.browser(world.account(language=language)).get(f"/ajustes{tab}")
    assert shown.status_code == 200
    assert f'<html lang="{language}">' in shown.text
    assert {"es": "Ajustes", "en": "Settings"}[language] in shown.text


@pytest.mark.parametrize("tab", TABS)
def test_a_stranger_is_sent_to_sign_in(world, tab):
    stranger = world.browser()
    answers = [stranger.get(f"/ajustes{tab}")] + ([stranger.post(f"/ajustes{tab}")] if tab in FORMS else [])
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/entrar")}


@pytest.mark.parametrize("tab", FORMS)
def test_a_form_without_its_token_changes_nothing(world, tab):
    ana = world.account()
    answer = world.browser(ana).post(f"/ajustes{tab}", data={"name": "Eva", "email": "eva@example.com"})
    assert answer.status_code == 400
    assert stored(world, ana) == ana


@pytest.mark.parametrize("tab", FORMS[:-1])
def test_a_form_saved_as_it_stands_changes_nothing(world, tab):
    ana = world.account()
    answer = send(world.browser(ana), f"/ajustes{tab}")
    assert answer.status_code == 303
    assert replace(stored(world, ana), version=0) == replace(ana, version=0)


@pytest.mark.parametrize("tab", FORMS)
def test_no_hostile_value_breaks_a_form_or_is_lost(world, tab):
    ana = world.account()
    browser = world.browser(ana)
    path = f"/ajustes{tab}"
    untouched = fields(browser.get(path).text, path)
    for hostile in HOSTILE:
        form = {name: hostile.value if name not in ("csrf", "seen") else value for name, value in untouched.items()}
        answer = browser.post(path, data=form | {"seen": ""})
        assert answer.status_code in (200, 303, 422), (hostile.name, answer.status_code)
        if answer.status_code == 422:
            assert 'class="error"' in answer.text or "note-stop" in answer.text, hostile.name
            assert "<script>alert" not in answer.text


def test_who_one_is_is_saved_and_the_end_of_a_letter_shows_it(world):
    ana = world.account()
    browser = world.browser(ana)
    typed = {"name": "Estudio Ruiz", "address": "Calle Mayor 1, Madrid", "phone": "+34 600 111 222", "footer": "Diseño"}
    looked = send(browser, "/ajustes", typed | {"do": "look"})
    assert "Calle Mayor 1, Madrid" in looked.text.split('id="end-title"')[1]
    assert stored(world, ana).address == ""
    saved = send(browser, "/ajustes", typed | {"country": "ES", "timezone": "", "currency": ""})
    assert saved.location == "/ajustes?said=saved"
    found = stored(world, ana)
    assert (found.name, found.timezone, found.currency) == ("Estudio Ruiz", "Europe/Madrid", "EUR")
    assert "Guardado." in browser.get(saved.location).text


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "Escribe el nombre con el que firmas."),
        ("country", "XX", "Elige tu país"),
        ("timezone", "Europe/Nowhere", "Elige tu zona horaria"),
        ("currency", "doblones", "moneda"),
        ("phone", "llámame", "teléfono"),
        ("footer", "Mira www.ana.example", "dirección de internet"),
        ("footer", "Llama al 600 111 222", "ningún teléfono"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_kept(world, field, value, sentence):
    answer = send(world.browser(world.account()), "/ajustes", {field: value})
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert sentence in answer.text.split(f'id="f-{field}-error"')[1][:300]
    if value and field != "country":
        assert f'value="{value}"' in answer.text


def test_a_change_from_another_window_is_not_overwritten(world):
    ana = world.account()
    browser = world.browser(ana)
    old = browser.get("/ajustes").text
    send(browser, "/ajustes", {"name": "Ana R."})
    late = browser.post("/ajustes", data=fields(old, "/ajustes") | {"name": "Ana de antes"})
    assert late.status_code == 422
    assert "cambió en otra ventana" in late.text
    assert 'value="Ana de antes"' in late.text
    assert stored(world, ana).name == "Ana R."
    again = browser.post("/ajustes", data=fields(late.text, "/ajustes"))
    assert again.status_code == 303
    assert stored(world, ana).name == "Ana de antes"


def test_a_change_of_another_part_does_not_stand_in_the_way(world):
    ana = world.account()
    browser = world.browser(ana)
    old = browser.get("/ajustes").text
    send(browser, "/ajustes/avisos", without=("paid",))
    assert browser.post("/ajustes", data=fields(old, "/ajustes") | {"name": "Ana R."}).status_code == 303


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ({"kind": "net", "net_days": "15"}, (TermLine(("days+15",), rest=True),)),
        ({"kind": "half"}, (TermLine(("days+0",), share=Decimal(50)), TermLine(("days+30",), rest=True))),
        ({"kind": "month_end"}, (TermLine(("end_of_month", "days+10"), rest=True),)),
        (
            {
                "kind": "own", "share_1": "33,5", "days_1": "0", "mode_1": "days",
                "share_2": "", "days_2": "2", "mode_2": "months",
            },
            (TermLine(("days+0",), share=Decimal("33.5")), TermLine(("months+2",), rest=True)),
        ),
        (
            {"kind": "own", "share_1": "", "days_1": "30", "mode_1": "days_month_end"},
            (TermLine(("days+30", "end_of_month"), rest=True),),
        ),
    ],
)  # fmt: skip
def test_terms_are_read_and_shown_again_as_they_are(world, typed, terms):
    ana = world.account()
    browser = world.browser(ana)
    assert send(browser, "/ajustes/condiciones", typed).location == "/ajustes/condiciones?said=saved"
    assert stored(world, ana).defaults.terms == terms
    shown = fields(browser.get("/ajustes/condiciones").text, "/ajustes/condiciones")
    assert {name: shown[name].replace(".", ",") for name in typed} == typed


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"kind": "net", "net_days": "treinta"}, "net_days"),
        ({"kind": "own", "share_1": "40", "days_1": "0", "share_2": "40", "days_2": "30"}, "share_1"),
        ({"kind": "own", "share_1": "0", "days_1": "0"}, "share_1"),
        ({"discount": "25", "discount_days": "10"}, "discount"),
        ({"discount": "12", "discount_days": "10"}, "discount"),
        ({"discount": "2", "discount_days": "30"}, "discount_days"),
        ({"discount": "2", "discount_days": ""}, "discount_days"),
        ({"discount": "dos", "discount_days": "10"}, "discount"),
        ({"interest": "rate", "rate": ""}, "rate"),
        ({"interest": "rate", "rate": "90"}, "rate"),
        ({"interest": "table:ES"}, "interest"),  # another country's law
        ({"part_percent": "0"}, "part_percent"),
        ({"tolerance": "5000"}, "tolerance"),
        ({"tolerance_days": "30"}, "tolerance_days"),
    ],
)
def test_terms_that_cannot_be_are_refused_beside_their_field(world, typed, field):
    ana = world.account()
    answer = send(world.browser(ana), "/ajustes/condiciones", typed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert stored(world, ana).defaults == ana.defaults


def test_a_high_discount_has_to_be_meant_and_its_cost_is_shown(world):
    ana = world.account()
    browser = world.browser(ana)
    typed = {"discount": "12", "discount_days": "10"}
    assert 'name="discount_sure"' in send(browser, "/ajustes/condiciones", typed).text
    assert send(browser, "/ajustes/condiciones", typed | {"discount_sure": "on"}).status_code == 303
    assert stored(world, ana).defaults.discount == DiscountRule(Decimal(12), 10)
    looked = send(browser, "/ajustes/condiciones", {"discount": "2", "discount_days": "10", "do": "look"})
    assert "37,2" in looked.text
    assert "44,6" in looked.text


def test_the_example_of_terms_comes_alone_for_htmx_and_saves_nothing(world):
    ana = world.account()
    browser = world.browser(ana)
    form = fields(browser.get("/ajustes/condiciones").text, "/ajustes/condiciones")
    answer = browser.post("/ajustes/condiciones/ejemplo", data=form | {"kind": "half"}, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="settings_terms_example"')
    assert answer.text.count("$500.00") == 2
    assert stored(world, ana) == ana


def test_the_laws_own_interest_is_offered_to_spain_with_its_forty_euros(world):
    eva = world.account("eva@example.com", country="ES", timezone="Europe/Madrid", currency="EUR")
    browser = world.browser(eva)
    assert "Ley 3/2004" in browser.get("/ajustes/condiciones").text
    send(browser, "/ajustes/condiciones", {"interest": "table:ES", "compensation": "on"})
    interest = stored(world, eva).defaults.interest
    assert (interest.table, interest.fixed_compensation_minor) == ("ES", 4000)


def test_contact_rules_may_be_tightened(world):
    ana = world.account()
    browser = world.browser(ana)
    typed = {
        "send_at": "10:30",
        "window_end": "14",
        "days_between": "14",
        "closed_days": "2026-12-24\n10/08/2026 a 12/08/2026",
    }
    assert send(browser, "/ajustes/horario", typed).status_code == 303
    policy = stored(world, ana).policy
    assert (policy.send_at, policy.window_end, policy.min_days_between) == (time(10, 30), time(14), 14)
    assert policy.closed_days == (date(2026, 8, 10), date(2026, 8, 11), date(2026, 8, 12), date(2026, 12, 24))
    assert "2026-08-10 a 2026-08-12" in browser.get("/ajustes/horario").text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"send_at": "08:00"}, "send_at"),
        ({"send_at": "18:00"}, "send_at"),
        ({"send_at": "temprano"}, "send_at"),
        ({"window_end": "21:00"}, "window_end"),
        ({"send_at": "12:00", "window_end": "12:10"}, "window_end"),
        ({"days_between": "3"}, "days_between"),
        ({"closed_days": "mañana"}, "closed_days"),
        ({"closed_days": "2026-08-10 a 2026-08-01"}, "closed_days"),
    ],
)
def test_contact_rules_are_never_loosened(world, typed, field):
    ana = world.account()
    answer = send(world.browser(ana), "/ajustes/horario", typed)
    assert answer.status_code == 422
    assert f'id="f-{field}-error"' in answer.text
    assert stored(world, ana).policy == ana.policy


def test_the_rules_in_force_are_shown_with_their_source_and_day(world):
    shown = world.browser(world.account()).get("/ajustes/horario").text
    assert "Ley 2300 de 2023" in shown
    assert "https://accolombianlawyers.com/noticias/?p=31540" in shown
    assert "21 nov 2026" in shown


def test_news_can_be_switched_off_one_by_one(world):
    ana = world.account()
    browser = world.browser(ana)
    send(browser, "/ajustes/avisos", without=("paid", "bounced"))
    assert set(stored(world, ana).muted) == {"paid", "bounced"}
    assert "paid" not in fields(browser.get("/ajustes/avisos").text, "/ajustes/avisos")


def test_steps_are_switched_off_moved_and_added(world):
    ana = world.account()
    browser = world.browser(ana)
    own = {"own1_name": "Nota de voz", "own1_days": "40", "own1_when": "due_after", "own1_channel": "task"}
    typed = {"days_overdue_1": "10", "days_overdue_2": "23"} | own
    answer = send(browser, "/ajustes/cartas", typed, without=("on_pre_due",))
    assert answer.location == "/ajustes/cartas?said=saved"
    ladder = stored(world, ana).defaults.ladder
    assert [(step.step, step.days) for step in ladder] == [
        ("invoice_sent", 0), ("discount_ending", -2), ("due_today", 0), ("overdue_1", 10), ("call", 14),
        ("overdue_2", 23), ("formal_letter", 30), ("Nota de voz", 40), ("last_notice", 45), ("next_options", 60),
    ]  # fmt: skip
    assert 'value="Nota de voz"' in browser.get("/ajustes/cartas").text


def test_the_products_own_ladder_is_kept_as_none(world):
    ana = world.account(defaults=replace(world.account("x@example.com").defaults, ladder=DEFAULT_LADDER[:3]))
    browser = world.browser(ana)
    assert send(browser, "/ajustes/cartas", {"do": "reset"}).status_code == 303
    assert stored(world, ana).defaults.ladder is None


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"days_overdue_1": "3"}, "days_overdue_1"),
        ({"days_overdue_2": "11"}, "days_overdue_2"),
        ({"days_last_notice": "36"}, "days_last_notice"),
        ({"days_overdue_1": "40"}, "days_overdue_1"),
        ({"days_overdue_1": "pronto"}, "days_overdue_1"),
        ({"own1_name": "Otra", "own1_days": "9", "own1_when": "due_after"}, "own1_days"),
        ({"own1_name": "Otra", "own1_days": "3", "own1_when": "last_after"}, "own1_days"),
        (
            {"own1_name": "Otra", "own1_days": "70", "own1_when": "due_after", "own1_times": "3", "own1_every": "2"},
            "own1_every",
        ),
        ({"own1_name": "a/b", "own1_days": "70"}, "own1_name"),
        ({"own1_name": "overdue_1", "own1_days": "70"}, "own1_name"),
        ({"own1_name": "Otra", "own1_days": ""}, "own1_days"),
    ],
)
def test_a_ladder_tighter_than_the_policy_is_refused(world, typed, field):
    ana = world.account()
    answer = send(world.browser(ana), "/ajustes/cartas", typed)
    assert answer.status_code == 422
    error = {"days_overdue_2": "days_overdue_2", "days_overdue_1": ""}.get(field, field)
    assert f'id="f-{error}-error"' in answer.text if error else 'class="error"' in answer.text
    assert stored(world, ana).defaults.ladder is None


def test_the_example_of_a_ladder_is_dated_and_saves_nothing(world):
    ana = world.account()
    browser = world.browser(ana)
    form = fields(browser.get("/ajustes/cartas").text, "/ajustes/cartas")
    form.pop("on_overdue_1")
    answer = browser.post("/ajustes/cartas/ejemplo", data=form, headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section id="settings_plan"')
    assert "1 de julio de 2026" in answer.text  # due today: 30 days after the first of June
    assert "Recordatorio amable" not in answer.text
    assert stored(world, ana) == ana


def test_the_language_is_switched_and_the_page_stays(world):
    ana = world.account()
    browser = world.browser(ana)
    token = csrf(browser.get("/ajustes").text)
    answer = browser.post("/idioma", data={"csrf": token, "language": "en", "next": "/ajustes/avisos"})
    assert answer.location == "/ajustes/avisos"
    assert stored(world, ana).language == "en"


@pytest.mark.parametrize(
    "place", ["//evil.example/x", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "hoy"]
)
def test_switching_the_language_leads_nowhere_else(world, place):
    browser = world.browser(world.account())
    token = csrf(browser.get("/ajustes").text)
    assert browser.post("/idioma", data={"csrf": token, "language": "en", "next": place}).location == "/hoy"
