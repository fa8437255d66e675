"""The phrase agreed on with a client: short, plain and kind, and hard to guess."""

import pytest

from aldia.domain.errors import Refused
from aldia.domain.phrases import checked, phrase_for


def refused(text):
    with pytest.raises(Refused) as found:
        checked(text, field="words")
    assert found.value.field == "words"
    return found.value


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("  «la lámpara del pasillo» ", "la lámpara del pasillo"),
        ("“green tea at five”", "green tea at five"),
        ("", ""),
        (" «» ", ""),
        ("ocho let", "ocho let"),  # eight characters are enough
        ("a" * 80, "a" * 80),
        ("LA LÁMPARA DEL PASILLO", "LA LÁMPARA DEL PASILLO"),  # loud, and no letter's sentence
        ("págame de una vez", "págame de una vez"),  # how a sentence sounds says nothing of a password
        ("te voy a enviar la lámpara!!!", "te voy a enviar la lámpara!!!"),  # what the linter only warns of
    ],
)
def test_it_stands_as_it_was_written_without_the_quotes(text, phrase):
    assert checked(text) == phrase


def test_one_that_is_guessed_too_easily_or_too_long_is_refused():
    short = refused("siete l")
    assert (short.key, short.facts["count"]) == ("phrase.too_short", 8)
    refused("a" * 81)


@pytest.mark.parametrize("text", ["escribe a ana@example.com", "llama al 600 123 456", "mira www.example.com ya"])
def test_it_leads_nowhere(text):
    assert refused(text).key == "phrase.no_addresses"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("acabarás en la cárcel", "cárcel"),
        ("you will go to jail", "jail"),
        ("hablaré con mi abogado de todo", "abogado"),
    ],
)
def test_words_that_no_letter_may_hold_are_refused_and_shown_in_either_language(text, words):
    found = refused(text)
    assert found.key == "phrase.unkind"
    assert words in found.facts["words"]
    assert len(found.facts["words"]) <= 40


def test_the_clients_own_stands_before_the_usual_one():
    assert phrase_for("la suya", "la de todos") == "la suya"
    assert phrase_for("", "la de todos") == "la de todos"
    assert phrase_for("la suya", "") == "la suya"
    assert phrase_for("", "") == ""
