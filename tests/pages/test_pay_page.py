"""The client's page and its receipt: the reasons add up to the amount, and nobody is asked for money on its way."""

import io
import re
from datetime import date, timedelta

from aldia.domain import decisions, payments, promises
from aldia.domain.account import BankDetails
from aldia.domain.client import BillingContact
from aldia.flows import attach_file, casework
from aldia.pages.pay_view import mark_of
from tests.world import csrf, mark


def change(world, given, ask, **values):
    ana, debt, _address = given
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: ask(case, debt.id, now=now, **values))


def reasons(page):
    """The signed amounts of the last list with a total, in cents, and the total."""
    block = re.findall(r"<dl>(?:(?!</dl>).)*class=\"total.*?</dl>", page, re.S)[-1]
    sums = [
        (-1 if "−" in text else 1) * int(re.sub(r"\D", "", text))
        for text in re.findall(r'<dd class="[^"]*money">(.*?)</dd>', block, re.S)
    ]
    return sums[:-1], sums[-1]


def test_what_was_corrected_and_waived_is_among_the_reasons(world, given, link):
    change(world, given, decisions.change_amount, amount_minor=80000)
    change(world, given, decisions.waive, amount_minor=10000)
    change(world, given, payments.record_payment, key="k1", amount_minor=20000, method="transfer", on=date(2026, 6, 2))
    page = world.browser().get(link).text
    parts, total = reasons(page)
    assert (parts, total) == ([80000, -20000, -10000], 50000)
    receipt = world.browser().get(re.search(r"/p/[\w-]+/recibo/\w+", page)[0]).text
    assert reasons(receipt) == (parts, total)


def test_back_from_the_bank_nobody_is_asked_for_the_money_again(world, given, link):
    phone = world.browser()
    page = phone.get(link).text
    form = {"csrf": csrf(page), "debt": mark(page), "shown": re.search(r'name="shown" value="(\d+)"', page)[1]}
    assert phone.post(link + "/pagar", data=form).status_code == 303
    back = phone.get(link + "/gracias").text
    assert "Estamos confirmando tu pago" in back
    assert 'name="shown"' not in back
    assert 'name="shown"' in phone.get(link).text  # who gave up at the bank can pay after all


# -- there is a problem --------------------------------------------------------------------------

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)


def tell(phone, link, **values):
    page = phone.get(link).text
    form = {"csrf": csrf(page), "debt": mark(page), "text": "Falta la última página"} | values
    return phone.post(link + "/problema", data=form, content_type="multipart/form-data")


def test_a_problem_with_its_kind_and_a_photo_reaches_the_freelancer_with_the_day_of_the_answer(world, given, link):
    ana, debt, address = given
    assert tell(world.browser(), link, kind="work", file=(io.BytesIO(PNG), "foto.png")).status_code == 303
    told = world.case(ana, debt).debt(debt.id).dispute
    assert (told.text, told.kind, told.file_name) == ("Falta la última página", "work", "foto.png")
    assert "tendrás respuesta a más tardar el 9 de junio" in world.browser().get(link).text
    desk, path = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    shown = desk.get(path).text
    assert "El trabajo no está completo o no es lo acordado" in shown
    assert "tendrá tu respuesta a más tardar el 9 de junio" in shown
    file = desk.get(f"{path}/archivo-del-problema")
    assert (file.data, file.headers["Content-Disposition"]) == (PNG, "attachment; filename=foto.png")
    world.jobs()
    assert "Falta la última página" in world.outbox.to(address)[-1].text
    world.clock.at += timedelta(days=7)  # the last day of the answer
    assert "tendrás respuesta a más tardar el 9 de junio" in world.browser().get(link).text
    world.clock.at += timedelta(days=1)
    late = world.browser().get(link).text
    assert "ya deberías tener respuesta" in late
    assert "a más tardar" not in late


def test_a_file_that_may_not_be_kept_is_named_beside_its_field_and_the_words_stay(world, given, link):
    answer = tell(world.browser(), link, file=(io.BytesIO(b"MZ\x90\x00"), "foto.exe"))
    assert answer.status_code == 422
    assert "Solo aceptamos PDF, PNG, JPEG o XML" in answer.text
    assert "Falta la última página" in answer.text
    assert world.case(*given[:2]).debt(given[1].id).dispute is None
    assert world.ports.files.held == {}


def test_in_colombia_no_reasons_are_offered(world):
    ana = world.account(country="CO", timezone="America/Bogota")
    debt = world.debt(ana, email="nora@example.com", due_on="2026-06-08")
    world.until(world.clock.at + timedelta(days=3))
    link = world.link(world.outbox.to("nora@example.com")[0])
    page = world.browser().get(link).text
    assert 'name="text"' in page
    assert 'name="kind"' not in page
    assert tell(world.browser(), link, kind="work").status_code == 303
    assert world.case(ana, debt).debt(debt.id).dispute.kind == ""


def test_the_freelancer_hears_once_that_the_day_of_the_answer_is_near(world, given, link):
    ana, debt, _address = given
    tell(world.browser(), link)
    world.until(world.clock.at + timedelta(days=9))
    told = [mail for mail in world.outbox.to(ana.email) if "espera tu respuesta" in mail.text]
    assert len(told) == 1
    late = world.browser(ana).get(f"/cobros/{debt.client_id}/{debt.id}").text
    assert "Unas palabras hoy ayudan mucho" in late


# -- a promise --------------------------------------------------------------------------------------


def test_a_promise_reaches_two_weeks_and_there_are_two_then_other_ways_are_named(world, given, link):
    phone, (ana, debt, _address) = world.browser(), given
    page, today = phone.get(link).text, world.case(ana, debt).local_day(world.clock.at)

    def promise(*, days):
        form = {"csrf": csrf(page), "debt": mark(page), "on": f"{today + timedelta(days=days)}"}
        return phone.post(link + "/promesa", data=form)

    assert re.search(r'name="on"[^>]* max="([^"]*)"', page)[1] == f"{today + timedelta(days=14)}"
    assert "Hasta el 16 de junio de 2026 incluido" in page
    late = promise(days=15)
    assert late.status_code == 422
    assert "dentro de los próximos 14 días" in late.text
    assert f'value="{today + timedelta(days=15)}"' in late.text  # what was typed is kept
    assert [promise(days=days).status_code for days in (3, 3, 14)] == [303, 303, 303]  # the same one twice is one
    third = promise(days=5)
    assert third.status_code == 422
    assert "En «Necesito más días» puedes pedir otra" in third.text
    assert "<summary>Necesito más días</summary>" in third.text
    assert "<summary>Hay un problema</summary>" in third.text
    held = world.case(ana, debt).debt(debt.id)
    assert (held.promise.on, held.promises_made) == (today + timedelta(days=14), 2)


# -- not me, and whom to write to instead -----------------------------------------------------------


def not_me(phone, link, **values):
    page = phone.get(link).text
    return phone.post(link + "/no-soy-yo", data={"csrf": csrf(page), "why": "person"} | values)


def test_the_right_person_is_told_to_the_freelancer_and_written_to_only_when_she_says_so(world, given, link):
    ana, debt, address = given
    assert not_me(world.browser(), link, right_name="Rosa Gil", right_email="rosa@example.com").status_code == 303
    world.until(world.clock.at + timedelta(days=40))
    assert world.outbox.to("rosa@example.com") == []
    desk, path = world.browser(ana), f"/clientes/{debt.client_id}"
    assert "rosa@example.com" in world.outbox.to(ana.email)[-1].text
    assert f"{path}\n" in world.outbox.to(ana.email)[-1].text  # where the decision is
    today = desk.get("/hoy").text
    assert "sugiere escribir a Rosa Gil (rosa@example.com)" in today
    assert "Ver y decidir" in today
    shown = desk.get(path).text
    assert "Sugiere escribir a Rosa Gil · rosa@example.com." in shown
    assert desk.post(path + "/sugerida", data={"csrf": csrf(shown)}).status_code == 303
    client = world.case(ana, debt).client
    assert (client.emails, client.wrong_person_at, client.suggested) == (("rosa@example.com",), None, None)
    assert address in [contact.email for contact in client.contacts]  # kept, and not written to
    plan = desk.get(f"/cobros/{debt.client_id}/{debt.id}").text
    assert plan.count("Va a quien aún no tuvo ninguna carta de este cobro: empieza por la más amable") == 1
    world.until(world.clock.at + timedelta(days=10))
    assert world.outbox.to("rosa@example.com")
    assert world.browser().get(link).status_code == 404  # what the wrong person got opens nothing any more


def test_who_names_nobody_is_believed_all_the_same(world, given, link):
    ana, debt, address = given
    contacts = (BillingContact(address), BillingContact("office@example.com"))
    world.change_client(ana, debt, contacts=contacts)
    phone = world.browser()
    assert "van a 2 direcciones: dejaremos de escribir a todas" in phone.get(link).text
    answer = not_me(phone, link)
    assert answer.status_code == 303
    assert "Dejamos de escribir a todas las direcciones" in phone.get(answer.location).text
    assert world.case(ana, debt).client.suggested is None


def test_a_name_without_an_address_is_asked_for_and_kept(world, given, link):
    answer = not_me(world.browser(), link, right_name="Rosa Gil")
    assert answer.status_code == 422
    assert "Falta su correo" in answer.text
    assert 'value="Rosa Gil"' in answer.text
    assert world.case(*given[:2]).client.wrong_person_at is None


def test_after_not_me_the_page_shows_nothing_of_what_is_owed_and_a_slip_opens_it_again(world, given, link):
    ana, debt, address = given
    attach_file.attach_file(
        world.ports, ana.id, debt.client_id, debt.id, upload=("factura.pdf", b"%PDF-1.4\n1 0 obj\n%%EOF\n")
    )
    phone, one = world.browser(), mark_of(debt)
    whole, owed = phone.get(link).text, r"1[.,]?000|F-00|Diseño|factura\.pdf|%PDF|/pagar"
    assert re.search(owed, whole)
    assert not_me(phone, link).status_code == 303
    for path in ("", "/no-soy-yo", "/gracias", f"/recibo/{one}", f"/archivo/{one}", f"/transferencia/{one}",
                 f"/ya-pague/{one}", "?said=not_me&lang=en"):  # fmt: skip
        shut = phone.get(link + path).text
        assert 'action="' + link[link.index("/p/") :] + "/soy-yo" in shut, path
        assert not re.search(owed, shut), path
    form = {"csrf": csrf(whole), "debt": one, "shown": "100000", "on": "2026-06-10", "text": "x", "prefers": "transfer"}
    for answer in ("pagar", "promesa", "problema", "mas-dias", "preferencia", "recibida", "idioma"):
        assert phone.post(f"{link}/{answer}", data=form).status_code == 409, answer
    assert phone.post(link + "/no-soy-yo", data=form | {"why": "person", "right_name": "Rosa"}).status_code == 422
    named = {"csrf": csrf(whole), "why": "person", "right_email": "rosa@example.com"}
    assert phone.post(link + "/no-soy-yo", data=named).status_code == 303
    assert "Gracias por decir quién es" in phone.get(link).text
    held = world.case(ana, debt)
    assert (held.client.suggested.email, held.debt(debt.id).promise) == ("rosa@example.com", None)

    for _ in range(2):
        assert phone.post(link + "/soy-yo", data={"csrf": csrf(whole)}).status_code == 303
    assert phone.post(link + "/soy-yo", data={}).status_code == 400
    assert "Aquí está todo otra vez" in phone.get(link + "?said=is_me").text
    assert 'name="shown"' in phone.get(link).text
    client = world.case(ana, debt).client
    assert (client.wrong_person_at, client.suggested) == (None, None)
    before = len(world.outbox.to(address))
    world.until(world.clock.at + timedelta(days=40))
    told = [mail for mail in world.outbox.to(ana.email) if "fue un desliz" in mail.text]
    assert len(told) == 1
    assert len(world.outbox.to(address)) > before  # letters go on


# -- what the client would rather have --------------------------------------------------------------


def test_the_language_is_remembered_for_the_page_and_for_the_next_letters(world, given, link):
    ana, debt, address = given
    phone = world.browser()
    page = phone.get(link).text
    assert phone.post(link + "/idioma", data={"csrf": csrf(page), "lang": "en"}).status_code == 303
    assert '<html lang="en">' in world.browser().get(link).text
    world.until(world.clock.at + timedelta(days=40))
    assert "Hi " in world.outbox.to(address)[-1].text
    assert phone.post(link + "/idioma", data={"csrf": csrf(page), "lang": "xx"}).status_code == 422
    assert world.case(ana, debt).client.language == "en"


def test_the_way_that_a_client_prefers_stands_first(world):
    bank = BankDetails("Ana Ruiz", "Banco", "012180001234567897")
    ana = world.account(bank=bank)
    debt = world.debt(ana)
    world.until(world.clock.at + timedelta(days=5))
    link, phone = world.link(world.outbox.to("bruno@example.com")[0]), world.browser()
    page = phone.get(link).text
    assert page.index('name="shown"') < page.index("/transferencia/")
    assert phone.post(link + "/preferencia", data={"csrf": csrf(page), "prefers": "transfer"}).status_code == 303
    page = phone.get(link).text
    assert page.index("/transferencia/") < page.index('name="shown"')
    assert phone.post(link + "/preferencia", data={"csrf": csrf(page), "prefers": "cash"}).status_code == 422
    assert world.case(ana, debt).client.prefers == "transfer"


# -- did we treat you well ---------------------------------------------------------------------------


def test_one_tap_after_the_payment_tells_the_freelancer_how_the_client_felt(world, given, link):
    ana, debt, address = given
    change(world, given, payments.record_payment, key="k1", amount_minor=100000, method="transfer", on=date(2026, 6, 2))
    world.jobs()
    assert "¿Te tratamos bien?" in world.outbox.to(address)[-1].text
    phone = world.browser()
    page = phone.get(link).text
    form = {"csrf": csrf(page), "debt": mark(page), "about": "payment", "score": "bad"}
    assert page.count('name="score"') == 3
    assert phone.post(link + "/opinion", data=form).status_code == 303
    again = phone.get(link).text
    assert "¿Querías decir otra cosa?" in again  # a tap beside the right button
    assert re.findall(r'value="(\w+)" aria-pressed="true"', again) == ["bad"]
    assert phone.post(link + "/opinion", data=form | {"score": "good"}).status_code == 303
    assert [known.score for known in world.case(ana, debt).debt(debt.id).opinions] == ["good"]
    assert phone.post(link + "/opinion", data=form).status_code == 303
    world.clock.at += timedelta(hours=1)
    assert 'name="score"' not in phone.get(link).text
    assert [known.score for known in world.case(ana, debt).debt(debt.id).opinions] == ["bad"]
    assert "Vale la pena una llamada" in world.browser(ana).get(f"/cobros/{debt.client_id}/{debt.id}").text
    assert phone.post(link + "/opinion", data=form | {"score": "great"}).status_code == 422


def test_the_client_says_that_the_invoice_is_right_and_the_freelancer_hears_it(world, given, link):
    ana, debt, _address = given
    phone = world.browser()
    page = phone.get(link).text
    assert "/recibida" in re.sub(r"<details.*?</details>", "", page, flags=re.S)  # in no fold, which is easily missed
    form = {"csrf": csrf(page), "debt": mark(page)}
    assert phone.post(link + "/recibida", data=form).status_code == 303
    assert phone.post(link + "/recibida", data=form).status_code == 303
    page = phone.get(link).text
    assert "/recibida" not in page
    assert "dice que está bien" in world.browser(ana).get(f"/cobros/{debt.client_id}/{debt.id}").text
    assert world.case(ana, debt).debt(debt.id).found_right_at == world.clock.at


def test_no_it_did_not_come_is_heard_at_once_and_ends_with_the_invoice_on_the_page(world, given, link):
    ana, debt, address = given
    assert "¿Lo recibiste todo bien?" in world.outbox.to(address)[0].text  # so it needs no letter of its own
    phone = world.browser()
    assert "¿Recibiste bien la factura?" in phone.get(link).text
    assert tell(phone, link, kind="not_received", text="No me llegó la factura").status_code == 303
    assert "¿Recibiste bien la factura?" not in phone.get(link).text
    desk, path = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    assert "No recibí el trabajo o la factura" in desk.get(path).text
    world.advance(days=10)
    assert [mail for mail in world.outbox.to(address)[2:] if "/p/" in mail.text] == []  # silence but for the answer
    desk = world.browser(ana)
    page = {"csrf": csrf(desk.get(path).text)}
    sent = page | {"file": (io.BytesIO(b"%PDF-1.7\n"), "F-001.pdf")}
    assert desk.post(f"{path}/archivo", data=sent, content_type="multipart/form-data").status_code == 303
    assert desk.post(f"{path}/problema", data=page | {"resolution": "Aquí la tienes otra vez"}).status_code == 303
    world.jobs()
    letter = world.outbox.to(address)[-1]
    assert "Aquí la tienes otra vez" in letter.text
    again = phone.get(world.link(letter)).text
    assert phone.get(re.search(r"/p/[\w-]+/archivo/\w+", again)[0]).data == b"%PDF-1.7\n"
    assert "¿Quedó bien resuelto el problema?" in again  # that is what is asked now
    assert "¿Recibiste bien la factura?" not in again


def test_an_overdue_invoice_that_got_more_days_is_not_asked_about_and_a_waived_one_was_not_paid(world, given, link):
    ana, debt, _address = given
    world.clock.at += timedelta(days=(debt.due_on - world.case(ana, debt).local_day(world.clock.at)).days + 2)
    until = debt.due_on + timedelta(days=20)
    change(world, given, promises.extension, until=until)
    page = world.browser().get(link).text
    assert "vence el" in page.lower()
    assert "/recibida" not in page
    change(world, given, decisions.waive)
    page = world.browser().get(link).text
    assert "anulada" in page
    assert "pagada" not in page


# -- no more reminders, and again ---------------------------------------------------------------------


def test_who_wanted_no_more_reminders_sees_so_and_gets_them_again_with_one_tap(world, given, link):
    ana, debt, _address = given
    phone = world.browser()
    page = phone.get(link).text
    assert phone.post(link + "/no-mas", data={"csrf": csrf(page)}).status_code == 303
    page = phone.get(link).text
    assert "Nos lo pediste: no te enviamos recordatorios" in page
    assert "Volver a recibirlos" in page
    assert "No enviarme más recordatorios" not in page
    assert phone.post(link + "/no-mas", data={"csrf": csrf(page)}).status_code == 303  # twice is once
    for _ in range(2):
        again = phone.post(link + "/no-mas", data={"csrf": csrf(page), "again": "1"})
        assert "Hecho: te escribiremos otra vez" in phone.get(again.location).text
    client = world.case(ana, debt).client
    assert (client.stopped_at, len(client.opt_outs)) == (None, 1)
    assert "No enviarme más recordatorios" in phone.get(link).text
    world.until(world.clock.at + timedelta(hours=3))
    told = [mail.text for mail in world.outbox.to(ana.email) if "quiere volver a recibir tus cartas" in mail.text]
    assert len(told) == 1
    assert "lo dijo en su página" in told[0]


def test_whoever_looks_as_the_client_cannot_end_its_wish_for_no_reminders(world, given, link):
    ana, debt, _address = given
    phone, desk = world.browser(), world.browser(ana)
    phone.post(link + "/no-mas", data={"csrf": csrf(phone.get(link).text)})
    path = f"/cobros/{debt.client_id}/{debt.id}"
    seen = desk.post(f"{path}/ver", data={"csrf": csrf(desk.get(path).text)}).location
    page = phone.get(seen).text
    assert "Nos lo pediste" in page
    assert "Volver a recibirlos" not in page
    assert phone.post(f"{seen}/no-mas", data={"csrf": csrf(page), "again": "1"}).status_code == 409
    assert world.case(ana, debt).client.stopped_at
