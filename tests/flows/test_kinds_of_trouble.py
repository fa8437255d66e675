"""Kinds of trouble that other programs give and that no other test of ours looks at (tests/proofs/troubles.toml)."""

import pytest

from aldia.store import lists
from tests.domain.driver import LONG_LADDER, play
from tests.world import csrf, mark


def story(*events):
    debt = {"id": "f1", "issued_on": "2026-06-01", "due_on": "2026-07-01", "currency": "MXN", "amount": "1000.00"}
    return {
        "account": {"name": "Ana", "country": "MX", "ladder": LONG_LADDER},
        "debts": [debt],
        "events": list(events),
        "outages": [],
        "run": {"until": "2026-09-01T00:00:00-06:00", "every_minutes": 60},
    }


def test_every_step_of_a_part_paid_debt_goes_and_asks_for_the_rest():
    part = {"at": "2026-06-20T12:00:00-06:00", "type": "payment", "debt": "f1", "amount": "400.00", "method": "cash"}
    played = play(story(part))
    assert [step for _, step in played.sent] == [rung["step"] for rung in LONG_LADDER]
    assert [played.amounts(rung["step"]) for rung in LONG_LADDER] == [[60_000]] * len(LONG_LADDER)


def test_no_letter_adds_a_fee_by_being_sent():
    played = play(story())
    assert [played.amounts(rung["step"]) for rung in LONG_LADDER] == [[100_000]] * len(LONG_LADDER)
    assert not played.case.debt("f1").entries


@pytest.mark.parametrize("due_on", ["", "pronto"])
def test_a_debt_without_a_due_date_is_not_saved_and_nobody_is_written_to(world, due_on):
    ana = world.account()
    browser = world.browser(ana)
    token = csrf(browser.get("/cobros/nuevo").text)
    typed = {"csrf": token, "id": "form00001", "client": "Bruno", "email": "bruno@example.com", "number": "F-1"}
    typed |= {"concept": "Web", "amount": "100", "currency": "MXN", "issued_on": "2026-06-01", "due_on": due_on}
    shown = browser.post("/cobros/nuevo", data=typed)
    assert shown.status_code == 422
    assert 'id="f-due_on-error"' in shown.text
    assert lists.rows(world.ports, ana.id, "CLIENTS").rows == []
    world.advance(days=2)
    assert world.outbox.sent == []


@pytest.mark.parametrize("end", ["left", "expired"])
def test_whoever_comes_back_without_having_paid_is_not_told_that_it_is_paid(world, end):
    ana = world.account()
    debt = world.debt(ana)
    world.advance(hours=2)
    link = world.link(world.outbox.to("bruno@example.com")[0])
    browser = world.browser()
    page = browser.get(link).text
    browser.post(link + "/pagar", data={"csrf": csrf(page), "debt": mark(page), "shown": "100000"})
    if end == "expired":
        world.advance(days=2)
    back = browser.get(f"{link}/gracias").text
    assert "$1,000.00" in back
    assert "ha llegado" not in back
    assert world.case(ana, debt).debt(debt.id).entries == ()
