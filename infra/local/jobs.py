"""The scheduled jobs on one machine: every 20 seconds, whenever there is work, and for every jump of the clock."""

import logging
import threading
from datetime import datetime

from aldia.flows import run_jobs
from aldia.ports import Ports
from infra.local.pretend_stripe import PretendStripe
from infra.local.state import LocalClock
from infra.local.timeline import Timeline, Travel

log = logging.getLogger(__name__)

EVERY_S = 20.0


class Jobs:
    """Runs the jobs, one run at a time. `poke` is set by whoever leaves work for them."""

    def __init__(self, ports: Ports, stripe: PretendStripe, clock: LocalClock, poke: threading.Event) -> None:
        self._ports, self._stripe, self._clock, self._poke = ports, stripe, clock, poke
        self.lock = threading.RLock()  # whoever holds it works alone
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_running, name="jobs", daemon=True)

    def start(self) -> None:
        """Run in the background from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the run under way and end."""
        self._stopping.set()
        self._poke.set()
        if self._thread.is_alive():
            self._thread.join(10)

    def run_once(self) -> run_jobs.Report:
        """Everything that is due now, what happens at the pretend Stripe included."""
        with self.lock:
            self._stripe.flush()
            return run_jobs.run(self._ports)

    def jump(self, to: datetime) -> Travel:
        """Move the clock forward, with every run of the jobs on the way that has something to do."""
        with self.lock:
            return Timeline(self._ports, self._move, self.run_once, self._stripe.next_event_at).pass_to(to)

    def _move(self, moment: datetime) -> None:
        self._clock.jump(moment)
        self._stripe.tick(self._clock.now())

    def _keep_running(self) -> None:
        while True:
            self._poke.wait(EVERY_S)
            self._poke.clear()
            if self._stopping.is_set():
                return
            try:
                self.run_once()
            except Exception:
                log.exception("jobs_failed")  # the next run tries again
