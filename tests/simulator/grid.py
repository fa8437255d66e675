"""The grid in which an answer races the sender at every step of both.

Sender and answer stop before and after each of their operations. In every cell of the grid the answer goes j half
steps, the sender k, then the answer to its end and the sender to its own. What is judged is the order of the commits
alone, read from the raw items: once an answer holds, no letter that counts may be claimed.
"""

from collections import Counter
from datetime import timedelta

from aldia.flows import run_jobs
from aldia.ports import MailRefused
from aldia.store import codec, wakeups
from tests.simulator.machine import Luck, Violation
from tests.simulator.stage import Stage
from tests.simulator.watch import Watch

STEP_BY_STEP = Luck(switch=1.0, tick=0.0, jump=0.0)
ALL = 10**6  # more half steps than anybody takes
NINE = 15  # in UTC, in Mexico City
NEW_IDS = 1_000  # those of the beginning are below


def first_letter(stage):
    """A letter of the ladder is due now; one went before, so that there is something to complain about."""
    began = stage.clock.at.replace(hour=NINE)
    # The days between are drained; after a week the letter about a voucher that nobody paid in time has its place.
    for day in (0, 7, 22):
        stage.clock.at = began + timedelta(days=day)
        run_jobs.run(stage.plain)
    stage.clock.at += timedelta(days=1)


def tried_again(stage):
    """The same letter, refused for now by the provider, waits in the table for its second try."""
    first_letter(stage)
    sends = stage.mailbox.send

    def refuse(_message):
        raise MailRefused("throttled", retry=True)

    stage.mailbox.send = refuse
    run_jobs.run(stage.plain)
    stage.mailbox.send = sends
    stage.clock.at += timedelta(minutes=15)


TABLES_OF_STRIPE = ("objects", "timers", "deliveries", "answers", "notes")


class Grid:
    """All cells of one answer against the sender, from one beginning.

    `is_answer`: how its commit is recognised in the table. `kinds`: what the sender's run works on.
    """

    def __init__(self, answer, beginning, is_answer, *, kinds=run_jobs.ALL):
        self.answer, self.is_answer, self.kinds = answer, is_answer, kinds
        self.base = Stage.build(7)
        self.base.sign_up()
        wakeups.begin(self.base.plain, self.base.clock.at)
        self.debt = self.base.debt(self.base.client("Bruno"), number="F-1")
        beginning(self.base)
        rows = self.base.stripe.world.store.rows
        self.of_stripe = {table: [tuple(row) for row in rows(f"SELECT * FROM {table}")] for table in TABLES_OF_STRIPE}

    def stage(self):
        """A fresh copy of the beginning, and what is committed from now on: "answer" or the claimed letter's state."""
        watch, events = Watch(), []

        def on_commit(changes):
            for key, (before, after) in changes.items():
                if after is None:
                    continue
                if self.is_answer(key, after) and not (before and self.is_answer(key, before)):
                    events.append("answer")
                is_ladder = key[1].startswith("R#") and '"letter_class":"ladder"' in codec.plain(after["data"])
                if is_ladder and after["state"] == "sending" and not (before and before["state"] == "sending"):
                    events.append("claim")
            watch(changes)

        stage = Stage.build(8, luck=STEP_BY_STEP, on_commit=on_commit)
        stage.ports.ids.begin_at(NEW_IDS)
        for key, item in self.base.table.items.items():
            stage.table._store(key, item)
        stage.clock.at = self.base.clock.at
        stage.account_id, stage.clients = self.base.account_id, self.base.clients
        stage.mailbox.mails += self.base.mailbox.mails
        self._put_back(stage.stripe.world.store)
        watch.stage = stage
        return stage, events

    def _put_back(self, store):
        """All grids share one pretend Stripe: it knows again what it knew at the beginning."""
        with store.transaction():
            for table, rows in self.of_stripe.items():
                store.rows(f"DELETE FROM {table}")
                for row in rows:
                    store.rows(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", *row)

    def cell(self, j, k):
        """The commits in their order, and how many half steps answer and sender took in all."""
        stage, events = self.stage()
        machine = stage.machine
        client_id, debt_id = stage.clients[0], self.debt
        actors = (
            machine.start("answer", lambda: self.answer(stage, client_id, debt_id)),
            machine.start("sender", lambda: run_jobs.run(stage.ports, kinds=self.kinds)),
        )
        taken = [0, 0]
        for who, most in ((0, j), (1, k), (0, ALL), (1, ALL)):
            for _ in range(most):
                if actors[who].thread.dead:
                    break
                machine.resume(actors[who])
                taken[who] += 1
        for actor in actors:
            assert actor.error is None, (actor.error, machine.lines)
        return events, taken

    def play(self, some_of_the_answer=ALL):
        """Every step of the sender, against all or some steps of the answer; what came first in each cell."""
        seen = Counter()
        _events, (of_answer, of_sender) = self.cell(ALL, 0)
        _events, (_, alone) = self.cell(0, ALL)
        points = (of_answer, max(of_sender, alone))
        for j in range(points[0] + 1)[:: max(1, points[0] // some_of_the_answer)]:
            for k in range(points[1] + 1):
                events, _taken = self.cell(j, k)
                assert events.count("answer") == 1, (j, k, events)
                after = events[events.index("answer") :]
                if "claim" in after:
                    raise Violation("chased", f"{self.answer.__name__} at {j}, sender at {k}: {events}")
                seen["letter first" if "claim" in events else "answer first"] += 1
        return seen, points
