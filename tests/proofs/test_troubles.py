"""What users of other programs complain of (troubles.toml): each row names tests, or says what is not there yet."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROWS = tomllib.loads((TESTS / "proofs/troubles.toml").read_text("utf-8"))["trouble"]
PEERS = TESTS.parents[1] / "shared" / "peers.md"
SEEN_IN_SOURCE = "(seen in source)"


@cache
def named_in(name):
    """The names of the tests that pytest collects from a file: its own functions, not those inside others."""
    path = TESTS / name
    if not (path.is_file() and path.name.startswith("test_")):
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["is"])
def test_a_kind_of_trouble_has_a_test_or_says_what_is_not_there_yet(row):
    assert row.get("tests") or len(row.get("later", "")) > 40, "name a test, or say what comes later and why"
    missing = [
        test for test in row.get("tests", []) if test.partition("::")[2] not in named_in(test.partition("::")[0])
    ]
    assert missing == []


def test_no_row_stands_twice():
    assert len({row["is"] for row in ROWS}) == len(ROWS)


@pytest.mark.shared
@pytest.mark.skipif(not PEERS.is_file(), reason="../shared/peers.md is not there: its list is read only beside it")
def test_every_kind_that_was_found_has_its_row():
    part = PEERS.read_text("utf-8").partition("\n## (c)")[2].partition("\n## (d)")[0]
    found = [line for line in part.splitlines() if re.match(r"\| (?!Lesson|---)", line)]
    ours = [row for row in ROWS if not row["is"].startswith(SEEN_IN_SOURCE)]
    assert len(ours) == len(found)
