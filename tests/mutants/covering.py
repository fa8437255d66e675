"""Which tests run which functions of the domain, and how long each takes: written down while they run once."""

import json
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

DOMAIN = str(Path(__file__).resolve().parents[2] / "functions/aldia/domain") + os.sep
OUT = "ALDIA_COVERING"


class Covering:
    """A plugin of pytest. Writes {test: [seconds, ["file:line of the function", …]]} where `ALDIA_COVERING` says."""

    def __init__(self) -> None:
        self._seen: set[Any] = set()
        self._found: dict[str, tuple[float, list[str]]] = {}
        self._names: dict[Any, str] = {}

    def pytest_runtest_logstart(self) -> None:
        self._seen = set()
        self._began = time.perf_counter()
        sys.setprofile(self._called)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        sys.setprofile(None)
        seconds = time.perf_counter() - self._began
        names = sorted({name for code in self._seen if (name := self._name(code))})
        if names:
            self._found[nodeid] = (round(seconds, 4), names)

    def pytest_sessionfinish(self) -> None:
        Path(os.environ[OUT]).write_text(json.dumps(self._found), "utf-8")

    def _called(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            self._seen.add(frame.f_code)

    def _name(self, code: Any) -> str:
        if code not in self._names:
            file = code.co_filename
            own = file.startswith(DOMAIN)
            self._names[code] = f"{file[len(DOMAIN) :]}:{code.co_firstlineno}" if own else ""
        return self._names[code]


@dataclass(frozen=True, slots=True, order=True)
class Reaching:
    """A test that reaches a function; of two the one that reaches less of the domain comes first."""

    breadth: int
    seconds: float
    test: str


def by_function(found: dict[str, tuple[float, list[str]]]) -> dict[str, list[Reaching]]:
    """Function → its tests, the most specific first."""
    turned: dict[str, list[Reaching]] = defaultdict(list)
    for test, (seconds, names) in found.items():
        for name in names:
            turned[name].append(Reaching(len(names), seconds, test))
    return {name: sorted(tests) for name, tests in turned.items()}
