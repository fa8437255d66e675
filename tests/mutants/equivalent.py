"""Mutants that change nothing anybody can tell apart (equivalent.toml), each with its reason: counted separately."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.mutants.mutations import Mutation


class Equivalent(NamedTuple):
    """`text`: the line it stands in; `change`: as the run writes it, without file and line."""

    file: str  # below functions/aldia/domain
    text: str
    change: str
    why: str


def listed() -> list[Equivalent]:
    """All of them, in the order of the file."""
    rows = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text("utf-8"))
    return [Equivalent(**row) for row in rows.get("mutant", [])]


def of(those: Sequence[Mutation], domain: Path) -> list[Mutation]:
    """Which of these mutants are listed."""
    known = {row[:3] for row in listed()}
    return [one for one in those if named(one, domain) in known]


def named(one: Mutation, domain: Path) -> tuple[str, str, str]:
    """How the list names a mutant: (file, text of its line, change)."""
    lines = (domain / one.file).read_text("utf-8").splitlines()
    return one.file, lines[one.line - 1].strip(), one.change
