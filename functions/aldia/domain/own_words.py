"""The freelancer's words read in the other language too: a Spanish letter may hold an English sentence."""

from dataclasses import replace

from aldia.domain.tone import HARSH, Verdict, check


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
