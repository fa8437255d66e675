"""Which tests run which lines of the domain, and how long each takes: written down while they run once."""

import json
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

DOMAIN = str(Path(__file__).resolve().parents[2] / "functions/aldia/domain") + os.sep
OUT = "ALDIA_COVERING"
NOTHING = "-"  # what a test reaches that reads no more than values of modules
MOST_CALLS = 300  # of one function in one test: what they did not reach counts as not reached, and costs no time


class Covering:
    """A plugin of pytest. Writes {test: [seconds, ["file:line", …]]} where `ALDIA_COVERING` says."""

    def __init__(self) -> None:
        self._seen: set[tuple[CodeType, int]] = set()
        self._calls: Counter[CodeType] = Counter()
        self._found: dict[str, tuple[float, list[str]]] = {}
        self._files: dict[CodeType, str] = {}

    def begin(self) -> None:
        """From here on lines are noted."""
        self._seen, self._calls = set(), Counter()
        sys.settrace(self._called)

    def end(self) -> list[str]:
        """The lines that ran since."""
        sys.settrace(None)
        return sorted({f"{self._file(code)}:{line}" for code, line in self._seen})

    def pytest_runtest_logstart(self) -> None:
        forget()
        self._began = time.perf_counter()
        self.begin()

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        lines = self.end()
        seconds = time.perf_counter() - self._began
        self._found[nodeid] = (round(seconds, 4), lines or [NOTHING])

    def pytest_sessionfinish(self) -> None:
        Path(os.environ[OUT]).write_text(json.dumps(self._found), "utf-8")

    def _called(self, frame: FrameType, _event: str, _argument: object) -> Any:
        code = frame.f_code
        if not self._file(code) or self._calls[code] >= MOST_CALLS:
            return None
        self._calls[code] += 1
        self._seen.add((code, code.co_firstlineno))
        return self._stepped

    def _stepped(self, frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            self._seen.add((frame.f_code, frame.f_lineno))
        return self._stepped

    def _file(self, code: CodeType) -> str:
        """Below the domain; of other code empty."""
        if code not in self._files:
            file = code.co_filename
            self._files[code] = file[len(DOMAIN) :] if file.startswith(DOMAIN) else ""
        return self._files[code]


def forget() -> None:
    """Nothing is remembered from the test before, or its lines would count as not reached by this one."""
    for name, module in list(sys.modules.items()):
        if name.startswith("aldia.domain"):
            for known in list(vars(module).values()):
                if hasattr(known, "cache_clear"):
                    known.cache_clear()
            getattr(module, "_recent", {}).clear()


@dataclass(frozen=True, slots=True, order=True)
class Reaching:
    """A test that reaches a line: how many lines of the domain it reaches in all, and its seconds."""

    breadth: int
    seconds: float
    test: str


def by_line(found: dict[str, tuple[float, list[str]]]) -> dict[str, list[Reaching]]:
    """ "file:line" → its tests, the most specific first."""
    turned: dict[str, list[Reaching]] = defaultdict(list)
    for test, (seconds, lines) in found.items():
        for line in lines:
            turned[line].append(Reaching(len(lines), seconds, test))
    return {line: sorted(tests) for line, tests in turned.items()}


def of_lines(reached: dict[str, list[Reaching]], file: str, lines: Iterable[int]) -> set[Reaching]:
    """The tests that reach one of these lines of a file."""
    return {each for line in lines for each in reached.get(f"{file}:{line}", [])}
