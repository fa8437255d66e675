"""What a sentence has that may tell how it sounds: words, stems, pairs, letters, endings, and what kinds of words meet.

Kinds are lists of words (rules/tone_classes.json): a threat about a toddler sounds like one about a son, though nobody
wrote it down before. Each channel is weighed by itself, so that the many letters do not drown the few words.
"""

import itertools
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache

from aldia.domain.tone_phrases import folded
from aldia.rules import load

COUNT = 1 << 21  # numbers that a feature may have
STEM = 5  # letters: "demandaré" and "demandamos" are one thing
REACH = 4  # words that stand at most so far apart are seen together
LETTERS = (3, 4, 5)
ENDING = 3
KNOWN_WORDS = 20_000  # whose kinds are kept in mind
_WORD = re.compile(r"[a-z0-9']+")
_SHOUT = re.compile(r"\b[A-ZÁÉÍÓÚÜÑ]{4,}\b.*\b[A-ZÁÉÍÓÚÜÑ]{4,}\b", re.DOTALL)


def plain_words(sentence: str) -> list[str]:
    """The words, folded; whatever starts with a digit is a number."""
    return ["#" if word[0].isdigit() else word for word in _WORD.findall(folded(sentence))]


def channels(sentence: str, language: str, rules: Collection[str]) -> list[set[int]]:
    """The numbers, below COUNT, of what the sentence has, a set for each channel. `rules`: names of those it hits."""
    words = plain_words(sentence)
    named = (_words(words), _marks(sentence, words, rules), _letters(words), _endings(words), _kinds(words, language))
    return [{zlib.crc32(name.encode()) % COUNT for name in names} for names in named]


def _words(words: Sequence[str]) -> Iterator[str]:
    stems = ["^", *(word[:STEM] for word in words), "$"]
    yield from (f"w:{word}" for word in words)
    yield from (f"p:{stem}" for stem in stems)
    yield from (f"b:{one} {two}" for one, two in itertools.pairwise(words))
    yield from (f"c:{one} {two}" for one, two in itertools.pairwise(stems))
    yield from (f"t:{one} {two} {three}" for one, two, three in zip(stems, stems[1:], stems[2:], strict=False))
    for place, one in enumerate(stems):
        yield from (f"s:{one} {two}" for two in stems[place + 2 : place + 1 + REACH])


def _marks(sentence: str, words: Sequence[str], rules: Collection[str]) -> Iterator[str]:
    """Its rules, its signs, and how long it is. Not how it ends: an answer without its last point is as kind."""
    yield f"n:{min(len(words) // 4, 7)}"
    yield from (f"r:{rule}" for rule in rules)
    yield from (f"x:{mark}" for mark in "!?" if mark in sentence)
    if _SHOUT.search(sentence):
        yield "x:shout"


def _letters(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        whole = f"_{word}_"
        for size in LETTERS:
            yield from (f"h:{whole[at : at + size]}" for at in range(len(whole) - size + 1))


def _endings(words: Sequence[str]) -> Iterator[str]:
    """Small words and the ends of long ones: who does it, to whom, and when."""
    ends = [word if len(word) <= ENDING + 1 else f"~{word[-ENDING:]}" for word in words]
    yield from (f"e:{one}" for one in ends)
    yield from (f"f:{one} {two}" for one, two in itertools.pairwise(ends))
    yield from (f"g:{one} {two} {three}" for one, two, three in zip(ends, ends[1:], ends[2:], strict=False))


def _kinds(words: Sequence[str], language: str) -> Iterator[str]:
    """The kinds of words in the sentence, which meet anywhere in it, and which stand close to each other."""
    kinds = [_kinds_of(word, language) for word in words]
    there = sorted(set(itertools.chain.from_iterable(kinds)))
    yield from (f"k:{kind}" for kind in there)
    yield from (f"l:{one} {two}" for one, two in itertools.combinations(there, 2))
    for place, near in enumerate(kinds):
        for other in range(place + 1, min(place + REACH, len(words))):
            yield from (f"m:{one} {two}" for one in near for two in kinds[other])
            yield from (f"o:{one} {words[other][:STEM]}" for one in near)
            yield from (f"q:{words[place][:STEM]} {two}" for two in kinds[other])


@lru_cache(KNOWN_WORDS)
def _kinds_of(word: str, language: str) -> tuple[str, ...]:
    listed = _listed(language)
    beginnings = (f"{word[:size]}*" for size in range(2, len(word) + 1))
    return tuple(sorted({kind for form in (word, *beginnings) for kind in listed.get(form, ())}))


@cache
def _listed(language: str) -> dict[str, list[str]]:
    """The kinds of each word, or of each beginning, which ends in a star."""
    found: dict[str, list[str]] = {}
    for kind, words in load("tone_classes")[language].items():
        for word in words.split():
            found.setdefault(word, []).append(kind)
    return found
