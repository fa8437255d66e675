"""No protocol condition is there for nothing: without it a named test fails. None is left out of the list."""

import ast
import json
import subprocess
import sys
from functools import cache

import pytest

from tests.mutants.protocol import PACKAGE, conditions
from tests.soak import amount

CONDITIONS = conditions()
WRITES = {"Put", "Set", "Add", "Check", "Delete"}
GUARDS = {"absent", "version", "where", "at_most"}


def statements():
    """(file, first line, last line, text) of every write of the store and the flows that has a condition."""
    for path in sorted([*PACKAGE.glob("store/*.py"), *PACKAGE.glob("flows/*.py"), *PACKAGE.glob("pages/*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if is_guarded(node):
                yield str(path.relative_to(PACKAGE)), node.lineno, node.end_lineno, ast.unparse(node)


def is_guarded(call):
    if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in WRITES):
        return False
    by_name = {keyword.arg for keyword in call.keywords} & GUARDS
    # `Check` is nothing but a condition, and the caps of `Add` may stand fourth.
    return bool(by_name) or call.func.id == "Check" or (call.func.id == "Add" and len(call.args) >= 3)


def places(condition):
    """The lines of its file on which what it takes away stands."""
    before, _, _ = (PACKAGE / condition.file).read_text("utf-8").partition(condition.was)
    first = before.count("\n") + 1
    return range(first, first + condition.was.count("\n") + 1)


@cache
def named_in(file):
    """The names of the tests that pytest collects from a file; none where there is no such file."""
    path = PACKAGE.parents[1] / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[:5] == "test_")


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_a_condition_stands_where_the_list_says_and_the_rest_still_compiles(condition):
    compile(condition.source, condition.file, "exec")
    assert condition.source != (PACKAGE / condition.file).read_text("utf-8")
    file, _, rest = condition.test.partition("::")
    assert rest.partition("[")[0] in named_in(file), f"{condition.test} is not there"


def test_every_guarded_write_of_store_and_flows_is_in_the_list():
    named = [(condition.file, set(places(condition))) for condition in CONDITIONS]
    found = list(statements())
    assert len(found) > 40
    missing = [
        f"{file}:{first} {text}"
        for file, first, last, text in found
        if not any(file == where and lines & set(range(first, last + 1)) for where, lines in named)
    ]
    assert missing == [], "say in protocol.toml which test fails without these"


def test_every_condition_expression_of_the_table_is_in_the_list():
    """Each function of the adapter that writes one has at least one row."""
    source = (PACKAGE / "adapters/dynamo_table.py").read_text("utf-8")
    named = [places(condition) for condition in CONDITIONS if condition.file == "adapters/dynamo_table.py"]
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and '"ConditionExpression"' in (
            ast.get_source_segment(source, node) or ""
        ):
            inside = range(node.lineno, node.end_lineno + 1)
            if node.name != "_set":  # takes `_condition`'s own
                assert any(lines[0] in inside for lines in named), node.name


@pytest.mark.slow
@pytest.mark.soak
def test_without_a_condition_its_named_test_fails():
    count = amount(3, 0)  # 0: all
    command = [sys.executable, "-m", "tests.mutants.protocol", "--count", str(count)]
    ended = subprocess.run(command, cwd=PACKAGE.parents[1], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["healthy"] is True, told
    assert (told["survived"], told["broken"]) == ([], [])
    assert len(told["killed"]) == (count or len(CONDITIONS))
