"""The figure of the linter: how many threats it blocks, how many kind sentences. The sealed halves give counts."""

import base64
import zlib
from functools import cache

import pytest

from aldia.domain import tone_sense
from aldia.domain.tone import check
from aldia.rules import load
from tests.domain.test_tone import WHOLE
from tests.soak import amount
from tests.tone import learn
from tests.tone.test_sentences_are_whole import lines

LANGUAGES = ["es", "en"]
# In each hundred: what was seen. The open half was read; the first sealed one was counted while thresholds were chosen;
# the third was asked once, when everything was learnt. The aim, 95 and 2, is not reached by the third.
AT_LEAST = {"open": 98, "es sealed": 93, "en sealed": 89, "es sealed_3": 92, "en sealed_3": 90}
AT_MOST = {"open": 2, "es sealed": 3, "en sealed": 2, "es sealed_3": 4, "en sealed_3": 3}


@cache
def blocked(name: str) -> int:
    """How many of the sentences of a file are blocked, each inside a letter that is whole but for it."""
    language = name[:2]
    found = (check(WHOLE[language].format(line), step="overdue_1", language=language) for line in lines(name))
    return sum(verdict.level == "block" for verdict in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_the_open_half_nearly_all_threats_are_blocked_and_nearly_no_kind_sentence(language):
    assert blocked(f"{language}/threat_open.txt") >= AT_LEAST["open"]
    assert blocked(f"{language}/kind_open.txt") <= AT_MOST["open"]


@pytest.mark.parametrize("half", ["sealed", "sealed_3"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sealed_halves_are_measured_and_none_of_them_is_shown(language, half, capsys):
    threats, kind = blocked(f"{language}/threat_{half}.txt"), blocked(f"{language}/kind_{half}.txt")
    with capsys.disabled():
        print(f"\n{half} {language}: {threats} of 100 threats blocked, {kind} of 100 kind sentences")  # noqa: T201
    assert threats >= AT_LEAST[f"{language} {half}"]
    assert kind <= AT_MOST[f"{language} {half}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_weights_were_learnt_from_the_sentences_that_are_here(language):
    assert load(f"tone_sense_{language}")["learnt_from"] == learn.digest(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sealed_sentence_is_learnt_from(language):
    sealed = {line for half in ("sealed", "sealed_2", "sealed_3") for line in lines(f"{language}/threat_{half}.txt")}
    sealed |= {line for half in ("sealed", "sealed_2", "sealed_3") for line in lines(f"{language}/kind_{half}.txt")}
    assert not sealed & {line for line, _ in learn.material(language)}


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES[: amount(1, 2)])
def test_what_is_learnt_again_is_what_is_there(language):
    weights, _, bias = learn.learnt(learn.examples(language, learn.material(language)))
    kept = load(f"tone_sense_{language}")
    there = memoryview(zlib.decompress(base64.b64decode(kept["weights"]))).cast("b")
    assert (list(there), kept["bias"]) == (weights, pytest.approx(bias, abs=1e-6))


def test_what_stands_in_the_sentence_decides_and_not_its_case_or_accents():
    sense = tone_sense.sense("es")
    assert sense.score("Te demandaré mañana mismo") == sense.score("te demandare MAÑANA mismo")
    assert sense.score("Te demandaré mañana mismo.") > sense.block_above
    assert sense.score("Gracias por el pago de ayer.") < sense.kind_below
