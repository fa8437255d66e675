"""Send once: whoever comes twice, at once, late or after a crash, one letter goes."""

from datetime import timedelta

import pytest

from aldia.domain import answers, payments
from aldia.domain.case import Outcome
from aldia.flows import casework, run_jobs
from aldia.flows.send_letter import known_now
from aldia.ports import MailRefused, MailUnknown, Query
from aldia.store import accounts, letters, wakeups
from tests.at_once import at_once
from tests.world import World


def items_of(world, ana, debt):
    return world.ports.table.query(Query(f"A#{ana.id}#C#{debt.client_id}", begins_with="R#", strong=True)).items


def letter_states(world, ana, debt):
    return {item["sk"][2:]: item["state"] for item in items_of(world, ana, debt)}


def at_nine(world):
    world.clock.at = world.clock.at.replace(hour=15)  # nine in Mexico City


def test_two_schedulers_at_once_send_one_letter(world):
    ana = world.account()
    for number in range(6):
        world.debt(ana, client=f"Client {number}", email=f"c{number}@example.com")
    at_nine(world)
    assert at_once(*[lambda: run_jobs.run(world.ports)] * 4) == []
    run_jobs.run(world.ports)
    assert sorted(message.to[0] for message in world.outbox.sent) == [f"c{number}@example.com" for number in range(6)]


def test_running_the_jobs_a_hundred_times_sends_what_one_run_sends(world):
    ana = world.account()
    world.debt(ana)
    at_nine(world)
    for _ in range(100):
        run_jobs.run(world.ports)
    assert len(world.outbox.sent) == 1


class Raises:
    def __init__(self, error):
        self.error, self.times = error, 0

    def send(self, _message):
        self.times += 1
        raise self.error


def with_mailer(world, mailer):
    object.__setattr__(world.ports, "mailer", mailer)


def test_a_lost_answer_leaves_the_letter_unknown_and_it_is_never_sent_again(world):
    ana = world.account()
    debt = world.debt(ana)
    at_nine(world)
    lost = Raises(MailUnknown("timeout"))
    with_mailer(world, lost)
    run_jobs.run(world.ports)
    assert list(letter_states(world, ana, debt).values()) == ["sending"]
    with_mailer(world, world.outbox)
    world.advance(hours=3)
    assert list(letter_states(world, ana, debt).values()) == ["unknown"]
    assert lost.times == 1
    assert world.outbox.to("bruno@example.com") == []
    assert "no sabemos" in world.outbox.to("ana@example.com")[-1].text.lower()


def test_a_refusal_for_now_is_tried_again_and_goes_once(world):
    ana = world.account()
    debt = world.debt(ana)
    at_nine(world)
    with_mailer(world, Raises(MailRefused("throttled", retry=True)))
    run_jobs.run(world.ports)
    assert list(letter_states(world, ana, debt).values()) == ["planned"]
    with_mailer(world, world.outbox)
    world.advance(hours=3)
    assert list(letter_states(world, ana, debt).values()) == ["accepted"]
    assert len(world.outbox.to("bruno@example.com")) == 1


class Overtaken:
    """A mailer during whose answer a second run, which had listed the letter too, comes to it."""

    def __init__(self, world, key):
        self.world, self.key = world, key

    def send(self, message):
        run_jobs._handle(self.world.ports, *self.key, accounts.Known(self.world.ports))
        return self.world.outbox.send(message)


def run_beside_another(world):
    """One letter is due; two runs list it and come to it one after the other, then a third sees what is left."""
    [key] = [key for key in wakeups.due(world.ports, world.clock.at) if key[1].startswith(("R#", "K#"))]
    with_mailer(world, Overtaken(world, key))
    run_jobs.run(world.ports)
    with_mailer(world, world.outbox)
    run_jobs.run(world.ports)


def test_an_answer_that_is_being_sent_is_not_sent_once_more_by_a_run_beside_it(world):
    ana = world.account()
    debt = world.debt(ana)
    on = world.case(ana, debt).local_day(world.clock.at) + timedelta(days=2)
    casework.change(
        world.ports, ana.id, debt.client_id, lambda case, now: answers.promise(case, debt.id, on=on, now=now)
    )
    run_beside_another(world)
    assert list(letter_states(world, ana, debt).values()) == ["accepted"]
    assert len(world.outbox.to("bruno@example.com")) == 1


def test_a_reminder_that_is_being_tried_again_is_not_called_unknown_by_a_run_beside_it(world):
    ana = world.account()
    debt = world.debt(ana)
    at_nine(world)
    with_mailer(world, Raises(MailRefused("throttled", retry=True)))
    run_jobs.run(world.ports)
    world.clock.at += timedelta(minutes=15)
    run_beside_another(world)
    assert list(letter_states(world, ana, debt).values()) == ["accepted"]
    assert len(world.outbox.to("bruno@example.com")) == 1
    assert world.outbox.to("ana@example.com") == []


def test_a_refusal_for_good_is_shown_as_failed(world):
    ana = world.account()
    debt = world.debt(ana)
    at_nine(world)
    refused = Raises(MailRefused("bad address", retry=False))
    with_mailer(world, refused)
    run_jobs.run(world.ports)
    world.advance(days=2)
    assert refused.times == 1
    assert list(letter_states(world, ana, debt).values()) == ["failed"]


def test_a_refused_letter_is_dropped_when_the_client_pays_before_the_next_try(world):
    ana = world.account()
    debt = world.debt(ana)
    at_nine(world)
    with_mailer(world, Raises(MailRefused("throttled", retry=True)))
    run_jobs.run(world.ports)
    with_mailer(world, world.outbox)
    today = world.case(ana, debt).local_day(world.clock.at)
    casework.change(
        world.ports,
        ana.id,
        debt.client_id,
        lambda case, now: payments.record_payment(
            case, debt.id, key="p1", amount_minor=100_000, method="transfer", on=today, now=now, by_hand=True
        ),
    )
    world.advance(hours=3)
    states = letter_states(world, ana, debt)
    assert states["2026-06-01#invoice_sent"] == "skipped"
    [found] = [letters.decoded(item) for item in items_of(world, ana, debt) if item["sk"].endswith("#invoice_sent")]
    assert found.reason == "paid"
    assert [message for message in world.outbox.sent if "vence" in message.text] == []


@pytest.mark.parametrize("kind", ["a reminder", "an answer"])
def test_an_account_paused_for_trust_between_reading_and_claiming_sends_nothing(world, kind, monkeypatch):
    from aldia.flows import client_answers
    from aldia.store import accounts

    ana = world.account()
    debt = world.debt(ana)
    if kind == "an answer":
        casework.change(world.ports, ana.id, debt.client_id, lambda case, now: answers.stop(case, now=now))
    else:
        at_nine(world)
    fresh, times = world.ports.ids.token, iter(["first"])

    def token():
        if next(times, ""):
            client_answers.pause_account(world.ports, accounts.load(world.ports, ana.id), "trust")
        return fresh()

    monkeypatch.setattr(world.ports.ids, "token", token)
    run_jobs.run(world.ports)
    world.advance(hours=5)
    assert world.outbox.to("bruno@example.com") == []


def test_one_poisoned_client_holds_nobody_up_and_is_listed(world):
    from aldia.ports import Set

    ana = world.account()
    for number in range(10):
        world.debt(ana, client=f"Client {number}", email=f"c{number}@example.com")
    bad = world.debt(ana, client="Bad", email="bad@example.com")
    world.ports.table.write(Set(f"A#{ana.id}#C#{bad.client_id}", f"D#{bad.id}", {"data": "{not json"}))
    at_nine(world)
    report = run_jobs.run(world.ports)
    assert len(world.outbox.sent) == 10
    assert len(report.troubles) == 1
    assert len(world.ports.table.query(Query("J#trouble")).items) == 1


def test_trust_limits_hold_back_the_sixth_new_recipient_of_a_day_and_let_it_go_the_next(dynamodb, table_name):
    world = World.start(dynamodb, table_name, trust_limits=True)
    ana = world.account()
    for number in range(7):
        world.debt(ana, client=f"Client {number}", email=f"c{number}@example.com")
    world.advance(hours=8)
    assert len(world.outbox.sent) == 5
    world.advance(days=1)
    assert len(world.outbox.sent) == 7
    world.close()


def test_trust_limits_hold_back_the_twenty_first_letter_of_a_day_to_known_addresses_until_the_next(
    dynamodb, table_name
):
    world = World.start(dynamodb, table_name, trust_limits=True)
    ana = world.account()
    for number in range(21):
        debt = world.debt(ana, client=f"Client {number}", email=f"c{number}@example.com")
        casework.change(world.ports, ana.id, debt.client_id, lambda case, _now: Outcome(known_now(case)))
    world.advance(hours=8)
    assert len(world.outbox.sent) == 20
    world.advance(days=1)
    assert len(world.outbox.sent) == 21
    world.close()


def test_no_race_passes_the_trust_limit(dynamodb, table_name):
    world = World.start(dynamodb, table_name, trust_limits=True)
    ana = world.account()
    for number in range(12):
        world.debt(ana, client=f"Client {number}", email=f"c{number}@example.com")
    at_nine(world)
    assert at_once(*[lambda: run_jobs.run(world.ports)] * 8) == []
    assert len(world.outbox.sent) <= 5
    run_jobs.run(world.ports)
    assert len(world.outbox.sent) == 5
    world.close()


def test_a_connected_account_or_three_paid_debts_lift_the_limits(dynamodb, table_name):
    from aldia.store import accounts

    world = World.start(dynamodb, table_name, trust_limits=True)
    ana = world.account()
    world.ports.table.write(accounts.count(ana.id, debts_paid=3))
    for number in range(7):
        world.debt(ana, client=f"Client {number}", email=f"c{number}@example.com")
    world.advance(hours=3)
    assert len(world.outbox.sent) == 7
    world.close()
