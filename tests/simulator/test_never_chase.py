"""Never chase who answered: every answer raced against the sender at every step of both.

Sender and answer stop before and after each of their operations. In every cell of the grid the answer goes j half
steps, the sender k, then the answer to its end and the sender to its own. What is judged is the order of the commits
alone, read from the raw items: once an answer holds, no letter that counts may be claimed.
"""

import sys
from collections import Counter
from datetime import timedelta

import pytest

from aldia.domain import answers, concessions, proposals
from aldia.domain.concessions import Wish
from aldia.flows import casework, client_answers, payment_page, record_payment, run_jobs, start_payment
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.ports import MailRefused, Put
from aldia.store import cases, codec, wakeups
from tests.simulator.machine import Luck, Violation
from tests.simulator.stage import Stage
from tests.simulator.watch import Watch
from tests.soak import amount

STEP_BY_STEP = Luck(switch=1.0, tick=0.0, jump=0.0)
ALL = 10**6  # more half steps than anybody takes
NINE = 15  # in UTC, in Mexico City


def promise(stage, client_id, debt_id):
    on = stage.today(client_id) + timedelta(days=5)
    change(stage, client_id, lambda case, now: answers.promise(case, debt_id, on=on, now=now))


def problem(stage, client_id, debt_id):
    change(stage, client_id, lambda case, now: answers.dispute(case, debt_id, text="Falta algo", now=now))


def stop(stage, client_id, _debt_id):
    change(stage, client_id, lambda case, now: answers.stop(case, now=now))


def says_paid(stage, client_id, debt_id):
    change(stage, client_id, lambda case, now: answers.claim_paid(case, debt_id, now=now))


def not_me(stage, client_id, _debt_id):
    client_answers.not_me(stage.ports, stage.account_id, client_id, is_report=True)


def payment(stage, client_id, debt_id):
    ids, on = (stage.account_id, client_id, debt_id), stage.today(client_id)
    record_payment.record_payment(stage.ports, ids, key="p1", amount_minor=100_000, method="cash", on=on)


def checkout(stage, client_id, debt_id):
    wish = start_payment.Wish((debt_id,), shown_minor=100_000, return_path="/p/x")
    start_payment.start_payment(stage.ports, stage.account_id, client_id, wish)


def complaint(stage, _client_id, _debt_id):
    mail_event(stage.ports, MailEvent("complaint", "mail-1", dict(stage.mailbox.mails[0][1].tags)))


def more_days(stage, client_id, debt_id):
    until = concessions.last_extension_day(case := stage.case(client_id), case.debt(debt_id), stage.clock.at)
    change(stage, client_id, lambda case, now: proposals.ask(case, debt_id, wish=Wish(until=until), now=now))


def in_parts(stage, client_id, debt_id):
    def ask(case, now):
        parts = concessions.part_choices(case, case.debt(debt_id), now)[0]
        return proposals.ask(case, debt_id, wish=Wish(parts=parts), now=now)

    change(stage, client_id, ask)


def proposal(stage, client_id, debt_id):
    until = stage.today(client_id) + timedelta(days=90)
    change(stage, client_id, lambda case, now: proposals.ask(case, debt_id, wish=Wish(until=until), now=now))


def change(stage, client_id, ask):
    casework.change(stage.ports, stage.account_id, client_id, ask)


ANSWERS = {
    payment: lambda key, item: key[1].startswith("D#") and '"entries":' in codec.plain(item["data"]),
    promise: lambda key, item: key[1].startswith("D#") and '"promise":' in codec.plain(item["data"]),
    problem: lambda key, item: key[1].startswith("D#") and '"dispute":' in codec.plain(item["data"]),
    stop: lambda key, item: key[1] == "CLIENT" and '"stopped_at":' in codec.plain(item["data"]),
    checkout: lambda key, item: key[1].startswith("S#") and item["state"] == "creating",
    says_paid: lambda key, item: key[1].startswith("D#") and '"claim":' in codec.plain(item["data"]),
    not_me: lambda key, item: key[1] == "CLIENT" and '"wrong_person_at":' in codec.plain(item["data"]),
    more_days: lambda key, item: key[1].startswith("D#") and '"extended_to":' in codec.plain(item["data"]),
    in_parts: lambda key, item: key[1].startswith("D#") and '"plan":' in codec.plain(item["data"]),
    proposal: lambda key, item: key[1].startswith("D#") and '"proposal":' in codec.plain(item["data"]),
    complaint: lambda key, item: key[1] == "CLIENT" and '"complained_at":' in codec.plain(item["data"]),
}
"""Each answer, and how its commit is recognised in the table."""


def first_letter(stage):
    """A letter of the ladder is due now; one went before, so that there is something to complain about."""
    stage.clock.at = stage.clock.at.replace(hour=NINE)
    run_jobs.run(stage.plain)
    stage.clock.at += timedelta(days=22)
    run_jobs.run(stage.plain)  # the days between are drained
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


class Grid:
    """All cells of one answer against the sender, from one beginning."""

    def __init__(self, answer, beginning, is_answer=None):
        self.answer, self.is_answer = answer, is_answer or ANSWERS[answer]
        self.base = Stage.build(7)
        self.base.sign_up()
        wakeups.begin(self.base.plain, self.base.clock.at)
        self.debt = self.base.debt(self.base.client("Bruno"), number="F-1")
        beginning(self.base)

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
        for key, item in self.base.table.items.items():
            stage.table._store(key, item)
        stage.clock.at = self.base.clock.at
        stage.account_id, stage.clients = self.base.account_id, self.base.clients
        stage.mailbox.mails += self.base.mailbox.mails
        watch.stage = stage
        return stage, events

    def cell(self, j, k):
        """The commits in their order, and how many half steps answer and sender took in all."""
        stage, events = self.stage()
        machine = stage.machine
        client_id, debt_id = stage.clients[0], self.debt
        actors = (
            machine.start("answer", lambda: self.answer(stage, client_id, debt_id)),
            machine.start("sender", lambda: run_jobs.run(stage.ports)),
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


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("beginning", [first_letter, tried_again], ids=lambda way: way.__name__)
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
def test_no_letter_is_claimed_after_an_answer_holds_at_any_step(answer, beginning, capsys):
    seen, points = Grid(answer, beginning).play(some_of_the_answer=amount(2, ALL))
    with capsys.disabled():
        sys.stdout.write(f"\n{answer.__name__}, {beginning.__name__}: {points} half steps, {dict(seen)}\n")
    assert points[1] >= 16
    assert seen["letter first"]
    assert seen["answer first"]


def days_instead_of_paying(stage, client_id, debt_id):
    """The payment page is opened, and left for more days."""
    checkout(stage, client_id, debt_id)
    until = concessions.last_extension_day(case := stage.case(client_id), case.debt(debt_id), stage.clock.at)
    ids = (stage.account_id, client_id)
    payment_page.change(
        stage.ports, *ids, lambda case, now: proposals.ask(case, debt_id, wish=Wish(until=until), now=now)
    )


@pytest.mark.slow
@pytest.mark.soak
def test_nobody_is_reminded_between_the_end_of_a_payment_page_and_the_days_that_take_its_place(capsys):
    grid = Grid(
        days_instead_of_paying, first_letter, lambda key, item: key[1][:2] == "S#" and item["state"] == "expired"
    )
    seen, points = grid.play(some_of_the_answer=amount(6, ALL))
    with capsys.disabled():
        sys.stdout.write(f"\ndays instead of paying: {points} half steps, {dict(seen)}\n")
    assert seen["answer first"]


def test_without_the_version_the_grid_finds_a_chased_client(monkeypatch):
    guarded = cases._guarded
    monkeypatch.setattr(cases, "_guarded", lambda item, before: Put(guarded(item, before).item))
    with pytest.raises(Violation) as found:
        Grid(promise, first_letter).play(some_of_the_answer=1)
    assert found.value.kind in ("chased", "silence")
