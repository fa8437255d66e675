"""A personal note for one letter is written, changed, taken away, or comes back from a letter that may not say it."""

from dataclasses import replace
from datetime import datetime

from aldia.domain.case import Case, Letter, Outcome
from aldia.domain.debt import LetterNote
from aldia.domain.errors import Refused
from aldia.domain.ladder import occurrences
from aldia.domain.ledger import state
from aldia.domain.letter_notes import FACT, checked
from aldia.domain.outcomes import live_debt, settled, unchanged

SETTLED = ("paid", "written_off")


def write(case: Case, debt_id: str, *, key: str, text: str, now: datetime) -> Outcome:
    """Write or change the note. Refused where nothing is asked for any more.

    A `key` that has gone keeps the note for the next letter.
    """
    debt = live_debt(case, debt_id)
    if state(debt, case.local_day(now)) in SETTLED:
        raise Refused("letter_note.settled", field="text")
    known = {step.key for step in occurrences(case, debt)}
    note = LetterNote(key if key in known else "", checked(text), now)
    was = debt.letter_note
    if was and (was.key, was.text, was.held) == (note.key, note.text, ""):
        return unchanged(case)
    return settled(case.with_debt(replace(debt, letter_note=note)), now)


def remove(case: Case, debt_id: str, *, now: datetime) -> Outcome:
    """Take the note away."""
    debt = live_debt(case, debt_id)
    return settled(case.with_debt(replace(debt, letter_note=None)), now) if debt.letter_note else unchanged(case)


def handed_back(case: Case, letter: Letter, now: datetime) -> Outcome:
    """The note of a letter that waited and may not say it any more; on its first debt, unless that has another."""
    debt = case.debt(letter.parts[0].debt_id)
    text = letter.facts.get(FACT, "")
    if not text or debt.letter_note:
        return unchanged(case)
    note = LetterNote(letter.parts[0].key, text, now, held="tone")
    return settled(case.with_debt(replace(debt, letter_note=note)), now)
