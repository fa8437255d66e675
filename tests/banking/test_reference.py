"""A payment's reference: from the debt alone, told apart from its look-alikes, found in whatever a bank writes."""

import random
import re

import pytest

from aldia.banking.reference import ALPHABET, reference, references_in
from tests.soak import amount

SAMPLE = amount(300, 20_000)


@pytest.mark.soak
def test_a_debts_reference_never_changes_and_no_two_are_the_same():
    assert reference("id000001") == "AD-P837-WKC4"  # written on transfers already: it must stay
    ids = [f"id{number:06d}" for number in range(SAMPLE)]
    found = {reference(one) for one in ids}
    assert len(found) == len(ids)
    assert all(re.fullmatch(rf"AD-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", one) for one in found)


def test_it_is_found_however_the_bank_writes_it():
    said = reference("id000001")
    for text in (said, said.lower(), said.replace("-", " "), f"TRANSF/{said.replace('-', '')}/FRA 12", f"x{said}9"):
        assert references_in(text) == (said,)
    assert references_in("ADELANTO DE OBRA 2026") == ()


@pytest.mark.soak
def test_one_wrong_sign_is_noticed_and_nearly_always_two_that_changed_places():
    dice, unnoticed = random.Random(5), 0
    for number in range(SAMPLE):
        said = reference(f"id{number}").replace("-", "")
        place = dice.randrange(2, 10)
        wrong = said[:place] + dice.choice([sign for sign in ALPHABET if sign != said[place]]) + said[place + 1 :]
        assert references_in(wrong) == ()
        if place < 9 and said[place] != said[place + 1]:
            swapped = said[:place] + said[place + 1] + said[place] + said[place + 2 :]
            unnoticed += references_in(swapped) != ()
    assert unnoticed <= SAMPLE / 50
