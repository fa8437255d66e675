"""The form of a new debt: what it asks, what it foretells, and what it keeps when something is wrong."""

import io
import re

import pytest

from aldia.ports import Add
from aldia.store import cases, keys, lists
from tests.hostile import HOSTILE
from tests.world import World, csrf

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def browser(world, ana):
    return world.browser(ana)


def fields(browser, **typed):
    """The form as the browser shows it, with some fields typed."""
    html = browser.get("/cobros/nuevo").text
    start = {"csrf": csrf(html), "client": "Bruno", "email": "bruno@example.com", "number": "F-7", "amount": "1000"}
    steps = ("invoice_sent", "discount_ending", "pre_due", "due_today", "overdue_1", "call", "overdue_2",
             "formal_letter", "last_notice", "next_options")  # fmt: skip
    start |= {f"step_{step}": "on" for step in steps} | {"own_ladder": "1", "currency": "MXN", "parts": "one"}
    start |= {"issued_on": "2026-06-01", "due_on": "2026-07-01", "usual_due": "2026-07-01", "id": "form00001"}
    return start | typed


def save(browser, **typed):
    return browser.post("/cobros/nuevo", data=fields(browser, **typed), content_type="multipart/form-data")


def only_debt(world, ana):
    [row] = lists.rows(world.ports, ana.id, "CLIENTS").rows
    case = cases.load(world.ports, ana, row["pk"].split("#")[3])
    return case, case.debts[0]


def test_a_debt_is_saved_once_however_often_its_form_is_sent(world, ana, browser):
    first, second = (save(browser) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    case, debt = only_debt(world, ana)
    assert len(case.debts) == 1
    assert (debt.number, debt.amount_minor, debt.currency, debt.ladder) == ("F-7", 100_000, "MXN", None)
    shown = browser.get(first.location).text
    assert "Cobro anotado" in shown
    assert "Bruno" in shown


def test_every_letter_is_shown_with_its_words_before_anything_is_saved(world, ana, browser):
    shown = browser.post("/cobros/nuevo", data=fields(browser, do="plan"))
    assert shown.status_code == 200
    assert "Factura F-7 · Ana Ruiz" in shown.text
    assert "Hola, Bruno:" in shown.text
    assert "Llamada" in shown.text
    assert "espera tu visto bueno" in shown.text
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []


def test_htmx_gets_the_plan_alone_and_the_due_date_follows_the_issue_date(browser):
    typed = fields(browser, issued_on="2026-06-11")
    shown = browser.post("/cobros/nuevo/plan", data=typed, headers={"HX-Request": "true"})
    assert shown.text.strip().startswith('<section id="plan"')
    assert 'value="2026-07-11"' in shown.text
    assert "11 de julio de 2026" in shown.text


def test_a_due_date_that_was_typed_stays(browser):
    typed = fields(browser, issued_on="2026-06-11", due_on="2026-07-05")
    shown = browser.post("/cobros/nuevo/plan", data=typed, headers={"HX-Request": "true"})
    assert "5 de julio de 2026" in shown.text
    assert 'id="due"' not in shown.text


def test_what_was_typed_is_kept_beside_the_sentence_that_says_what_is_wrong(world, ana, browser):
    shown = save(browser, amount="mil", concept="Logo nuevo", note="Gracias")
    assert shown.status_code == 422
    assert 'value="mil"' in shown.text
    assert "Logo nuevo" in shown.text
    assert 'id="f-amount-error"' in shown.text
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []


@pytest.mark.parametrize(
    ("typed", "place"),
    [({"concept": "Llama al 612 345 678"}, "concept"), ({"number": "F-1 www.malo.example"}, "number")],
)
def test_swindlers_concepts_and_numbers_are_not_saved(world, ana, browser, typed, place):
    shown = save(browser, **typed)
    assert (shown.status_code, f'id="f-{place}-error"' in shown.text) == (422, True)
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []


def test_a_new_account_is_told_that_its_letter_waits_for_the_limits(dynamodb, table_name):
    world = World.start(dynamodb, table_name, trust_limits=True)
    ana = world.account()
    browser, why = world.browser(ana), "Llegaste al límite de cartas de hoy para cuentas nuevas."
    assert why not in browser.post("/cobros/nuevo", data=fields(browser, do="plan")).text
    world.ports.table.write(Add(*keys.caps(ana.id, "2026-06-01"), {"letters": 5, "new": 5}))
    shown = browser.post("/cobros/nuevo", data=fields(browser, do="plan")).text
    assert shown.count(why) == 1
    assert "2 jun 2026, 09:00" in shown
    world.close()


def test_a_discount_says_what_it_costs_a_year_and_warns_and_refuses(browser):
    def plan(**typed):
        return browser.post("/cobros/nuevo", data=fields(browser, do="plan", **typed)).text

    assert "crédito al 37\u00a0% anual" in plan(discount="2", discount_days="10")
    assert "¿seguro?" in plan(discount="15", discount_days="10")
    assert "Un descuento de más del 20 %" in plan(discount="25", discount_days="10")
    assert "Escribe cuántos días" in plan(discount="2")


def test_discounts_may_be_sums_and_several(world, ana, browser):
    typed = {"discount": "50", "discount_kind": "fixed", "discount_days": "10", "discount_2": "1",
             "discount_until_2": "2026-06-20"}  # fmt: skip
    assert save(browser, **typed).status_code == 303
    _case, debt = only_debt(world, ana)
    assert [(tier.last_day.isoformat(), tier.fixed_minor, tier.percent) for tier in debt.discount.tiers] == [
        ("2026-06-11", 5000, None),
        ("2026-06-20", None, 1),
    ]


def test_parts_of_ones_own_must_add_up_and_set_the_due_date(world, ana, browser):
    parts = {"parts": "own", "part_on_1": "2026-07-01", "part_amount_1": "400", "part_on_2": "2026-08-01"}
    wrong = save(browser, **parts, part_amount_2="500")
    assert wrong.status_code == 422
    assert "no suman el importe" in wrong.text
    assert 'value="500"' in wrong.text
    assert save(browser, **parts, part_amount_2="600").status_code == 303
    _case, debt = only_debt(world, ana)
    assert [part.amount_minor for part in debt.instalments] == [40_000, 60_000]
    assert debt.due_on.isoformat() == "2026-08-01"


def test_interest_is_off_unless_it_is_chosen(world, ana, browser):
    save(browser)
    assert only_debt(world, ana)[1].interest is None


@pytest.mark.parametrize(
    ("typed", "table", "rate"),
    [({"interest": "table:MX"}, "MX", None), ({"interest": "rate", "interest_rate": "8,5"}, None, "8.5")],
)
def test_interest_may_be_the_laws_or_the_contracts(world, ana, browser, typed, table, rate):
    save(browser, **typed)
    interest = only_debt(world, ana)[1].interest
    assert interest.table == table
    assert str(interest.rate) == str(rate)


def test_a_step_left_out_is_left_out_and_days_can_change(world, ana, browser):
    typed = fields(browser, days_overdue_1="10")
    del typed["step_call"]
    browser.post("/cobros/nuevo", data=typed)
    ladder = {rung.step: rung.days for rung in only_debt(world, ana)[1].ladder}
    assert "call" not in ladder
    assert ladder["overdue_1"] == 10


def test_a_ladder_that_would_be_less_kind_is_refused(browser):
    shown = save(browser, days_last_notice="31")
    assert shown.status_code == 422
    assert 'value="31"' in shown.text


def test_the_file_of_a_form_that_was_wrong_need_not_be_chosen_again(world, ana, browser):
    wrong = save(browser, amount="", file=(io.BytesIO(PDF), "../../factura <junio>.pdf"))
    assert wrong.status_code == 422
    assert "factura -junio-.pdf" in wrong.text
    assert save(browser, kept_file="factura -junio-.pdf").status_code == 303
    case, debt = only_debt(world, ana)
    assert debt.file_name == "factura -junio-.pdf"
    got = browser.get(f"/cobros/{case.client.id}/{debt.id}/archivo")
    assert got.data == PDF
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert "attachment" in got.headers["Content-Disposition"]


def test_a_file_that_is_not_wanted_after_all_is_kept_nowhere(world, ana, browser):
    save(browser, amount="", file=(io.BytesIO(PDF), "factura.pdf"))
    assert PDF in world.ports.files.held.values()
    assert save(browser, kept_file="factura.pdf", drop_file="on").status_code == 303
    assert only_debt(world, ana)[1].file_name == ""
    assert world.ports.files.held == {}


def test_a_file_that_was_never_sent_is_not_believed(world, ana, browser):
    save(browser, kept_file="made-up.pdf")
    assert only_debt(world, ana)[1].file_name == ""


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00", "factura.pdf"),
        (b"", "factura.pdf"),
        (b"<html><script>alert(1)</script></html>", "factura.xml"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "factura.xml"),
        (b"%PDF-1.7" + b"0" * (4 * 1024 * 1024), "factura.pdf"),
    ],
)
def test_what_is_no_invoice_inside_is_refused_with_a_sentence(world, ana, browser, content, name):
    shown = save(browser, file=(io.BytesIO(content), name))
    assert shown.status_code == 422
    assert 'id="f-file-error"' in shown.text
    assert world.ports.files.held == {}


def test_a_name_that_is_known_with_another_address_asks_who_is_meant(world, ana, browser):
    save(browser)
    asked = save(browser, id="form00002", email="otro@example.com")
    assert asked.status_code == 422
    assert "b···@example.com" in asked.text
    assert "other_client" in asked.text
    assert save(browser, id="form00002", email="otro@example.com", other_client="on").status_code == 303
    assert len(lists.rows(world.ports, ana.id, "CLIENTS").rows) == 2


def test_an_address_typed_for_a_client_without_one_is_kept(world, ana, browser):
    save(browser, email="")
    save(browser, id="form00002", number="F-8", email="bruno@example.com")
    case, _debt = only_debt(world, ana)
    assert case.client.emails == ("bruno@example.com",)
    assert len(case.debts) == 2


def test_a_new_client_abroad_gets_its_countrys_zone_and_its_own_language(world, ana, browser):
    save(browser, country="ES", language="en", kind="person")
    client = only_debt(world, ana)[0].client
    assert (client.country, client.timezone, client.language, client.kind) == ("ES", "Europe/Madrid", "en", "person")


def test_the_page_speaks_english_to_those_who_do(world):
    ben = world.account("ben@example.com", language="en", country="US", timezone="America/New_York", currency="USD")
    shown = world.browser(ben).get("/cobros/nuevo").text
    assert "Who owes you?" in shown
    assert "¿" not in shown


def test_a_stranger_is_sent_to_sign_in(world):
    assert world.browser().get("/cobros/nuevo").location == "/entrar"


GROUPS = (
    ("client", "number", "id", "kept_file", "country", "language", "kind"),
    ("email", "concept", "note", "usual_due", "discount_days", "own_ladder"),
    ("amount", "part_on_1", "part_amount_1", "interest", "discount_base"),
    ("currency", "issued_on", "net", "tax", "withheld", "interest_rate", "interest_grace"),
    ("due_on", "parts", "discount", "discount_kind", "discount_until", "interest_rate_type"),
    ("discount_2", "discount_until_2", "days_overdue_1"),
)


@pytest.mark.parametrize("names", GROUPS)
def test_no_hostile_value_in_any_field_breaks_the_form(world, ana, browser, names):
    base = fields(browser, parts="own", interest="rate", interest_rate="8", part_on_1="", part_amount_1="")
    for hostile in HOSTILE:
        shown = browser.post("/cobros/nuevo", data=base | dict.fromkeys(names, hostile.value) | {"do": "plan"})
        assert shown.status_code in (200, 422), (names, hostile.name)
        assert "<script>alert" not in shown.text, (names, hostile.name)
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []


# -- clients are offered while their name is typed ------------------------------------------------


def offered(browser, typed):
    shown = browser.get("/cobros/nuevo/clientes", query_string={"client": typed}, headers={"HX-Request": "true"}).text
    return re.findall(r'value="([^"]*)"', shown)


def test_clients_are_offered_as_their_name_is_typed_and_by_any_word_when_none_begins_so(world, ana, browser):
    for name in ("Estudio Añil", "Estudio Azul", "Librería Sur", "<b>Zeta</b>"):
        world.debt(ana, client=name, email=f"{len(name)}@example.com")
    assert offered(browser, "ESTUDIO A") == ["Estudio Azul", "Estudio Añil"]
    assert offered(browser, "sur") == offered(browser, "  libreria ") == ["Librería Sur"]
    assert offered(browser, "") == ["&lt;b&gt;Zeta&lt;/b&gt;", "Estudio Azul", "Estudio Añil", "Librería Sur"]
    assert offered(browser, "nadie") == []
    assert offered(world.browser(world.account("ben@example.com")), "e") == []


def test_at_most_twelve_clients_are_offered_and_the_form_itself_reads_none(world, ana, browser):
    for number in range(14):
        world.debt(ana, client=f"Cliente {number:02}", email=f"c{number}@example.com")
    assert offered(browser, "cliente") == [f"Cliente {number:02}" for number in range(12)]
    form = browser.get("/cobros/nuevo").text
    assert "Cliente 01" not in form
    assert '<a href="/clientes">' in form  # without JavaScript any client is found there
    [row] = lists.rows(world.ports, ana.id, "CLIENTS", words="Cliente 13").rows
    client_id = row["pk"].split("#")[3]
    assert f"/cobros/nuevo?client={client_id}" in browser.get(f"/clientes/{client_id}").text
    assert 'value="Cliente 13"' in browser.get(f"/cobros/nuevo?client={client_id}").text
