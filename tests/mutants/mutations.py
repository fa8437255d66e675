"""Small wrong changes to Python source: each mutation replaces one expression by a wrong one."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

FLIPS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
TWINS = {"min": "max", "max": "min", "any": "all", "all": "any"}
SUMS: dict[type[ast.operator], type[ast.operator]] = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add}


@dataclass(frozen=True, slots=True)
class Mutation:
    """A wrong change of one file.

    `lines`: those of the statement around it (of one with a body: its head); empty: outside of all functions.
    `is_in_body`: of a function; what is in its head is computed once, when the module is imported.
    """

    file: str
    line: int
    kind: str
    was: ast.expr
    now: ast.expr
    lines: range
    is_in_body: bool

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.was.col_offset + 1} {self.change}"

    @property
    def change(self) -> str:
        """What is changed, in one line, wherever it stands."""
        return f"{self.kind}: {_short(self.was)}  →  {_short(self.now)}"

    def source(self, right: str) -> str:
        """The file's text with the change."""
        return _replaced(right, self.was, self.now)


def mutations(file: str, source: str) -> Iterator[Mutation]:
    """Every mutation of a file, in the order of its text."""
    for lines, is_in_body, node in _expressions(ast.parse(source)):
        for kind, wrong in _wrong(node):
            yield Mutation(file, node.lineno, kind, node, wrong, lines, is_in_body)


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 90 else f"{text[:87]}…"


OUTSIDE = range(0)


def _expressions(tree: ast.Module) -> Iterator[tuple[range, bool, ast.expr]]:
    """(lines of the statement around it, whether in a function's body, node) of what is computed.

    No annotations, decorators or docstrings.
    """
    stack: list[tuple[range, bool, ast.AST]] = [(OUTSIDE, False, tree)]
    while stack:
        lines, is_in_body, node = stack.pop()
        if isinstance(node, ast.FunctionDef) or (isinstance(node, ast.stmt) and is_in_body):
            lines = _head(node)
        if isinstance(node, ast.expr):
            yield lines, is_in_body, node
        body = node.body if isinstance(node, ast.FunctionDef) else []
        stack += [(lines, is_in_body or child in body, child) for child in reversed(list(_computed(node)))]


def _head(node: ast.stmt) -> range:
    """The lines of a statement, of one with a body those above it; a function's also hold its decorators."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    body = getattr(node, "body", None)
    last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
    return range(min([node.lineno, *(each.lineno for each in decorators)]), max(last, node.lineno) + 1)


def _computed(node: ast.AST) -> Iterator[ast.AST]:
    left_out = {"annotation", "returns", "decorator_list", "type_comment", "type_params", "bases", "keywords"}
    if not isinstance(node, (ast.ClassDef, ast.FunctionDef)):
        left_out = {"annotation"}
    for name, value in ast.iter_fields(node):
        if name in left_out or (isinstance(node, ast.FormattedValue) and name == "conversion"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_type_or_text(child):
                yield child


def _is_type_or_text(node: ast.AST) -> bool:
    """Type aliases, docstrings, f-strings: what they say is not computed, or not for the domain's tests to hold."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if (
        isinstance(node, ast.Subscript)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("Literal", "Callable")
    ):
        return True
    return isinstance(node, (ast.JoinedStr, ast.Import, ast.ImportFrom))


Wrong = Iterator[tuple[str, ast.expr]]
"""(kind, expression) of what may stand there wrongly."""


@singledispatch
def _wrong(_node: ast.expr) -> Wrong:
    yield from ()


@_wrong.register
def _comparison(node: ast.Compare) -> Wrong:
    flipped = FLIPS.get(type(node.ops[0]), type(node.ops[0]))
    yield "comparison", _with(node, ops=[flipped(), *node.ops[1:]])


@_wrong.register
def _and_or(node: ast.BoolOp) -> Wrong:
    yield "and/or", _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    yield "one condition less", node.values[0] if len(node.values) == 2 else _with(node, values=node.values[1:])


@_wrong.register
def _not(node: ast.UnaryOp) -> Wrong:
    if isinstance(node.op, ast.Not):
        yield "not", node.operand


@_wrong.register
def _arithmetic(node: ast.BinOp) -> Wrong:
    if type(node.op) in SUMS:
        yield "arithmetic", _with(node, op=SUMS[type(node.op)]())


@_wrong.register
def _branch(node: ast.IfExp) -> Wrong:
    yield "other branch", node.orelse
    yield "one branch", node.body


@_wrong.register
def _constant(node: ast.Constant) -> Wrong:
    if isinstance(node.value, bool):
        yield "constant", ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield "constant", ast.Constant(node.value + 1)


@_wrong.register
def _call(node: ast.Call) -> Wrong:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name in TWINS:
        yield "twin", _with(node, func=ast.Name(TWINS[name]))
    elif name == "replace" and node.keywords:
        yield "a field not replaced", _with(node, keywords=node.keywords[1:])


@_wrong.register(ast.ListComp)
@_wrong.register(ast.GeneratorExp)
@_wrong.register(ast.SetComp)
def _filter(node: Any) -> Wrong:
    if node.generators[0].ifs:
        first = copy.copy(node.generators[0])
        first.ifs = first.ifs[1:]
        yield "no filter", _with(node, generators=[first, *node.generators[1:]])


def _with(node: ast.expr, **fields: object) -> ast.expr:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return ast.fix_missing_locations(changed)


def _replaced(source: str, node: ast.expr, wrong: ast.expr) -> str:
    """The source with the node's text replaced; what follows keeps its place in the line, lines may become fewer."""
    lines = source.encode().splitlines(keepends=True)
    first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
    before = b"".join(lines[:first]) + lines[first][: node.col_offset]
    after = lines[last][node.end_col_offset :] + b"".join(lines[last + 1 :])
    text = ast.unparse(wrong)
    is_generator = isinstance(node, ast.GeneratorExp)
    return (before + (text if is_generator else f"({text})").encode() + after).decode()
