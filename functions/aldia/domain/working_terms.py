"""How a freelancer works with payments, in writing: versions that never change, and a client's yes to one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from aldia.domain.case import Case, Letter, Notice, Outcome
from aldia.domain.debt import Debt
from aldia.domain.outcomes import may_be_answered, moment, neutral, settled, unchanged
from aldia.domain.prevention import Accepted

LANGUAGES = ("es", "en")
FIRM = ("pause", "deposit", "formal", "claim")
"""What may follow when nothing else helps, the mildest first. Each lawful, and only said when it was chosen."""

SHARED, ACCEPTED = "terms_shared", "terms_accepted"
LETTERS = (SHARED, ACCEPTED)
"""The letters whose link leads to the terms, not to what is owed."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its sentences."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermsVersion:
    """One published version, never written again."""

    number: int
    at: datetime
    hash: str
    texts: Mapping[str, tuple[Section, ...]]  # by language
    words: Mapping[str, str] = field(default_factory=dict)  # the freelancer's own, by language
    firm: tuple[str, ...] = ()

    def plain(self, language: str) -> str:
        """The text as a letter carries it: a heading, then its sentences as a list."""
        blocks = ((part.title, "\n".join(f"· {line}" for line in part.lines)) for part in self.texts[language])
        return "\n\n".join(block for pair in blocks for block in pair)


def accept(case: Case, version: TermsVersion, *, by: str, now: datetime) -> Outcome:
    """The client's yes, once: a letter that confirms it with the whole text, and news for the freelancer."""
    held = case.client.accepted
    if held and held.number >= version.number:
        return unchanged(case)
    accepted = Accepted(version.number, version.hash, now, by)
    after = replace(case, client=replace(case.client, accepted=accepted))
    news = Notice("terms_accepted", now, text=str(version.number))
    return settled(after, now, letters=_confirmed(after, version, accepted), notices=(news,))


def _confirmed(case: Case, version: TermsVersion, accepted: Accepted) -> tuple[Letter, ...]:
    if not may_be_answered(case.client):
        return ()
    day = case.local_day(accepted.at)
    text = version.plain(case.client.language)
    facts = neutral({"number": version.number, "by": accepted.by, "on": day, "text": text, "hash": version.hash[:12]})
    return (Letter(ACCEPTED, "answer", day, accepted.at, cause=moment(case, accepted.at), facts=facts),)


def stamped(case: Case, debt: Debt) -> Debt:
    """The debt with the terms that held when its invoice was issued; those issued before the yes carry none."""
    accepted = case.client.accepted
    if accepted is None or debt.issued_on < case.local_day(accepted.at):
        return replace(debt, agreed_terms=None)
    return replace(debt, agreed_terms=accepted)


def shared(case: Case, *, key: str, now: datetime) -> Letter:
    """The letter that shows the terms. `key`: the form's own, so that sending it twice writes once."""
    return Letter(SHARED, "ladder", case.local_day(now), now, cause=f"terms/{key}")


def withdraw(case: Case, *, now: datetime) -> Outcome:
    """Every link to the terms that this client was given stops opening."""
    client = replace(case.client, terms_links=case.client.terms_links + 1)
    return settled(replace(case, client=client), now)
