"""Letters as the domain really decides them: every answer, with the facts that it gives, becomes a mail."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aldia.domain.answers import (
    ask_about_claim,
    claim_not_found,
    claim_paid,
    dispute,
    extension,
    plan,
    promise,
    resolve_dispute,
    return_credit,
    spread,
    stop,
    wrong_person,
)
from aldia.domain.debt import Checkout
from aldia.domain.edits import undo
from aldia.domain.payments import record_payment
from aldia.domain.tone import check
from aldia.mail.compose import compose
from aldia.mail.values import spoken
from tests.mail.letter_world import DUE, LINK, STOP, case_of, letter_of

NOW = letter_of(case_of("plain"), "overdue_1").at  # a week after the due date


def paid(case, minor, on=DUE):
    return record_payment(case, "f1", key="p1", amount_minor=minor, method="card", on=on, now=NOW)


def on_its_way(case):
    from aldia.domain.checkouts import checkout_processing, open_checkout

    started = Checkout("c1", "oxxo", 121000, case.local_day(NOW), NOW, NOW + timedelta(days=3))
    opened = open_checkout(case, "f1", checkout=started, now=NOW).case
    return checkout_processing(opened, "f1", checkout_id="c1", now=NOW)


def paid_by_hand(case):
    return record_payment(
        case, "f1", key="hand.p", amount_minor=40000, method="cash", on=DUE, now=NOW, by_hand=True
    ).case


def planned(case):
    return plan(case, "f1", instalments=spread(121000, count=3, first_on=date(2027, 1, 8), every="month"), now=NOW)


ANSWERED = {
    "promise_noted": lambda case: promise(case, "f1", on=date(2027, 1, 4), now=NOW),
    "extension_noted": lambda case: extension(case, "f1", until=date(2027, 1, 8), now=NOW),
    "plan_noted": planned,
    "part_received": lambda case: paid(case, 40000),
    "thanks": lambda case: paid(case, 121000),
    "payment_on_its_way": on_its_way,
    "dispute_noted": lambda case: dispute(case, "f1", text="Falta la portada.", now=NOW),
    "dispute_resolved": lambda case: resolve_dispute(
        dispute(case, "f1", text="x", now=NOW).case, "f1", resolution="ya está", now=NOW
    ),
    "already_paid_noted": lambda case: claim_paid(case, "f1", paid_on=DUE, now=NOW),
    "payment_not_found": lambda case: claim_not_found(claim_paid(case, "f1", paid_on=DUE, now=NOW).case, "f1", now=NOW),
    "payment_question": lambda case: ask_about_claim(
        claim_paid(case, "f1", paid_on=DUE, reference="TR-55", now=NOW).case, "f1", words="¿Desde qué banco?", now=NOW
    ),
    "stop_noted": lambda case: stop(case, now=NOW),
    "credit_returned": lambda case: return_credit(paid(case, 123420).case, "f1", key="r1", now=NOW),
    "payment_corrected": lambda case: undo(paid_by_hand(case), "f1", key="hand.p", now=NOW),
    "wrong_person_noted": lambda case: wrong_person(case, now=NOW),
}
SAID = {
    "promise_noted": "pagarás 1.210,00 € de la factura F-001 el 4 de enero de 2027",
    "extension_noted": "la nueva fecha de la factura F-001 es el 8 de enero de 2027. El importe sigue siendo 1.210,00",
    "plan_noted": "3 pagos para la factura F-001, el primero de 403,34 € el 8 de enero de 2027",
    "part_received": "Recibí 400,00 € de la factura F-001, muchas gracias, Bruno. Quedan 810,00 €",
    "thanks": "Recibí 1.210,00 € y la factura F-001 queda saldada",
    "payment_on_its_way": "pagar 1.210,00 € en OXXO está lista y vale hasta el 28 de diciembre de 2026",
    "dispute_noted": "te respondo a más tardar el 1 de enero de 2027",
    "dispute_resolved": "Ya lo revisé, Bruno: ya está. El importe de la factura F-001 queda en 1.210,00 €",
    "already_paid_noted": "Anoté que ya pagaste la factura F-001 el 18 de diciembre de 2026",
    "payment_not_found": "busqué tu pago de la factura F-001 del 18 de diciembre de 2026",
    "payment_question": "me falta un dato: ¿Desde qué banco?",
    "credit_returned": "te devolví 24,20 €, lo que había llegado de más por la factura F-001",
    "payment_corrected": "anoté por error un pago de 400,00 € en la factura F-001 y te di las gracias antes de tiempo",
    "stop_noted": "no recibirás más recordatorios automáticos",
    "wrong_person_noted": "No volveremos a escribir a esta dirección",
}


@pytest.mark.parametrize("step", ANSWERED)
def test_an_answer_says_what_was_agreed(step):
    outcome = ANSWERED[step](case_of("plain"))
    (letter,) = [letter for letter in outcome.letters if letter.step == step]
    message = compose(outcome.case, letter, link=LINK, stop_link=STOP, pays_online=True)
    assert SAID[step] in message.text.replace("\u00a0", " ")
    found = check(message.text, step=step, language="es", country="ES", values=spoken(outcome.case, letter))
    assert found.findings == ()


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("step", ANSWERED)
def test_an_answer_has_its_text_in_both_languages_for_several_debts(step, language):
    outcome = ANSWERED[step](case_of("three", language))
    for letter in outcome.letters:
        assert compose(outcome.case, letter, link=LINK, stop_link=STOP, pays_online=True).text


def test_a_payment_in_time_for_the_discount_is_thanked_with_what_it_saved():
    case = case_of("discount")
    early = NOW - timedelta(days=30)
    on = case.local_day(early)
    outcome = record_payment(case, "f1", key="p1", amount_minor=118580, method="card", on=on, now=early)
    message = compose(outcome.case, outcome.letters[0], link=LINK, stop_link=STOP, pays_online=True)
    assert "¡Gracias por pagar tan pronto, Bruno!" in message.text
    assert "Con el descuento ahorraste 24,20\u00a0€." in message.text


def test_a_late_payment_is_thanked_without_blame():
    outcome = paid(case_of("plain"), 121000, on=DUE + timedelta(days=7))
    assert (
        "Todo al día, Bruno"
        in compose(outcome.case, outcome.letters[0], link=LINK, stop_link=STOP, pays_online=True).text
    )


def test_an_extension_does_not_promise_a_discount_that_will_be_over():
    case = case_of("discount")
    early = NOW - timedelta(days=30)
    outcome = extension(case, "f1", until=DUE + timedelta(days=20), now=early)
    text = compose(outcome.case, outcome.letters[0], link=LINK, stop_link=STOP, pays_online=True).text
    assert "El importe sigue siendo 1.210,00" in text


def test_a_part_of_a_concept_without_number_reads_well():
    case = case_of("plain")
    case = case.with_debt(replace(case.debts[0], number=""))
    outcome = paid(case, 40000)
    message = compose(outcome.case, outcome.letters[0], link=LINK, stop_link=STOP, pays_online=True)
    assert "de la cuenta de «Rediseño de la revista»" in message.text
    assert message.subject == "Rediseño de la revista · Ana Ruiz"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "queda en 1.210,00 €; el próximo pago es de 403,34 € y vence el 8 de enero de 2027."),
        ("en", "is now €1,210.00; the next payment is €403.34, which is due on 8 January 2027."),
    ],
)
def test_an_answer_about_a_plan_asks_for_its_next_payment_as_the_page_does(language, said):
    case = planned(case_of("plain", language)).case
    settled = resolve_dispute(dispute(case, "f1", text="x", now=NOW).case, "f1", now=NOW)
    not_found = claim_not_found(claim_paid(case, "f1", paid_on=DUE, now=NOW).case, "f1", now=NOW)
    texts = [
        compose(outcome.case, outcome.letters[0], link=LINK, stop_link=STOP, pays_online=True).text.replace(
            "\u00a0", " "
        )
        for outcome in (settled, not_found)
    ]
    assert said in texts[0]
    assert [outcome.letters[0].parts[0].amount_minor for outcome in (settled, not_found)] == [40334, 40334]
    assert settled.letters[0].facts == {"due_on": "2027-01-08", "balance_minor": "121000"}
    assert ("  403,34 €\n" if language == "es" else "  €403.34\n") in texts[1]
