"""No sentence lies in the catalogue that nothing can say: each key stands in the code or a template, or is made there.

A key is made of a beginning (`"risk.kind_" ~ kind`, `f"notice.{kind}"`), perhaps an ending (`~ "_hint"`), and a word
that stands somewhere in the code, the templates or the rules. Beginnings and endings are read from where they are used;
those that do not show there are named here.
"""

import ast
import re
from pathlib import Path

from aldia.i18n import catalog

ROOT = Path(__file__).resolve().parents[2]
WORD = re.compile(r"[A-Za-z0-9_.-]+")
BEGINNING = re.compile(r"""["'][^"']*?([a-z][a-z0-9_.]*[._])["']\s*[~+]""")
ENDING = re.compile(r"""~\s*["']([._][a-z0-9_.]+)["']""")
QUOTED = re.compile(r""""([^"\n]*)"|'([^'\n]*)'""")
NAMED_BEGINNINGS = {"import.repeated", "import.number_twice"}  # with nothing behind, or where it was repeated
PLURAL = re.compile(r"\.(one|other)$")


class Said:
    """Every word that stands in a string, and every beginning and ending that is put before or behind one."""

    def __init__(self) -> None:
        self.words: set[str] = set()
        self.beginnings, self.endings = set(NAMED_BEGINNINGS), set()

    def python(self, path: Path) -> None:
        tree = ast.parse(path.read_text("utf-8"))
        spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                self._made(node)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
                self.words.update(WORD.findall(node.value))

    def _made(self, node: ast.JoinedStr) -> None:
        for before, after in zip(node.values, node.values[1:], strict=False):
            if isinstance(before, ast.Constant) and (found := re.search(r"[a-z][a-z0-9_.]*[._]$", str(before.value))):
                self.beginnings.add(found[0])
            if isinstance(after, ast.Constant) and (found := re.match(r"[._][a-z0-9_.]+", str(after.value))):
                self.endings.add(found[0])

    def template(self, path: Path) -> None:
        text = path.read_text("utf-8")
        self.beginnings.update(BEGINNING.findall(text))
        self.endings.update(ENDING.findall(text))
        for pair in QUOTED.findall(text):
            self.words.update(WORD.findall(" ".join(pair)))

    def can_say(self, key: str) -> bool:
        """Whole, or a beginning, what can be said, and an ending."""
        if key in self.words:
            return True
        without = [key.removesuffix(ending) for ending in self.endings if key.endswith(ending)]
        return any(
            name.startswith(one) and self.can_say(name[len(one) :])
            for name in (key, *without)
            for one in self.beginnings
        )


def everything_said() -> Said:
    said = Said()
    for folder in ("functions", "infra/local"):
        for path in (ROOT / folder).rglob("*.py"):
            said.python(path)
    for folder in ("templates", "infra/local"):
        for path in (ROOT / folder).rglob("*.*"):
            if path.suffix in (".html", ".txt", ".xml"):
                said.template(path)
    for path in (ROOT / "functions/aldia/rules").glob("*.json"):
        said.words.update(WORD.findall(path.read_text("utf-8")))
    return said


def test_every_sentence_of_the_catalogue_can_be_said():
    said = everything_said()
    assert len(said.beginnings) > 100
    nobody = [key for key in catalog.sentences("es") if not (said.can_say(key) or said.can_say(PLURAL.sub("", key)))]
    assert nobody == []


def test_a_key_that_nobody_says_is_found():
    said = everything_said()
    assert said.can_say("risk.kind_fact")
    assert not said.can_say("risk.kind_never_heard_of")
    assert not said.can_say("ui.never_heard_of")
