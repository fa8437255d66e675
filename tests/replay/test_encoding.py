"""What `aldia replay` prints is UTF-8 whatever the machine's locale is, and so is what is wrong with a file."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAIN = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
PLAY = """
import contextlib, sys, types
from aldia.replay.command import replay
engine = types.SimpleNamespace(url=sys.argv[1])
sys.exit(replay(sys.argv[2:], lambda: contextlib.nullcontext(engine)))
"""


@pytest.fixture
def printed(engine, tmp_path):
    """Plays a document in a process of its own, in a locale that knows no accents; what comes out."""

    def _printed(document):
        file = tmp_path / "año.json"
        file.write_text(json.dumps(document), "utf-8")
        command = [sys.executable, "-c", PLAY, engine.url, str(file)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "PYTHONIO"))}
        environment |= PLAIN | {"PYTHONPATH": f"{ROOT / 'functions'}{os.pathsep}{ROOT}"}
        return subprocess.run(command, capture_output=True, check=False, env=environment, cwd=ROOT)

    return _printed


def test_the_document_is_utf_8_in_a_locale_that_has_no_accents(story, printed):
    story["debts"][0] |= {"id": "ñandú", "number": "F-ñ€"}
    done = printed(story)
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode("utf-8")
    assert "ñandú" in text
    assert "ñandú" in json.dumps(json.loads(text), ensure_ascii=False)


def test_so_is_what_is_wrong_with_a_file(story, printed):
    story["account"]["ñu"] = 1
    done = printed(story)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert "account['ñu']: unknown field" in done.stderr.decode("utf-8")
