"""The table of a server: its data file, whose hands it is in, and which program wrote it last."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from aldia import bootstrap
from aldia.adapters.mail_switch import Stoppable
from aldia.ports import Ports
from aldia.store import codec
from infra.local.engine import Engine, InUse, is_healthy
from infra.local.install_engine import PINS
from infra.server import archive
from infra.server.disk import OnDiskFirst
from infra.server.wishes import Wishes

DATA, ABOUT, WHERE = "aldia.sqlite", "about.json", "engine.json"
UNFINISHED, STOPPED = "restore.json", "mail.stopped"


class CannotOpen(Exception):
    """The data must not be used like this; the message is for a person."""


@dataclass(frozen=True, slots=True)
class Room:
    """An engine that answers, and everything that the flows need."""

    ports: Ports
    engine: Engine | None  # None: it is another process's


def programs() -> dict[str, Any]:
    """Who writes: Al Día, the number of its way to write, and the engine."""
    return {"aldia": version("aldia"), "schema": codec.SCHEMA, "engine": PINS["version"]}


@contextmanager
def opened(wishes: Wishes, *, may_join: bool = False, is_restoring: bool = False, **given: Any) -> Iterator[Room]:
    """The table, in our hands or, with `may_join`, in a running server's. CannotOpen, EngineError, NoEngine.

    `given`: ports of one's own, as of `bootstrap.build`.
    """
    file = wishes.data / DATA
    try:
        engine = Engine(file)
        with engine_of(wishes, engine, is_restoring=is_restoring) as url:
            yield Room(ports_of(wishes, url, **given), engine)
    except InUse:
        if not may_join:
            raise
        yield Room(ports_of(wishes, _running(wishes.data), **given), None)


@contextmanager
def engine_of(wishes: Wishes, engine: Engine, *, is_restoring: bool) -> Iterator[str]:
    """The engine's address while it runs. Its data were looked at before: nothing older touches what is newer."""
    is_due = _look(wishes.data, is_restoring=is_restoring)
    with engine:
        if is_due:
            note = f"before-schema-{codec.SCHEMA}-engine-{PINS['version']}.tar.gz"
            archive.backup(wishes.data, wishes.data / "backups" / note)
        bootstrap.make_table(at(wishes, engine.url))
        write(wishes.data / ABOUT, programs())
        write(wishes.data / WHERE, {"url": engine.url, "port": engine.port})
        try:
            yield engine.url
        finally:
            (wishes.data / WHERE).unlink(missing_ok=True)


def at(wishes: Wishes, url: str) -> Any:
    """The settings with the engine's address."""
    return replace(wishes.settings, dynamodb_endpoint=url)


def ports_of(wishes: Wishes, url: str, **given: Any) -> Ports:
    """The real adapters; mail goes unless `aldia mail-stop` said otherwise."""
    stopped, settings = wishes.data / STOPPED, at(wishes, url)

    def goes() -> bool:
        return not stopped.exists()

    mailer = Stoppable(OnDiskFirst(bootstrap.mailer(settings), wishes.data / DATA), goes)
    ours: dict[str, Any] = {"mail_goes": goes, "mailer": mailer}
    return bootstrap.build(settings, **(ours | given))


def _running(data: Path) -> str:
    found = read(data / WHERE)
    if not found or not is_healthy(found["port"]):
        raise CannotOpen("Al Día is just starting or stopping on these data: try again in a moment.")
    return str(found["url"])


def _look(data: Path, *, is_restoring: bool) -> bool:
    """CannotOpen for data that are not ours to write; whether a backup is due before a newer program writes."""
    half = read(data / UNFINISHED)
    if half and not is_restoring:
        raise CannotOpen(f"A restore was begun and not finished. Do it again: aldia restore {half['file']}")
    found, ours = read(data / ABOUT), programs()
    if not found:
        return False
    check_age(found)
    return bool(found["schema"] != ours["schema"] or found["engine"] != ours["engine"])


def check_age(found: dict[str, Any]) -> None:
    """CannotOpen when a newer program wrote what `found` tells of."""
    ours = programs()
    if found["schema"] > ours["schema"] or numbers(found["engine"]) > numbers(ours["engine"]):
        raise CannotOpen(
            f"A newer Al Día ({found['aldia']}) wrote these data, and this is {ours['aldia']}: go on with the newer "
            "one, or restore the backup that was made before it."
        )


def numbers(text: str) -> tuple[int, ...]:
    """1.10.2 comes after 1.9."""
    return tuple(int(part) for part in text.split(".") if part.isdigit())


def read(path: Path) -> dict[str, Any]:
    """A small file of facts; empty when there is none."""
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return {}


def write(path: Path, facts: dict[str, Any]) -> None:
    """Write it whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(facts), "utf-8")
    part.replace(path)
