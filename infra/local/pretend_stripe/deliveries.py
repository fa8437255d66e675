"""Webhooks: signed, at least once, in no promised order, tried again for three days. docs.stripe.com/webhooks"""

import hashlib
import hmac
import http.client
import json
import threading
from urllib.parse import urlsplit

from infra.local.pretend_stripe.limits import DELIVERY_TRIED_FOR, HOUR
from infra.local.pretend_stripe.world import World

ANSWER_WITHIN = 10  # seconds that the endpoint has
BATCH = 100


def signature(body: str, secret: str, at: int) -> str:
    """The Stripe-Signature header of a body sent at that second."""
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def pause_after(attempts: int) -> int:
    """Seconds until the next try; Stripe publishes no intervals, only that they grow."""
    return int(min(60 * 4 ** (attempts - 1), 12 * HOUR))


class Courier:
    """Delivers what is due. One at a time, so that the order is the one that was asked for."""

    def __init__(self, world: World, url: str, secret: str) -> None:
        self.world = world
        self.target = urlsplit(url)
        self.secret = secret
        self.sending = threading.RLock()
        self.wake = threading.Event()
        self.stopped = False
        self.thread: threading.Thread | None = None

    # -- in the background ------------------------------------------------------------------------

    def start(self) -> None:
        """Deliver in the background from now on, what an earlier run left included."""
        self.thread = threading.Thread(target=self.run, name="pretend-stripe-courier", daemon=True)
        self.thread.start()

    def run(self) -> None:
        """Wait to be poked; look every second too, since the clock may have been moved."""
        while not self.stopped:
            self.wake.wait(timeout=1)
            self.wake.clear()
            if not self.stopped:
                self.deliver_due()

    def stop(self) -> None:
        """Finish what is on its way and end."""
        self.stopped = True
        self.wake.set()
        if self.thread is not None:
            self.thread.join(timeout=ANSWER_WITHIN + 1)

    # -- delivering -------------------------------------------------------------------------------

    def deliver_due(self) -> int:
        """Try everything that is due once, in this thread. Returns how many were tried."""
        tried = 0
        if not self.target.hostname:
            return tried
        with self.sending:
            while batch := self.due():
                for seq in batch:
                    self.attempt(seq)
                tried += len(batch)
        return tried

    def due(self) -> list[int]:
        """Deliveries whose time has come."""
        sql = "SELECT seq FROM deliveries WHERE state = 'due' AND next_at <= ? ORDER BY next_at, rank, seq LIMIT ?"
        return [row["seq"] for row in self.world.store.rows(sql, self.world.seconds(), BATCH)]

    def attempt(self, seq: int) -> None:
        """Send one and write down what came of it."""
        store, now = self.world.store, self.world.seconds()
        [row] = store.rows("SELECT event, attempts, first_at FROM deliveries WHERE seq = ?", seq)
        found = store.get(row["event"])
        if found is None:
            return
        answer = self.post(json.dumps(found[0], indent=2, ensure_ascii=False), now)
        attempts = row["attempts"] + 1
        next_at = now + pause_after(attempts)
        if answer.startswith("2"):
            state = "done"
        else:
            state = "due" if next_at <= row["first_at"] + DELIVERY_TRIED_FOR else "given_up"
        store.rows(
            "UPDATE deliveries SET state = ?, next_at = ?, attempts = ?, answer = ? WHERE seq = ? AND state = 'due'",
            state, next_at, attempts, answer, seq,
        )  # fmt: skip

    def post(self, body: str, now: int) -> str:
        """One HTTP request; the status, or what went wrong."""
        maker = http.client.HTTPSConnection if self.target.scheme == "https" else http.client.HTTPConnection
        connection = maker(self.target.hostname or "", self.target.port, timeout=ANSWER_WITHIN)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, self.secret, now),
            "User-Agent": "Stripe/1.0 (pretend; local)",
        }
        try:
            connection.request("POST", self.target.path or "/", body.encode(), headers)
            return str(connection.getresponse().status)
        except (OSError, http.client.HTTPException) as problem:
            return type(problem).__name__
        finally:
            connection.close()

    def next_at(self) -> int | None:
        """When the next delivery is due."""
        [row] = self.world.store.rows("SELECT MIN(next_at) AS at FROM deliveries WHERE state = 'due'")
        return row["at"] if self.target.hostname else None
