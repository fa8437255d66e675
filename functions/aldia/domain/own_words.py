"""The freelancer's own words read once more than the letter they stand in: in the other language, in a formal letter,
in a letter to a stranger."""

import re
from collections.abc import Iterable
from dataclasses import replace

from aldia.domain.tone import HARSH, Finding, Verdict, check
from aldia.domain.tone_phrases import folded

EVERYDAY = "overdue_1"  # what may not be said in a reminder
FEWEST_LETTERS = 3  # of a name that is looked for in a letter to a stranger


def in_both(verdict: Verdict, words: str, *, step: str, language: str) -> Verdict:
    """The verdict of a letter with what the other language's rules forbid in these words; that asks to confirm only.

    A word may be harmless in one language and not in the other ("embargo"), so it blocks nothing. How a sentence sounds
    is weighed in its own language alone: to the other's weights its words are strangers.
    """
    other = "en" if language == "es" else "es"
    found = check(words, step=step, language=other).findings
    blocks = (one for one in found if one.level == "block" and one.excerpt and one.rule != HARSH)
    more = tuple(replace(one, level="warn") for one in blocks)
    level = "warn" if more and verdict.level == "ok" else verdict.level
    return Verdict(level, (*verdict.findings, *more))


def as_everyday(verdict: Verdict, words: str, *, language: str, country: str) -> Verdict:
    """The verdict of a formal letter with what a reminder may not say in these words.

    The letter itself names what comes next, as it was decided for that debt; words for many letters cannot know it.
    """
    found = check(words, step=EVERYDAY, language=language, country=country).findings
    known = {(one.rule, one.excerpt) for one in verdict.findings}
    return _with(
        verdict, (one for one in found if one.level == "block" and one.excerpt and (one.rule, one.excerpt) not in known)
    )


def for_a_stranger(verdict: Verdict, words: str, private: Iterable[str]) -> Verdict:
    """The verdict of a letter whose reader may not learn whose it was. `private`: names and numbers of that client."""
    plain = folded(words)
    asked = sorted({folded(text).strip() for text in private})
    places = (re.search(rf"(?<!\w){re.escape(one)}(?!\w)", plain) for one in asked if len(one) >= FEWEST_LETTERS)
    return _with(
        verdict,
        (Finding("block", "private", words[slice(*place.span())], "tone.private") for place in places if place),
    )


def _with(verdict: Verdict, blocks: Iterable[Finding]) -> Verdict:
    """What blocks comes first."""
    found = tuple(blocks)
    return Verdict("block", (*found, *verdict.findings)) if found else verdict
