"""What single letters say: sums and dates in their place, the right person, nothing that is not so."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from aldia.domain.debt import Mark, Step
from aldia.domain.fence import Fence
from aldia.domain.tone import check
from aldia.mail.compose import LADDER_LETTERS
from aldia.mail.values import spoken
from tests.mail.letter_world import DUE, LINK, case_of, letter_of, mail, plain, with_state


def test_a_letter_over_several_debts_lists_each_with_its_sum_and_date():
    text = plain("three", "overdue_1").text.replace("\u00a0", " ")
    assert "Hola, Bruno: hay 3 cuentas por 3.220,50 € en total" in text
    for title, amount in (("Factura F-001", "1.210,00 €"), ("Factura F-002", "800,50 €"), ("Maqueta", "1.210,00 €")):
        card = re.search(rf"  {title}[^\n]*\n  {amount}\n  Venció el 18 de diciembre de 2026, hace 7 días\n", text)
        assert card, title


def test_sums_of_several_currencies_are_not_added():
    case = case_of("three")
    case = case.with_debt(replace(case.debts[1], currency="MXN"))
    assert "2.420,00 € y $800.50 MXN en total" in mail(case, letter_of(case, "overdue_1")).text.replace("\u00a0", " ")


def test_the_discount_says_until_when_how_much_and_that_it_is_optional():
    text = plain("discount", "invoice_sent").text.replace("\u00a0", " ")
    assert (
        "Si pagas hasta el 28 de noviembre de 2026 incluido, el total baja de 1.210,00 € a 1.185,80 €: "
        "ahorras 24,20 €. Sin compromiso" in text
    )
    assert "factura F-001 por 1.210,00 €; vence el 18 de diciembre de 2026" in text


def test_a_discount_that_falls_every_day_promises_only_today():
    text = plain("linear", "invoice_sent").text
    assert "Si pagas hoy" in text
    assert "va bajando cada día hasta el 17 de diciembre de 2026 incluido" in text
    assert "Pagando hasta" not in text


def test_an_instalment_is_told_as_a_part_with_its_own_date():
    text = plain("instalments", "overdue_1").text.replace("\u00a0", " ")
    assert "por 605,00 € venció el 18 de diciembre de 2026, hace 7 días" in text
    assert "Es una parte de un total de 1.210,00 €" in text


def test_a_sum_of_several_instalments_says_which():
    case = case_of("instalments")
    letter = letter_of(case, "overdue_1")
    both = replace(letter.parts[0], key="overdue_1@i2", amount_minor=121000)
    late = replace(letter, parts=(both,), day=date(2027, 1, 24), at=letter.at + timedelta(days=30))
    text = mail(case, late).text.replace("\u00a0", " ")
    assert "  18 de diciembre de 2026: 605,00 €\n  17 de enero de 2027: 605,00 €\n" in text
    assert "venció en 2 partes, la primera el 18 de diciembre de 2026 y la última el 17 de enero de 2027" in text
    assert "venció el 17" not in text


@pytest.mark.parametrize(
    ("day", "minor", "key", "goes_on", "when"),
    [
        (date(2026, 12, 21), 60500, "i1", True, "venció el 18 de diciembre de 2026, hace 3 días"),
        (date(2027, 1, 24), 121000, "i2", False, "venció en 2 partes, la primera el 18"),
    ],
)
def test_the_letter_about_missed_parts_says_that_the_plan_goes_on_only_where_more_of_it_comes(
    day, minor, key, goes_on, when
):
    case = case_of("instalments")
    letter = letter_of(case, "instalment_missed")
    part = replace(letter.parts[0], key=f"instalment_missed@{key}", amount_minor=minor)
    text = mail(case, replace(letter, parts=(part,), day=day, at=letter.at + (day - letter.day))).text
    assert when in text
    assert ("el plan sigue igual que antes" in text, "el plan queda completo" in text) == (goes_on, not goes_on)


def test_on_the_day_of_the_last_part_the_letter_says_today_and_since_when_the_rest_is_late():
    case = case_of("instalments")
    letter, last = letter_of(case, "due_today"), date(2027, 1, 17)
    both = replace(letter.parts[0], key="due_today@i2", amount_minor=121000)
    text = mail(case, replace(letter, parts=(both,), day=last, at=letter.at + (last - letter.day))).text
    assert "605,00 € desde el 18 de diciembre de 2026 y el resto hoy, 17 de enero de 2027" in text.replace(
        "\u00a0", " "
    )


def test_a_letter_about_a_later_part_does_not_call_the_earlier_one_due_by_then():
    case = case_of("instalments")
    letter = letter_of(case, "pre_due")
    both = replace(letter.parts[0], key="pre_due@i2", amount_minor=121000)
    ahead = replace(letter, parts=(both,), day=date(2027, 1, 10), at=letter.at + timedelta(days=30))
    text = mail(case, ahead).text.replace("\u00a0", " ")
    assert (
        "por 1.210,00 € vence por partes: 605,00 € desde el 18 de diciembre de 2026 y el resto el 17 de enero" in text
    )
    alone = replace(ahead, parts=(replace(both, amount_minor=60500),))
    assert "por 605,00 € vence el 17 de enero de 2027" in mail(case, alone).text.replace("\u00a0", " ")


def test_interest_and_compensation_stand_on_their_own_lines():
    text = plain("interest", "formal_letter").text.replace("\u00a0", " ")
    assert "Principal: 1.210,00 €\n  Intereses de demora: 7,96 €\n  Compensación por costes de cobro: 40,00 €" in text


def test_the_second_reminder_tells_when_it_wrote_before_and_the_last_one_names_the_letter():
    before = plain("history", "overdue_2").text.replace("\u00a0", " ")
    assert "Te escribí el 11 dic 2026, 18 dic 2026 y 25 dic 2026." in before
    assert "Desde mi carta del 17 de enero de 2027" in plain("history", "last_notice").text
    assert "Te escribí" not in plain("plain", "overdue_2").text


@pytest.mark.parametrize(
    ("step", "told", "first"),
    [
        ("overdue_1", "Te escribí", "fueron a otra dirección, así que quizá sea lo primero que te llega"),
        ("overdue_2", "Te escribí", "fueron a otra dirección, así que quizá no los viste"),
        ("formal_letter", "Antes le escribí", "quizá no los vio"),
    ],
)
def test_who_never_got_a_letter_is_not_told_of_earlier_ones(step, told, first):
    known = with_state(case_of("history"), step)
    letter = letter_of(known, step)
    assert (told in mail(known, letter).text) is (step != "overdue_1")
    moved = replace(known, client=replace(known.client, addressed_since=letter.at - timedelta(hours=1)))
    text = mail(moved, letter).text
    assert told not in text
    assert first in text
    since_all = replace(known, client=replace(known.client, addressed_since=letter.at - timedelta(days=400)))
    assert first not in mail(since_all, letter).text


@pytest.mark.parametrize("step", ["formal_letter", "last_notice"])
def test_the_firm_letters_say_usted_and_the_others_never(step):
    familiar = re.compile(r"\b(tú|te|tu|tus|pagaste|puedes|prefieres|necesitas|dímelo)\b")
    assert not familiar.search(plain("chile", step).text)
    assert familiar.search(plain("plain", "overdue_2").text)


def test_a_consequence_is_only_what_was_decided():
    assert "he decidido presentar un monitorio." in plain("plain", "last_notice", action="presentar un monitorio.").text
    assert "tendré que decidir cuál es el siguiente paso" in plain("plain", "last_notice").text
    assert "invitación expresa a negociar" in plain("plain", "formal_letter").text
    assert "invitación expresa a negociar" not in plain("history", "formal_letter").text


def test_a_deadline_that_was_set_is_the_one_that_is_told():
    assert "hasta el 1 de febrero de 2027 incluido" in plain("plain", "formal_letter").text
    assert "hasta el 5 de febrero de 2027 incluido" in plain("plain", "formal_letter", deadline="2027-02-05").text


@pytest.mark.parametrize("step", [*LADDER_LETTERS[1:], "promise_day", "promise_missed", "instalment_due"])
def test_in_chile_a_letter_says_that_it_is_no_court_proceeding(step):
    assert "no corresponde a un procedimiento judicial" in plain("chile", step).text
    assert "procedimiento judicial" not in plain("plain", step).text


def test_answers_and_the_invoice_itself_need_no_such_line():
    for step in ("invoice_sent", "thanks", "promise_noted"):
        assert "procedimiento judicial" not in plain("chile", step).text


def test_thanks_differ_by_when_the_money_came():
    early, on_time, late = (plain("plain", "thanks", tone=tone).text for tone in ("early", "on_time", "late"))
    assert "tan pronto" in early
    assert "Un gusto trabajar contigo" in on_time
    assert "Todo al día" in late
    assert "ahorraste 24,20" in plain("plain", "thanks", tone="early", discount_minor="2420").text


def test_the_wrong_person_learns_nothing():
    message = plain("three", "wrong_person_noted", to="stranger@example.com")
    assert message.to == ("stranger@example.com",)
    for secret in ("F-001", "F-002", "Bruno", "Editorial", "1.210", LINK):
        assert secret not in message.text + message.html + message.subject


@pytest.mark.parametrize(
    ("method", "said"), [("oxxo", "OXXO"), ("spei", "SPEI"), ("sepa_debit", "14 días hábiles"), ("card", "unos días")]
)
def test_a_payment_on_its_way_says_how_long_it_takes(method, said):
    assert said in plain("plain", "payment_on_its_way", method=method).text


def test_a_plan_shows_its_calendar():
    text = plain("plain", "plan_noted").text.replace("\u00a0", " ")
    assert "3 pagos para la factura F-001, el primero de 403,34 € el 8 de enero de 2027" in text
    assert "  8 de febrero de 2027: 403,33 €\n  8 de marzo de 2027: 403,33 €\n" in text


def test_a_letter_by_hand_carries_the_freelancers_own_words():
    case = case_of("plain")
    words = "Va el archivo final.\n\nDime si lo ves bien."
    message = mail(case, replace(letter_of(case, "due_today"), step="manual"), own_text=words)
    assert words in message.text
    assert "Factura F-001" in message.text


def test_a_step_of_ones_own_borrows_the_text_that_is_true_on_its_day():
    case = case_of("plain")
    for day, words in ((-3, "Un aviso amable"), (0, "vence hoy"), (10, "quizá se traspapeló")):
        letter = letter_of(case, "mine")
        shifted = replace(letter, day=DUE.replace(day=18 + day), at=letter.at.replace(day=18 + day))
        assert words in mail(case, shifted).text


def test_an_overdue_step_that_is_set_before_the_due_date_does_not_say_overdue():
    case = case_of("plain")
    letter = letter_of(case, "overdue_1")
    early = replace(letter, day=date(2026, 12, 15), at=letter.at - timedelta(days=10))
    assert "Un aviso amable" in mail(case, early).text


@pytest.mark.parametrize(
    ("ladder", "words"),
    [
        (("overdue_1", "mine"), "quizá se traspapeló"),
        (("overdue_1", "overdue_2", "mine"), "Busquemos una forma"),
        (("one", "two", "mine"), "Busquemos una forma"),
    ],
)
def test_a_late_step_of_ones_own_borrows_by_its_place(ladder, words):
    case = case_of("plain")
    rungs = tuple(Step(name, "due", 5 * place) for place, name in enumerate(ladder, start=1))
    case = case.with_debt(replace(case.debts[0], ladder=rungs))
    letter = letter_of(case, "mine")
    assert words in mail(case, replace(letter, day=date(2027, 1, 2))).text


@pytest.mark.parametrize(
    ("language", "offered", "asked"),
    [
        (
            "es",
            "repartirlo en varios pagos, y queda por escrito al momento",
            "prefieres pagar en varias partes, respóndeme",
        ),
        (
            "en",
            "split it into several payments, agreed in writing on the spot",
            "you'd rather pay in instalments, reply",
        ),
    ],
)
def test_the_second_reminder_offers_payment_in_parts_on_the_page_where_the_fence_grants_it(language, offered, asked):
    for situation in ("plain", "three"):
        case = case_of(situation, language)
        letter = letter_of(case, "overdue_2")
        assert case.account.fence.parts >= 2
        for pays_online in (True, False):
            text = mail(case, letter, pays_online=pays_online).text
            assert (offered in text, asked in text) == (True, False), situation
        shut = replace(case, account=replace(case.account, fence=Fence(parts=0)))
        for pays_online in (True, False):
            message = mail(shut, letter, pays_online=pays_online)
            assert (offered in message.text, asked in message.text) == (False, True), situation
            said = {"step": "overdue_2", "language": language, "country": case.client.country}
            assert check(f"{message.subject}\n\n{message.text}", values=spoken(shut, letter), **said).findings == ()
        own = replace(shut, client=replace(case.client, fence=Fence(parts=3)))  # this client's own limits
        assert offered in mail(own, letter).text


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("es", ("¿Recibiste bien la factura F-001?", "¿Recibiste todo bien?")),
        ("en", ("Did invoice F-001 reach you all right?", "Did everything reach you all right?")),
    ],
)
def test_the_heads_up_asks_whether_the_invoice_came_where_no_letter_brought_it_and_nobody_said_so(language, asked):
    for situation, words in zip(("plain", "three"), asked, strict=True):
        case = case_of(situation, language)
        letter = letter_of(case, "pre_due")
        message = mail(case, letter)
        assert message.text.count(words) == 1
        said = {"step": "pre_due", "language": language, "country": case.client.country}
        assert check(f"{message.subject}\n\n{message.text}", values=spoken(case, letter), **said).findings == ()
        brought = {"invoice_sent": Mark("sent", letter.at - timedelta(days=20))}
        asked_before = {"pre_due@i0": Mark("sent", letter.at - timedelta(days=30)), "pre_due": Mark("sent", letter.at)}
        known = ({"marks": brought}, {"marks": asked_before}, {"found_right_at": letter.at})
        for told in known:
            heard = replace(case, debts=tuple(replace(debt, **told) for debt in case.debts))
            assert words not in mail(heard, letter).text
        given_up = {
            "invoice_sent": Mark("given_up", letter.at - timedelta(days=20), "overtaken"),
            "pre_due": Mark("sent", letter.at),
        }
        assert words in mail(case.with_debt(replace(case.debts[0], marks=given_up)), letter).text
        assert words not in mail(case, letter_of(case, "due_today")).text


def test_of_several_who_get_the_letters_none_is_told_that_it_was_the_last_message_to_that_address():
    known = case_of("plain")
    one = mail(known, letter_of(known, "wrong_person_noted", to="boss@example.com")).text
    assert "No volveremos a escribir a esta dirección" in one
    assert "Este es el último mensaje a esta dirección." in one
    both = mail(known, letter_of(known, "wrong_person_noted", to="boss@example.com, office@example.com")).text
    assert "esta dirección" not in both
    assert "Si tú sí llevas las facturas, responde a este correo" in both
