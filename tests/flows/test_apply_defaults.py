"""New terms on open debts: only what still follows the account's terms, nothing that a client knows, and back again."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from aldia.domain.account import DiscountRule, TermLine
from aldia.domain.debt import Step
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.flows import apply_defaults, pause_account, settings_change
from aldia.store import accounts, passes
from tests.pages.settings_world import fields, send

WITHOUT_PRE_DUE = tuple(step for step in DEFAULT_LADDER if step.step != "pre_due")
NET_60 = (TermLine(("days+60",), rest=True),)


def stored(world, account):
    return accounts.load(world.ports, account.id)


def changed(world, account, parts, **values):
    now = stored(world, account)
    settings_change.change(world.ports, now, "terms", applied=parts, defaults=replace(now.defaults, **values))
    apply_defaults.go_on(world.ports, account.id)


def debt_of(world, account, debt):
    return world.case(account, debt).debt(debt.id)


def fresh(world, account, **values):
    """A debt written down on a Sunday: its first letter has not gone yet."""
    return world.debt(account, issued_on="2026-06-01", due_on="2026-07-01", **values)


def test_a_new_ladder_reaches_open_debts_and_goes_back(world):
    ana = world.account()
    debt = fresh(world, ana)
    world.advance(hours=2)  # invoice_sent has gone: the client knows the terms
    changed(world, ana, ("ladder",), ladder=WITHOUT_PRE_DUE)
    assert debt_of(world, ana, debt).ladder == WITHOUT_PRE_DUE
    changed(world, ana, ("ladder",), ladder=None)
    assert debt_of(world, ana, debt).ladder is None
    assert debt_of(world, ana, debt).marks["invoice_sent"].state == "sent"


def test_new_only_leaves_open_debts_alone_until_all_are_meant(world):
    ana = world.account()
    debt = fresh(world, ana)
    changed(world, ana, (), ladder=WITHOUT_PRE_DUE)
    assert debt_of(world, ana, debt).ladder is None
    changed(world, ana, ("ladder",), ladder=DEFAULT_LADDER[:4])
    assert debt_of(world, ana, debt).ladder == DEFAULT_LADDER[:4]  # it followed the terms before the last ones


def test_what_was_set_by_hand_on_one_debt_stays(world):
    ana = world.account()
    own = (Step("overdue_1", "due", 9),)
    debt = fresh(world, ana, ladder=own)
    other = fresh(world, ana, client="Carla", email="carla@example.com")
    changed(world, ana, ("ladder",), ladder=WITHOUT_PRE_DUE)
    assert debt_of(world, ana, debt).ladder == own
    assert debt_of(world, ana, other).ladder == WITHOUT_PRE_DUE


def test_dates_and_discount_change_while_the_client_knows_nothing(world):
    ana = world.account()
    debt = fresh(world, ana)
    changed(world, ana, ("terms", "discount"), terms=NET_60, discount=DiscountRule(Decimal(2), 10))
    now = debt_of(world, ana, debt)
    assert now.due_on == date(2026, 7, 31)
    assert now.discount.tiers[0].last_day == date(2026, 6, 11)
    changed(world, ana, ("terms", "discount"), terms=ana.defaults.terms, discount=None)
    assert debt_of(world, ana, debt) == debt_of(world, ana, debt)
    assert (debt_of(world, ana, debt).due_on, debt_of(world, ana, debt).discount) == (date(2026, 7, 1), None)


def test_what_the_client_was_told_stays(world):
    ana = world.account()
    debt = fresh(world, ana)
    world.advance(hours=2)
    changed(world, ana, ("terms", "discount"), terms=NET_60, discount=DiscountRule(Decimal(2), 10))
    now = debt_of(world, ana, debt)
    assert (now.due_on, now.discount) == (date(2026, 7, 1), None)


def test_a_due_date_of_its_own_stays(world):
    ana = world.account()
    debt = world.debt(ana, issued_on="2026-06-01", due_on="2026-06-20")
    changed(world, ana, ("terms",), terms=NET_60)
    assert debt_of(world, ana, debt).due_on == date(2026, 6, 20)


def test_a_pass_goes_on_where_it_was_interrupted_and_twice_is_once(world, monkeypatch):
    ana = world.account()
    debts = [fresh(world, ana, client=f"c{n:02}", email=f"c{n:02}@example.com") for n in range(7)]
    monkeypatch.setattr(apply_defaults, "STEP", 3)
    now = stored(world, ana)
    settings_change.change(
        world.ports, now, "ladder", applied=("ladder",), defaults=replace(now.defaults, ladder=WITHOUT_PRE_DUE)
    )
    held = apply_defaults.step(world.ports, ana.id)
    assert (held.seen, held.total, held.is_done) == (3, 7, False)
    assert [debt_of(world, ana, debt).ladder is None for debt in debts] == [False] * 3 + [True] * 4
    world.jobs()  # nobody came back: the job carries it on
    assert all(debt_of(world, ana, debt).ladder == WITHOUT_PRE_DUE for debt in debts)
    assert passes.load(world.ports, ana.id).is_done
    versions = [world.case(ana, debt).client.version for debt in debts]
    settings_change.change(world.ports, stored(world, ana), "ladder", applied=("ladder",))
    apply_defaults.go_on(world.ports, ana.id)
    assert [world.case(ana, debt).client.version for debt in debts] == versions


def test_the_page_before_confirming_lists_what_moves_and_saves_nothing(world):
    ana = world.account()
    debt = fresh(world, ana)
    browser = world.browser(ana)
    ahead = send(browser, "/ajustes/cartas", {"apply": "open", "days_overdue_1": "9"}, without=("on_pre_due",))
    assert ahead.status_code == 200
    text = " ".join(ahead.text.split())
    assert "En esta página cambia 1 cobro." in text
    assert "no sale" in text
    assert "8 jul 2026" in text
    assert "10 jul 2026" in text
    assert stored(world, ana) == ana
    assert debt_of(world, ana, debt).ladder is None
    form = fields(ahead.text, "/ajustes/cartas") | {"do": "confirm"}
    begun = browser.post("/ajustes/cartas", data=form)
    assert begun.location == "/ajustes/aplicar"
    watched = browser.get("/ajustes/aplicar")
    assert "<progress" in watched.text
    step = browser.post(
        "/ajustes/aplicar", data=fields(watched.text, "/ajustes/aplicar"), headers={"HX-Request": "true"}
    )
    assert step.text.lstrip().startswith('<section id="settings_progress"')
    assert "Cambió 1 cliente" in step.text
    ladder = debt_of(world, ana, debt).ladder
    assert [(rung.step, rung.days) for rung in ladder][2:4] == [("due_today", 0), ("overdue_1", 9)]


def test_without_script_the_steps_are_pressed(world, monkeypatch):
    monkeypatch.setattr(apply_defaults, "STEP", 1)
    ana = world.account()
    for name in ("a", "b", "c"):
        fresh(world, ana, client=name, email=f"{name}@example.com")
    browser = world.browser(ana)
    form = {"apply": "open", "do": "confirm"}
    assert send(browser, "/ajustes/cartas", form, without=("on_pre_due",)).location == "/ajustes/aplicar"
    presses = 0
    while "<progress" in (page := browser.get("/ajustes/aplicar").text):
        assert browser.post("/ajustes/aplicar", data=fields(page, "/ajustes/aplicar")).location == "/ajustes/aplicar"
        presses += 1
    assert presses == 3


@pytest.mark.parametrize("values", [{"name": "Ana R."}, {"footer": "Diseño"}])
def test_what_moves_no_letter_starts_no_pass(world, values):
    ana = world.account()
    settings_change.change(world.ports, ana, "who", **values)
    assert passes.load(world.ports, ana.id) is None


# -- pause --------------------------------------------------------------------------------------


def sent(world, email="bruno@example.com"):
    return [mail.headers and mail.subject for mail in world.outbox.to(email)]


def test_a_paused_account_is_silent_and_goes_on_after_resuming(world):
    ana = world.account()
    fresh(world, ana)
    world.advance(hours=2)
    browser = world.browser(ana)
    paused = send(browser, "/ajustes/horario", {"do": "pause", "reason": "Vacaciones"}, action="/ajustes/pausa")
    assert paused.location == "/ajustes/horario?said=paused"
    assert "Vacaciones" in browser.get("/ajustes/horario").text
    world.until("2026-07-20T15:00:00+00:00")  # past pre_due, due_today and overdue_1
    assert len(sent(world)) == 1
    browser = world.browser(ana)
    resumed = send(browser, "/ajustes/horario", {"do": "resume"}, action="/ajustes/pausa")
    assert resumed.location == "/ajustes/horario?said=resumed"
    world.advance(minutes=90)
    assert len(sent(world)) == 2  # the mildest that is still true
    world.advance(days=5)
    assert len(sent(world)) == 2
    world.advance(days=3)
    assert len(sent(world)) == 3


def test_a_pause_until_a_day_ends_by_itself(world):
    ana = world.account()
    fresh(world, ana)
    world.advance(hours=2)
    send(world.browser(ana), "/ajustes/horario", {"do": "pause", "until": "2026-07-19"}, action="/ajustes/pausa")
    world.until("2026-07-19T22:00:00+00:00")
    assert len(sent(world)) == 1
    world.until("2026-07-20T18:00:00+00:00")
    assert len(sent(world)) == 2


def test_a_pause_costs_no_write_for_any_client(world):
    ana = world.account()
    debt = fresh(world, ana)
    pause_account.pause(world.ports, ana, today=world.clock.at.date())
    assert passes.load(world.ports, ana.id) is None
    assert world.case(ana, debt).client.version == 1


def test_a_pause_that_protects_strangers_is_explained_and_stays(world):
    ana = world.account()
    from aldia.flows.client_answers import pause_account as trust_pause

    trust_pause(world.ports, ana, "trust")
    browser = world.browser(ana)
    shown = browser.get("/ajustes/horario")
    assert "no conocen lo que se les pide" in shown.text
    assert world.ports.settings.mail_operator in shown.text
    assert "/ajustes/pausa" not in fields_of(shown.text)
    token = fields(shown.text, "/ajustes/horario")["csrf"]
    for do in ("resume", "pause"):
        answer = browser.post("/ajustes/pausa", data={"csrf": token, "do": do})
        assert answer.status_code == 422
        assert "Escríbenos" in answer.text
    assert stored(world, ana).paused.reason == "trust"


def test_nobody_can_pose_a_pause_as_ours(world):
    ana = world.account()
    pause_account.pause(world.ports, ana, reason="trust", today=world.clock.at.date())
    assert not pause_account.is_trust(stored(world, ana))


def fields_of(html):
    from tests.pages.settings_world import Forms

    return Forms(html).forms


def test_an_earlier_hour_moves_the_next_letter_at_once(world):
    ana = world.account()
    settings_change.change(world.ports, ana, "contact", policy=replace(ana.policy, min_days_between=60))
    debt = fresh(world, ana)
    world.advance(hours=2)
    late = world.case(ana, debt).client.next_at
    send(world.browser(ana), "/ajustes/horario", {"days_between": "7"})
    assert world.case(ana, debt).client.next_at <= late
    world.until("2026-06-26T18:00:00+00:00")
    assert len(sent(world)) == 2
