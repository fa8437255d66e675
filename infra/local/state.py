"""What the panel keeps between starts: the mailbox and the clock, in one SQLite file."""

import json
import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aldia.ports import Message

TABLES = """
CREATE TABLE IF NOT EXISTS mail (place INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class LocalState:
    """One file; every write is on disk before it returns."""

    def __init__(self, file: Path | str) -> None:
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._lock = threading.Lock()
        with self._lock:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.executescript(TABLES)

    def run(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Run one statement; its rows."""
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def fact(self, name: str, default: str = "") -> str:
        """A remembered value."""
        rows = self.run("SELECT value FROM facts WHERE name = ?", name)
        return str(rows[0][0]) if rows else default

    def remember(self, name: str, value: str) -> None:
        """Keep a value."""
        self.run("INSERT INTO facts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)


class LocalClock:
    """The machine's clock plus a jump that is remembered. It never goes back."""

    def __init__(self, state: LocalState, system: Any = None) -> None:
        self._state = state
        self._system = system or (lambda: datetime.now(UTC))
        self._ahead = timedelta(seconds=float(state.fact("ahead", "0")))

    def now(self) -> datetime:
        """The present instant, as everything on this machine sees it."""
        return self._system() + self._ahead

    def jump(self, to: datetime) -> None:
        """Go forward to an instant; earlier ones are ignored."""
        if to > self.now():
            self._ahead += to - self.now()
            self._state.remember("ahead", str(self._ahead.total_seconds()))


class Mailbox:
    """A mailer that keeps every mail for the panel instead of sending it."""

    def __init__(self, state: LocalState, clock: Any) -> None:
        self._state, self._clock = state, clock

    def send(self, message: Message) -> str:
        """Keep the mail; the id is its place."""
        kept = {
            "to": list(message.to),
            "cc": list(message.cc),
            "from": message.from_name,
            "reply_to": message.reply_to,
            "subject": message.subject,
            "text": message.text,
            "html": message.html,
            "headers": dict(message.headers),
            "tags": dict(message.tags),
        }
        at = self._clock.now().isoformat()
        self._state.run("INSERT INTO mail (at, message) VALUES (?, ?)", at, json.dumps(kept))
        return f"local-{self._state.run('SELECT max(place) FROM mail')[0][0]}"

    def all(self, *, after: int = 0) -> list[dict[str, Any]]:
        """The mails, newest last, each with its place and instant."""
        rows = self._state.run("SELECT place, at, message FROM mail WHERE place > ? ORDER BY at, place", after)
        return [{"place": place, "at": at} | json.loads(text) for place, at, text in rows]

    def one(self, place: int) -> dict[str, Any] | None:
        """One mail."""
        rows = self._state.run("SELECT place, at, message FROM mail WHERE place = ?", place)
        return {"place": rows[0][0], "at": rows[0][1]} | json.loads(rows[0][2]) if rows else None
