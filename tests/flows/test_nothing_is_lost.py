"""What is due is looked at again, whatever went wrong before: a broken letter, a broken mail, a slow or late job."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.flows import run_jobs, sign_in
from aldia.ports import Conflict, MailRefused, PaymentRefused, PaymentUnknown, Query, Set
from aldia.store import inbox, keys, letters, wakeups
from tests.flows.test_faults import fresh, letters_of, news_of, press, recover, session_of, written


class Breaks:
    """A mailer with a bug of its own."""

    def send(self, _message):
        raise RuntimeError("a bug")


def due_now(world):
    return list(wakeups.due(world.ports, world.clock.at))


def test_a_client_whose_letter_broke_after_the_claim_is_looked_at_on_its_next_day(world):
    given = fresh(world)
    run_jobs.run(replace(world.ports, mailer=Breaks()))
    world.advance(days=45)
    ana, debt, _address = given
    steps = [step for step, _state in letters_of(world, ana, debt)]
    assert steps[:2] == ["invoice_sent", "pre_due"]
    assert len(steps) > 2


def test_what_was_busy_at_the_first_run_after_an_outage_is_not_left_behind(world, monkeypatch):
    run_jobs.run(world.ports)
    ana, debt, _address = fresh(world)
    world.clock.at += timedelta(days=4)

    def busy(*_args):
        raise Conflict("somebody else works on the client")

    with monkeypatch.context() as held:
        held.setattr(run_jobs.remind, "remind", busy)
        run_jobs.run(world.ports)
    assert keys.client(ana.id, debt.client_id) in due_now(world)


def test_a_wake_up_that_came_too_early_is_set_right_and_not_left_behind(world):
    ana, debt, _address = written(world)
    key = keys.client(ana.id, debt.client_id)
    world.ports.table.write(Set(*key, keys.wake(*key, world.clock.at, world.ports.settings.wake_shards)))
    run_jobs.run(world.ports)
    assert key not in due_now(world)
    assert world.ports.table.get(*key)["wake_sk"] == f"{world.case(ana, debt).client.next_at:%Y-%m-%dT%H:%M:%S}"


def test_a_letter_and_a_checkout_that_are_over_are_not_looked_at_for_ever(world):
    ana, debt, _address = given = written(world)
    world.stripe.bank.pay(session_of(press(world.ports, given)))
    recover(world)
    pk, _ = keys.client(ana.id, debt.client_id)
    items = world.ports.table.query(Query(pk, between=("R#", "S#~"), strong=True)).items
    for item in items:
        key = item["pk"], item["sk"]
        world.ports.table.write(Set(*key, keys.wake(*key, world.clock.at, world.ports.settings.wake_shards)))
    run_jobs.run(world.ports)
    assert [key for key in due_now(world) if key[0] == pk and not key[1].startswith("K#")] == []


def test_an_item_that_vanished_does_not_stop_the_run_that_pushes_it_away(world, monkeypatch):
    ana, debt, address = fresh(world)
    other = world.debt(ana, client="Zoe", email="zoe@example.com")

    def vanishes(ports, account_id, client_id, *known):
        if client_id == other.client_id:
            from aldia.ports import Delete

            ports.table.write(Delete(*keys.client(account_id, client_id)))
            raise RuntimeError("gone under our hands")
        return remind(ports, account_id, client_id, *known)

    remind = run_jobs.remind.remind
    monkeypatch.setattr(run_jobs.remind, "remind", vanishes)
    assert len(run_jobs.run(world.ports).troubles) == 1
    assert len(world.outbox.to(address)) == 1
    assert world.case(ana, debt)


def test_a_letter_that_cannot_be_written_is_shown_as_failed_and_the_next_one_is_tried(world):
    ana, debt, address = fresh(world)
    world.change_client(ana, debt, name="=?UTF-8?Q?=0D=0A?= Bruno")
    report = run_jobs.run(world.ports)
    assert report.troubles == []
    assert letters_of(world, ana, debt) == [("invoice_sent", "failed")]
    key = world.ports.table.query(Query(keys.client(ana.id, debt.client_id)[0], begins_with="R#")).items[0]
    assert letters.decoded(key).reason == "mail.hidden_characters"
    world.change_client(ana, debt, name="Bruno")
    world.advance(days=40)
    assert world.outbox.to(address)


def test_an_answer_that_cannot_be_written_is_shown_as_failed(world):
    from aldia.domain import answers
    from aldia.flows import casework

    ana, debt, _address = written(world)
    on = world.case(ana, debt).local_day(world.clock.at) + timedelta(days=9)
    casework.change(world.ports, ana.id, debt.client_id, lambda c, now: answers.promise(c, debt.id, on=on, now=now))
    world.change_client(ana, debt, name="=?UTF-8?Q?=0D=0A?= Bruno")
    assert run_jobs.run(world.ports).troubles == []
    assert dict(letters_of(world, ana, debt))["promise_noted"] == "failed"


def test_news_that_break_hold_up_nobody_elses(world, monkeypatch):
    from aldia.flows import tell
    from aldia.flows.mail_event import MailEvent, mail_event

    worlds = [written(world) for _ in range(2)]
    for _ana, _debt, address in worlds:
        mail_event(world.ports, MailEvent("bounce", "m", dict(world.outbox.to(address)[0].tags)))
    compose = tell.compose_notices

    def broken(account, *args, **kwargs):
        if account.id == worlds[0][0].id:
            raise RuntimeError("a bug in a template")
        return compose(account, *args, **kwargs)

    monkeypatch.setattr(tell, "compose_notices", broken)
    assert run_jobs.run(world.ports).troubles
    assert world.outbox.to(worlds[1][0].email)
    seen = run_jobs.run(world.ports)
    assert seen.seen == 0  # pushed away or done: nothing loops


def test_news_that_the_provider_refused_for_now_are_mailed_an_hour_later(world):
    from aldia.flows.mail_event import MailEvent, mail_event

    ana, debt, address = written(world)
    mail_event(world.ports, MailEvent("bounce", "m", dict(world.outbox.to(address)[0].tags)))

    class Throttled:
        def send(self, _message):
            raise MailRefused("throttled", retry=True)

    run_jobs.run(replace(world.ports, mailer=Throttled()))
    assert world.outbox.to(ana.email) == []
    recover(world)
    assert len(world.outbox.to(ana.email)) == 1
    assert news_of(world, ana, debt) == ["bounced"]


def test_a_worker_that_is_slow_does_not_wake_an_event_that_another_has_finished(world):
    given = written(world)
    world.stripe.bank.pay(session_of(press(world.ports, given)))
    world.stripe.flush()
    for pk in [pk for pk, sk in due_now(world) if sk == "EVENT"]:
        was = inbox.waiting(world.ports, pk)
        inbox.done(world.ports, pk, was.told)
        from aldia.ports import Conflict

        with pytest.raises(Conflict):
            inbox.later(world.ports, pk, was, world.clock.at)
        assert inbox.waiting(world.ports, pk) is None
    assert [key for key in due_now(world) if key[1] == "EVENT"] == []


class Silent:
    """A payment provider that answers nothing but this error."""

    def __init__(self, error):
        self.error = error

    def __getattr__(self, _name):
        def ask(*_args, **_more):
            raise self.error

        return ask


@pytest.mark.parametrize("error", [PaymentUnknown("timeout"), PaymentRefused("account_invalid")], ids=["silent", "no"])
def test_a_provider_that_says_nothing_for_weeks_loses_no_payment(world, error):
    ana, debt, _address = given = written(world)
    world.stripe.bank.pay(session_of(press(world.ports, given)))
    world.stripe.flush()
    lost = replace(world.ports, payments=Silent(error))
    for _ in range(60):
        world.clock.at += timedelta(hours=6, minutes=1)
        assert run_jobs.run(lost).troubles == []
    recover(world, 8)
    assert [entry.amount_minor for entry in world.case(ana, debt).debt(debt.id).entries] == [100_000]


def test_a_first_run_that_comes_days_late_finds_everything(dynamodb, table_name):
    from tests.world import World

    world = World.start(dynamodb, table_name)
    request = sign_in.ask(world.ports, email="eva@example.com", language="es", is_sign_up=True, network="n")
    import re

    code = re.search(r"\b\d{3} ?\d{3}\b", world.outbox.sent[-1].text)[0]
    eva = sign_in.with_code(world.ports, request=request, code=code).account
    debt = world.debt(eva, currency="EUR")
    world.clock.at += timedelta(days=9)
    run_jobs.run(world.ports)
    assert letters_of(world, eva, debt)
    world.close()
