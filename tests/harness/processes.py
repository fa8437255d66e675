"""What each forked process does, for ever, until it is killed: send what is due, or pass on what the provider tells."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zlib import crc32

from aldia.domain.case import Case, Outcome
from aldia.domain.payments import record_payment
from aldia.flows import casework, run_jobs
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.ports import Message, PageOfItems, Ports, Put, Query, Set, Write
from tests.harness import crowd, naive
from tests.harness.board import CLAIMING, IDLE, SENDING, Board
from tests.harness.pretend_ses import Log

AT_ONCE = 25  # items of one run: a killed run costs its list
NOTHING_TO_DO_S = 0.02
LATE_OF_100 = 5  # events that come after the hour in which a letter becomes unknown


class WatchedTable:
    """The real table; says when a letter is being claimed. Each process begins elsewhere in the list of what is due."""

    def __init__(self, inner: Any, board: Board, slot: int) -> None:
        self._inner, self._board, self._slot = inner, board, slot

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def query(self, query: Query) -> PageOfItems:
        page = self._inner.query(query)
        if query.index == "wakeups" and len(page.items) > 1:
            place = len(page.items) * self._slot // self._board.slots
            return PageOfItems(page.items[place:] + page.items[:place], page.last)
        return page

    def write(self, *writes: Write) -> None:
        if not any(_is_claim(write) for write in writes):
            self._inner.write(*writes)
            self._board.phase[self._slot] = IDLE  # the naive one has marked what it sent
            return
        self._board.phase[self._slot] = CLAIMING
        try:
            self._inner.write(*writes)
        except BaseException:
            self._board.phase[self._slot] = IDLE
            raise


def _is_claim(write: Write) -> bool:
    values = write.item if isinstance(write, Put) else write.values if isinstance(write, Set) else {}
    return values.get("state") == "sending"


class WatchedMailer:
    """The real mailer; says when a mail is being handed over."""

    def __init__(self, inner: Any, board: Board, slot: int, *, until_marked: bool) -> None:
        self._inner, self._board, self._slot, self._until_marked = inner, board, slot, until_marked

    def send(self, message: Message) -> str:
        self._board.phase[self._slot] = SENDING
        try:
            return self._inner.send(message)
        finally:
            if not self._until_marked:
                self._board.phase[self._slot] = IDLE


def sender(ports: Ports, board: Board, slot: int, *, share: tuple[int, int], is_naive: bool) -> Callable[[], bool]:
    """One run of what is due, as a function: whether there was anything to do."""
    watched = replace(
        ports,
        table=WatchedTable(ports.table, board, slot),
        mailer=WatchedMailer(ports.mailer, board, slot, until_marked=is_naive),
    )

    def once() -> bool:
        epoch = board.epoch
        if is_naive:
            seen = naive.run(watched, share=share[0], of=share[1], limit=AT_ONCE)
        else:
            seen = run_jobs.run(watched, limit=AT_ONCE).seen
        if not seen:
            board.drained(slot, epoch)
        return bool(seen)

    return once


def teller(ports: Ports, board: Board, log: Path, seed: int) -> Callable[[], bool]:
    """One look at the provider's log, as a function: each mail's delivery is told until it was taken; some late."""
    read, waiting = Log(log), set[int]()
    known = 0

    def once() -> bool:
        nonlocal known
        mails = read.read()
        waiting.update(place for place in range(known, len(mails)) if not board.told[place])
        known = len(mails)
        now = [place for place in sorted(waiting) if board.late_may_come.value or not is_late(seed, place)]
        for place in now:
            mail_event(ports, MailEvent("delivery", mails[place]["id"], mails[place]["tags"]))
            board.told[place] = True
            waiting.discard(place)
        return bool(now)

    return once


def payers(ports: Ports, board: Board, numbers: list[int]) -> Callable[[], bool]:
    """One payment, as a function: a freelancer types in that a client has paid, again and again until it is booked."""

    def once() -> bool:
        waiting = [number for number in numbers if not board.paid[number]]
        if waiting:
            _pay(ports, *crowd.payer(waiting[0]))
            board.paid[waiting[0]] = True
        return False

    return once


def _pay(ports: Ports, account_id: str, client_id: str, debt_id: str) -> None:
    def paid(case: Case, now: datetime) -> Outcome:
        booked = {"key": "cash", "amount_minor": crowd.AMOUNT_MINOR, "method": "cash", "on": case.local_day(now)}
        return record_payment(case, debt_id, **booked, now=now, by_hand=True)

    casework.change(ports, account_id, client_id, paid)


def is_late(seed: int, place: int) -> bool:
    """Whether the event of the mail at that place of the log comes late."""
    return crc32(f"{seed} late {place}".encode()) % 100 < LATE_OF_100


def for_ever(board: Board, slot: int, once: Callable[[], bool]) -> None:
    """Run again and again. A run that breaks, as when the database is away, is a run of the function that failed."""
    while True:
        board.runs[slot] += 1
        try:
            is_busy = once()
        except Exception:
            board.phase[slot] = IDLE
            board.broken_runs[slot] += 1
            is_busy = False
        if not is_busy:
            time.sleep(NOTHING_TO_DO_S)
