"""A formal letter about a debt with several dates: each screen asks for what it will ask for, one click sends one."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from aldia.domain.debt import Instalment, Step
from aldia.domain.outcomes import settled
from aldia.flows import casework
from tests.world import csrf

PARTS = tuple(
    Instalment(f"i{nth}", date(2026, 5 + nth, 20), minor) for nth, minor in ((1, 33_334), (2, 33_333), (3, 33_333))
)
LADDER = (Step("formal_letter", "due", 30, approve=True), Step("last_notice", "due", 40, approve=True))


def given(case, debt_id, at):
    """The debt with three dates, of which only the firm letters tell."""
    return settled(
        case.with_debt(replace(case.debt(debt_id), instalments=PARTS, due_on=PARTS[-1].due_on, ladder=LADDER)), at
    )


def clicks(shown):
    """The letters that a click is asked for."""
    forms = (form for form in shown.split("<form")[1:] if "/visto-bueno" in form.partition(">")[0])
    return [step for form in forms for step in re.findall(r'name="step" value="([^"]+)"', form.partition("</form")[0])]


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text.replace("\N{NO-BREAK SPACE}", " ")))


@pytest.mark.slow
def test_one_click_on_the_formal_letter_sends_one_with_the_sum_and_the_dates_that_the_card_showed(world):
    ana = world.account()
    debt = world.debt(ana, issued_on="2026-06-01", due_on="2026-08-20")
    path = f"/cobros/{debt.client_id}/{debt.id}"
    casework.change(world.ports, ana.id, debt.client_id, lambda case, at: given(case, debt.id, at))

    def on(day):
        world.until(f"{day}T16:00:00+00:00", every=timedelta(hours=8))
        return world.browser(ana)

    def click(browser, step):
        data = {"csrf": csrf(browser.get(path).text), "key": "formkey01", "step": step}
        assert browser.post(f"{path}/visto-bueno", data=data).status_code == 303

    browser = on("2026-10-05")
    dates = "20 jun 2026, 20 jul 2026 y 20 ago 2026"
    assert f"F-001, $1,000.00, de lo que vencía el {dates}." in plain(browser.get("/hoy").text)
    shown = browser.get(path).text
    assert clicks(shown) == ["formal_letter@i3", "last_notice@i3"]
    assert plain(shown).count("Requerimiento formal · $1,000.00") == 1
    click(browser, "formal_letter@i3")
    assert clicks(browser.get(path).text) == ["last_notice@i3"]
    on("2026-10-20")
    (letter,) = world.outbox.to("bruno@example.com")
    assert "requerirle el pago de $1,000.00" in plain(letter.text)

    click(on("2026-10-21"), "last_notice@i3")
    on("2026-11-05")
    _formal, last = world.outbox.to("bruno@example.com")
    assert "Desde mi carta del 6 de octubre de 2026 sigue pendiente el pago de $1,000.00" in plain(last.text)
