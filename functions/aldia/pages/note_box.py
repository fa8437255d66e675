"""Where a debt's page shows the note for one letter: beside the letter that takes it."""

from dataclasses import dataclass

from aldia.domain.case import Case
from aldia.domain.debt import Debt, LetterNote
from aldia.domain.ladder import ladder_of
from aldia.flows import letter_note
from aldia.pages.debt_ahead import Ahead


@dataclass(frozen=True, slots=True)
class NoteBox:
    """The note of a debt, and the letter that takes it. `key` is empty when no letter is to come."""

    key: str
    step: str
    note: LetterNote | None
    seen: str
    others: tuple[str, ...] = ()  # what else the letter is about
    is_moved: bool = False  # it was written for another letter, which did not go


def box(case: Case, debt: Debt, ahead: list[Ahead]) -> NoteBox | None:
    """Beside which letter the note stands; None when there is neither a note nor a letter to come."""
    note = debt.letter_note
    steps = {rung.step for rung in ladder_of(debt)}
    letters = [one for one in ahead if one.state in ("next", "waiting") and one.step in steps]
    taking = next((one for one in letters if note and note.text in one.note), None)
    at = taking or (None if note and not note.held else next(iter(letters), None))
    seen = letter_note.seen_as(case, debt.id)
    if at is None:
        return NoteBox("", "", note, seen) if note else None
    others = tuple(case.debt(other).number or case.debt(other).concept for other in at.others)
    return NoteBox(at.key, at.step, note, seen, others, bool(note and note.key != at.key))
