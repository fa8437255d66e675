"""The table of rules is true: each row names a page of Stripe's and a test that exists."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "infra/local/pretend_stripe/RULES.md"
ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def rules():
    return ROW.findall(TABLE.read_text(encoding="utf-8"))


def names_of_tests():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in HERE.glob("test_stripe_*.py")]
    return {node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_row_is_read_and_no_id_is_used_twice():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if re.match(r"\| [A-Z]\d", line)]
    ids = [rule[0] for rule in rules()]
    assert len(ids) == len(lines) > 50
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule[0])
def test_a_rule_names_a_page_how_sure_it_is_and_an_existing_test(rule):
    _, _, page, sure, test = rule
    assert re.fullmatch(r"[a-z0-9/_-]+", page)
    assert sure in ("read", "sdk", "page")
    assert test in names_of_tests()
