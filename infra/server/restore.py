"""Sets a server's data back to a backup, and walks into what a restore needs: nobody is written to twice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aldia.flows.after_restore import Drilled, after_restore
from infra.local.engine import locked
from infra.server import archive, room
from infra.server.wishes import Wishes

PARTS = (room.DATA, room.DATA + "-wal", room.DATA + "-shm", archive.FILES, room.ABOUT)


def restore(wishes: Wishes, file: Path, **given: Any) -> Drilled:
    """Put the archive in the data's place and stop what may have gone since; what that found.

    Until it is finished nothing else opens the data, so it may break off anywhere and be begun again. What was there
    stays beside it. BadArchive, CannotOpen, InUse while a server runs.
    """
    data = wishes.data
    with _incoming(data, file) as (folder, about):
        room.check_age(about)
        with locked(data / room.DATA):
            room.write(data / room.UNFINISHED, {"file": str(file), "since": about["at"]})
            _swap(data, folder)
    with room.opened(wishes, is_restoring=True, **given) as opened:
        found = after_restore(opened.ports, datetime.fromisoformat(about["at"]))
    (data / room.UNFINISHED).unlink()
    return found


@contextmanager
def _incoming(data: Path, file: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The archive, unpacked beside the data and found whole."""
    folder = data / "incoming"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        yield folder, archive.unpacked(file, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _swap(data: Path, folder: Path) -> None:
    """What is there moves aside, part by part; then the archive's parts take its place."""
    aside = data / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    aside.mkdir(mode=0o700)
    for name in PARTS:
        if (data / name).exists():
            (data / name).rename(aside / name)
    for name in PARTS:
        if (folder / name).exists():
            (folder / name).rename(data / name)
