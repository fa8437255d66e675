"""Bad days of Stripe's, on request: refused, slow, an answer lost on its way."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from infra.local.pretend_stripe.errors import ApiError
from infra.local.pretend_stripe.idempotency import Answer

KINDS = ("busy", "broken", "slow", "lost_answer")


@dataclass
class Fault:
    """`busy`: 429 and nothing done · `broken`: 500, saved under the key · `slow`: waits `seconds` before it works ·
    `lost_answer`: the work is done and saved, but the caller hears a 502."""

    kind: str
    path: str  # a part of the path
    times: int
    seconds: float = 0.0


class Faults:
    """Those asked for and not yet used up; forgotten when the process ends."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep) -> None:
        self.guard = threading.Lock()
        self.waiting: list[Fault] = []
        self.sleep = sleep

    def add(self, fault: Fault) -> None:
        """Ask for one."""
        if fault.kind not in KINDS:
            raise ApiError(f"Unknown fault: {fault.kind}. One of {', '.join(KINDS)}.")
        with self.guard:
            self.waiting.append(fault)

    def take(self, path: str) -> Fault | None:
        """The fault that this request meets."""
        with self.guard:
            for fault in self.waiting:
                if fault.path in path:
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                    return fault
        return None

    def before(self, fault: Fault | None) -> None:
        """What happens before the work."""
        if fault is not None and fault.kind == "busy":
            raise ApiError("Too many requests hit the API too quickly.", status=429, code="rate_limit")
        if fault is not None and fault.kind == "slow":
            self.sleep(fault.seconds)


def broken() -> ApiError:
    """A 500 of Stripe's own; the key keeps it."""
    return ApiError("An unknown error occurred.", status=500, kind="api_error", saved=True)


def after(fault: Fault | None, answer: Answer) -> Answer:
    """What happens to the answer on its way."""
    if fault is not None and fault.kind == "lost_answer":
        return Answer(502, {"error": {"message": "Bad gateway", "type": "api_error"}})
    return answer
