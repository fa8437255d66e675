"""What was written is on disk before anybody outside acts on it.

The engine commits to SQLite's log without waiting for the disk: a power cut could forget a claim, and its letter would
go again. So the log is flushed before a mail is handed over, and before a form or a webhook is answered.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from aldia.ports import Mailer, Message

SAFE = ("GET", "HEAD", "OPTIONS")


def flush(data_file: Path) -> None:
    """Wait until everything that was committed is on disk, whichever process wrote it."""
    try:
        file = os.open(data_file.with_name(data_file.name + "-wal"), os.O_RDONLY)
    except FileNotFoundError:  # the log was just taken into the table, which SQLite waits for
        return
    try:
        os.fsync(file)
    finally:
        os.close(file)


class OnDiskFirst:
    """A mailer: the claim is on disk before the mail goes."""

    def __init__(self, mailer: Mailer, data_file: Path) -> None:
        self._mailer, self._data_file = mailer, data_file

    def send(self, message: Message) -> str:
        """As of the mailer."""
        flush(self._data_file)
        return self._mailer.send(message)


class AnswerAfter:
    """A WSGI application: what a form or a webhook wrote is on disk before the answer goes."""

    def __init__(self, behind: Callable[..., Iterable[bytes]], data_file: Path) -> None:
        self._behind, self._data_file = behind, data_file

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """The application's answer."""
        answer = self._behind(environ, start)
        if environ["REQUEST_METHOD"] not in SAFE:
            flush(self._data_file)
        return answer
