"""Asked before each letter: the switch, the page from Today, the morning mail and its door, and where else it shows."""

import io
import re
import zipfile
from dataclasses import replace

import pytest

from aldia.domain import payments
from aldia.domain.ladder import DEFAULT_LADDER
from aldia.flows import ask_first, casework, client_text, edit_text, export_account
from aldia.store import accounts, mornings, needs
from tests.world import csrf

LATE = {"issued_on": "2026-04-20", "due_on": "2026-05-25"}
NINE = "2026-06-02T09:00:00-06:00"  # Tuesday, by Bruno's and Ana's clock


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def owed(world, ana):
    """Two debts of Bruno and one of Carla's, each late; today is Monday, eight in the morning."""
    ask_first.switch(world.ports, ana, is_on=True)
    bruno = world.debt(ana, **LATE)
    world.debt(ana, number="F-002", amount_minor=50_000, **LATE)
    world.debt(ana, client="Carla", email="carla@example.com", number="C-1", **LATE)
    return bruno


def to_clients(world):
    return [mail.to[0] for mail in world.outbox.sent if mail.to[0] != "ana@example.com"]


def mails(world):
    """The freelancer's morning mails."""
    return [mail for mail in world.outbox.to("ana@example.com") if "/v/" in mail.text]


def door(world):
    return world.path(re.search(r"\S+/v/[\w-]+", mails(world)[-1].text)[0])


def went(world, ana, debt):
    """What went of the ladders of that debt's client."""
    return [key for one in world.case(ana, debt).debts for key, mark in one.marks.items() if mark.state == "sent"]


def cards(page):
    return list(dict.fromkeys(re.findall(r'name="carta" value="([^"]+)"', page)))


def press(browser, path, do, *keys, **more):
    page = browser.get(path).text
    data = {"csrf": csrf(page), "do": do, "carta": list(keys or cards(page))} | more
    return browser.post(path, data=data)


def pay(world, ana, debt, amount=100_000):
    def ask(case, now):
        return payments.record_payment(
            case, debt.id, key=f"p{amount}", amount_minor=amount, method="cash", on=case.local_day(now), now=now
        )

    casework.change(world.ports, ana.id, debt.client_id, ask)


def test_nothing_goes_until_the_mail_of_the_next_morning_is_answered_with_one_tap(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    assert to_clients(world) == []
    (mail,) = mails(world)
    said = mail.text.replace("\u00a0", " ")
    assert mail.subject == "Al Día: 2 cartas esperan tu sí"
    for line in ("Bruno · Recordatorio amable", "$1,500.00", "La factura F-001: $1,000.00", "La factura F-002: $500.00",
                 "Carla · Recordatorio amable", "Saldría hoy a las 09:00"):  # fmt: skip
        assert line in said
    stranger = world.browser()  # whoever reads the mail is not signed in
    page = stranger.get(door(world)).text
    assert "Dejar salir las 2 cartas" in page
    world.until(NINE)
    assert to_clients(world) == []
    answer = press(stranger, door(world), "yes")
    assert "Dicho: 2 cartas salen" in stranger.get(answer.location).text
    world.advance(hours=1)
    assert sorted(to_clients(world)) == ["bruno@example.com", "carla@example.com"]
    assert "De las cartas de ese correo ninguna espera" in stranger.get(door(world)).text
    world.until("2026-06-08T23:00:00-06:00")
    assert len(mails(world)) == 1  # never an empty one
    assert len(to_clients(world)) == 2


def test_one_yes_one_no_and_the_way_back_until_it_has_gone(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    desk = world.browser(ana)
    bruno, carla = cards(desk.get("/visto-bueno").text)
    assert press(desk, "/visto-bueno", "yes", bruno).status_code == 303
    told = desk.get(press(desk, "/visto-bueno", "no", carla).location).text
    assert "Esa carta no sale" in told
    assert "1 carta tiene tu sí" in told
    assert "1 carta que no sale" in told
    left = next(key for key in cards(told) if key.endswith("."))
    told = desk.get(press(desk, "/visto-bueno", "undo", left).location).text
    assert "Deshecho" in told
    assert "1 carta espera" in told
    press(desk, "/visto-bueno", "no", carla)
    press(desk, "/visto-bueno", "undo", bruno)
    press(desk, "/visto-bueno", "yes", bruno)
    world.until(NINE)
    world.advance(minutes=30)
    assert to_clients(world) == ["bruno@example.com"]
    over = desk.get(press(desk, "/visto-bueno", "undo", bruno).location).text
    assert "ya no era la que viste" in over


def test_a_letter_about_two_debts_that_was_left_out_comes_back_whole_from_either_door(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    for browser, path in ((world.browser(), door(world)), (world.browser(ana), "/visto-bueno")):
        bruno = cards(browser.get(path).text)[0]
        told = browser.get(press(browser, path, "no", bruno).location).text
        assert "1 carta que no sale" in told
        (left,) = (key for key in cards(told) if key.endswith("."))
        assert bruno.startswith(left)
        told = browser.get(press(browser, path, "undo", left).location).text
        assert "Deshecho" in told
        assert cards(told)[0] == bruno
    path = f"/cobros/{owed.client_id}/{owed.id}"
    desk = world.browser(ana)
    page = desk.get(path).text
    data = {"csrf": csrf(page), "do": "no", "carta": bruno, "vuelve": path}
    told = desk.get(desk.post("/visto-bueno", data=data).location).text
    assert "Esa carta no sale" in told
    form = re.search(r'<div class="undo">.*?</form>', told, re.S)[0]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert sent["vuelve"] == path
    assert "Deshecho" in desk.get(desk.post("/visto-bueno", data=sent).location).text
    assert bruno in cards(desk.get(path).text)
    assert "Deshacer" not in desk.get(f"{path}?said=letter_no&carta={'0' * 16}").text  # an old address of the page


def test_what_changed_since_it_was_shown_does_not_go(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    stranger = world.browser()
    page = stranger.get(door(world)).text
    shown = cards(page)
    pay(world, ana, owed, 30_000)
    data = {"csrf": csrf(page), "do": "yes", "carta": shown}
    answer = stranger.post(door(world), data=data)
    told = stranger.get(answer.location).text
    assert "Dicho: la carta sale" in told
    assert "Una carta ya no era la que viste" in told
    world.until(NINE)
    world.advance(minutes=30)
    assert "overdue_1" not in went(world, ana, owed)
    assert to_clients(world).count("carla@example.com") == 1


def test_a_payment_after_the_yes_stops_the_letter_that_was_shown_with_it(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    desk = world.browser(ana)
    press(desk, "/visto-bueno", "yes")
    assert "espera tu visto bueno" not in desk.get("/hoy").text
    pay(world, ana, owed)
    assert "09:00 · espera tu visto bueno" in desk.get("/hoy").text  # the yes to F-002 fell with F-001
    world.until(NINE)
    world.advance(minutes=30)
    assert went(world, ana, owed) == []  # Bruno has his receipt, no reminder
    assert to_clients(world).count("carla@example.com") == 1
    page = world.browser(ana).get("/visto-bueno").text
    assert "F-002" in page
    assert "1 carta espera" in page


@pytest.mark.parametrize("whose", ["account", "client"])
def test_other_words_of_the_freelancer_after_the_yes_take_it_back(world, ana, owed, whose):
    first, then = ("Hola {nombre}: te escribo por {factura}.", "Hola {nombre}, te recuerdo {factura}.")

    def write(text):
        if whose == "client":
            client_text.save(world.ports, (ana.id, owed.client_id), "overdue_1/es", text=text)
        else:
            edit_text.save(world.ports, accounts.load(world.ports, ana.id), "overdue_1/es", text=text)

    write(first)
    world.until("2026-06-02T08:30:00-06:00")
    desk = world.browser(ana)
    press(desk, "/visto-bueno", "yes")
    write(then)
    said = desk.get("/visto-bueno").text
    assert ("1 carta espera" if whose == "client" else "2 cartas esperan") in said
    world.until(NINE)
    world.advance(minutes=30)
    assert to_clients(world) == (["carla@example.com"] if whose == "client" else [])


def test_a_formal_letter_is_never_among_all_and_wants_to_be_read(world, ana):
    ask_first.switch(world.ports, ana, is_on=True)
    late = {"issued_on": "2026-03-20", "due_on": "2026-04-25"}
    formal = tuple(step for step in DEFAULT_LADDER if step.step == "formal_letter")
    serious = world.debt(ana, ladder=formal, **late)
    for name in ("Carla", "Dora"):
        world.debt(ana, client=name, email=f"{name.lower()}@example.com", number=name, **LATE)
    world.until("2026-06-02T08:30:00-06:00")
    stranger = world.browser()
    page = stranger.get(door(world)).text
    assert "Dejar salir las 2 cartas" in page
    assert "Estas van en serio" in page
    (key,) = (key for key in cards(page) if key.startswith(serious.client_id))
    all_at_once = press(stranger, door(world), "yes")  # all of them in one press, as no form of ours does
    told = stranger.get(all_at_once.location).text
    assert "Dicho: 2 cartas salen" in told
    assert "Una carta formal no se tocó: sale solo con un sí propio" in told
    assert "ya no era la que viste" not in told
    refused = press(stranger, door(world), "yes", key)
    assert refused.status_code == 422
    assert "marca que lo leíste" in refused.text
    desk, path = world.browser(ana), f"/cobros/{serious.client_id}/{serious.id}"
    page = desk.get(path).text
    assert re.findall(r'<input type="(\w+)"[^>]* name="leida"', page) == ["checkbox"]  # nothing reads it for her
    unread = desk.post("/visto-bueno", data={"csrf": csrf(page), "do": "yes", "carta": key, "vuelve": path})
    assert unread.status_code == 422
    world.until(NINE)
    world.advance(minutes=30)
    assert sorted(to_clients(world)) == ["carla@example.com", "dora@example.com"]
    assert "Dicho: la carta sale" in stranger.get(press(stranger, door(world), "yes", key, leida="1").location).text
    world.advance(minutes=30)
    assert "bruno@example.com" in to_clients(world)


def test_the_door_of_a_mail_opens_its_letters_alone_for_a_week(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    other = world.debt(ana, client="Dora", email="dora@example.com", number="D-1",
                       issued_on="2026-04-20", due_on="2026-05-25")  # fmt: skip
    desk, stranger = world.browser(ana), world.browser()
    assert "Dora" in desk.get("/visto-bueno").text
    page = stranger.get(door(world)).text
    assert "Dora" not in page
    dora = next(key for key in cards(desk.get("/visto-bueno").text) if key.startswith(other.client_id))
    answer = stranger.post(door(world), data={"csrf": csrf(page), "do": "yes", "carta": dora})
    assert "n=0&no=1" in answer.location
    for wrong in ({"do": "yes"}, {"do": "what", "carta": dora}, {"do": "yes", "carta": "x" * 300}):
        refused = stranger.post(door(world), data={"csrf": csrf(page)} | wrong)
        assert refused.status_code == 422
        assert "Elige qué hacer" in refused.text
    assert stranger.post(door(world), data={"do": "yes"}).status_code == 400
    path = door(world)
    world.advance(days=8)
    assert world.browser().get(path).status_code == 404
    assert world.browser().get("/v/" + "z" * 64).text == world.browser().get(path).text


def test_closing_every_session_shuts_the_doors_in_the_mails(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    held = accounts.load(world.ports, ana.id)
    world.advance(minutes=1)
    accounts.save(world.ports, replace(held, sessions_from=world.clock.at))
    assert world.browser().get(door(world)).status_code == 404


def test_another_account_neither_sees_nor_touches_them(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    eva = world.browser(world.account("eva@example.org", name="Eva"))
    mine = cards(world.browser(ana).get("/visto-bueno").text)
    page = eva.get("/visto-bueno").text
    assert "Bruno" not in page
    answer = eva.post("/visto-bueno", data={"csrf": csrf(page), "do": "yes", "carta": mine})
    assert "n=0&no=2" in answer.location
    assert (
        eva.post(f"/clientes/{owed.client_id}/preguntar", data={"csrf": csrf(page), "asks": "free"}).status_code == 404
    )
    world.until(NINE)
    assert to_clients(world) == []


def test_today_and_the_debts_page_say_why_nothing_goes_and_let_it_go(world, ana, owed):
    world.advance(hours=3)
    assert [one.kind for one in needs.waiting(world.ports, ana.id, limit=9)] == ["yes"] * 3
    desk = world.browser(ana)
    today = desk.get("/hoy").text
    assert "3 cobros tienen una carta que espera tu sí" in today
    assert today.count('href="/visto-bueno"') == 1
    assert "11:00 · espera tu visto bueno" in today  # what comes next says it too
    path = f"/cobros/{owed.client_id}/{owed.id}"
    page = desk.get(path).text
    assert "nada sale sin tu sí" in page
    assert "espera tu visto bueno" in page
    data = {"csrf": csrf(page), "do": "yes", "carta": cards(page)[0], "vuelve": path}
    answer = desk.post("/visto-bueno", data=data)
    page = desk.get(answer.location).text
    assert "Dicho: la carta sale" in page
    assert "Tiene tu sí." in page
    world.advance(hours=1)
    assert to_clients(world) == ["bruno@example.com"]
    assert "1 cobro tiene una carta" in desk.get("/hoy").text
    elsewhere = desk.post("/visto-bueno", data={"csrf": csrf(page), "do": "yes", "carta": cards(page), "vuelve": "//x"})
    assert elsewhere.location.startswith("/visto-bueno?")


def test_switching_it_off_lets_what_waited_go_in_its_turn_and_says_so(world, ana, owed):
    world.advance(hours=3)
    desk = world.browser(ana)
    page = desk.get("/ajustes/horario").text
    assert "Activado: cada carta espera tu sí." in page
    assert "las cartas que esperan salen solas" in page
    seen = re.search(r'preguntar.*?name="seen" value="(\w+)"', page, re.S)[1]
    answer = desk.post("/ajustes/preguntar", data={"csrf": csrf(page), "do": "off", "seen": seen})
    assert "Ya no preguntamos" in desk.get(answer.location).text
    assert "espera tu sí" not in desk.get("/hoy").text
    assert needs.waiting(world.ports, ana.id, limit=9) == []
    world.advance(hours=1)
    assert sorted(to_clients(world)) == ["bruno@example.com", "carla@example.com"]
    world.until("2026-06-03T12:00:00-06:00")
    assert mails(world) == []
    assert "wake_pk" not in mornings.load(world.ports, ana.id)
    desk = world.browser(ana)
    page = desk.get("/ajustes/horario").text
    stale = desk.post("/ajustes/preguntar", data={"csrf": csrf(page), "do": "on", "seen": seen})
    assert stale.status_code == 422
    again = desk.post("/ajustes/preguntar", data={"csrf": csrf(page), "do": "on"})
    assert "Desde ahora te preguntamos" in desk.get(again.location).text


def test_one_client_alone_can_be_asked_about_or_left_out(world, ana):
    debt = world.debt(ana, issued_on="2026-04-20", due_on="2026-05-25")
    world.debt(ana, client="Carla", email="carla@example.com", issued_on="2026-04-20", due_on="2026-05-25")
    desk = world.browser(ana)
    page = desk.get(f"/clientes/{debt.client_id}").text
    assert "Las cartas a este cliente salen solas" in page
    desk.post(f"/clientes/{debt.client_id}/preguntar", data={"csrf": csrf(page), "asks": "ask"})
    assert "Te preguntamos antes de cada carta." in desk.get(f"/clientes/{debt.client_id}").text
    world.until("2026-06-02T08:30:00-06:00")
    assert to_clients(world) == ["carla@example.com"]
    assert "Bruno" in mails(world)[0].text
    assert "Carla" not in mails(world)[0].text
    desk = world.browser(ana)
    page = desk.get("/visto-bueno").text
    for wish, is_asked in (("", None), ("free", False)):
        desk.post(f"/clientes/{debt.client_id}/preguntar", data={"csrf": csrf(page), "asks": wish})
        assert world.case(ana, debt).client.asks_first is is_asked
    world.until(NINE)
    world.advance(minutes=30)
    assert to_clients(world) == ["carla@example.com", "bruno@example.com"]


def test_the_mail_keeps_to_working_mornings_and_speaks_english(world):
    eve = world.account("ana@example.com", language="en", country="US", timezone="America/New_York", currency="USD")
    ask_first.switch(world.ports, eve, is_on=True)
    world.until("2026-06-05T17:00:00-04:00")  # Friday
    world.debt(eve, issued_on="2026-04-20", due_on="2026-05-25")
    world.until("2026-06-08T07:30:00-04:00")
    assert mails(world) == []
    world.until("2026-06-08T08:30:00-04:00")
    (mail,) = mails(world)
    assert mail.subject == "Al Día: One letter waits for your yes"
    assert "Would go today at 09:00" in mail.text
    assert "Nothing goes without it" in mail.text
    page = world.browser().get(door(world)).text
    assert "What you see is what goes" in page
    assert "Let it go" in page


def test_the_export_holds_what_was_said(world, ana, owed):
    world.until("2026-06-02T08:30:00-06:00")
    press(world.browser(ana), "/visto-bueno", "yes")
    held = accounts.load(world.ports, ana.id)
    whole = zipfile.ZipFile(io.BytesIO(b"".join(export_account.export(world.ports, held, say=lambda key: key))))
    text = "".join(whole.read(name).decode("utf-8", "replace") for name in whole.namelist())
    assert '"yeses"' in text
    assert '"asks_first":true' in text
