"""A letter that answers a client comes with the news of it: one record, one wake-up, and each of the two goes once."""

from datetime import timedelta

import pytest

from aldia.domain import checkouts
from aldia.domain.debt import Checkout
from aldia.flows import casework, run_jobs
from aldia.flows.after_restore import after_restore
from aldia.pages import debt_story
from aldia.ports import Conflict, Put, Query
from aldia.store import cases, keys, letters, news, restored, wakeups

BOOKED = ("bruno@example.com", "ana@example.com")


def paid(case, now):
    """The outcome of a payment online: thanks for the client, news for the freelancer."""
    debt_id = case.debts[0].id
    held = Checkout("cs1", "card", 100_000, case.local_day(now), now, now + timedelta(hours=1))
    case = checkouts.open_checkout(case, debt_id, checkout=held, now=now).case
    return checkouts.checkout_paid(case, debt_id, checkout_id="cs1", key="pi_1", amount_minor=100_000, now=now)


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def pk(world, ana):
    """The partition of a client that has just paid."""
    debt = world.debt(ana)
    casework.change(world.ports, ana.id, debt.client_id, paid)
    return keys.client(ana.id, debt.client_id)[0]


def held(world, pk, prefix):
    return world.ports.table.query(Query(pk, begins_with=prefix, strong=True)).items


def mails(world):
    return [sum(address in message.to for message in world.outbox.sent) for address in BOOKED]


def states(world, pk):
    return {letters.decoded(item).letter.step: item["state"] for item in held(world, pk, "R#")}


def due(world, pk):
    return [key[1] for key in wakeups.due(world.ports, world.clock.at) if key[0] == pk]


def test_thanks_and_news_are_one_record_with_one_wake_up_and_each_is_mailed_once(world, pk):
    [told] = held(world, pk, "K#")
    assert news.brought(told).letter.step == "thanks"
    assert (held(world, pk, "R#"), due(world, pk)) == ([], [told["sk"]])
    run_jobs.run(world.ports)
    run_jobs.run(world.ports)
    world.advance(hours=3)
    assert (mails(world), states(world, pk), due(world, pk)) == ([1, 1], {"thanks": "accepted"}, [])


def test_what_an_older_program_left_as_two_records_goes_too_and_it_leaves_the_one_record_to_us(world, ana, pk):
    [told] = held(world, pk, "K#")
    shard = Query(told["wake_pk"], between=("0", f"{world.clock.at:%Y-%m-%dT%H:%M:%S}"), index="wakeups")
    assert world.ports.table.query(shard).items == []  # how it asks what is due
    record, now = news.brought(told), world.clock.at
    case = cases.load_by_id(world.ports, ana.id, record.client_id)
    plain = {name: value for name, value in told.items() if name != "letter"} | {"sk": told["sk"].removesuffix("#R")}
    plain |= keys.wake(pk, plain["sk"], now, world.ports.settings.wake_shards)
    world.ports.table.write(Put(plain), letters.planned(world.ports, case, record.letter, now))
    run_jobs.run(world.ports)
    world.advance(hours=3)
    assert (mails(world), states(world, pk), due(world, pk)) == ([1, 1], {"thanks": "accepted"}, [])


def test_news_are_not_told_before_their_letter_is_claimed(world, ana, pk, monkeypatch):
    """Told, they would not wake again, and the letter with them would be forgotten."""
    with monkeypatch.context() as patched:
        patched.setattr(letters, "claim", lambda *_a, **_k: (_ for _ in ()).throw(Conflict("busy")))
        run_jobs.run(world.ports)
        assert mails(world) == [0, 0]
        patched.setattr(letters, "claim", lambda *_a, **_k: (_ for _ in ()).throw(ValueError("poisoned")))
        assert len(run_jobs.run(world.ports).troubles) == 1
    world.advance(hours=2)
    assert (mails(world), states(world, pk)) == ([1, 1], {"thanks": "accepted"})


def test_a_letter_that_may_not_go_now_waits_or_ends_by_itself_and_the_news_are_told(world, ana, pk):
    at = world.clock.at
    world.change_client(ana, world.debt(ana, number="F-002"), bounced_at=at)
    run_jobs.run(world.ports)
    assert (mails(world), states(world, pk), due(world, pk)) == ([0, 1], {"thanks": "skipped"}, [])


def test_the_debts_page_says_that_the_letter_is_on_its_way(world, ana, pk):
    [told] = held(world, pk, "K#")
    record = news.brought(told)
    case = cases.load_by_id(world.ports, ana.id, record.client_id)

    def waiting():
        return [one.what for one in debt_story.story(world.ports, case, case.debts[0]) if one.state == "next"]

    with world.app.test_request_context("/"):
        assert len(waiting()) == 1
        run_jobs.run(world.ports)
        assert waiting() == []


def test_after_a_restore_a_letter_that_waited_with_news_is_in_doubt_and_never_sent(world, ana, pk):
    since = world.clock.at
    found = after_restore(world.ports, since)
    assert (found.doubts, states(world, pk)) == (1, {"thanks": "unknown"})
    assert [lost.step for lost in restored.lost(world.ports, ana.id)] == ["thanks"]
    world.advance(hours=3)
    assert [message for message in world.outbox.sent if "bruno@example.com" in message.to] == []
    assert due(world, pk) == []


def test_news_that_is_not_mailed_brings_no_letter(world, ana):
    from dataclasses import replace

    from aldia.store import accounts

    accounts.save(world.ports, replace(ana, muted=("paid",)))
    debt = world.debt(ana)
    casework.change(world.ports, ana.id, debt.client_id, paid)
    pk = keys.client(ana.id, debt.client_id)[0]
    assert [news.brings_letter(item["sk"]) for item in held(world, pk, "K#")] == [False]
    run_jobs.run(world.ports)
    assert (mails(world), states(world, pk)) == ([1, 0], {"thanks": "accepted"})
