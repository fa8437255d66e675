"""Phrases of the linter's data, read as patterns over folded text.

A phrase is words with spaces between. In a word, `a|b` is either, a `*` at its end is any ending, a `?` says that it
may be missing (not the first), `{name}` is any of a group, `_` is a space. `..` are up to five words of the same
sentence, `#` is a number.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

_BETWEEN = r"[^\w.;:?!]+"  # between two words of one sentence
_GAP = r"(?:(?:[^\s.;:?!]|[.](?=\w))+\s+){0,5}"
_NUMBER = r"\d[\d.,]*"

GAP = ".."
SIGNS_KEPT = 1024  # folded signs that are kept in mind
Groups = Mapping[str, Sequence[str]]


def matcher(phrases: Sequence[str], groups: Groups | None = None) -> re.Pattern[str]:
    """Any of these phrases as whole words of folded text."""
    named = tuple((name, tuple(words)) for name, words in (groups or {}).items())
    return _matcher(tuple(phrases), named)


@cache
def _matcher(phrases: tuple[str, ...], groups: tuple[tuple[str, tuple[str, ...]], ...]) -> re.Pattern[str]:
    known = dict(groups)
    alternatives = "|".join(_phrase(folded(phrase), known) for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def _phrase(phrase: str, groups: Groups) -> str:
    """One phrase as a regular expression."""
    built, is_first = "", True
    for token in phrase.split():
        if token == GAP:
            built += _BETWEEN + _GAP if not is_first else _GAP
            is_first = True  # the gap has its own spaces
            continue
        word = _word(token.rstrip("?"), groups)
        before = "" if is_first else _BETWEEN
        built += f"(?:{before}{word})?" if token[-1] == "?" else before + word
        is_first = False
    return built


def _word(token: str, groups: Groups) -> str:
    """One word and its alternatives."""
    return "(?:" + "|".join(_plain(part, groups) for part in token.split("|") if part) + ")"


def _plain(part: str, groups: Groups) -> str:
    if part == "#":
        return _NUMBER
    if part[0] == "{":
        name, _, end = part[1:].partition("}")
        named = (r"\s+".join(map(re.escape, folded(word).split())) for word in groups[name])
        return f"(?:{'|'.join(named)}){re.escape(end)}"
    words = r"\s+".join(re.escape(word) for word in part.rstrip("*").split("_"))
    return words + (r"\w*" if part[-1] == "*" else "")


def folded(text: str) -> str:
    """Small letters without accents, sign for sign, so that positions stay; typographic apostrophes made plain."""
    return text.lower() if text.isascii() else "".join(map(_folded_sign, text))


@lru_cache(SIGNS_KEPT)
def _folded_sign(sign: str) -> str:
    if sign.isascii():
        return sign.lower()
    if sign in "’‘ʼ":
        return "'"
    return unicodedata.normalize("NFD", sign)[0].lower()[:1] or sign
