"""`python -m tests.tone.learn`: learn the weights of `aldia.domain.tone_sense` and write them, a file each language.

Learns from tests/tone/learnt and the open halves of tests/tone/sentences; the sealed ones are never opened here. The
same sentences give the same file, on the same Python.
"""

import base64
import json
import math
import random
import sys
import zlib
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from aldia.domain import tone, tone_sense

HERE = Path(__file__).parent
RULES = Path(tone_sense.__file__).parents[1] / "rules"
COUNT = 1 << 18
EPOCHS, RATE, PULL = 10, 0.3, 1e-5  # rounds, first step, how strongly weights are drawn to nothing
SEEDS = (1, 2, 3)  # the mean of three orders of the sentences is steadier than one
LEVELS = 63  # a weight is one of so many steps either way
WIDEST = 0.9995  # of all weights; the few larger ones are cut
STEP = "overdue_1"
BLOCK_ABOVE = {"es": 0.2, "en": 0.6}
KIND_BELOW = -1.5

Example = tuple[list[int], bool]


def lines(path: Path) -> list[str]:
    """The sentences of a file, one to a line."""
    return path.read_text("utf-8").splitlines()


def material(language: str) -> list[tuple[str, bool]]:
    """Every sentence to learn from, and whether it threatens."""
    folders = (HERE / "learnt" / language, HERE / "sentences" / language)
    files = [path for folder in folders for path in sorted(folder.glob("*.txt")) if "sealed" not in path.name]
    return [(line, path.name.startswith("threat")) for path in files for line in lines(path)]


def examples(language: str, sentences: Iterable[tuple[str, bool]]) -> list[Example]:
    """The numbers of each sentence's features, and whether it threatens."""
    found = []
    for sentence, is_threat in sentences:
        hit = tone.hits(sentence, step=STEP, language=language)
        found.append((tone_sense.features(sentence, hit, COUNT), is_threat))
    return found


def fitted(known: list[Example], seed: int) -> tuple[list[float], float]:
    """Weights and bias by logistic regression, a step for each sentence that grows shorter as it is taken (AdaGrad)."""
    weights, spent, bias, bias_spent = [0.0] * COUNT, [1e-6] * COUNT, 0.0, 1e-6
    order, dice = list(known), random.Random(seed)
    for _ in range(EPOCHS):
        dice.shuffle(order)
        for found, is_threat in order:
            share = 1 / math.sqrt(len(found))
            score = bias + share * sum([weights[number] for number in found])
            error = 1 / (1 + math.exp(-max(-30.0, min(30.0, score)))) - is_threat
            bias_spent += error * error
            bias -= RATE * error / math.sqrt(bias_spent)
            for number in found:
                slope = error * share + PULL * weights[number]
                spent[number] += slope * slope
                weights[number] -= RATE * slope / math.sqrt(spent[number])
    return weights, bias


def learnt(known: list[Example]) -> tuple[list[int], float, float]:
    """Weights in whole units, the unit, and the bias."""
    rounds = [fitted(known, seed) for seed in SEEDS]
    means = [sum(column) / len(rounds) for column in zip(*(weights for weights, _ in rounds), strict=True)]
    unit = sorted(abs(weight) for weight in means)[int(COUNT * WIDEST)] / LEVELS
    whole = [max(-LEVELS, min(LEVELS, round(weight / unit))) for weight in means]
    return whole, unit, sum(bias for _, bias in rounds) / len(rounds)


def digest(language: str) -> str:
    """Of everything that was learnt from: other sentences need other weights."""
    return sha256("\n".join(f"{is_threat} {line}" for line, is_threat in material(language)).encode()).hexdigest()


def write(language: str) -> None:
    """Learn one language anew."""
    weights, unit, bias = learnt(examples(language, material(language)))
    packed = base64.b64encode(zlib.compress(bytes(weight & 0xFF for weight in weights), 9)).decode()
    found = {
        "about": "Learnt, not written: python -m tests.tone.learn. How it is read: aldia/domain/tone_sense.py.",
        "source": "sentences made up for this (tests/tone/learnt, tests/tone/sentences/*_open.txt)",
        "learnt_from": digest(language),
        "block_above": BLOCK_ABOVE[language],
        "kind_below": KIND_BELOW,
        "bias": round(bias, 6),
        "unit": round(unit, 6),
        "weights": packed,
    }
    text = json.dumps(found, indent=1) + "\n"
    (RULES / f"tone_sense_{language}.json").write_text(text, "utf-8")
    sys.stdout.write(f"{language}: {len(material(language))} sentences, {len(packed) / 1000:.0f} KB\n")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or ("es", "en"):
        write(wanted)
