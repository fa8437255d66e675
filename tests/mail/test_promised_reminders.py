"""An answer promises no reminder that will not come: none after "no more", and "a week before" only if there is one."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.mail.letter_world import DUE, case_of, letter_of, mail, with_state

SAID = {
    "es": ("solo un recordatorio ese día", "te aviso una semana antes de cada uno", "te aviso antes de cada uno"),
    "en": ("just a reminder that day", "I'll remind you a week before each", "I'll remind you before each"),
}


@pytest.mark.parametrize("language", ["es", "en"])
def test_what_is_promised_of_reminders_is_what_comes(language):
    that_day, week_before, before = SAID[language]
    soon = (DUE + timedelta(days=2 + 7)).isoformat()  # a week after the letter
    schedule = {"schedule": f"{soon}=60500 2027-03-08=60500"}

    def text(step, stopped_at=None, **facts):
        known = with_state(case_of("plain", language), step)
        known = replace(known, client=replace(known.client, stopped_at=stopped_at))
        return mail(known, letter_of(known, step, **facts)).text

    assert that_day in text("promise_noted")
    assert week_before in text("plan_noted")
    assert before in text("plan_noted", **schedule)
    at = letter_of(case_of("plain"), "thanks").at
    stopped = text("promise_noted", at) + text("plan_noted", at) + text("plan_noted", at, **schedule)
    assert not [words for words in SAID[language] if words in stopped]
    assert not [
        words for words in ("remind", "recordatorio") if words in text("promise_noted", at).partition("\n-- \n")[0]
    ]


ROOT = Path(__file__).parents[2]
UNBOUNDED = {
    "es": r"\b(?:no (?:hay|recib\w+)|sin) recordatorios"
    r"(?! (?:de (?:\{label\}|es\w+ |ninguna:|\{\{)|por esto|automáticos))",
    "en": r"\bno reminders(?! about)|(?:n't|not) (?:get|receive) reminders(?! about)|(?:n't|not) write up",
}
FOR_GOOD = re.compile(r"(?:relation|state|clients|export|reason|would)\.toml$")  # "no more reminders", of everything


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_answer_about_one_invoice_promises_silence_about_that_one_alone(language):
    """The client's other debts go on: who answered about one may hear of another the next day."""
    words, mails = ROOT / "functions/aldia/i18n" / language, ROOT / "templates/email" / language
    said = [*words.glob("*.toml"), *mails.glob("*.txt")]
    assert len(said) > 40
    found = [
        f"{path.name}: {line.strip()}"
        for path in said
        if not FOR_GOOD.search(path.name)
        for line in path.read_text("utf-8").splitlines()
        if re.search(UNBOUNDED[language], line, re.IGNORECASE) and "stop_title" not in line and "stop_do" not in line
    ]
    assert found == []
    for step in ("already_paid_noted", "payment_question", "extension_noted"):
        known = with_state(case_of("plain", language), step)
        text = mail(known, letter_of(known, step)).text
        assert {"es": "no recibirás recordatorios por esto", "en": "won't get reminders about it"}[language] in text
