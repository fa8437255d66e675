"""No protocol condition is there for nothing: without it a named test fails. None is left out of the list."""

import ast
import json
import subprocess
import sys
from collections import Counter
from functools import cache

import pytest

from tests.mutants.protocol import PACKAGE, conditions
from tests.soak import amount

CONDITIONS = conditions()
WRITES = {"Put", "Set", "Add", "Check", "Delete"}
GUARDS = {"absent", "version", "where", "at_most"}
UNNAMED = {"Check": ("where", 2), "Add": ("at_most", 3)}  # what may stand without its name, and its place
LOOKS = ("deliver", "deliver_brought", "why_not", "_recover")  # of flows/deliver.py: whether a waiting letter goes


def clauses(source):
    """What the writes of a source ask for: how often each (function, call, what it writes, guard, key, value) stands
    there. A `where` or `at_most` counts key by key, also when a function of the file makes or takes it."""
    tree, found = ast.parse(source), Counter()
    makers = set()
    for function in tree.body:
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            written = (getattr(function, "name", ""), ast.unparse(call.func), ast.unparse(call.args[:1] or call.func))
            for guard, value in guards(call):
                makers |= {ast.unparse(value.func)} if isinstance(value, ast.Call) else set()
                found.update((*written, guard, *pair) for pair in pairs(value))
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and function.name in makers:
            made = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
            found.update((function.name, "return", "", "where", *pair) for value in made for pair in pairs(value))
    return found


def guards(call):
    """(guard, its value) of each guard of a call that writes, or that hands a `where` on to one."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg in GUARDS}
    if name in UNNAMED:
        guard, place = UNNAMED[name]
        place -= sum(isinstance(one, ast.Starred) for one in call.args)  # a key stands for two
        given |= dict(zip([guard], call.args[place:], strict=False))
    return given.items() if name in WRITES or "where" in given else ()


def pairs(value):
    """(key, value) of a dictionary that is written out; of anything else the whole."""
    if isinstance(value, ast.Dict):
        named = zip(value.keys, value.values, strict=True)
        return [(ast.unparse(key) if key else "**", ast.unparse(held)) for key, held in named]
    return [("", ast.unparse(value))]


def questions(source):
    """How often each (function, question) stands in the last looks: `a or b` and `a and b` are two questions."""
    found = Counter()
    for function in ast.parse(source).body:
        for node in ast.walk(function) if getattr(function, "name", "") in LOOKS else ():
            if isinstance(node, (ast.If, ast.IfExp)):
                parts = node.test.values if isinstance(node.test, ast.BoolOp) else [node.test]
                found.update((function.name, ast.unparse(part)) for part in parts)
    return found


def left_out(file, asked):
    """What is asked in a file and no row takes away alone; and how much is asked there."""
    whole, alone = asked((PACKAGE / file).read_text("utf-8")), Counter()
    for condition in CONDITIONS:
        if condition.file == file:
            lost = whole - asked(condition.source)
            alone |= lost if lost.total() == 1 else Counter()
    return [f"{file}: {' · '.join(filter(None, clause))}" for clause in whole - alone], whole.total()


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


def test_every_key_of_every_condition_of_a_write_is_taken_away_alone_by_a_row():
    files = sorted(path for part in ("store", "flows", "pages") for path in PACKAGE.glob(f"{part}/*.py"))
    missing, found = zip(*(left_out(str(path.relative_to(PACKAGE)), clauses) for path in files), strict=True)
    assert sum(found) > 60
    assert [clause for some in missing for clause in some] == [], "say in protocol.toml which test fails without these"


def test_every_question_before_a_waiting_letter_goes_is_taken_away_alone_by_a_row():
    missing, found = left_out("flows/deliver.py", questions)
    assert found > 15
    assert missing == [], "say in protocol.toml which test fails without these"


def test_a_row_that_takes_two_keys_away_shows_nothing_of_either():
    source = 'def f():\n    write(Set(pk, sk, {}, where={"a": 1, "b": 2}), Add(*key, {"n": 1}, {"n": 9}))'
    whole = clauses(source)
    assert whole.total() == 3
    for taken, lost in ((', where={"a": 1, "b": 2}', 2), ('"a": 1, ', 1), (', "b": 2', 1), (', {"n": 9}', 1)):
        assert (whole - clauses(source.replace(taken, ""))).total() == lost, taken


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
