"""What would Al Día have sent? The page of one debt's story told again: it looks, chooses, and writes nothing."""

import re

import pytest

from aldia.domain import answers
from aldia.flows import casework
from tests.world import csrf


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def debt(world, ana):
    """Written down on 1 June, three months late."""
    return world.debt(ana, issued_on="2026-03-02", due_on="2026-04-01")


@pytest.fixture
def browser(world, ana):
    return world.browser(ana)


def path(debt):
    return f"/cobros/{debt.client_id}/{debt.id}/habria-enviado"


def lines(html, section="past-title"):
    """(when, what) of the lines of the timeline."""
    part = html[html.index(f'id="{section}"') :].partition("</section>")[0].replace("\xa0·", " ·")
    when = re.findall(r'<span class="when">([^<]*)</span>', part)
    return list(zip(when, re.findall(r'<span class="what">([^<]*)</span>', part), strict=True))


def test_the_debts_page_leads_to_it(browser, debt):
    assert f'href="{path(debt)}"' in browser.get(path(debt).removesuffix("/habria-enviado")).text


def test_as_it_was_it_tells_the_letters_that_really_went(world, browser, debt):
    world.advance(hours=3)
    shown = browser.get(path(debt))
    assert shown.status_code == 200
    assert lines(shown.text)[:2] == [
        ("1 jun 2026, 08:00 · pasó", "Anotaste el cobro · $1,000.00"),
        ("1 jun 2026, 09:00 · habría salido", "Recordatorio amable · $1,000.00"),
    ]
    assert ("1 jun 2026, 09:00 · no habría salido", "Vence hoy") in lines(shown.text)
    assert "Habría salido 1 carta" in shown.text
    assert world.outbox.sent[0].subject in shown.text
    assert world.outbox.sent[0].text.splitlines()[0] in shown.text


def test_from_the_invoices_day_each_letter_has_its_day_its_subject_and_its_sum(browser, debt):
    shown = browser.get(f"{path(debt)}?desde=2026-03-02").text
    told = lines(shown)
    assert [what for _, what in told][:5] == [
        "Anotaste el cobro · $1,000.00",
        "Aquí tienes la factura · $1,000.00",
        "Aviso antes de vencer · $1,000.00",
        "Vence hoy · $1,000.00",
        "Recordatorio amable · $1,000.00",
    ]
    assert told[1][0].startswith("2 mar 2026, 09:00")
    assert shown.count("Asunto:") >= 5
    assert "Esta carta espera tu visto bueno." in shown


def test_every_approval_lets_the_formal_letters_go(browser, debt):
    without = browser.get(f"{path(debt)}?desde=2026-03-02").text
    with_all = browser.get(f"{path(debt)}?desde=2026-03-02&visto=on").text
    assert not any("· habría salido" in when and "Requerimiento" in what for when, what in lines(without))
    assert any("· habría salido" in when and "Requerimiento" in what for when, what in lines(with_all))


def test_other_letters_can_be_chosen_where_there_are_others(world, ana, browser):
    from aldia.domain.debt import Step

    own = world.debt(ana, client="Carla", email="c@example.com", issued_on="2026-03-02", due_on="2026-04-01",
                     ladder=(Step("overdue_1", "due", 3),))  # fmt: skip
    mine = browser.get(f"{path(own)}?desde=2026-03-02").text
    other = browser.get(f"{path(own)}?desde=2026-03-02&cartas=usual").text
    assert 'name="cartas"' in mine
    assert len(lines(mine)) == 2
    assert len(lines(other)) > 5
    assert lines(browser.get(f"{path(own)}?desde=2026-03-02&cartas=nonsense").text) == lines(mine)


def test_a_payment_and_an_answer_stand_in_the_story_and_change_it(world, ana, browser, debt):
    world.advance(hours=3)
    casework.change(
        world.ports, ana.id, debt.client_id, lambda case, now: answers.dispute(case, debt.id, text="No.", now=now)
    )
    told = [what for _, what in lines(browser.get(path(debt)).text)]
    assert "Tu cliente contó un problema" in told
    assert "Revisaremos el problema · $1,000.00" in told
    page = browser.get(path(debt).removesuffix("/habria-enviado")).text
    browser.post(
        path(debt).replace("habria-enviado", "pago"),
        data={"csrf": csrf(page), "key": "k1", "amount": "1000", "paid_on": "2026-03-20", "method": "cash"},
    )
    early = [what for _, what in lines(browser.get(f"{path(debt)}?desde=2026-03-02").text)]
    assert early[:4] == [
        "Anotaste el cobro · $1,000.00",
        "Aquí tienes la factura · $1,000.00",
        "Pago recibido · $1,000.00",
        "Gracias",
    ]


@pytest.mark.parametrize("day", ["2026-03-01", "2026-06-02", "1999-01-01", "mañana", "31/02/2026"])
def test_a_day_that_cannot_be_is_said_beside_the_field(browser, debt, day):
    shown = browser.get(path(debt), query_string={"desde": day})
    assert shown.status_code == 422
    assert 'id="f-desde-error"' in shown.text
    assert f'value="{day}"' in shown.text
    assert "Corrige la fecha" in shown.text


def test_htmx_gets_the_list_alone_and_the_error_in_it(browser, debt):
    part = browser.get(f"{path(debt)}?desde=2026-03-02", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="would"')
    assert "<form" not in part
    wrong = browser.get(f"{path(debt)}?desde=2030-01-01", headers={"HX-Request": "true"})
    assert wrong.status_code == 200
    assert "Elige un día entre el 2 de marzo de 2026 y el 1 de junio de 2026." in wrong.text


def test_it_works_without_script_by_a_form_that_asks(browser, debt):
    shown = browser.get(path(debt)).text
    form = re.search(r'<form action="([^"]+)" method="get"', shown)
    assert form, "the choices are a plain form"
    assert form[1] == path(debt)
    assert "<button" in shown.partition(f'action="{path(debt)}"')[2].partition("</form>")[0]


def test_looking_writes_nothing_and_sends_nothing(world, ana, browser, debt):
    before = world.dynamodb.scan(TableName=world.ports.table.name, ConsistentRead=True)["Items"]
    for query in ("", "?desde=2026-03-02", "?desde=2026-03-02&visto=on&cartas=product"):
        browser.get(path(debt) + query)
        browser.head(path(debt) + query)
    assert world.dynamodb.scan(TableName=world.ports.table.name, ConsistentRead=True)["Items"] == before
    assert world.outbox.sent == []


def test_somebody_elses_debt_is_not_there(world, debt):
    eva = world.browser(world.account("eva@example.org", name="Eva"))
    assert eva.get(path(debt)).status_code == 404
    assert eva.get(path(debt), headers={"HX-Request": "true"}).status_code == 404


def test_it_speaks_english_too(browser, debt):
    shown = browser.get(f"{path(debt)}?desde=2026-03-02&lang=en").text
    assert "What would Al Día have sent?" in shown
    assert "would have gone" in shown
    assert "Asunto" not in shown
