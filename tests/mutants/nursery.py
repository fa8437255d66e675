"""Where a mutant lives: a forked child that imports one module of `aldia` with another source and runs some tests.

Nothing in the working tree changes. This process imports what is slow and not `aldia`, so that a child costs little;
it must therefore be a process of its own (`python -m tests.mutants…`), never pytest itself.
"""

import importlib
import importlib.abc
import importlib.machinery
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FUNCTIONS = ROOT / "functions"
MOST_EXAMPLES = 25
KILLED, SURVIVED, BROKEN = "killed", "survived", "broken"
KILLER = "caught by: "
FAILED = (1, 2, 4)  # of pytest: a test failed, or a module could not be imported (that its tests exist is seen before)
NOT_RUN = 3
QUIET = (
    "-x",
    "-q",
    "--no-header",
    "--tb=line",
    "-W",
    "ignore",
    "-p",
    "no:xdist",
    "-o",
    "cache_dir=.local/cache/mutants",
)
SLOW_TO_IMPORT = (
    "pytest", "hypothesis", "boto3", "botocore.session", "botocore.client", "flask", "flask.testing",
    "werkzeug.serving", "jinja2", "msgspec", "holidays", "stripe", "babel.numbers", "babel.dates",
)  # fmt: skip


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module before everybody else and gives it another source."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        self._module, self._path, self._source = module, path, source

    def find_spec(self, name, *_where):
        if name != self._module:
            return None
        is_package = self._path.name == "__init__.py"
        spec = importlib.machinery.ModuleSpec(name, self, origin=str(self._path), is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [str(self._path.parent)]
        return spec

    def exec_module(self, module):
        exec(compile(self._source, str(self._path), "exec", dont_inherit=True), module.__dict__)


class FewExamples:
    """A plugin of pytest: few examples, the same in every run, and nobody wants the smallest one that fails."""

    def pytest_collection_modifyitems(self, items) -> None:
        from hypothesis import Phase, settings

        for item in items:
            test = getattr(getattr(item, "obj", None), "__func__", getattr(item, "obj", None))
            held = getattr(test, "_hypothesis_internal_use_settings", None)
            if held:
                fewer = min(held.max_examples, MOST_EXAMPLES)
                few = settings(
                    held,
                    max_examples=fewer, phases=[Phase.explicit, Phase.generate], derandomize=True, database=None,
                )  # fmt: skip
                test._hypothesis_internal_use_settings = few


class Chosen:
    """A plugin of pytest: only these tests, in this order. `killer`: the first that failed."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: place for place, test in enumerate(tests)}
        self.killer = ""

    @property
    def files(self) -> list[str]:
        """Where they are: what pytest has to collect."""
        return list(dict.fromkeys(test.partition("::")[0] for test in self._place))

    def pytest_collection_modifyitems(self, items) -> None:
        kept = [item for item in items if self._where(item) is not None]
        items[:] = sorted(kept, key=self._where)

    def pytest_runtest_logreport(self, report) -> None:
        if report.failed and not self.killer:
            self.killer = report.nodeid

    def _where(self, item) -> int | None:
        """A test's place; one that is named without its case stands for all its cases."""
        whole = item.nodeid.removesuffix(f"[{item.callspec.id}]") if hasattr(item, "callspec") else item.nodeid
        return self._place.get(item.nodeid, self._place.get(whole))


def warm_up() -> None:
    """Import once what every child needs."""
    os.chdir(ROOT)
    for name in SLOW_TO_IMPORT:
        importlib.import_module(name)
    assert not [name for name in sys.modules if name.split(".")[0] == "aldia"], "a child must import aldia itself"


def module_of(path: Path) -> str:
    """The dotted name of a file below functions/."""
    parts = path.relative_to(FUNCTIONS).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def verdict(path: Path, source: str, tests: Sequence[str], *, seconds: float) -> tuple[str, str]:
    """(killed, survived or broken; what pytest said) of these tests with the file's source replaced."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        _live(path, source, tests, write)
    os.close(write)
    return ended(child, read, seconds)


def ended(child: int, read: int, seconds: float) -> tuple[str, str]:
    """The verdict on a child that runs tests and writes what it says to that pipe."""
    status, said = _wait(child, read, time.monotonic() + seconds)
    if status is None:
        return KILLED, f"no end after {seconds:.0f} s"
    return (SURVIVED if status == 0 else KILLED if status in FAILED else BROKEN), said


def _live(path: Path, source: str, tests: Sequence[str], write: int) -> None:
    """In the child: never returns."""
    status = NOT_RUN
    try:
        os.setpgid(0, 0)
        for stream in (1, 2):
            os.dup2(write, stream)
        sys.meta_path.insert(0, Changed(module_of(path), path, source))
        import pytest

        chosen = Chosen(tests)
        status = int(pytest.main([*QUIET, *chosen.files], plugins=[FewExamples(), chosen]))
        sys.stdout.write(f"\n{KILLER}{chosen.killer}\n")
        sys.stdout.flush()
    finally:
        os._exit(status)


def _wait(child: int, read: int, until: float) -> tuple[int | None, str]:
    """(exit status, None when it had to be ended; the end of what was said)."""
    os.set_blocking(read, False)
    said = b""
    while True:
        with suppress(BlockingIOError):
            said = (said + os.read(read, 65536))[-4000:]
        done, status = os.waitpid(child, os.WNOHANG)
        if done or time.monotonic() > until:
            break
        time.sleep(0.02)
    if not done:
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
    else:
        with suppress(BlockingIOError):
            said = (said + os.read(read, 65536))[-4000:]
        _end_group(child)
    os.close(read)
    return (os.waitstatus_to_exitcode(status) if done else None), said.decode("utf-8", "replace")


def _end_group(child: int) -> None:
    """An engine that a test of the child left behind, if any."""
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
