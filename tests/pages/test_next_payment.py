"""What a client with a payment plan reads and pays: what its next date asks for, the same sum everywhere."""

import re
from datetime import date, timedelta

import pytest

from aldia.domain.account import BankDetails
from aldia.domain.ledger import stand
from tests.world import csrf, mark

BANK = BankDetails(holder="Ana Ruiz", bank="Santander", number="ES9121000418450200051332", kind="iban")
PLAN = "2026-06-10=30000 2026-07-10=30000 2026-08-10=30000"


def plain(text):
    return re.sub("\u00a0|&nbsp;", " ", text)


def sent(world):
    return [plain(mail.text) for mail in world.outbox.to("bruno@example.com")]


def post(phone, link, way, **data):
    page = phone.get(link).text
    return phone.post(f"{link}/{way}", data={"csrf": csrf(page), "debt": mark(page)} | data)


def forms(page):
    """The fields of each form that pays, in their order on the page."""
    found = re.findall(r'<form action="[^"]+/pagar".*?</form>', page, re.S)
    return [dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)) for form in found]


@pytest.fixture
def ana(world):
    return world.account(country="ES", timezone="Europe/Madrid", currency="EUR", bank=BANK)


@pytest.fixture
def owed(world, ana):
    """900.00 EUR, due on 10 June, as 3 × 300.00; today is 1 June."""
    debt = world.debt(ana, amount_minor=90_000, issued_on="2026-06-01", due_on="2026-06-10", currency="EUR")
    world.advance(hours=1)
    post(world.browser(), world.link(world.outbox.to("bruno@example.com")[0]), "en-partes", pick=PLAN)
    world.jobs()
    return debt


@pytest.fixture
def link(world, owed):
    return world.link(world.outbox.to("bruno@example.com")[0])


def paid(world, phone, link, form):
    """What the provider charges for that form, once the client has paid it."""
    answer = phone.post(f"{link}/pagar", data={"csrf": csrf(phone.get(link).text)} | form)
    assert answer.status_code == 303, plain(answer.text)
    session = answer.location.rstrip("/").split("/")[-1]
    charged = world.stripe.bank.pay(session)["amount"]
    world.jobs()
    world.jobs()
    return charged


def test_the_next_payment_is_the_sum_that_is_shown_mailed_charged_and_booked(world, ana, owed, link):
    phone = world.browser()
    page = plain(phone.get(link).text)
    assert re.search(r"Próximo pago</p><p class=\"amount\"><span class=\"mark\">300,00 €<", page)
    assert "Vence el 10 de junio de 2026." in page
    assert "A pagar hoy" not in page
    assert re.search(r'<button class="button">Pagar 300,00 €<', page)
    assert re.search(r'<button class="button button-quiet">Pagar todo: 900,00 €<', page)
    transfer = phone.get(f"{link}/transferencia/{mark(page)}").text
    assert 'data-text="300,00"' in transfer
    assert "Si prefieres pagarlo todo, son 900,00 €." in plain(transfer)
    claim = phone.get(f"{link}/ya-pague/{mark(page)}").text
    assert re.search(r'name="amount"[^>]*value="300,00"', claim)
    [asked, everything, _part] = forms(page)
    assert (asked["shown"], everything["shown"]) == ("30000", "90000")
    assert paid(world, phone, link, asked) == 30_000
    debt = world.case(ana, owed).debt(owed.id)
    assert [(entry.kind, entry.amount_minor) for entry in debt.entries] == [("payment", 30_000)]
    page = plain(phone.get(link).text)
    assert "10 de junio de 2026 · pagado 300,00 €" in page
    assert "Vence el 10 de julio de 2026." in page
    world.advance(days=35)
    letter = next(text for text in sent(world) if "10 de julio de 2026" in text.split("\n")[0])
    assert "300,00 €" in letter.split("\n")[0]
    [asked, everything, _part] = forms(plain(phone.get(link).text))
    assert paid(world, phone, link, everything) == 60_000
    assert stand(world.case(ana, owed).debt(owed.id), date(2026, 7, 20)).payable_minor == 0


def test_an_old_page_charges_nothing_for_a_date_that_is_paid(world, ana, owed, link):
    phone = world.browser()
    [old, *_] = forms(phone.get(link).text)
    assert paid(world, phone, link, old) == 30_000
    answer = phone.post(f"{link}/pagar", data={"csrf": csrf(phone.get(link).text)} | old)
    assert answer.status_code == 409
    assert "no se ha cobrado nada" in answer.text


def paper(world, link):
    """The agreement as it prints: each date with its words, then what is open on it."""
    text = plain(world.browser().get(f"{link}/acuerdo/{mark(world.browser().get(link).text)}").text)
    return re.findall(r"<dt[^>]*>([^<]+)</dt><dd[^>]*>([^<]+)<", text[text.index("<h2>") :])


def test_only_what_was_paid_is_called_paid_and_the_sums_of_the_paper_close(world, ana, owed, link):
    post(world.browser(), link, "problema", text="el importe no es", kind="amount")
    path = f"/cobros/{owed.client_id}/{owed.id}"
    desk = world.browser(ana)

    def act(way, **data):
        return desk.post(f"{path}/{way}", data={"csrf": csrf(desk.get(path).text), "key": ""} | data)

    assert act("problema", amount="600", due_on="", resolution="Tienes razón").status_code == 303
    left = [("10 de julio de 2026", "300,00 €"), ("10 de agosto de 2026", "300,00 €")]
    gone = [("10 de junio de 2026 · ya no hace falta", "0,00 €")]
    assert paper(world, link) == [*gone, *left, ("Queda por pagar hoy", "600,00 €")]
    page = plain(world.browser().get(link).text)
    assert "10 de junio de 2026 · ya no hace falta" in page
    assert "pagad" not in page[page.index("Fechas acordadas") : page.index("Emitida el")]
    act("condonar", amount="50")
    [asked, *_] = forms(world.browser().get(link).text)
    assert asked["shown"] == "25000"
    assert paid(world, world.browser(), link, asked) == 25_000
    assert paper(world, link) == [
        *gone,
        ("10 de julio de 2026 · pagado 250,00 €", "0,00 €"),
        left[1],
        ("Queda por pagar hoy", "300,00 €"),
    ]


def test_more_days_on_a_plan_move_its_next_payment_and_leave_the_rest_as_it_was_agreed(world, ana, owed, link):
    phone = world.browser()
    days = re.findall(r'name="pick" value="([\d-]{10})"', phone.get(link).text)
    assert post(phone, link, "mas-dias", pick=days[0]).status_code == 303
    assert post(phone, link, "mas-dias", pick=days[0]).status_code == 303  # pressed twice, agreed once
    world.jobs()
    assert days[0] == "2026-06-17"
    rows = [f"{day} de 2026: 300,00 €" for day in ("17 de junio", "10 de julio", "10 de agosto")]
    letter = sent(world)[-1]
    assert "el próximo pago de la factura F-001, 300,00 €, pasa al 17 de junio de 2026" in letter
    assert all(row in letter for row in rows)
    assert "900,00" not in letter
    world.advance(hours=3)
    news = plain(world.outbox.to("ana@example.com")[-1].text)
    assert "tiene ahora hasta el 17 de junio de 2026 para pagar 300,00 € de la factura F-001" in news
    page = plain(phone.get(link).text)
    assert "Vence el 17 de junio de 2026." in page
    assert "Acordado: pagas en partes, la última el 10 de agosto de 2026." in page
    assert paper(world, link) == [*(tuple(row.split(": ")) for row in rows), ("Queda por pagar hoy", "900,00 €")]
    printed = plain(phone.get(f"{link}/acuerdo/{mark(page)}").text)
    assert "Pago aplazado al</dt><dd>17 de junio de 2026" in printed
    assert "En curso" in printed
    kinds = [(agreed.kind, agreed.state, agreed.until) for agreed in world.case(ana, owed).debt(owed.id).agreements]
    assert kinds == [("plan", "replaced", None), ("plan", "open", date(2026, 6, 17))]


def test_who_is_owed_gives_days_only_after_the_day_that_holds(world, ana, owed, link):
    desk, path = world.browser(ana), f"/cobros/{owed.client_id}/{owed.id}"
    for day, status in (("2026-06-10", 422), ("2026-06-12", 303)):
        data = {"csrf": csrf(desk.get(path).text), "until": day}
        answer = desk.post(f"{path}/prorroga", data=data)
        assert answer.status_code == status
        assert ("Hasta ese día ya tienes plazo" in answer.text) == (status == 422)
    world.jobs()
    assert "300,00 €, pasa al 12 de junio de 2026" in sent(world)[-1]


def test_what_is_given_up_is_closed_and_nobody_is_thanked_for_a_payment_that_never_came(world, ana):
    debt = world.debt(ana, amount_minor=50_000, issued_on="2026-06-01", due_on="2026-06-10", currency="EUR")
    world.advance(hours=1)
    desk, path = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    desk.post(f"{path}/incobrable", data={"csrf": csrf(desk.get(path).text), "key": "", "amount": ""})
    there = world.link(world.outbox.to("bruno@example.com")[0])
    for lang, closed, said in (
        ("es", "cerrada", "Ana Ruiz ya no te pide ningún pago."),
        ("en", "closed", "Ana Ruiz asks you for no payment any more."),
    ):
        page = world.browser().get(f"{there}?lang={lang}").text
        assert f"F-001 · {closed}<" in page
        assert said in page
        for word in ("incobrable", "written off", "Gracias", "Thank you", "Todo al día", "All up to date"):
            assert word not in page, word


def test_days_that_were_not_kept_are_told_kindly_once_and_stand_as_agreed_no_more(world, ana):
    debt = world.debt(ana, amount_minor=50_000, issued_on="2026-06-01", due_on="2026-06-10", currency="EUR")
    world.advance(hours=1)
    phone, there = world.browser(), world.link(world.outbox.to("bruno@example.com")[0])
    assert post(phone, there, "mas-dias", pick="2026-06-25").status_code == 303
    world.until("2026-06-15T12:00:00+00:00")
    page = plain(phone.get(there).text)
    assert "Vence el 25 de junio de 2026." in page
    assert "Acordado: tienes hasta el 25 de junio de 2026." in page
    said = "El 25 de junio de 2026 era la fecha que acordamos. Si surgió algo, dímelo y buscamos otra."
    world.until("2026-07-20T12:00:00+00:00")
    late = [text for text in sent(world) if "hace " in text.split("\n")[0]]
    assert [said in text.replace("\n", " ") for text in late] == [True, False]
    page = plain(phone.get(there).text)
    assert "Venció el 25 de junio de 2026." in page
    assert "Acordado: tienes" not in page
    assert "Ver el acuerdo" in page
    assert world.case(ana, debt).debt(debt.id).agreements[-1].state == "broken"


def test_a_promise_is_for_what_the_page_asks_for_in_every_letter_until_it_is_kept(world, ana, owed, link):
    phone = world.browser()
    assert "Es para el próximo pago: 300,00 €. Hasta el" in plain(phone.get(link).text)
    [asked, *_] = forms(phone.get(link).text)
    assert post(phone, link, "promesa", on="2026-06-12").status_code == 303
    world.jobs()
    assert "pagarás 300,00 € de la factura" in sent(world)[-1]
    world.advance(days=11)
    assert "12 de junio de 2026 es la fecha que anotamos para pagar 300,00 €" in sent(world)[-1]
    assert paid(world, phone, link, asked) == 30_000
    assert world.case(ana, owed).debt(owed.id).promise.state == "kept"
    world.advance(days=10)
    assert not any("era la fecha" in text for text in sent(world))


def test_with_two_debts_the_client_says_which_one_and_none_is_chosen_in_silence(world, ana, owed, link):
    world.debt(ana, number="F-2", amount_minor=50_000, issued_on="2026-06-01", due_on="2026-06-20", currency="EUR")
    phone = world.browser()
    page = phone.get(link).text
    chosen = re.findall(r'<select[^>]*name="debt" required><option value="">([^<]*)</option>', page)
    assert chosen == ["Elige una"] * 3  # a part, a promise, a problem
    assert "selected" not in page
    for way, typed in (
        ("promesa", {"on": "2026-06-12"}),
        ("problema", {"text": "Falta algo"}),
        ("pagar", {"part": "9"}),
    ):
        answer = phone.post(f"{link}/{way}", data={"csrf": csrf(page), "debt": "", "is_part": "1"} | typed)
        assert answer.status_code == 422, way
        assert "Elige de qué factura se trata." in answer.text
        assert next(iter(typed.values())) in answer.text
    case = world.case(ana, owed)
    assert all(debt.promise is None and debt.dispute is None for debt in case.debts)


def test_where_several_payments_have_passed_page_and_letter_say_so_and_neither_calls_all_of_it_due_on_one_day(
    world, ana, owed, link
):
    phone = world.browser()
    dates = [one.due_on for one in world.case(ana, owed).debt(owed.id).instalments]
    for passed, said in ((1, "Venció el 10 de junio de 2026."), (2, "Venció por partes, la primera el 10 de junio de")):
        world.until(f"{dates[passed - 1] + timedelta(days=2)}T12:00:00+00:00")
        assert said in plain(phone.get(link).text)
    world.until(f"{dates[1] + timedelta(days=9)}T12:00:00+00:00")
    last = sent(world)[-1].replace("\n", " ")
    assert "600,00 €" in last
    assert "venció en 2 partes, la primera el 10 de junio de 2026 y la última el" in last
