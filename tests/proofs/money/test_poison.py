"""One record in twenty cannot be read or handled: all the others are, and these are listed to who can act."""

import json
import re
from datetime import timedelta

import pytest

from aldia.domain import answers
from aldia.domain.prevention import OpenLimit
from aldia.flows import ask_first, casework, run_jobs, usual_limit
from aldia.ports import ProviderEvent, Query, Set
from aldia.store import accounts, codec, inbox, keys
from tests.flows.test_morning import LATE
from tests.flows.test_send_once import at_nine
from tests.pages.settings_world import send
from tests.world import csrf

ALL, POISONED = 20, 1  # one in twenty


def of_client(world, ana, debt):
    return f"A#{ana.id}#C#{debt.client_id}"


def changed(world, pk, sk, **fields):
    """The item with other fields in its data, as a bug or another program would leave it."""
    item = world.ports.table.get(pk, sk)
    data = json.dumps(json.loads(codec.plain(item["data"])) | fields)
    world.ports.table.write(Set(pk, sk, {"data": data}))


POISONS = {
    "broken JSON": lambda world, pk, sk: world.ports.table.write(Set(pk, sk, {"data": "{not json"})),
    "a newer schema": lambda world, pk, sk: world.ports.table.write(Set(pk, sk, {"schema": 99})),
    "no data at all": lambda world, pk, sk: world.ports.table.write(Set(pk, sk, {"data": None})),
    "of another shape": lambda world, pk, sk: changed(world, pk, sk, id=7, letter=7, type=7),
    "380 KB that are no JSON": lambda world, pk, sk: world.ports.table.write(Set(pk, sk, {"data": "x" * 380_000})),
}
OF_CLIENTS = {
    "a zone that is none": lambda world, pk, _sk: changed(world, pk, "CLIENT", timezone="Nowhere/Land"),
    "an address that is none": lambda world, pk, _sk: changed(world, pk, "CLIENT", contacts=7),
}


def listed(world):
    return {item["sk"] for item in world.ports.table.query(Query("J#trouble")).items}


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*POISONS, *OF_CLIENTS])
def test_clients_with_poisoned_debts_or_data_hold_nobody_up_and_are_shown_to_the_freelancer(world, kind):
    ana = world.account()
    debts = [world.debt(ana, client=f"Cliente {n}", email=f"c{n}@example.com") for n in range(ALL)]
    bad = debts[:: ALL // POISONED]
    for debt in bad:
        (POISONS | OF_CLIENTS)[kind](world, of_client(world, ana, debt), f"D#{debt.id}")
    at_nine(world)
    report = run_jobs.run(world.ports)
    names = {f"{of_client(world, ana, debt)}|CLIENT" for debt in bad}
    assert set(report.troubles) == listed(world) == names
    written = {message.to[0] for message in world.outbox.sent}
    assert written == {f"c{n}@example.com" for n, debt in enumerate(debts) if debt not in bad}
    today = world.browser(ana).get("/hoy")
    assert today.status_code == 200
    places = [n for n, debt in enumerate(debts) if debt in bad]
    assert all(f"Cliente {n}" in today.text for n in places)
    assert "No pudimos leer bien los datos de" in today.text


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*POISONS, "an unknown state"])
def test_poisoned_letters_hold_no_other_letter_up(world, kind):
    poison = POISONS.get(kind) or (lambda world, pk, sk: changed(world, pk, sk, state="sideways"))
    _one_of_twenty_answers(world, poison, "R#", muted=("promised",))  # a letter by itself


OF_LETTER = {
    "no letter at all": lambda world, pk, sk: world.ports.table.write(Set(pk, sk, {"letter": "{}"})),
    "bytes that are none of ours": lambda world, pk, sk: world.ports.table.write(Set(pk, sk, {"letter": b"\xff"})),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["broken JSON", "a newer schema", "no data at all", *OF_LETTER])
def test_a_poisoned_letter_that_came_with_news_holds_no_other_letter_and_no_news_up(world, kind):
    told = _one_of_twenty_answers(world, (POISONS | OF_LETTER)[kind], "K#")
    assert all(f"Cliente {n} " in told for n in range(20) if n != 7)
    assert "Cliente 7 " not in told


def _one_of_twenty_answers(world, poison, prefix, **account):
    """Of so many answers one cannot be read: the others go. What the freelancer was mailed."""
    ana = world.account(**account)
    debts = [world.debt(ana, client=f"Cliente {n}", email=f"c{n}@example.com") for n in range(20)]
    on = world.clock.at.date() + timedelta(days=5)
    for debt in debts:
        casework.change(world.ports, ana.id, debt.client_id, lambda case, now: _promised(case, on, now))
    pk = of_client(world, ana, debts[7])
    [letter] = world.ports.table.query(Query(pk, begins_with=prefix, strong=True)).items
    poison(world, pk, letter["sk"])
    report = run_jobs.run(world.ports)
    assert report.troubles == [f"{pk}|{letter['sk']}"]
    assert {message.to[0] for message in world.outbox.sent if message.to[0].startswith("c")} == {
        f"c{n}@example.com" for n in range(20) if n != 7
    }
    assert "Cliente 7" in world.browser(ana).get("/hoy").text
    return "".join(message.text for message in world.outbox.to("ana@example.com"))


def _promised(case, on, now):
    return answers.promise(case, case.debts[0].id, on=on, now=now)


@pytest.mark.parametrize("kind", POISONS)
def test_poisoned_events_hold_no_other_event_up(world, kind):
    now = world.clock.at
    for n in range(20):
        inbox.keep(world.ports, ProviderEvent(f"evt_{n}", "charge.succeeded", "", now, False, "ch_1"), now)
    POISONS[kind](world, "W#evt_7", "EVENT")
    report = run_jobs.run(world.ports)
    done = [n for n in range(20) if world.ports.table.get(f"W#evt_{n}", "EVENT").get("note")]
    assert done == [n for n in range(20) if n != 7]
    assert report.troubles == sorted(listed(world)) == ["W#evt_7|EVENT"]


def test_what_was_mended_is_shown_no_more(world):
    ana = world.account()
    debt = world.debt(ana, client="Rota", email="r@example.com")
    pk, sk = of_client(world, ana, debt), f"D#{debt.id}"
    data = world.ports.table.get(pk, sk)["data"]
    POISONS["broken JSON"](world, pk, sk)
    at_nine(world)
    run_jobs.run(world.ports)
    assert "No pudimos leer bien los datos de Rota" in world.browser(ana).get("/hoy").text
    world.ports.table.write(Set(pk, sk, {"data": data}))
    world.advance(hours=3)
    assert "No pudimos leer" not in world.browser(ana).get("/hoy").text
    assert len(world.outbox.to("r@example.com")) == 1


@pytest.fixture
def asked(world):
    """(account that is asked first, its debts) on the evening before a morning; the second client is unreadable."""
    ana = ask_first.switch(world.ports, world.account(), is_on=True)
    debts = [world.debt(ana, client=f"Cliente {n}", email=f"c{n}@example.com", **LATE) for n in range(4)]
    at_nine(world)
    run_jobs.run(world.ports)
    POISONS["broken JSON"](world, of_client(world, ana, debts[1]), f"D#{debts[1].id}")
    OF_CLIENTS["a zone that is none"](world, of_client(world, ana, debts[2]), "")
    return ana, debts


@pytest.mark.slow
def test_a_press_on_letters_that_were_readable_when_they_were_shown_lets_the_others_go_and_names_the_rest(world):
    ana = ask_first.switch(world.ports, world.account(), is_on=True)
    debts = [world.debt(ana, client=f"Cliente {n}", email=f"c{n}@example.com", **LATE) for n in range(4)]
    world.until("2026-06-02T08:30:00-06:00")
    [mail] = [mail for mail in world.outbox.to(ana.email) if "/v/" in mail.text]
    pages = {"/visto-bueno": world.browser(ana), re.search(r"/v/[\w-]+", mail.text)[0]: world.browser()}
    shown = {path: browser.get(path).text for path, browser in pages.items()}
    desk = world.browser(ana)
    whole = desk.get(f"/cobros/{debts[1].client_id}/{debts[1].id}").text
    POISONS["broken JSON"](world, of_client(world, ana, debts[1]), f"D#{debts[1].id}")
    OF_CLIENTS["a zone that is none"](world, of_client(world, ana, debts[2]), "")
    for do, told in (("yes", "Dicho: 2 cartas salen"), ("undo", "Deshecho: 2 cartas")):
        for path, browser in [*pages.items()][do == "undo" :]:  # undone once
            cards = dict.fromkeys(re.findall(r'name="carta" value="([^"]+)"', shown[path]))
            answer = browser.post(path, data={"csrf": csrf(shown[path]), "do": do, "carta": list(cards)})
            assert answer.status_code == 303
            after = browser.get(answer.location).text
            assert told in after
            assert ("ya no era" in after) == (do == "undo")  # of client 2 nothing had been said
            assert "No pudimos leer bien los datos de Cliente 1, Cliente 2" in after
    [card] = set(re.findall(rf'name="carta" value="({debts[1].client_id}[^"]+)"', whole))
    form = {"csrf": csrf(whole), "do": "yes", "carta": card, "vuelve": f"/cobros/{debts[1].client_id}/{debts[1].id}"}
    alone = desk.post("/visto-bueno", data=form)
    assert alone.location.startswith("/visto-bueno?")  # the debt's own page cannot be read any more


def test_what_new_terms_would_do_is_shown_beside_unreadable_clients_who_are_named(world, asked):
    ana, _debts = asked
    ahead = send(world.browser(ana), "/ajustes/cartas", {"apply": "open", "days_overdue_1": "9"})
    assert ahead.status_code == 200
    assert "No pudimos leer bien los datos de Cliente 1, Cliente 2" in ahead.text
    assert "Cliente 0 · " in ahead.text
    assert "Cliente 3 · " in ahead.text


@pytest.mark.slow
def test_unreadable_clients_hold_no_letter_of_who_is_asked_first_up_and_are_shown(world, asked):
    ana, debts = asked
    world.until("2026-06-02T08:30:00-06:00")
    [mail] = [mail for mail in world.outbox.to(ana.email) if "/v/" in mail.text]
    door = re.search(r"/v/[\w-]+", mail.text)[0]
    for page in (world.browser(ana).get("/visto-bueno"), world.browser().get(door)):
        assert page.status_code == 200
        assert "Cliente 0" in page.text
        assert "Cliente 3" in page.text
    shown = world.browser(ana).get("/visto-bueno").text
    assert "No pudimos leer bien los datos de Cliente 1, Cliente 2" in shown
    world.ports.table.write(Set(of_client(world, ana, debts[1]), "CLIENT", keys.NO_WAKE))
    off = ask_first.switch(world.ports, accounts.load(world.ports, ana.id), is_on=False)
    assert not off.asks_first
    world.until("2026-06-03T18:00:00-06:00")
    assert {mail.to[0] for mail in world.outbox.sent if mail.to[0][0] == "c"} == {"c0@example.com", "c3@example.com"}
    today = world.browser(ana).get("/hoy").text
    assert "No pudimos leer bien los datos de Cliente 1, Cliente 2" in today  # the pass over all woke who slept


def test_a_limit_for_all_is_saved_and_told_of_beside_unreadable_clients(world, asked):
    ana, debts = asked
    limit = OpenLimit(1, debts[0].currency)
    assert usual_limit.set_usual_limit(world.ports, ana, limit).open_limit == limit
    today = world.browser(ana).get("/hoy").text
    assert "Cliente 0" in today
    assert "Cliente 3" in today


def test_a_morning_that_cannot_be_prepared_is_listed_and_shown_to_its_freelancer(world, asked):
    ana, _debts = asked
    world.ports.table.write(Set(f"A#{ana.id}", "MORNING", {"day": None, "version": None}))
    world.until("2026-06-02T08:30:00-06:00")
    assert f"A#{ana.id}|MORNING" in listed(world)
    today = world.browser(ana).get("/hoy").text
    assert "No pudimos preparar tu correo de la mañana" in today
