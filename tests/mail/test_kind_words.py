"""A threat that reached a debt, an account or an answer all the same stands in no letter; the letter goes without."""

from dataclasses import replace

import pytest

from tests.mail.letter_world import account, case_of, letter_of, mail

THREAT = {"es": "Moroso, te denunciaré a la policía", "en": "Pay or I will sue you"}
OURS = {"es": "me falta un dato: la referencia o el comprobante.", "en": "one detail is missing: the reference or"}


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_the_linter_blocks_is_left_out_of_every_letter_and_the_rest_stands(language):
    threat = THREAT[language]
    known = case_of("plain", language)
    [one] = known.debts
    noted = replace(known, account=account(footer=threat), debts=(replace(one, note=threat),))
    reminder = mail(noted, letter_of(noted, "overdue_1")).text
    assert threat not in reminder
    assert "F-001" in reminder
    for step, fact in (("dispute_resolved", "resolution"), ("payment_question", "question")):
        letter = letter_of(noted, step)
        text = mail(noted, replace(letter, facts={**letter.facts, fact: threat})).text
        assert threat not in text, step
        assert "F-001" in text, step
    assert OURS[language] in text


def test_kind_words_stand_as_they_were_written():
    known = case_of("history")
    noted = replace(known, account=account(footer="Inscrita en el Registro Mercantil de Madrid"))
    text = mail(noted, letter_of(noted, "overdue_1")).text
    assert "Inscrita en el Registro Mercantil de Madrid" in text
    assert noted.debts[0].note in text
