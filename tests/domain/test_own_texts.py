"""The freelancer's own words: what may stand in them, how variables are filled, and how versions come back."""

from datetime import UTC, datetime

import pytest

from aldia.domain.errors import Refused
from aldia.domain.own_texts import KEPT, VARIABLES, OwnText, Words, filled, meant, words_for
from aldia.domain.own_words import in_both
from aldia.domain.tone import Finding, Verdict
from aldia.domain.tone_fixes import mended, replacement
from aldia.flows.edit_text import fingerprint, seen_as
from aldia.store import codec

VALUES = {
    "name": "Bruno {amount}",
    "label": "la factura F-1",
    "amount": "10 €",
    "due": "hoy",
    "when": "vence hoy",
    "days": "3",
    "date": "mañana",
    "payments": "3 pagos",
    "client": "Casa {{ x }}",
    "me": "Ana",
}


def test_variables_are_filled_once_and_what_a_value_holds_is_left_alone():
    assert filled("Hola {nombre}, { Días } días: {IMPORTE}.", VALUES) == "Hola Bruno {amount}, 3 días: 10 €."
    assert filled("{client} {{{{", VALUES) == "Casa {{ x }} {{{{"


def test_every_variable_of_both_languages_has_a_value_and_either_language_holds_in_both():
    for names in VARIABLES.values():
        assert set(names.values()) == set(VALUES)
        assert meant(" ".join(f"{{{name}}}" for name in names)) == set(VALUES)
        usual = " ".join(f"{{{name}}}" for name, meaning in names.items() if meaning not in ("date", "payments"))
        assert words_for("overdue_1", usual).opening == words_for("mi_paso", usual).opening == usual


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "texts.empty"),
        ("  \n", "texts.empty"),
        ("Hola {apodo}", "texts.unknown_variable"),
        ("Hola {}", "texts.unknown_variable"),
        ("Hasta el {fecha}", "texts.not_in_this_letter"),
        ("{{ nombre }}", "texts.open_brace"),
        ("{{ config.__class__ }}", "texts.unknown_variable"),
        ("{nombre.__class__}", "texts.unknown_variable"),
        ("{nombre!r}", "texts.unknown_variable"),
        ("Hola {nombre", "texts.open_brace"),
        ("Hola nombre}", "texts.open_brace"),
        ("x" * 1201, "notes.too_long"),
        ("Paga en www.otro.example", "notes.web_address"),
        ("Llama al 600 123 456", "notes.phone_number"),
    ],
)
def test_what_cannot_stand_in_a_letter_is_refused_beside_the_field(text, key):
    with pytest.raises(Refused) as refused:
        words_for("overdue_1", text)
    assert (refused.value.key, refused.value.field) == (key, "text")
    if text.strip():
        with pytest.raises(Refused) as refused:
            words_for("overdue_1", "Hola.", text)
        assert (refused.value.key, refused.value.field) == (key, "closing")


def test_versions_are_kept_up_to_a_number_and_come_back_one_by_one():
    held = OwnText()
    for n in range(KEPT + 3):
        held = held.saved(Words(f"texto {n}", f"final {n}"), datetime(2026, 7, 1, n, tzinfo=UTC))
    assert len(held.versions) == KEPT
    assert held.words == Words(f"texto {KEPT + 2}", f"final {KEPT + 2}")
    assert held.undone().text == f"texto {KEPT + 1}"
    assert OwnText().undone().text == ""


@pytest.mark.parametrize(
    ("text", "excerpt", "language", "calmer"),
    [
        ("Es urgente, de verdad.", "urgente", "es", "Es importante, de verdad."),
        ("Please pay immediately.", "immediately", "en", "Please pay when you can."),
        ("Hola. Eres un moroso y lo sabes. Gracias.", "moroso", "es", "Hola. Gracias."),
        ("Hola.\n\nIrás a la cárcel\n\nGracias.", "cárcel", "es", "Hola.\n\nGracias."),
        ("Paga PRONTO, por favor.", "PRONTO", "es", "Paga Pronto, por favor."),
        ("Nada de eso.", "otra cosa", "es", "Nada de eso."),
        ("Nada de eso.", "", "es", "Nada de eso."),
    ],
)
def test_one_click_puts_a_calmer_word_or_takes_the_sentence_away(text, excerpt, language, calmer):
    assert mended(text, excerpt, language) == calmer


def test_words_in_the_other_language_ask_to_be_confirmed_and_block_nothing():
    clean = Verdict("ok")
    asked = in_both(clean, "Gracias. You are a deadbeat.", step="overdue_1", language="es")
    assert (asked.level, {finding.level for finding in asked.findings}) == ("warn", {"warn"})
    assert in_both(clean, "Irás a la cárcel.", step="overdue_1", language="en").level == "warn"
    assert in_both(clean, "Gracias por la reunión del martes.", step="overdue_1", language="es") == clean
    blocked = Verdict("block", (Finding("block", "x", "x", "x"),))
    assert in_both(blocked, "You are a deadbeat.", step="overdue_1", language="es").level == "block"


def test_a_word_that_has_no_calmer_one_takes_its_sentence_with_it():
    assert replacement("moroso", "es") == ""


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Te mando {factura} por {importe}, {nombre}. Con cariño, {yo}."),
        ("en", "A note that {invoice} has an early-payment discount."),
    ],
)
def test_how_a_sentence_sounds_is_weighed_in_its_own_language_alone(language, words):
    assert in_both(Verdict("ok"), words, step="invoice_sent", language=language) == Verdict("ok")


def test_what_was_saved_before_there_were_last_words_is_read_as_it_was():
    held = codec.loads(OwnText, '{"versions":[{"at":"2026-07-01T10:00:00Z","text":"Hola, {nombre}"}]}')
    assert (held.text, held.words, bool(held.words)) == ("Hola, {nombre}", Words("Hola, {nombre}"), True)
    assert seen_as(held.words) == fingerprint("Hola, {nombre}") != seen_as(Words("Hola, {nombre}", "Adiós"))
    given_back = codec.loads(OwnText, codec.dumps(held.saved(Words(), datetime(2026, 7, 2, tzinfo=UTC))))
    assert not given_back.words
    assert given_back.undone() == held
