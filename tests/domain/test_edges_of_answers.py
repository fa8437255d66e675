"""Where a rule about what people type or choose begins and ends."""

import pytest

from aldia.domain.attachments import kind_of
from aldia.domain.debt import Checkout, Step
from aldia.domain.editable import groups
from aldia.domain.errors import Refused
from aldia.domain.labels import check_concept
from aldia.domain.phrases import checked
from aldia.domain.preferences import prefer
from aldia.domain.tone_fixes import mended
from tests.domain.answer_world import at, case, day, debt

NOW = at("2026-07-08 12:00")
FOUR_MEGABYTES = 4_194_304


def test_a_file_may_have_four_megabytes_and_not_a_byte_more():
    assert kind_of(b"%PDF-" + b"0" * (FOUR_MEGABYTES - 5)) == "pdf"
    with pytest.raises(Refused) as refused:
        kind_of(b"%PDF-" + b"0" * (FOUR_MEGABYTES - 4))
    assert refused.value.key == "debt.file_too_large"


def test_a_concept_may_have_a_hundred_and_forty_characters():
    assert check_concept("a" * 140) == "a" * 140
    with pytest.raises(Refused):
        check_concept("a" * 141)


def test_what_a_client_prefers_is_kept_and_what_it_does_not_say_stays():
    known = prefer(case(), language="en", now=NOW).case
    assert (known.client.language, known.client.prefers) == ("en", "")
    known = prefer(known, way="transfer", now=NOW).case
    assert (known.client.language, known.client.prefers) == ("en", "transfer")
    assert prefer(known, language="en", way="transfer", now=NOW).case is known


def test_nobody_can_prefer_what_is_not_offered():
    for wrong in ({"language": "fr"}, {"way": "cash"}):
        with pytest.raises(Refused):
            prefer(case(), now=NOW, **wrong)


def test_a_voucher_that_has_just_been_opened_owes_the_letter_that_tells_of_its_end():
    opened = Checkout("k", "oxxo", 1, day("2026-07-08"), NOW, NOW)
    assert opened.expired_letter is False


def test_texts_of_the_accounts_own_letters_may_be_edited_and_those_of_tasks_may_not():
    own = (Step("x_visita", "due", 3, channel="task"), Step("x_saludo", "due", 5), Step("overdue_1", "due", 7))
    found = groups([own, own])
    assert found["own"] == ("x_saludo",)
    assert "own" not in groups([()])
    assert found["reminders"].count("overdue_1") == 1


def test_words_that_stand_at_the_very_beginning_are_mended_too():
    calmer = mended("URGENTE la factura", "URGENTE", "es")
    assert "URGENTE" not in calmer
    assert mended("La factura", " ", "es") == "La factura"


def test_a_phrase_that_both_agreed_on_has_eight_characters_or_more():
    assert checked("«Dos ríos»") == "Dos ríos"
    assert checked("  ") == ""
    with pytest.raises(Refused, match="too_short") as refused:
        checked("Dos río")
    assert refused.value.facts == {"count": 8}


def test_a_debt_is_the_same_whether_its_item_guards_its_ledger_already_or_not():
    assert debt(is_sealed=True) == debt(is_sealed=False)
