"""The morning's mail and the yes on the real engine: once a day whatever breaks, and no letter after a payment."""

from datetime import timedelta

import pytest

from aldia.domain import approvals, payments
from aldia.flows import ask_first, casework, morning
from aldia.ports import Conflict, MailRefused, MailUnknown
from aldia.store import accounts, lists, mornings
from tests.at_once import refused_at_once
from tests.soak import amount

LATE = {"issued_on": "2026-04-20", "due_on": "2026-05-25"}


@pytest.fixture
def ana(world):
    """She is asked before each letter; today is Monday, eight in the morning, and Bruno is late."""
    ana = world.account()
    ana = ask_first.switch(world.ports, ana, is_on=True)
    world.debt(ana, **LATE)
    return ana


def mails(world):
    return [mail for mail in world.outbox.to("ana@example.com") if "/v/" in mail.text]


def breaks(world, monkeypatch, error):
    def send(_message):
        raise error

    monkeypatch.setattr(world.outbox, "send", send)


def test_of_two_runs_at_once_one_asks(world, ana):
    now = world.clock.at
    held = mornings.load(world.ports, ana.id)
    claims = [mornings.put(world.ports, ana.id, held, at=now, day="2026-06-02") for _run in range(2)]
    world.ports.table.write(claims[0])
    with pytest.raises(Conflict):
        world.ports.table.write(claims[1])
    begun = [mornings.put(world.ports, "another", None, at=now) for _run in range(2)]
    world.ports.table.write(begun[0])
    with pytest.raises(Conflict):
        world.ports.table.write(begun[1])


def test_a_wish_to_be_asked_that_comes_while_a_run_looks_is_not_lost(world, monkeypatch):
    """The run saw that nobody is asked and wants to look no more; between its look and its write the wish is saved."""
    ana = world.account()
    debt = world.debt(ana, **LATE)
    ask_first.switch(world.ports, ana, is_on=True)
    off = ask_first.switch(world.ports, accounts.load(world.ports, ana.id), is_on=False)
    looked = ask_first.is_asked

    def looks(ports, account):
        answer = looked(ports, account)
        ask_first.switch_client(world.ports, off, debt.client_id, wish=True)
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(ask_first, "is_asked", looks)
        with pytest.raises(Conflict):
            morning.ask(world.ports, ana.id)
    assert "wake_pk" in mornings.load(world.ports, ana.id)
    world.until("2026-06-02T12:00:00-06:00")
    assert len(mails(world)) == 1


def test_a_wish_for_one_client_is_saved_though_a_run_moved_the_morning_meanwhile(world, ana, monkeypatch):
    debt = world.debt(ana, client="Carla", email="carla@example.com", **LATE)
    put, moved = mornings.put, []

    def moves(ports, account_id, held, **when):
        write = put(ports, account_id, held, **when)
        if not moved:
            moved.append(ports.table.write(put(ports, account_id, held, **when)))
        return write

    monkeypatch.setattr(mornings, "put", moves)
    ask_first.switch_client(world.ports, ana, debt.client_id, wish=True)
    assert moved
    assert world.case(ana, debt).client.asks_first


@pytest.mark.parametrize("error", [RuntimeError("killed"), MailUnknown("lost"), MailRefused("no", retry=False)])
def test_a_crash_between_claim_and_mail_costs_a_mail_and_never_sends_two(world, ana, monkeypatch, error):
    with monkeypatch.context() as patch:
        breaks(world, patch, error)
        world.until("2026-06-02T08:00:00-06:00")
    world.until("2026-06-02T23:00:00-06:00")
    assert mails(world) == []
    world.until("2026-06-03T12:00:00-06:00")
    assert len(mails(world)) == 1
    assert ask_first.board(world.ports, ana, world.clock.at).open


def test_a_mail_that_was_certainly_not_sent_goes_an_hour_later_and_once(world, ana, monkeypatch):
    with monkeypatch.context() as patch:
        breaks(world, patch, MailRefused("busy", retry=True))
        world.until("2026-06-02T08:00:00-06:00")
    world.until("2026-06-02T09:00:00-06:00")
    assert len(mails(world)) == 1
    held = mornings.load(world.ports, ana.id)
    for _again in range(2):
        world.ports.table.write(mornings.put(world.ports, ana.id, held, at=world.clock.at))
        assert not morning.ask(world.ports, ana.id)
        held = mornings.load(world.ports, ana.id)
    assert len(mails(world)) == 1


def test_nothing_to_decide_no_mail_and_late_runs_ask_in_the_evening_no_more(world, ana):
    world.clock.at += timedelta(days=1, hours=11)  # the job stood still until seven in the evening
    world.jobs()
    assert mails(world) == []
    world.until("2026-06-03T08:00:00-06:00")
    assert len(mails(world)) == 1


@pytest.mark.soak
def test_yes_and_payment_at_once_end_without_a_reminder(world, ana):
    """Whichever is first: a yes before the payment falls with it, a yes after it is refused."""
    world.clock.at += timedelta(days=1)
    for n in range(amount(4, 60)):
        debt = world.debt(ana, client=f"C{n}", email=f"c{n}@example.com", number=f"F-{n}", **LATE)
        (one,) = approvals.asked(world.case(ana, debt), world.clock.at)
        refused = refused_at_once(
            lambda debt=debt, one=one: ask_first.allow(world.ports, ana.id, debt.client_id, one.mark),
            lambda debt=debt: casework.change(world.ports, ana.id, debt.client_id, paying(debt)),
        )
        assert refused in ([], ["approvals.changed"])
        assert world.case(ana, debt).debt(debt.id).entries
        assert [one.has_yes for one in approvals.asked(world.case(ana, debt), world.clock.at)] == [False]
    world.advance(hours=4)
    rows = lists.rows(world.ports, ana.id, "LETTERS", limit=200).rows
    assert {item["row"]["step"] for item in rows} == {"part_received"}


def paying(debt):
    def ask(case, now):
        return payments.record_payment(
            case, debt.id, key="p", amount_minor=1_000, method="cash", on=case.local_day(now), now=now
        )

    return ask
