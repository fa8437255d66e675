"""`python -m tests.tone.ask DIRECTORY`: how many sentences of a sealed set are blocked; counts, and no sentence.

The directory holds a folder for each language (`es`, `en`), with files whose names begin with `threat` and `kind`, one
sentence to a line. Each sentence is judged inside a letter that is whole but for it.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from aldia.domain.tone import check
from tests.domain.test_tone import WHOLE

LANGUAGES = ("es", "en")
STEP = "overdue_1"


def blocked(sentences: Iterable[str], language: str) -> int:
    """How many of them are blocked."""
    found = (check(WHOLE[language].format(line), step=STEP, language=language) for line in sentences)
    return sum(verdict.level == "block" for verdict in found)


def lines(folder: Path, kind: str) -> list[str]:
    """The sentences of all files of one kind, without empty lines."""
    files = sorted(folder.glob(f"{kind}*.txt"))
    return [line for path in files for line in path.read_text("utf-8").splitlines() if line.strip()]


def said(language: str, threats: Sequence[str], kind: Sequence[str]) -> str:
    """One line of figures."""
    parts = (
        f"{many} of {len(asked)} {name} blocked ({100 * many / len(asked):.1f} %)"
        for name, asked in (("threats", threats), ("kind sentences", kind))
        if asked
        for many in (blocked(asked, language),)
    )
    return f"{language}: {', '.join(parts)}"


def main(arguments: Sequence[str]) -> int:
    """Print a line for each language that is there; 2 when there is none."""
    folder = Path(arguments[0]) if len(arguments) == 1 else None
    there = [one for one in LANGUAGES if folder and (folder / one).is_dir()]
    if folder is None or not there:
        sys.stderr.write("usage: python -m tests.tone.ask DIRECTORY (with es/ or en/, threat*.txt and kind*.txt)\n")
        return 2
    for language in there:
        sys.stdout.write(said(language, lines(folder / language, "threat"), lines(folder / language, "kind")) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
