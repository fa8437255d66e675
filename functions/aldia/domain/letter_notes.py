"""A personal note for one letter: which letter takes it, and when it goes back to its debt.

It is written for one occurrence of a step. That letter takes it, whatever other debts it is about. When that letter
cannot come any more (skipped, overtaken, gone a moment before), the note is kept for the debt's next reminder, never
for a formal letter; the debt's page says so.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from aldia.domain.case import Case, Letter
from aldia.domain.debt import Debt
from aldia.domain.errors import Refused
from aldia.domain.ladder import Occurrence
from aldia.domain.look import Look
from aldia.domain.notes import LONGEST_NOTE, check_note

FIRM = ("formal_letter", "last_notice")
FACT = "personal_note"


def checked(text: str) -> str:
    """The note, trimmed. Refused: empty, too long, a web address or phone number."""
    words = check_note(text.replace("\r\n", "\n"), field="text", most=LONGEST_NOTE)
    if not words:
        raise Refused("letter_note.empty", field="text")
    return words


def takes(look: Look, step: Occurrence) -> bool:
    """Whether that letter takes the debt's note with it."""
    note = look.debt.letter_note
    if note is None or note.held:
        return False
    if note.key == step.key:
        return True
    return step.step.step not in FIRM and not may_come(look, note.key)


def may_come(look: Look, key: str) -> bool:
    """Whether the letter of that occurrence is still to come."""
    return any(step.key == key for step in look.open_steps)


def told(steps: Iterable[tuple[Look, Occurrence]]) -> dict[str, str]:
    """The letter's fact: the notes of all its debts, each text once; nothing when there are none."""
    notes = [look.debt.letter_note.text for look, step in steps if look.debt.letter_note and takes(look, step)]
    return {FACT: "\n\n".join(dict.fromkeys(notes))} if notes else {}


def without(letter: Letter) -> Letter:
    """The letter without its notes."""
    return replace(letter, facts={name: text for name, text in letter.facts.items() if name != FACT})


def given_back(before: Case, after: Case, letter: Letter, *, held: Literal["", "tone"]) -> Case:
    """`after`, in which the debts of a letter have the notes again that it took from `before`.

    `held`: the linter does not let them go; empty: they are kept for the next letter.
    """
    for part in letter.parts:
        note, now_has = before.debt(part.debt_id).letter_note, after.debt(part.debt_id).letter_note
        if note and now_has is None:
            after = after.with_debt(replace(after.debt(part.debt_id), letter_note=replace(note, held=held)))
    return after


def doubted(debt: Debt) -> Debt:
    """The debt once its letter may have gone without anybody knowing: its note does not go by itself again."""
    note = debt.letter_note
    return replace(debt, letter_note=replace(note, held=note.held or "unknown")) if note else debt
