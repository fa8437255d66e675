"""The list of breakages is whole: each still fits its file, and no assertion of `make e2e` is without one."""

import ast
from pathlib import Path

import pytest

from tests.aws.emulator import breakages

CHECKS = sorted((breakages.ROOT / "tests/aws/emulator").glob("check_*.py"))
LISTED = list(breakages.listed())


@pytest.mark.parametrize("breakage", LISTED, ids=[each.name for each in LISTED])
def test_it_fits_its_files_and_names_a_test(breakage):
    for edit in breakage.edits:
        text = Path(breakages.ROOT, edit.file).read_text("utf-8")
        assert text.count(edit.was) == 1, edit.file
        if edit.file.endswith(".py"):  # what cannot be read at all would break everything, and prove nothing
            compile(text.replace(edit.was, edit.now), edit.file, "exec")
    assert any(f"def {breakage.test}(" in path.read_text("utf-8") for path in CHECKS)


def assertions():
    for path in CHECKS:
        source = path.read_text("utf-8")
        for test in ast.parse(source).body:
            for node in ast.walk(test):
                if isinstance(node, ast.Assert):
                    yield test.name, ast.get_source_segment(source, node)


def test_every_assertion_of_the_walk_has_a_breakage():
    bare = [
        (test, text)
        for test, text in assertions()
        if not any(each.test == test and each.sees in text for each in LISTED)
    ]
    assert bare == []
