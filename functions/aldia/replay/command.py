"""`aldia replay FILE…`: read, check, play, print. Nothing is printed unless everything was played to its end."""

import io
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NoReturn, Protocol

from aldia.replay.faults import Faults
from aldia.replay.play import CannotHappen, first_instant, play
from aldia.replay.report import Document, Report
from aldia.replay.scenario import Scenario, read_scenario
from aldia.replay.stage import set_up

PLAYED, FAILED, FAULTY = 0, 1, 2
STDIN = "-"


class Running(Protocol):
    """A database engine."""

    @property
    def url(self) -> str:
        """Its address."""


OpenEngine = Callable[[], AbstractContextManager[Running]]


def replay(files: Sequence[str], open_engine: OpenEngine) -> int:
    """Play the files and print what happened; the exit status. All are checked before any is played."""
    _speak_utf_8()
    lines: list[str] = []
    scenarios = [_checked(name, lines, is_one=len(files) == 1) for name in files]
    if lines:
        return _said(lines, FAULTY)
    with open_engine() as engine:
        ended = [_played(name, scenario, engine.url) for name, scenario in scenarios]
    status = max(outcome for outcome, _, _ in ended)
    if status:
        return _said(
            [line if len(files) == 1 else f"{name}: {line}" for outcome, name, line in ended if outcome], status
        )
    documents = [document for _, _, document in ended]
    sys.stdout.write(json.dumps(documents if len(files) > 1 else documents[0], ensure_ascii=False, indent=1) + "\n")
    return PLAYED


def _speak_utf_8() -> None:
    """Whatever the locale: JSON is UTF-8 everywhere, and the same on every machine. No sign of a file can break it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _said(lines: Sequence[str], status: int) -> int:
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    return status


# -- reading -------------------------------------------------------------------------------------


def _checked(name: str, lines: list[str], *, is_one: bool) -> tuple[str, Scenario | None]:
    """The file's scenario; its faults go to `lines`, with the file's name where there are several."""
    faults = Faults()
    scenario = None
    try:
        scenario = read_scenario(_document(name), faults)
    except _Unreadable as wrong:
        faults.add("document", str(wrong))
    lines += faults.lines if is_one else [f"{name}: {line}" for line in faults.lines]
    return name, scenario


class _Unreadable(Exception):
    """No JSON document can be had from there."""


def _document(name: str) -> Any:
    try:
        raw = sys.stdin.buffer.read() if name == STDIN else Path(name).read_bytes()
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except OSError as error:
        raise _Unreadable(f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise _Unreadable("is not UTF-8") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise _Unreadable(f"is not JSON: {error}") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None) if len(set(names)) < len(names) else None
    if twice is not None:
        raise _Unreadable(f"the field {twice!r} stands twice in one object")
    return dict(pairs)


def _no_constant(word: str) -> NoReturn:
    raise _Unreadable(f"is not JSON: {word}")


# -- playing -------------------------------------------------------------------------------------


def played(scenario: Scenario, endpoint: str) -> Document:
    """Play it on the engine at that address; what happened. Raises CannotHappen."""
    stage = set_up(endpoint, now=first_instant(scenario))
    return Report(scenario, stage.ports, play(scenario, stage)).document()


def _played(name: str, scenario: Scenario | None, endpoint: str) -> tuple[int, str, Any]:
    """(status, the file's name, its document or the line that says why there is none)."""
    if scenario is None:
        raise ValueError("only a scenario without faults is played")
    try:
        return PLAYED, name, played(scenario, endpoint)
    except CannotHappen as why:
        return FAULTY, name, str(why)
    except Exception as failure:
        return (
            FAILED,
            name,
            f"Al Día could not play this, which is a mistake of ours: {type(failure).__name__}: {failure}",
        )
