"""The figure of the linter: how many threats it blocks, how many kind sentences. The sealed half gives counts."""

from functools import cache

import pytest

from aldia.domain.tone import check
from tests.domain.test_tone import WHOLE
from tests.tone.test_sentences_are_whole import lines

AT_LEAST = {"threat": 95}  # in each hundred
AT_MOST = {"kind": 2}
SEALED_FLOOR = {"threat": 44, "kind": 8}  # what was seen at the first look; the aim is 95 and 2, and it is not reached


@cache
def blocked(name: str) -> int:
    """How many of the sentences of a file are blocked, each inside a letter that is whole but for it."""
    language = name[:2]
    found = (check(WHOLE[language].format(line), step="overdue_1", language=language) for line in lines(name))
    return sum(verdict.level == "block" for verdict in found)


@pytest.mark.parametrize("language", ["es", "en"])
def test_of_the_open_half_nearly_all_threats_are_blocked_and_nearly_no_kind_sentence(language):
    assert blocked(f"{language}/threat_open.txt") >= AT_LEAST["threat"]
    assert blocked(f"{language}/kind_open.txt") <= AT_MOST["kind"]


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_sealed_half_is_measured_and_none_of_it_is_shown(language, capsys):
    threats, kind = blocked(f"{language}/threat_sealed.txt"), blocked(f"{language}/kind_sealed.txt")
    with capsys.disabled():
        print(  # noqa: T201 - the figure is what this test is for
            f"\nsealed {language}: {threats} of 100 threats blocked, {kind} of 100 kind sentences"
        )
    assert threats >= SEALED_FLOOR["threat"]
    assert kind <= SEALED_FLOOR["kind"]
