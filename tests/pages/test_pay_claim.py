""" "I already paid": two taps, two fields that are filled in, silence at once, and the freelancer answers."""

import re
from datetime import date
from functools import partial
from io import BytesIO

import pytest

from aldia.domain import answers
from aldia.flows import casework
from tests.world import csrf

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def opened(world, link):
    """The client's browser, the screen's address as the page links to it, the form as it stands there."""
    phone = world.browser()
    path = re.search(r"/p/[\w-]+/ya-pague/\w+", phone.get(link).text)[0]
    page = phone.get(path).text
    form = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)[1] for name in ("paid_on", "amount")}
    return phone, path, form | {"csrf": csrf(page)}, page


def loud(page):
    """How many buttons of the page are the main one."""
    return len(re.findall(r'class="button"', page))


def debt_of(world, given):
    ana, debt, _address = given
    return world.case(ana, debt).debt(debt.id)


def test_two_taps_are_enough_and_nothing_has_to_be_typed(world, given, link):
    phone, path, form, page = opened(world, link)
    assert loud(phone.get(link).text) == 1
    assert page.count(" required") == 2
    assert "<script" not in page
    answer = phone.post(path, data=form)
    assert answer.status_code == 303
    claim = debt_of(world, given).claim
    assert (claim.paid_on, claim.amount_minor) == (date(2026, 6, 2), debt_of(world, given).amount_minor)
    after = phone.get(answer.location).text
    assert "Avisaste de que ya pagaste" in after
    assert loud(after) == 0  # who has paid is not asked for it first; to pay is possible still
    assert "/pagar" in after
    assert "¿Recibiste bien la factura?" not in after
    world.jobs()
    assert "Si tienes el comprobante a mano" in world.outbox.to(given[2])[-1].text
    assert "Anoté que ya pagaste" in world.outbox.to(given[2])[-1].text
    [news] = [mail for mail in world.outbox.to(given[0].email) if "dice que ya pag" in mail.subject]
    assert f"/cobros/{given[1].client_id}/{given[1].id}" in news.text  # one tap from the mail to the answer


def test_the_proof_is_the_freelancers_to_save_and_nobody_elses(world, given, link):
    phone, path, form, _page = opened(world, link)
    files = {"proof": (BytesIO(PDF), "../<b>justificante.exe"), "reference": "TR-55"}
    assert phone.post(path, data=form | files, content_type="multipart/form-data").status_code == 303
    ana, debt, _address = given
    own, page = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    assert "Referencia: TR-55" in own.get(page).text
    world.jobs()
    assert "Tu comprobante también llegó" in world.outbox.to(given[2])[-1].text
    problem = partial(answers.dispute, debt_id=debt.id, text="Falta algo")
    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: problem(case, now=now))
    world.jobs()
    assert "también llegó" not in world.outbox.to(given[2])[-1].text  # no file came with the problem
    kept = own.get(f"{page}/comprobante")
    assert (kept.data, kept.mimetype) == (PDF, "application/octet-stream")
    assert "attachment" in kept.headers["Content-Disposition"]
    assert ".pdf" in kept.headers["Content-Disposition"]
    assert world.browser(world.account("eva@example.org")).get(f"{page}/comprobante").status_code == 404


def test_the_same_words_with_another_picture_of_that_name_replace_the_picture(world, given, link):
    phone, path, form, _page = opened(world, link)
    ana, debt, _address = given
    for picture in (PDF, PDF + b"the right one"):
        files = {"proof": (BytesIO(picture), "image.pdf")}
        assert phone.post(path, data=form | files, content_type="multipart/form-data").status_code == 303
        kept = world.browser(ana).get(f"/cobros/{debt.client_id}/{debt.id}/comprobante")
        assert kept.data == picture


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("paid_on", "", "Escribe el día en que pagaste."),
        ("paid_on", "2026-06-03", "Escribe el día en que pagaste."),
        ("amount", "", "Escribe cuánto pagaste."),
        ("amount", "0", "cero"),
        ("proof", (BytesIO(b"<html><script>"), "x.pdf"), "PDF, un PNG o un JPG"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(world, given, link, field, value, said):
    phone, path, form, _page = opened(world, link)
    sent = form | {"reference": "TR-55", field: value}
    answer = phone.post(path, data=sent, content_type="multipart/form-data")
    assert answer.status_code == 422
    wrong = re.search(rf'id="{field}-error">(.*?)</p>', answer.text)
    assert said in (wrong[1] if wrong else answer.text)
    assert 'value="TR-55"' in answer.text
    assert debt_of(world, given).claim is None
    assert not [key for key in world.ports.files.held if key.startswith("proofs/")]


def test_the_freelancer_asks_and_the_client_adds_what_is_missing(world, given, link):
    phone, path, form, _page = opened(world, link)
    phone.post(path, data=form)
    ana, debt, address = given
    own, page = world.browser(ana), f"/cobros/{debt.client_id}/{debt.id}"
    token = csrf(own.get(page).text)
    assert "Escribe qué te falta." in own.post(f"{page}/preguntar", data={"csrf": token}).text
    asked = own.post(f"{page}/preguntar", data={"csrf": token, "words": "¿Desde qué banco salió?"})
    assert asked.status_code == 303
    world.jobs()
    assert "¿Desde qué banco salió?" in world.outbox.to(address)[-1].text
    assert "necesita un dato más" in phone.get(link).text
    assert phone.post(path, data=form | {"reference": "BBVA 778"}).status_code == 303
    claim = debt_of(world, given).claim
    assert (claim.reference, claim.asked_at) == ("BBVA 778", None)
