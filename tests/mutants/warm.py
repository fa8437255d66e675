"""A pytest that has collected its tests and waits: a mutant is a fork of it with one module's functions exchanged.

Far cheaper than a process that imports and collects anew. It holds for what stands in a function's body and did not
run while the tests were collected; all other mutants go to the nursery.
"""

import gc
import json
import os
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from types import CodeType, FunctionType
from typing import IO

from tests.mutants import nursery
from tests.mutants.covering import Covering


class Warm:
    """A plugin of pytest: instead of running the tests it answers, line by line, what it is asked."""

    def __init__(self, asked: IO[str], answer: IO[str]) -> None:
        self._asked, self._answer = asked, answer
        self._covering = Covering()

    def pytest_collection(self) -> None:
        self._covering.begin()

    def pytest_runtestloop(self, session) -> bool:
        self._say(self._covering.end())
        items = {item.nodeid: item for item in session.items}
        for line in self._asked:
            path, source, tests, seconds = json.loads(line)
            self._say(_verdict(Path(path), source, [items[test] for test in tests], seconds))
        return True

    def _say(self, answer: object) -> None:
        self._answer.write(json.dumps(answer) + "\n")
        self._answer.flush()


class WarmPytest:
    """The process around it. `at_import`: "file:line" of what of the domain ran while the tests were collected."""

    def __init__(self, arguments: Sequence[str]) -> None:
        (asked, ask), (hear, answer) = os.pipe(), os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(ask)
            os.close(hear)
            _serve(arguments, Warm(os.fdopen(asked), os.fdopen(answer, "w")))
        os.close(asked)
        os.close(answer)
        self._ask, self._hear = os.fdopen(ask, "w"), os.fdopen(hear)
        self.at_import = frozenset(json.loads(self._hear.readline()))

    def verdict(self, path: Path, source: str, tests: Sequence[str], *, seconds: float) -> tuple[str, str]:
        """As the nursery's."""
        self._ask.write(json.dumps([str(path), source, list(tests), seconds]) + "\n")
        self._ask.flush()
        result, said = json.loads(self._hear.readline())
        return result, said

    def end(self) -> None:
        """No more questions."""
        self._ask.close()
        os.waitpid(self._pid, 0)


def _serve(arguments: Sequence[str], warm: Warm) -> None:
    """In the child: never returns."""
    try:
        import pytest

        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        pytest.main([*nursery.QUIET, *arguments], plugins=[nursery.FewExamples(), warm])
    finally:
        os._exit(0)


def _verdict(path: Path, source: str, items: Sequence[object], seconds: float) -> tuple[str, str]:
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _live(path, source, items, write)
    os.close(write)
    return nursery.ended(child, read, seconds)


def _live(path: Path, source: str, items: Sequence[object], write: int) -> None:
    """In the fork: never returns."""
    from _pytest.runner import runtestprotocol

    status = nursery.NOT_RUN
    try:
        os.setpgid(0, 0)
        exchange(path, source)
        status = 0
        for item, following in pairwise([*items, None]):
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                os.write(write, f"\n{nursery.KILLER}{item.nodeid}\n".encode())
                status = 1
                break
    except BaseException as error:
        os.write(write, repr(error).encode())
    finally:
        os._exit(status)


def exchange(path: Path, source: str) -> None:
    """Give the module's functions, methods and properties the code of another source."""
    new = {code.co_qualname: code for code in outermost(compile(source, str(path), "exec", dont_inherit=True))}
    exchanged = 0
    gc.unfreeze()  # what tests/conftest.py has put aside is to be found too
    for known in gc.get_objects():
        if isinstance(known, FunctionType) and known.__code__.co_filename == str(path):
            code = new.get(known.__code__.co_qualname)
            if code:
                known.__code__ = code
                exchanged += 1
    assert exchanged, path


def outermost(module: CodeType) -> Iterator[CodeType]:
    """The code of functions and methods of a module; what is defined inside of them comes along with them."""
    for code in module.co_consts:
        if isinstance(code, CodeType):
            is_class = not code.co_flags & 2  # CO_NEWLOCALS: only functions have it
            yield from outermost(code) if is_class else [code]


def is_exchangeable(source: str) -> bool:
    """Whether each of its functions has a name of its own."""
    names = [code.co_qualname for code in outermost(compile(source, "", "exec", dont_inherit=True))]
    return len(names) == len(set(names))
