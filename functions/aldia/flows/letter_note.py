"""The freelancer's note for one letter: written, changed and taken away until the letter goes.

Note and sender exclude each other by the client's version: the letter that is being claimed has the note as it was
read, or the note is written after it and kept for the next one.
"""

from datetime import datetime

from aldia.domain import letter_notes, note_edits
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.domain.look import Look
from aldia.flows import casework
from aldia.flows.edit_text import fingerprint
from aldia.mail.headers import paragraphs
from aldia.ports import Ports

Ids = tuple[str, str, str]
"""Account, client, debt."""


def seen_as(case: Case, debt_id: str) -> str:
    """What a form was filled in from; empty while there is no note."""
    note = case.debt(debt_id).letter_note
    return fingerprint(note.text) if note else ""


def write(ports: Ports, ids: Ids, *, key: str, text: str, seen: str) -> bool:
    """Save it for the letter of that occurrence; whether that one takes it, else it is kept for the next.

    Refused (field `text`): the words, a note that went or was changed meanwhile, a debt that is settled.
    """
    account_id, client_id, debt_id = ids
    words = paragraphs(letter_notes.checked(text))

    def ask(case: Case, now: datetime) -> Outcome:
        _check_seen(case, debt_id, seen)
        return note_edits.write(case, debt_id, key=key, text=words, now=now)

    case = casework.change(ports, account_id, client_id, ask).case
    return letter_notes.may_come(Look(case, case.debt(debt_id), ports.clock.now()), key)


def remove(ports: Ports, ids: Ids, *, seen: str) -> None:
    """Take it away. Refused when it went or was changed meanwhile."""
    account_id, client_id, debt_id = ids

    def ask(case: Case, now: datetime) -> Outcome:
        _check_seen(case, debt_id, seen)
        return note_edits.remove(case, debt_id, now=now)

    casework.change(ports, account_id, client_id, ask)


def _check_seen(case: Case, debt_id: str, seen: str) -> None:
    held = seen_as(case, debt_id)
    if seen and not held:
        raise Refused("letter_note.gone", field="text")
    if seen != held:
        raise Refused("letter_note.changed", field="text")
