"""The sentences that measure the tone linter are all there, and none is counted twice."""

import re
import unicodedata
from pathlib import Path

SENTENCES = Path(__file__).parent / "sentences"
SETS = ("open", "spent_1", "spent_2", "spent_3")
FILES = {f"{language}/{kind}_{half}.txt" for language in ("es", "en") for kind in ("threat", "kind") for half in SETS}
LINES_EACH = 100


def lines(name: str) -> list[str]:
    """The sentences of one file, one to a line."""
    return (SENTENCES / name).read_text(encoding="utf-8").splitlines()


def bare(sentence: str) -> str:
    """The sentence's letters and digits alone: case, accents and signs do not make another sentence of it."""
    parted = unicodedata.normalize("NFKD", sentence.casefold())
    return re.sub(r"[\W_]+", " ", "".join(char for char in parted if not unicodedata.combining(char))).strip()


def test_each_of_the_sixteen_files_holds_a_hundred_sentences():
    assert {path.relative_to(SENTENCES).as_posix() for path in SENTENCES.rglob("*.txt")} == FILES
    assert {name: sum(bool(bare(line)) for line in lines(name)) for name in FILES} == dict.fromkeys(FILES, LINES_EACH)
    assert {name: len(lines(name)) for name in FILES} == dict.fromkeys(FILES, LINES_EACH)


def test_no_sentence_is_there_twice_in_one_file_or_in_two():
    places: dict[str, list[str]] = {}
    for name in sorted(FILES):
        for number, line in enumerate(lines(name), start=1):
            places.setdefault(bare(line), []).append(f"{name}:{number}")
    assert [where for where in places.values() if len(where) > 1] == []
