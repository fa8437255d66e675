"""The project's example scenarios, played by the domain alone, when they lie beside this checkout."""

import json
from pathlib import Path

import pytest

from aldia.domain.money import to_decimal
from tests.domain.driver import play

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "scenarios"
SCENARIOS = sorted(path for path in FOLDER.glob("*.json") if not path.name.endswith(".expect.json"))
MAY_BE_LEFT_OUT = {"promise_day", "promise_missed", "instalment_due", "instalment_missed", "voucher_expired"}


def told(played, letter):
    currency = letter.parts[0].currency if letter.parts else "EUR"
    return {
        "at": letter.at.astimezone(played.case.zone).isoformat(),
        "step": letter.step,
        "steps": [part.step for part in letter.parts],
        "debts": [part.debt_id for part in letter.parts],
        "amount": str(to_decimal(sum(part.amount_minor for part in letter.parts), currency)),
    }


@pytest.mark.shared
@pytest.mark.skipif(not SCENARIOS, reason="the folder with the scenarios is not beside this checkout")
@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_the_letters_of_an_example_scenario_are_the_expected_ones(path):
    played = play(json.loads(path.read_text("utf-8")))
    expected = json.loads(path.with_suffix(".expect.json").read_text("utf-8"))
    named = {letter["step"] for letter in expected.get("letters", [])}
    counted = [
        letter
        for letter in played.letters
        if letter.step in named or (letter.letter_class != "answer" and letter.step not in MAY_BE_LEFT_OUT)
    ]
    if "letters" in expected:
        letters = [told(played, letter) for letter in counted]
        wanted = expected["letters"]
        assert [{key: have[key] for key in want} for want, have in zip(wanted, letters, strict=True)] == wanted
    for skip in expected.get("skips", []):
        assert f"{skip['debt']}/{skip['step']}" in played.skips
    for want in expected.get("quotes", []):
        assert want["payable"] in [str(to_decimal(found.payable_minor, found.currency)) for found in played.quotes]
