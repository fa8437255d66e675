"""A letter of the ladder that the mail provider refused: whether it still says what is true when it is tried again."""

from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from aldia.domain.case import Case, Letter, LetterPart
from aldia.domain.contact_rules import time_reason
from aldia.domain.debt import Debt
from aldia.domain.firm_letters import is_clicked
from aldia.domain.silences import client_silence, letter_silences
from aldia.domain.working_terms import LETTERS
from aldia.domain.yeses import shown


def told(case: Case, letter: Letter) -> str:
    """A name for all that the letter tells, as `yeses.shown`: the same while nothing of it has changed.

    The personal note counts for nothing, since the letter took it from its debt. What leads to the terms is another
    letter once the links to them were withdrawn.
    """
    bare = replace(case, debts=tuple(_bare(debt) for debt in case.debts))
    about = shown(bare, ((part.debt_id, part.key) for part in letter.parts))
    doors = case.client.terms_links if letter.step in LETTERS else 0
    return sha256(f"{about}/{doors}".encode()).hexdigest()[:12] if about else ""


def _bare(debt: Debt) -> Debt:
    return replace(debt, letter_note=None) if debt.letter_note else debt


def why_not(case: Case, letter: Letter, claimed_with: str, now: datetime) -> str:
    """Why it may not go any more; empty when it may. `claimed_with`: what it told when it was claimed."""
    for part in letter.parts:
        silences = letter_silences(case, case.debt(part.debt_id), now, letter_class=letter.letter_class)
        if silences:
            return silences[0].reason
    silence = client_silence(case, now)  # a letter about no debt is silenced with its client
    if silence:
        return silence.reason
    if claimed_with != told(case, letter):
        return "changed"
    if any(_lacks_yes(case, part) for part in letter.parts):
        return "needs_approval"
    # Its contact was counted when it was first claimed: the distance says nothing. It is true on its own day only.
    return time_reason(case, now) or ("" if case.local_day(now) == letter.day else "window")


def _lacks_yes(case: Case, part: LetterPart) -> bool:
    """Each letter is asked for by now, and this one never was. A yes to other words is none: they have changed."""
    debt = case.debt(part.debt_id)
    if not (part.key and case.asks_first) or is_clicked(debt, part.key):
        return False
    return all(yes.key != part.key for yes in debt.yeses)
