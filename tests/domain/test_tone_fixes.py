"""One click mends what the linter found: a calmer word, else the whole sentence goes and the rest stays."""

import pytest

from aldia.domain.tone_fixes import mended, replacement

THREE = "Hola, Bruno. Irás a la cárcel mañana. Gracias."


@pytest.mark.parametrize(
    ("text", "excerpt", "left"),
    [
        (THREE, "cárcel", "Hola, Bruno. Gracias."),
        (THREE, "Carcel", "Hola, Bruno. Gracias."),  # written otherwise
        ("Irás a la cárcel mañana. Gracias.", "cárcel", "Gracias."),
        ("Uno. Dos. Irás a la cárcel. Tres.", "cárcel", "Uno. Dos. Tres."),  # only its own sentence
        ("Hola. Irás a la cárcel", "cárcel", "Hola."),  # it ends with the text
        ("Irás a la cárcel", "cárcel", ""),
        ("Hola\n\nIrás a la cárcel\n\nGracias", "cárcel", "Hola\n\nGracias"),  # a paragraph ends a sentence too
        ("Hola. Dije que no. Irás a la cárcel! Adiós. Fin.", "Irás a la cárcel", "Hola. Dije que no. Adiós. Fin."),
        (". Irás a la cárcel. Fin.", "cárcel", ". Fin."),
        (THREE, "embargo", THREE),  # it stands nowhere
        (THREE, "  ", THREE),
    ],
)
def test_a_sentence_for_which_there_is_no_calmer_word_goes_and_nothing_else(text, excerpt, left):
    assert mended(text, excerpt, "es") == left


@pytest.mark.parametrize(
    ("excerpt", "calmer"),
    [("PAGA", "Paga"), ("YA", "Ya"), ("A", ""), ("Paga", ""), ("PAGA AHORA", "")],
)
def test_a_shouted_word_is_said_calmly_a_letter_or_several_words_are_not_shouted_words(excerpt, calmer):
    assert replacement(excerpt, "es") == calmer


def test_a_shouted_word_changes_in_its_place():
    assert mended("Por favor PAGA la factura.", "PAGA", "es") == "Por favor Paga la factura."
