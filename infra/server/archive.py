"""A backup: one file with the table as it was at one moment, and every private file. Made while the server runs."""

import hashlib
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DATA, FILES, ABOUT = "aldia.sqlite", "files", "about.json"
BUSY_S = 60.0


class BadArchive(Exception):
    """This is no backup, or not a whole one; the message is for a person."""


def backup(data: Path, target: Path) -> dict[str, Any]:
    """Write the archive whole or not at all, and look at it; what it says of itself. BadArchive.

    The table first, at one moment, and then the files: a file is written before the table names it, so none is missing.
    """
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy, half = Path(folder) / DATA, Path(folder) / "archive"
        now = datetime.now(UTC)
        snapshot(data / DATA, copy)
        programs = dict(json.loads((data / ABOUT).read_text("utf-8")))
        about: dict[str, Any] = programs | {"at": now.isoformat(), "sha256": digest(copy)}
        (Path(folder) / ABOUT).write_text(json.dumps(about), "utf-8")
        with tarfile.open(half, "w:gz", compresslevel=3) as tar:
            tar.add(Path(folder) / ABOUT, ABOUT)
            tar.add(copy, DATA)
            for path in sorted((data / FILES).rglob("*")):
                _add(tar, path, data)
        half.chmod(0o600)
        unpacked(half, Path(folder) / "looked-at")
        with half.open("rb") as written:
            os.fsync(written.fileno())
        half.replace(target)
    return about


def _add(tar: tarfile.TarFile, path: Path, data: Path) -> None:
    """A file that is deleted at this moment was deleted after the table was copied: nobody misses it."""
    try:
        if path.is_file() and path.suffix != ".part":
            tar.add(path, str(path.relative_to(data)))
    except FileNotFoundError:
        return


def snapshot(source: Path, target: Path) -> None:
    """One moment of a SQLite file that others write to; BadArchive when it is damaged."""
    try:
        live = sqlite3.connect(f"file:{source}?mode=rw", uri=True, timeout=BUSY_S)
        with closing(live), closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        raise BadArchive(f"The table in {source} cannot be copied: {error}.") from error
    check(target)


def check(file: Path) -> None:
    """BadArchive unless SQLite finds the file sound."""
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
            found = opened.execute("PRAGMA integrity_check").fetchall()
    except sqlite3.Error as error:
        raise BadArchive(f"{file.name} is not a table: {error}.") from error
    if found != [("ok",)]:
        raise BadArchive(f"{file.name} is damaged: {found[0][0]}.")


def unpacked(archive: Path, folder: Path) -> dict[str, Any]:
    """Unpack into a new folder and check every part; what the archive says of itself. BadArchive."""
    folder.mkdir(mode=0o700)
    try:
        with tarfile.open(archive, "r:gz") as tar:
            for member in tar:  # one by one: Debian 12's Python has no filter for what leaves the folder
                _take(tar, member, folder)
        about = dict(json.loads((folder / ABOUT).read_text("utf-8")))
    except (OSError, tarfile.TarError, EOFError, ValueError) as error:
        raise BadArchive(f"{archive} is no whole backup of Al Día ({type(error).__name__}).") from error
    if not (folder / DATA).is_file() or digest(folder / DATA) != about.get("sha256"):
        raise BadArchive(f"{archive} is no whole backup of Al Día: its table is not the one that was written.")
    check(folder / DATA)
    return about


def _take(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """A plain file that a backup may hold, and nothing else."""
    path = (folder / member.name).resolve()
    source = tar.extractfile(member) if member.isfile() else None
    is_ours = member.name in (ABOUT, DATA) or path.is_relative_to((folder / FILES).resolve())
    if source is None or not is_ours:
        raise tarfile.TarError("not a part of a backup")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with source, path.open("wb") as target:
        shutil.copyfileobj(source, target)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
