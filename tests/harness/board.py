"""What the harness's processes share: memory that outlives each of them. Made before they are forked."""

import ctypes
import time
from datetime import UTC, datetime
from multiprocessing.sharedctypes import RawArray, RawValue

IDLE, CLAIMING, SENDING = range(3)
MOST_MAILS = 40_000


class Board:
    """One slot per process. A slot's last word stays readable after its process was killed."""

    def __init__(self, slots: int, now: datetime) -> None:
        self._ahead = RawValue(ctypes.c_double, now.timestamp() - time.time())  # virtual time minus real time, s
        self._epoch = RawValue(ctypes.c_long, 1)  # how often the clock was moved
        self._drained = RawArray(ctypes.c_long, slots)  # the epoch in which this slot last found nothing due
        self.phase = RawArray(ctypes.c_byte, slots)
        self.runs = RawArray(ctypes.c_long, slots)
        self.broken_runs = RawArray(ctypes.c_long, slots)
        self.told = RawArray(ctypes.c_byte, MOST_MAILS)  # by the place in the provider's log
        self.paid = RawArray(ctypes.c_byte, MOST_MAILS)  # by the payer's number
        self.late_may_come = RawValue(ctypes.c_bool, False)
        self.slots = slots

    def now(self) -> datetime:
        """The virtual instant; it runs as fast as the real one between two jumps. (The board is the workers' clock.)"""
        return datetime.fromtimestamp(time.time() + self._ahead.value, UTC)

    def jump(self, to: datetime) -> None:
        """Move the clock."""
        self._ahead.value = to.timestamp() - time.time()
        self._epoch.value += 1

    @property
    def epoch(self) -> int:
        """How often the clock was moved."""
        return self._epoch.value

    def drained(self, slot: int, epoch: int) -> None:
        """A run that began in that epoch found nothing to do."""
        self._drained[slot] = epoch

    def is_drained(self) -> bool:
        """Whether somebody found nothing due since the clock was last moved."""
        return self.epoch in self._drained[:]

    def now_claiming(self) -> int:
        """How many processes are writing a claim."""
        return bytes(self.phase).count(CLAIMING)
