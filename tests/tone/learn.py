"""`python -m tests.tone.learn`: learn the weights of `aldia.domain.tone_sense` and write them, a file each language.

Learns from tests/tone/learnt and from the sets of tests/tone/sentences that are open or spent; one that is called
sealed is never opened here. The same sentences give the same weights, but for the last unit of a few elsewhere.
"""

import base64
import json
import sys
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import numpy as np

from aldia.domain import tone_features, tone_lists, tone_sense
from tests.tone import fit

HERE = Path(__file__).parent
RULES = Path(tone_sense.__file__).parents[1] / "rules"
LEVELS = 15  # a weight is one of so many steps either way
WIDEST = 0.999  # of all weights; the few larger ones are cut
FAINT = 4  # units: what weighs no more than that is left out
FARTHEST = 255  # a gap is one byte
STEP = "overdue_1"
BLOCK_ABOVE = {"es": 0.1, "en": 0.4}
KIND_BELOW = -0.7


@dataclass(frozen=True, slots=True)
class Learnt:
    """Weights in whole units, the numbers of their features in order, the unit, and the bias."""

    numbers: list[int]
    weights: list[int]
    unit: float
    bias: float


def lines(path: Path) -> list[str]:
    """The sentences of a file, one to a line."""
    return path.read_text("utf-8").splitlines()


def material(language: str, without: Collection[str] = ()) -> list[tuple[str, bool]]:
    """Every sentence to learn from, and whether it threatens. `without`: sets to leave out, such as "spent_2"."""
    folders = (HERE / "learnt" / language, HERE / "sentences" / language)
    files = [
        path
        for folder in folders
        for path in sorted(folder.glob("*.txt"))
        if not path.stem.partition("_")[2].startswith(("sealed", *without))
    ]
    return [(line, path.name.startswith("threat")) for path in files for line in lines(path)]


def learnt(language: str, sentences: Iterable[tuple[str, bool]]) -> Learnt:
    """What is learnt of these sentences."""
    known = list(sentences)
    rows, columns = fit.table(
        tone_features.channels(line, language, tone_lists.hits(line, step=STEP, language=language)) for line, _ in known
    )
    weights, bias = fit.fitted(rows, [is_threat for _, is_threat in known], len(columns))
    unit = float(np.quantile(np.abs(weights), WIDEST)) / LEVELS
    whole = np.clip(np.rint(weights / unit), -LEVELS, LEVELS).astype(int)
    kept = np.abs(whole) > FAINT
    return Learnt([int(one) for one in columns[kept]], [int(one) for one in whole[kept]], unit, bias)


def packed(found: Learnt) -> tuple[str, str]:
    """What `tone_sense.unpacked` reads. Where two lie too far apart, a weight of 0 stands between."""
    gaps, weights = [], []
    for (before, number), weight in zip(pairwise([0, *found.numbers]), found.weights, strict=True):
        between, gap = divmod(number - before - 1, FARTHEST) if number > before else (0, -1)
        gaps += [FARTHEST] * between + [gap + 1]
        weights += [0] * between + [weight & 0xFF]
    return _text(gaps), _text(weights)


def _text(numbers: Iterable[int]) -> str:
    """Bytes as text. There is nothing in them that repeats: only how often each comes makes them shorter."""
    packing = zlib.compressobj(9, strategy=zlib.Z_HUFFMAN_ONLY)
    return base64.b64encode(packing.compress(bytes(numbers)) + packing.flush()).decode()


def digest(language: str) -> str:
    """Of everything that was learnt from: other sentences need other weights."""
    return sha256("\n".join(f"{is_threat} {line}" for line, is_threat in material(language)).encode()).hexdigest()


def write(language: str) -> None:
    """Learn one language anew."""
    found = learnt(language, material(language))
    gaps, weights = packed(found)
    kept = {
        "about": "Learnt, not written: python -m tests.tone.learn. How it is read: aldia/domain/tone_sense.py.",
        "source": "sentences made up for this (tests/tone/learnt, tests/tone/sentences)",
        "learnt_from": digest(language),
        "block_above": BLOCK_ABOVE[language],
        "kind_below": KIND_BELOW,
        "bias": round(found.bias, 6),
        "unit": round(found.unit, 6),
        "gaps": gaps,
        "weights": weights,
    }
    text = json.dumps(kept, indent=1) + "\n"
    (RULES / f"tone_sense_{language}.json").write_text(text, "utf-8")
    sys.stdout.write(f"{language}: {len(material(language))} sentences, {len(text) / 1000:.0f} KB\n")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ("es", "en"):
        write(wanted)
