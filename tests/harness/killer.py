"""Forks the processes that send, kills them at random, and the database engine too, until nothing is left to send.

`python -m tests.harness.killer PLAN` reads a Plan as JSON and prints a Toll as JSON. Everything is imported and every
client is built before the first fork, so that a killed process costs milliseconds.
"""

import ctypes
import gc
import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from aldia import bootstrap
from aldia.ports import Message
from aldia.settings import Settings
from aldia.store import wakeups
from infra.local.leftover import command_line
from tests.harness import crowd
from tests.harness.board import IDLE, Board
from tests.harness.crowd import OPENED, wave_at
from tests.harness.pace import Pace
from tests.harness.plan import Plan, Toll
from tests.harness.pretend_ses import Log
from tests.harness.processes import for_ever, is_late, payers, sender, teller

TABLE = "aldia"
AN_HOUR_AND_MORE = timedelta(minutes=61)  # in which a letter without an event becomes unknown
LOOKS_S = 0.005
TOO_SOON_S = 0.5  # an engine that has just come back is left to answer once


class Killer:
    """The parent of all. It has one thread, so that a fork copies a whole process."""

    def __init__(self, plan: Plan) -> None:
        settings = Settings(dynamodb_endpoint=plan.endpoint, table=TABLE, stripe_key="sk_test_local")
        if plan.smtp_port:
            by_smtp = {"mailer": "smtp", "smtp_host": "127.0.0.1", "smtp_port": plan.smtp_port, "smtp_tls": "none"}
            settings = replace(settings, **by_smtp)
        self.plan, self.toll = plan, Toll()
        self.board = Board(plan.senders + 1 + bool(plan.payers), OPENED)
        self._random = random.Random(plan.seed)
        self._ports = bootstrap.build(settings, clock=self.board)
        self._slots: dict[int, int] = {}  # process id → slot
        self._log = Log(Path(plan.ses_log))
        self._warm()
        gc.freeze()  # a fork that collects no inherited garbage copies less
        self._pace = Pace(plan.patience_s)

    def run(self) -> Toll:
        """Play every wave to its end, then let the hour pass in which what is unknown is said to be."""
        began = time.monotonic()
        killing = self._kill_for_ever()
        for slot in range(self.board.slots):
            self._fork(slot)
        for is_over in self._steps():
            while not is_over():
                if time.monotonic() - began > self.plan.deadline_s:
                    mails = len(self._log.read())
                    raise TimeoutError(f"{mails} mails in {self.plan.deadline_s} s: {self.toll}")
                next(killing)
                time.sleep(LOOKS_S)
        self.toll.seconds = round(time.monotonic() - began, 1)
        self.toll.runs, self.toll.broken_runs = sum(self.board.runs), sum(self.board.broken_runs)
        for pid in list(self._slots):
            self._end(pid)
        return self.toll

    def _steps(self) -> Iterator[Callable[[], bool]]:
        """Each step's end. The clock is moved between them."""
        for wave in range(self.plan.waves):
            self.board.jump(wave_at(wave))
            self._pace.begin_wave()
            yield self.board.is_drained
        if self.plan.is_naive:
            return
        yield self._all_paid
        self.board.jump(self.board.now())  # the thanks for the payments go out before the hour passes
        yield self.board.is_drained
        yield self._all_told
        for _ in range(3):  # unknown is decided; what a failed run pushed away comes back; the news are told
            self.board.jump(self.board.now() + AN_HOUR_AND_MORE)
            yield self.board.is_drained
        self.board.late_may_come.value = True
        yield self._all_told
        yield self.board.is_drained

    def _all_paid(self) -> bool:
        return all(self.board.paid[: self.plan.payers])

    def _all_told(self) -> bool:
        if any(self.board.phase):  # an hour must not pass while somebody is handing a mail over
            return False
        is_late_too = self.board.late_may_come.value
        places = (place for place in range(len(self._log.read())) if is_late_too or not is_late(self.plan.seed, place))
        return all(self.board.told[place] for place in places)

    def _warm(self) -> None:
        """Load what is loaded late, and let both clients find their way once; no connection goes into a fork."""
        crowd.rehearse(self._ports)
        self._ports.table.get(*wakeups.CURSOR)
        self._ports.mailer.send(Message(("warm@example.com",), "Warm", "Warm", "<p>Warm</p>"))
        self._ports.table._client.close()
        if not self.plan.smtp_port:  # over SMTP each mail has a connection of its own
            self._ports.mailer._mailer._client.close()  # behind the switch

    # -- processes ------------------------------------------------------------------------------

    def _fork(self, slot: int) -> None:
        assert threading.active_count() == 1
        seed, parent = self._random.random(), os.getpid()
        pid = os.fork()
        if pid:
            self._slots[pid] = slot
            return
        try:
            if sys.platform == "linux":
                ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # ends with its parent
            if os.getppid() == parent:
                random.seed(seed)  # else all wait alike
                for_ever(self.board, slot, self._work(slot))
        finally:
            os._exit(1)

    def _work(self, slot: int) -> Callable[[], bool]:
        plan = self.plan
        if slot == plan.senders:
            return teller(self._ports, self.board, Path(plan.ses_log), plan.seed)
        if slot > plan.senders:
            return payers(self._ports, self.board, random.sample(range(plan.payers), plan.payers))
        return sender(self._ports, self.board, slot, share=(slot, plan.senders), is_naive=plan.is_naive)

    def _end(self, pid: int) -> int:
        """Kill it; the phase in which it died."""
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        slot = self._slots.pop(pid)
        phase, self.board.phase[slot] = self.board.phase[slot], IDLE
        return phase

    # -- killing --------------------------------------------------------------------------------

    def _kill_for_ever(self) -> Iterator[None]:
        """Kill whoever's time has come; to be asked every few milliseconds."""
        plan = self.plan
        sender_at = other_at = time.monotonic() + TOO_SOON_S
        engine_at = sender_at - plan.kill_engine_every_s  # when it was last killed
        while True:
            now, is_at_pace = time.monotonic(), self._pace.is_kept
            mercy = 1 if is_at_pace else 5
            self.toll.at_pace_s = round(self._pace.kept_s, 1)
            if now >= sender_at:
                self._kill_sender(is_at_pace=is_at_pace)
                # Counted on from when it should have been: a look that came late does not make kills seldom.
                sender_at = max(sender_at, now - TOO_SOON_S) + mercy * self._random.expovariate(1 / plan.kill_every_s)
            if now >= other_at:
                self._kill_other()
                other_at = now + mercy * self._random.expovariate(1 / plan.kill_others_every_s)
            # By the pace of now: a wave that begins does not wait as long as the one before it was spared.
            if plan.kill_engine_every_s and now >= engine_at + mercy * plan.kill_engine_every_s:
                self._kill_engine(is_at_pace=is_at_pace)
                engine_at = now
            self._reap()
            yield

    def _kill_sender(self, *, is_at_pace: bool) -> None:
        slot, phase = self._kill_one(lambda slot: slot < self.plan.senders)
        self.toll.sender_kills += 1
        self.toll.sender_kills_at_pace += is_at_pace
        self.toll.kills_in_send += phase != IDLE
        self._fork(slot)

    def _kill_other(self) -> None:
        slot, _ = self._kill_one(lambda slot: slot >= self.plan.senders)
        self.toll.other_kills += 1
        self._fork(slot)

    def _kill_one(self, is_meant: Callable[[int], bool]) -> tuple[int, int]:
        """One of those slots at random is empty now: which, and the phase in which its process died."""
        pid = self._random.choice(sorted(pid for pid, slot in self._slots.items() if is_meant(slot)))
        slot = self._slots[pid]
        return slot, self._end(pid)

    def _kill_engine(self, *, is_at_pace: bool) -> None:
        data = Path(self.plan.data_file)
        pid = int(data.with_name(data.name + ".pid").read_text("ascii"))
        if self.plan.data_file not in command_line(pid)[-1:]:  # it is just being started again
            return
        os.kill(pid, signal.SIGKILL)
        self.toll.claims_cut_by_engine += self.board.now_claiming()
        self.toll.engine_kills += 1
        self.toll.engine_kills_at_pace += is_at_pace

    def _reap(self) -> None:
        pid, _status = os.waitpid(-1, os.WNOHANG)
        if pid:
            self.toll.deaths += 1
            self._fork(self._slots.pop(pid))


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(Killer(Plan(**json.loads(sys.argv[1]))).run())))
