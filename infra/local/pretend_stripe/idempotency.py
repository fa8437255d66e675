"""Idempotency keys: the first answer is the answer. docs.stripe.com/api/idempotent_requests"""

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local.pretend_stripe.errors import ApiError
from infra.local.pretend_stripe.limits import IDEMPOTENCY_KEPT, IDEMPOTENCY_KEY_LENGTH
from infra.local.pretend_stripe.store import Store


@dataclass(frozen=True)
class Answer:
    """Status and body, and whether they were given before."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def print_of(path: str, params: dict[str, Any]) -> str:
    """What tells two requests apart."""
    return hashlib.sha256(json.dumps([path, params], sort_keys=True).encode()).hexdigest()


class Keys:
    """The keys of every account. A key in use is known in memory only: a crash frees it, as its work is undone."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.guard = threading.Lock()
        self.running: set[tuple[str, str]] = set()

    @contextmanager
    def in_use(self, account: str, key: str) -> Iterator[None]:
        """Only one request at a time holds a key."""
        if len(key) > IDEMPOTENCY_KEY_LENGTH:
            raise ApiError("Idempotency keys are at most 255 characters long.", kind="idempotency_error")
        with self.guard:
            if (account, key) in self.running:
                text = "There is currently another in-progress request using this Idempotent Key."
                raise ApiError(text, status=409, code="idempotency_key_in_use", kind="idempotency_error")
            self.running.add((account, key))
        try:
            yield
        finally:
            with self.guard:
                self.running.discard((account, key))

    def answer(self, account: str, key: str, mark: str, at: int, work: Callable[[], Answer]) -> Answer:  # noqa: PLR0917 one call
        """The saved answer, else the work's, saved together with its effects."""
        with self.store.transaction():
            self.store.rows("DELETE FROM answers WHERE at < ?", at - IDEMPOTENCY_KEPT)
            saved = self.store.rows("SELECT * FROM answers WHERE account = ? AND key = ?", account, key)
            if saved:
                return replay(saved[0], key, mark)
            answer = work()
            self.store.rows(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)",
                account, key, at, mark, answer.status, json.dumps(answer.body),
            )  # fmt: skip
            return answer


def replay(saved: Any, key: str, mark: str) -> Answer:
    """The first answer again; another request under the same key is a mistake of the caller's."""
    if saved["print"] != mark:
        text = (
            f"Keys for idempotent requests can only be used with the same parameters they were first used with."
            f" Try using a key other than '{key}' if you meant to execute a different request."
        )
        raise ApiError(text, kind="idempotency_error")
    return Answer(saved["status"], json.loads(saved["body"]), replayed=True)
