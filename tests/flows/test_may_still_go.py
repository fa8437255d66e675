"""The last look before a waiting letter goes (flows/deliver.py): what holds it back, and what does not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import answers, silencing
from aldia.domain.debt import Pause
from aldia.flows import casework, deliver, run_jobs
from aldia.ports import MailUnknown, Query, Set
from aldia.store import accounts, codec, keys, letters
from tests.world import START

SINCE = {
    "bounced": {"bounced_at": START},
    "complaint": {"complained_at": START},
    "wrong_person": {"wrong_person_at": START},
    "no_consent": {"contacts": ()},
}


def change(world, account, debt, ask):
    casework.change(world.ports, account.id, debt.client_id, ask)


def promised(world, account, name):
    """A debt of a client of that name who has just promised: the answer waits."""
    debt = world.debt(account, client=name, email=f"{name}@example.com")
    on = world.case(account, debt).local_day(world.clock.at) + timedelta(days=2)
    change(world, account, debt, lambda case, now: answers.promise(case, debt.id, on=on, now=now))
    return debt


def became(world, account, debt):
    """(state, reason) of the client's only letter."""
    [found] = letters.of_client(world.ports, account.id, debt.client_id)
    record = letters.decoded(found)
    return record.state, record.reason


def pause(world, account, reason):
    held = accounts.load(world.ports, account.id)
    accounts.save(world.ports, replace(held, paused=Pause(world.clock.at, reason=reason)))


@pytest.mark.parametrize("muted", [("promised",), ()], ids=["by itself", "with news"])
def test_an_answer_that_waits_goes_but_not_to_who_may_not_be_written_to_and_then_says_why(world, muted):
    ana = world.account(muted=muted)
    debts = {name: promised(world, ana, name) for name in ("nothing", *SINCE)}
    for name, values in SINCE.items():
        world.change_client(ana, debts[name], **values)
    stranger = world.debt(ana, client="stranger", email="stranger@example.com")
    change(world, ana, stranger, lambda case, now: silencing.wrong_person(case, now=now))
    resting, suspect = (world.account(f"{name}@example.com", muted=muted) for name in ("resting", "suspect"))
    waiting = promised(world, resting, "patient"), promised(world, suspect, "victim")
    pause(world, resting, "vacaciones")
    pause(world, suspect, "trust")
    run_jobs.run(world.ports)
    found = {name: became(world, ana, debt) for name, debt in debts.items()}
    assert found == {"nothing": ("accepted", "")} | {name: ("skipped", name) for name in SINCE}
    assert became(world, ana, stranger) == ("accepted", "")
    assert became(world, resting, waiting[0]) == ("accepted", "")
    assert became(world, suspect, waiting[1]) == ("skipped", "paused")
    gone = [address for mail in world.outbox.sent for address in mail.to]
    assert sorted(gone.count(f"{name}@example.com") for name in ("nothing", "stranger", "patient")) == [1, 1, 1]
    assert not {f"{name}@example.com" for name in (*SINCE, "victim")} & {*gone}


def test_what_has_gone_only_rests_and_what_is_not_there_or_of_no_known_state_is_not_sent(world):
    ana = world.account()
    debt = promised(world, ana, "bruno")
    pk, _ = keys.client(ana.id, debt.client_id)
    run_jobs.run(world.ports)
    [letter] = world.ports.table.query(Query(pk, begins_with="R#", strong=True)).items
    [told] = world.ports.table.query(Query(pk, begins_with="K#", strong=True)).items
    mails, key = len(world.outbox.sent), (pk, letter["sk"])
    wake = keys.wake(*key, world.clock.at, world.ports.settings.wake_shards)
    world.ports.table.write(Set(*key, wake))
    assert deliver.deliver(world.ports, key) == 0
    after = world.ports.table.get(*key)
    assert (after["state"], "wake_sk" in after) == ("accepted", False)
    for gone in ((pk, "R#never"), (pk, "K#never#R")):
        assert (deliver.deliver(world.ports, gone), deliver.deliver_brought(world.ports, gone)) == (0, 0)
    assert deliver.deliver_brought(world.ports, (pk, told["sk"])) == 0
    odd = codec.dumps(replace(letters.decoded(letter), state="sideways"))
    world.ports.table.write(Set(*key, {"data": odd, **wake}))
    with pytest.raises(ValueError, match="sideways"):
        deliver.deliver(world.ports, key)
    assert len(world.outbox.sent) == mails


class LostForClients:
    """The provider's answer is lost for whatever goes to a client."""

    def __init__(self, outbox):
        self.outbox, self.taken = outbox, 0

    def send(self, message):
        if "ana@example.com" in message.to:
            return self.outbox.send(message)
        self.taken += 1
        raise MailUnknown("timeout")


def test_an_answer_of_which_nothing_is_known_twice_is_not_sent_a_third_time(world):
    ana = world.account()
    debt = promised(world, ana, "bruno")
    mailer = LostForClients(world.outbox)
    object.__setattr__(world.ports, "mailer", mailer)
    for _ in range(5):
        run_jobs.run(world.ports)
        world.clock.at += timedelta(minutes=61)
    assert (mailer.taken, became(world, ana, debt)[0]) == (2, "unknown")
