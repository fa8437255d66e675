"""How a sentence sounds, for what no list of words holds: a logistic regression over what stands in it.

The weights are learnt from sentences that lie in the project (`python -m tests.tone.learn` writes
rules/tone_sense_es.json and _en.json). Features are numbered by their CRC-32: two may share a number, none is stored.
"""

import base64
import itertools
import math
import re
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from aldia.domain.tone_features import COUNT, channels, plain_words
from aldia.rules import load

FEWEST_WORDS = 4  # of a sentence that is judged by its sound alone: a name or a greeting has none
_BETWEEN_PARTS = re.compile(r"[,;:(—–]")


@dataclass(frozen=True, slots=True)
class Sense:
    """What was learnt of one language. A score is log-odds: above 0, more like a threat than like a kind sentence."""

    language: str
    weights: Sequence[int]
    unit: float  # of one weight
    bias: float
    block_above: float
    kind_below: float  # so kind that a word of the lists may stand in it: it asks to confirm, and blocks nothing

    def score(self, sentence: str, rules: Collection[str] = ()) -> float:
        """Log-odds that this sentence threatens, shames or presses. `rules`: names of the rules that it has hit."""
        found = channels(sentence, self.language, rules)
        return self.bias + self.unit * sum(
            sum([self.weights[number] for number in channel]) / math.sqrt(len(channel)) for channel in found if channel
        )


class Sound:
    """How a sentence sounds, and each part of it between commas: what begins with thanks may end in a threat."""

    def __init__(self, learnt: Sense, sentence: str, rules: Collection[str] = ()) -> None:
        self._learnt, self._sentence = learnt, sentence
        self._score = learnt.score(sentence, rules)

    @property
    def excess(self) -> float:
        """Log-odds above what sounds like a threat; below 0 it does not."""
        return self._score - self._learnt.block_above

    def is_harsh(self, margin: float = 0.0) -> bool:
        """Whether it sounds like a threat, by so much more than is needed."""
        return self.excess > margin

    def is_kind_at(self, place: int) -> bool:
        """Whether all of it sounds so kind, the part around this place too, that a word there is meant well."""
        if self._score >= self._learnt.kind_below or len(self._sentence.split()) < FEWEST_WORDS:
            return False
        ends = [match.start() for match in _BETWEEN_PARTS.finditer(self._sentence)]
        start = max((end + 1 for end in ends if end < place), default=0)
        end = min((end for end in ends if end >= place), default=len(self._sentence))
        return self._learnt.score(self._sentence[start:end]) < 0


def is_in(sentence: str, language: str) -> bool:
    """Whether a sentence has a small word of the language: a title in another one has none, and is not judged."""
    return not _small_words(language).isdisjoint(plain_words(sentence))


@cache
def _small_words(language: str) -> frozenset[str]:
    return frozenset(load("tone")["small_words"][language].split())


@cache
def sense(language: str) -> Sense:
    """The weights of "es" or "en"."""
    learnt = load(f"tone_sense_{language}")
    weights = unpacked(learnt["gaps"], learnt["weights"])
    return Sense(language, weights, learnt["unit"], learnt["bias"], learnt["block_above"], learnt["kind_below"])


def unpacked(gaps: str, weights: str) -> Sequence[int]:
    """COUNT weights, most of them 0. `gaps`: how far each that is stored lies from the one before."""
    table = bytearray(COUNT)
    places = itertools.accumulate(zlib.decompress(base64.b64decode(gaps)))
    for place, weight in zip(places, zlib.decompress(base64.b64decode(weights)), strict=True):
        table[place] = weight
    return memoryview(table).cast("b")
