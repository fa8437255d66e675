"""By what a client knows that a letter is real: the phrase, and a reference that the public page says yes to."""

from dataclasses import replace

import pytest

from aldia.banking.reference import reference
from aldia.domain.asked_for import is_asked_for
from aldia.domain.debt import Entry
from aldia.domain.errors import Refused
from aldia.domain.phrases import checked
from aldia.mail.compose import LETTERS, compose_new_link
from tests.mail.letter_world import DUE, LINK, PHRASE, STEPS, STOP, case_of, letter_of, mail, with_state
from tests.mail.test_letters import Page


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_letter_to_the_client_carries_the_phrase_and_none_to_a_stranger(language):
    assert set(STEPS) <= set(LETTERS)
    for step in STEPS:
        case = with_state(case_of("footer", language), step)
        message = mail(case, letter_of(case, step))
        is_for_client = step != "wrong_person_noted"  # that one goes to somebody who is not the client
        page = " ".join(Page(message.html).words)
        assert (PHRASE in message.text, PHRASE in page) == (is_for_client, is_for_client), step
        if is_for_client:
            assert PHRASE in message.text.partition("\n-- \n")[2], step
        assert PHRASE not in message.subject
    fresh = compose_new_link(case_of("footer", language), link=LINK, to="bruno@example.com", stop_link=STOP)
    assert PHRASE in fresh.text


def test_the_clients_own_phrase_stands_before_the_accounts_and_without_one_there_is_no_line():
    case = case_of("footer")
    own = replace(case, client=replace(case.client, phrase="nos vimos en la feria de Lugo"))
    text = mail(own, letter_of(own, "overdue_1")).text
    assert "Nuestra frase: «nos vimos en la feria de Lugo»" in text
    assert PHRASE not in text
    plain = case_of("plain")
    assert "frase" not in mail(plain, letter_of(plain, "overdue_1")).text


@pytest.mark.parametrize("language", ["es", "en"])
def test_a_letter_that_asks_for_money_says_by_which_reference_it_is_checked_and_no_other_does(language):
    address = "https://aldia.example/comprobar" if language == "es" else "https://aldia.example/en/check"
    for step in STEPS:
        case = with_state(case_of("plain", language), step)
        letter = letter_of(case, step)
        text = mail(case, letter).text
        is_asked = bool(letter.parts)
        assert (reference("f1") in text.partition("\n-- \n")[2]) == is_asked, step
        assert (address in text) == is_asked, step
    debt = case_of("plain", language).debts[0]
    money = Entry("m1", "payment", DUE, letter_of(case_of("plain"), "overdue_1").at, amount_minor=debt.amount_minor)
    settled = case_of("plain", language).with_debt(replace(debt, entries=(money,)))
    thanks = letter_of(settled, "thanks")
    assert not is_asked_for(settled, settled.debts[0], thanks.at)
    assert address not in mail(settled, thanks).text  # the page would say no


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("   ", ""),
        ("«el gato se llama Nube»", "el gato se llama Nube"),
        ('  "our   cat is Cloud" ', "our cat is Cloud"),
        ("ñandú, cóndor y 3 llamas", "ñandú, cóndor y 3 llamas"),
    ],
)
def test_a_phrase_is_kept_as_one_line_without_quotes(typed, kept):
    assert checked(typed) == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Nube", "phrase.too_short"),
        ("x" * 81, "import.text_too_long"),
        ("mira en nube.example.com", "phrase.no_addresses"),
        ("escribe a ana@example.com", "phrase.no_addresses"),
        ("llama al 55 1234 5678 90", "phrase.no_addresses"),
        ("el gato\u202eebuN", "import.text_hidden"),
        ("paga o irás a la cárcel", "phrase.unkind"),
        ("you deadbeat pay us now", "phrase.unkind"),
    ],
)
def test_a_phrase_that_may_not_stand_in_a_letter_is_refused_with_its_reason(typed, why):
    with pytest.raises(Refused) as refused:
        checked(typed)
    assert (refused.value.key, refused.value.field) == (why, "phrase")
