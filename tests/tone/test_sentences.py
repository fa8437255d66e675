"""The figure of the linter, how many threats it blocks and how many kind sentences, and where its weights come from."""

from functools import cache

import pytest

from aldia.domain import tone_sense
from aldia.rules import load
from tests.soak import amount
from tests.tone import ask, learn
from tests.tone.test_sentences_are_whole import FILES, SETS, lines

LANGUAGES = ["es", "en"]
# In each hundred of a set: threats blocked at least, kind sentences blocked at most. The sealed set was never read nor
# learnt from, so it alone says what the linter does with a stranger's words; of the others it says that nothing broke.
SEALED = [half for half in SETS if half.startswith("sealed")]
LEARNT_FROM = [half for half in SETS if half not in SEALED]


@cache
def blocked(name: str) -> int:
    """How many of the sentences of a file are blocked, each inside a letter that is whole but for it."""
    return ask.blocked(lines(name), name[:2])


def shares(language: str, half: str) -> tuple[float, float]:
    """Of a hundred threats and of a hundred kind sentences of one set, how many are blocked."""
    threats, kind = (f"{language}/{one}_{half}.txt" for one in ("threat", "kind"))
    return 100 * blocked(threats) / FILES[threats], 100 * blocked(kind) / FILES[kind]


@pytest.mark.parametrize("half", SEALED)
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_what_nobody_read_and_nothing_was_learnt_from_threats_are_blocked_and_kind_sentences_pass(language, half):
    threats, kind = shares(language, half)
    assert threats >= 95
    assert kind <= 2
    learnt_from = {line for line, _ in learn.material(language)}
    assert not learnt_from & {*lines(f"{language}/threat_{half}.txt"), *lines(f"{language}/kind_{half}.txt")}


@pytest.mark.parametrize("half", LEARNT_FROM)
@pytest.mark.parametrize("language", LANGUAGES)
def test_of_what_was_learnt_from_nearly_all_threats_are_blocked_and_nearly_no_kind_sentence(language, half):
    threats, kind = shares(language, half)
    assert threats >= 98
    assert kind <= 2


def test_a_directory_is_asked_for_counts_and_none_of_its_sentences_is_shown(tmp_path, capsys):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "threat_new.txt").write_text("I will break your legs tonight.\nThank you for the payment.\n")
    (tmp_path / "en" / "kind_new.txt").write_text("Thank you so much for the payment.\n")
    assert ask.main([str(tmp_path)]) == 0
    shown = capsys.readouterr().out
    assert shown == "en: 1 of 2 threats blocked (50.0 %), 0 of 1 kind sentences blocked (0.0 %)\n"
    assert ask.main([str(tmp_path / "en")]) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weights_were_learnt_from_the_sentences_that_are_here(language):
    assert load(f"tone_sense_{language}")["learnt_from"] == learn.digest(language)


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES[: amount(1, 2)])
def test_what_is_learnt_again_is_what_is_there(language):
    again, kept = learn.learnt(language, learn.material(language)), tone_sense.sense(language)
    table = tone_sense.unpacked(*learn.packed(again))
    # Another processor adds in another order: a weight that lay between two units, or at the edge of what is too faint
    # to keep, may fall to the other side.
    apart = [abs(one - other) for one, other in zip(table, kept.weights, strict=True) if one != other]
    assert max(apart, default=0) <= learn.FAINT + 1
    assert len(apart) <= len(again.numbers) / 200
    assert (again.bias, again.unit) == (pytest.approx(kept.bias, abs=1e-2), pytest.approx(kept.unit, rel=1e-2))


def test_weights_that_lie_far_apart_come_back_where_they_were():
    numbers, weights = [0, 1, 255, 511, 766, 2000, tone_sense.COUNT - 1], [3, -31, 1, -1, 31, 2, -2]
    table = tone_sense.unpacked(*learn.packed(learn.Learnt(numbers, weights, 1.0, 0.0)))
    assert {place: one for place, one in enumerate(table) if one} == dict(zip(numbers, weights, strict=True))


def test_what_stands_in_the_sentence_decides_and_not_its_case_or_accents():
    sense = tone_sense.sense("es")
    assert sense.score("Te demandaré mañana mismo") == sense.score("te demandare MAÑANA mismo")
    assert sense.score("Te demandaré mañana mismo.") > sense.block_above
    assert sense.score("Gracias por el pago de ayer.") < sense.kind_below
