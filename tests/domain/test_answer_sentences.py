import re
from pathlib import Path

import pytest

import aldia.domain
import aldia.flows
from aldia.i18n import catalog

FILES = [file for place in (aldia.domain, aldia.flows) for file in Path(place.__path__[0]).rglob("*.py")]
KEYS = sorted({key for file in FILES for key in re.findall(r'"(answers\.[a-z_]+)"', file.read_text("utf-8"))})


@pytest.mark.parametrize("language", catalog.LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_every_refusal_has_one_sentence_in_each_language(key, language):
    sentence = catalog.text(language, key, days=14, count=2, amount="5 €")
    assert sentence.endswith((".", "?"))  # one asks
    assert "{" not in sentence


@pytest.mark.parametrize("language", catalog.LANGUAGES)
def test_no_sentence_is_left_that_nothing_says(language):
    said = {key for key in catalog.sentences(language) if key.startswith("answers.")}
    assert said == set(KEYS)
