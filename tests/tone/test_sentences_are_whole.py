"""The sentences that measure the tone linter are all there, and none is counted twice."""

import re
import unicodedata
from pathlib import Path

SENTENCES = Path(__file__).parent / "sentences"
SETS = {"open": 100, "spent_1": 100, "spent_2": 100, "spent_3": 100, "spent_4": 200, "spent_5": 150, "spent_6": 200}
SETS |= {"sealed_7": 200}
# Sentences that stood in another set too, by chance, are left out.
FEWER = {"es/threat_spent_4.txt": 199, "es/threat_spent_6.txt": 199, "es/kind_spent_6.txt": 199}
FEWER |= {"en/threat_spent_6.txt": 197, "en/kind_spent_6.txt": 198}
FEWER |= {"en/threat_sealed_7.txt": 198, "en/kind_sealed_7.txt": 199}
FILES = {  # lines of each file
    f"{language}/{kind}_{half}.txt": many
    for language in ("es", "en")
    for kind in ("threat", "kind")
    for half, many in SETS.items()
} | FEWER


def lines(name: str) -> list[str]:
    """The sentences of one file, one to a line."""
    return (SENTENCES / name).read_text(encoding="utf-8").splitlines()


def bare(sentence: str) -> str:
    """The sentence's letters and digits alone: case, accents and signs do not make another sentence of it."""
    parted = unicodedata.normalize("NFKD", sentence.casefold())
    return re.sub(r"[\W_]+", " ", "".join(char for char in parted if not unicodedata.combining(char))).strip()


def test_each_file_holds_its_sentences_and_no_empty_line():
    assert {path.relative_to(SENTENCES).as_posix() for path in SENTENCES.rglob("*.txt")} == set(FILES)
    assert {name: sum(bool(bare(line)) for line in lines(name)) for name in FILES} == FILES
    assert {name: len(lines(name)) for name in FILES} == FILES


def test_no_sentence_is_there_twice_in_one_file_or_in_two():
    places: dict[str, list[str]] = {}
    for name in sorted(FILES):
        for number, line in enumerate(lines(name), start=1):
            places.setdefault(bare(line), []).append(f"{name}:{number}")
    assert [where for where in places.values() if len(where) > 1] == []
