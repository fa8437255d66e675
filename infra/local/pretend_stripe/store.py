"""Everything that the pretend Stripe remembers, in one SQLite file: a kill -9 loses nothing."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Object = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, account TEXT NOT NULL,
  payment TEXT NOT NULL, created INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_kind ON objects (kind, account, seq);
CREATE INDEX IF NOT EXISTS by_payment ON objects (payment, kind);
CREATE TABLE IF NOT EXISTS timers (id TEXT PRIMARY KEY, at INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, state TEXT NOT NULL, next_at INTEGER NOT NULL,
  first_at INTEGER NOT NULL, rank INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
  answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS by_state ON deliveries (state, next_at);
CREATE TABLE IF NOT EXISTS answers (
  account TEXT, key TEXT, at INTEGER NOT NULL, print TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (account, key));
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Page:
    """What a list is asked for. `created`: bounds by gt, gte, lt, lte in seconds."""

    kind: str
    limit: int = 10
    starting_after: str = ""
    payment: str = ""
    created: tuple[tuple[str, int], ...] = ()
    types: tuple[str, ...] = ()  # of events, by their exact names


OPERATORS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


class Store:
    """One connection behind one lock: a request is one transaction."""

    def __init__(self, path: Path | str) -> None:
        self.lock = threading.RLock()
        self.depth = 0
        self.db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=NORMAL")
        self.db.executescript(SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; an inner one belongs to the outer."""
        with self.lock:
            self.depth += 1
            try:
                if self.depth == 1:
                    self.db.execute("BEGIN IMMEDIATE")
                yield
            except BaseException:
                if self.depth == 1:
                    self.db.execute("ROLLBACK")
                raise
            else:
                if self.depth == 1:
                    self.db.execute("COMMIT")
            finally:
                self.depth -= 1

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """Run one statement and take its rows."""
        with self.lock:
            return self.db.execute(sql, values).fetchall()

    # -- objects ------------------------------------------------------------------------------

    def put(self, thing: Object, account: str) -> Object:
        """Write an object of an account, new or changed."""
        self.rows(
            "INSERT INTO objects (id, kind, account, payment, created, body) VALUES (?,?,?,?,?,?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, payment = excluded.payment",
            thing["id"], thing["object"], account, thing.get("payment_intent") or "", thing["created"],
            json.dumps(thing, ensure_ascii=False),
        )  # fmt: skip
        return thing

    def get(self, object_id: str) -> tuple[Object, str] | None:
        """An object and its account."""
        found = self.rows("SELECT body, account FROM objects WHERE id = ?", object_id)
        return (json.loads(found[0]["body"]), found[0]["account"]) if found else None

    def of_payment(self, payment: str, kind: str) -> list[Object]:
        """Objects of one kind that belong to a payment intent, oldest first."""
        found = self.rows("SELECT body FROM objects WHERE payment = ? AND kind = ? ORDER BY seq", payment, kind)
        return [json.loads(row["body"]) for row in found]

    def page(self, account: str, page: Page) -> tuple[list[Object], bool]:
        """Objects of an account, newest first, and whether there are more."""
        where, values = ["kind = ?", "account = ?"], [page.kind, account]
        if page.payment:
            where.append("payment = ?")
            values.append(page.payment)
        if page.starting_after:
            where.append("seq < (SELECT seq FROM objects WHERE id = ?)")
            values.append(page.starting_after)
        for name, bound in page.created:
            where.append(f"created {OPERATORS[name]} {int(bound)}")
        if page.types:
            where.append(f"json_extract(body, '$.type') IN ({','.join('?' * len(page.types))})")
            values.extend(page.types)
        sql = f"SELECT body FROM objects WHERE {' AND '.join(where)} ORDER BY seq DESC LIMIT ?"
        found = self.rows(sql, *values, page.limit + 1)
        return [json.loads(row["body"]) for row in found[: page.limit]], len(found) > page.limit

    # -- what happens by itself ---------------------------------------------------------------

    def set_timer(self, object_id: str, at: int) -> None:
        """Something happens to this object at that second."""
        self.rows("INSERT OR REPLACE INTO timers VALUES (?, ?)", object_id, at)

    def clear_timer(self, object_id: str) -> None:
        """It happened already, or never will."""
        self.rows("DELETE FROM timers WHERE id = ?", object_id)

    def next_timer(self) -> tuple[str, int] | None:
        """The earliest one."""
        found = self.rows("SELECT id, at FROM timers ORDER BY at, id LIMIT 1")
        return (found[0]["id"], found[0]["at"]) if found else None

    # -- small notes --------------------------------------------------------------------------

    def note(self, name: str, default: str = "") -> str:
        """A setting or a counter."""
        found = self.rows("SELECT value FROM notes WHERE name = ?", name)
        return found[0]["value"] if found else default

    def set_note(self, name: str, value: str) -> None:
        """Remember a setting or a counter."""
        self.rows("INSERT OR REPLACE INTO notes VALUES (?, ?)", name, value)
