"""How a sentence sounds, for what no list of words holds: a logistic regression over its words, stems and word pairs.

The weights are learnt from sentences that lie in the project (`python -m tests.tone.learn` writes
rules/tone_sense_es.json and _en.json). Features are numbered by their CRC-32: two may share a number, none is stored.
"""

import base64
import itertools
import math
import re
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from aldia.domain.tone_phrases import folded
from aldia.rules import load

STEM = 5  # letters: "demandaré" and "demandamos" are one thing
REACH = 4  # words that stand at most so far apart are seen together
_WORD = re.compile(r"[a-z0-9']+")
_SHOUT = re.compile(r"\b[A-ZÁÉÍÓÚÜÑ]{4,}\b.*\b[A-ZÁÉÍÓÚÜÑ]{4,}\b", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sense:
    """What was learnt of one language. A score is log-odds: above 0, more like a threat than like a kind sentence."""

    weights: Sequence[int]
    unit: float  # of one weight
    bias: float
    block_above: float
    kind_below: float  # so kind that a word of the lists may stand in it: it asks to confirm, and blocks nothing

    def score(self, sentence: str, rules: Collection[str] = ()) -> float:
        """Log-odds that this sentence threatens, shames or presses. `rules`: names of the rules that it has hit."""
        found = features(sentence, rules, len(self.weights))
        return self.bias + self.unit * sum(self.weights[number] for number in found) / math.sqrt(len(found))


def is_in(sentence: str, language: str) -> bool:
    """Whether a sentence has a small word of the language: a title in another one has none, and is not judged."""
    return not _small_words(language).isdisjoint(_WORD.findall(folded(sentence)))


@cache
def _small_words(language: str) -> frozenset[str]:
    return frozenset(load("tone")["small_words"][language].split())


@cache
def sense(language: str) -> Sense:
    """The weights of "es" or "en"."""
    learnt = load(f"tone_sense_{language}")
    weights = memoryview(zlib.decompress(base64.b64decode(learnt["weights"]))).cast("b")
    return Sense(weights, learnt["unit"], learnt["bias"], learnt["block_above"], learnt["kind_below"])


def features(sentence: str, rules: Collection[str], count: int) -> list[int]:
    """The numbers, below `count`, of what the sentence has; never empty."""
    return sorted({zlib.crc32(name.encode()) % count for name in _names(sentence, rules)})


def _names(sentence: str, rules: Collection[str]) -> Iterator[str]:
    words = ["#" if word[0].isdigit() else word for word in _WORD.findall(folded(sentence))]
    stems = ["^", *(word[:STEM] for word in words), "$"]
    yield from (f"w:{word}" for word in words)
    yield from (f"p:{stem}" for stem in stems)
    yield from (f"b:{one} {two}" for one, two in itertools.pairwise(words))
    yield from (f"c:{one} {two}" for one, two in itertools.pairwise(stems))
    yield from (f"t:{one} {two} {three}" for one, two, three in zip(stems, stems[1:], stems[2:], strict=False))
    for place, one in enumerate(stems):
        yield from (f"s:{one} {two}" for two in stems[place + 2 : place + 1 + REACH])
    yield from (f"r:{rule}" for rule in rules)
    yield from (f"x:{mark}" for mark in "!?" if mark in sentence)
    if _SHOUT.search(sentence):
        yield "x:shout"
