"""`python -m tests.tone.authors`: the figures for authors from whom nothing was learnt, one after the other.

Learns anew without the spent set of one author and judges that set, a minute or two for each. `families`, sentences
written after errors on these sets, are left out throughout; the first author wrote the open half too.
"""

import sys
from unittest.mock import patch

from aldia.domain import tone, tone_sense
from tests.tone import ask, learn

AUTHORS = {
    "spent_1": ("spent_1", "open"),
    "spent_2": ("spent_2",),
    "spent_3": ("spent_3",),
    "spent_4": ("spent_4",),
    "spent_5": ("spent_5",),
    "spent_6": ("spent_6",),
}


def without(language: str, left_out: tuple[str, ...]) -> tone_sense.Sense:
    """What is learnt when these sets are not there."""
    found = learn.learnt(language, learn.material(language, (*left_out, "families")))
    weights = tone_sense.unpacked(*learn.packed(found))
    return tone_sense.Sense(language, weights, found.unit, found.bias, learn.BLOCK_ABOVE[language], learn.KIND_BELOW)


def main() -> None:
    """Print a line for each language and author."""
    for language in ask.LANGUAGES:
        for author, left_out in AUTHORS.items():
            folder = learn.HERE / "sentences" / language
            sets = [learn.lines(folder / f"{kind}_{author}.txt") for kind in ("threat", "kind")]
            with patch.object(tone, "sense", {language: without(language, left_out)}.get):
                sys.stdout.write(f"{author} {ask.said(language, *sets)}\n")


if __name__ == "__main__":
    main()
