"""The catalogue: both languages say the same things, each in its own words."""

import re
from string import Formatter

import pytest

from aldia.i18n import catalog

SPANISH, ENGLISH = catalog.sentences("es"), catalog.sentences("en")
NOT_SPANISH = re.compile(r"\b(the|and|with|your|you|please|this|that|from|invoice|payment|debt)\b", re.IGNORECASE)
NOT_ENGLISH = re.compile(r"\b(el|la|los|las|una|que|para|con|pago|factura|por favor|tu|cliente)\b", re.IGNORECASE)
# Words that both languages share, or that a sentence about the other language needs.
SHARED = {"ui.language_es", "ui.language_en"}


def placeholders(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def words(sentence):
    """A sentence without its placeholders and without what it quotes."""
    return re.sub(r"\{[^}]*\}|«[^»]*»|“[^”]*”|“[^”]*”|`[^`]*`", " ", sentence)


def test_both_languages_have_the_same_sentences():
    assert SPANISH.keys() == ENGLISH.keys()


def test_a_sentence_takes_the_same_values_in_both_languages():
    wrong = [key for key in SPANISH if placeholders(SPANISH[key]) != placeholders(ENGLISH.get(key, ""))]
    # The singular may leave the number out: "hace 1 día".
    assert [key for key in wrong if not key.endswith(".one")] == []


def test_no_sentence_is_empty():
    assert [key for key, said in (SPANISH | ENGLISH).items() if not said.strip()] == []


def test_no_english_word_stands_in_a_spanish_sentence():
    assert {key: said for key, said in SPANISH.items() if key not in SHARED and NOT_SPANISH.search(words(said))} == {}


def test_no_spanish_word_stands_in_an_english_sentence():
    english = {key: said.replace("Al Día", "") for key, said in ENGLISH.items()}
    assert {key: said for key, said in english.items() if key not in SHARED and NOT_ENGLISH.search(words(said))} == {}


def test_nobody_is_called_a_bad_payer():
    assert [key for key, said in SPANISH.items() if "moros" in said.lower()] == []


@pytest.mark.parametrize(("n", "said"), [(1, "1 pago"), (2, "2 pagos"), (0, "0 pagos")])
def test_a_plural_is_chosen_by_its_number(n, said):
    assert catalog.text("es", "letters.payments", n=n) == said


@pytest.mark.parametrize("key", ["letters.nothing", "nowhere.at_all", "letters"])
def test_an_unknown_key_is_an_error(key):
    with pytest.raises(KeyError):
        catalog.text("es", key)


def test_an_unknown_language_is_an_error():
    with pytest.raises(KeyError):
        catalog.text("fr", "letters.button")


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        catalog.text("es", "letters.label.number")


def test_the_catalogue_knows_what_it_has():
    assert catalog.has("en", "letters.button")
    assert not catalog.has("en", "letters.nothing")
    assert not catalog.has("en", "nowhere.button")
