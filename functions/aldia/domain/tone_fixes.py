"""One click mends what the linter found: another word where the data has one, else the sentence goes."""

import re

from aldia.domain.tone_phrases import folded
from aldia.rules import load

_END = re.compile(r"[.!?…]+(?:\s+|$)|\n\n+")


def replacement(excerpt: str, language: str) -> str:
    """A calmer word for the excerpt; empty when there is none."""
    found: str = load("tone")["fixes"][language].get(folded(excerpt.strip()), "")
    return excerpt.capitalize() if not found and _is_shouted(excerpt) else found


def mended(text: str, excerpt: str, language: str) -> str:
    """The text with the excerpt's first place mended; the same text when it stands nowhere."""
    place = folded(text).find(folded(excerpt)) if excerpt.strip() else -1
    if place < 0:
        return text
    calmer = replacement(excerpt, language)
    if calmer:
        return text[:place] + calmer + text[place + len(excerpt) :]
    start = max((match.end() for match in _END.finditer(text, 0, place)), default=0)
    after = _END.search(text, place + len(excerpt))
    return (text[:start] + text[after.end() if after else len(text) :]).strip()


def _is_shouted(excerpt: str) -> bool:
    return len(excerpt) > 1 and " " not in excerpt and excerpt.isupper()
