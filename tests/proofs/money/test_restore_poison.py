"""The table is set back and holds records that nobody can read: all others are stopped and doubted as ever, these are
listed and silent, and once they are mended nobody is written to twice either."""

from datetime import timedelta

import pytest

from aldia import cli
from aldia.domain import answers
from aldia.flows import casework, run_jobs
from aldia.flows.after_restore import after_restore, go_on
from aldia.ports import Conflict, Put, Query, Set
from aldia.store import accounts, keys, restored, troubles, wakeups
from tests.flows.test_brought_letters import paid
from tests.flows.test_send_once import at_nine
from tests.proofs.money.test_poison import OF_CLIENTS, POISONS, listed, of_client
from tests.proofs.money.test_restore import every_item, set_back

MUTED = ("promised",)  # of what is not mailed the answer is a letter of its own from the first
KINDS = ("debt", "client", "zone", "letter")


def letters_of(world, ana, debt):
    return world.ports.table.query(Query(of_client(world, ana, debt), begins_with="R#", strong=True)).items


def promise(world, ana, debt):
    on = world.clock.at.date() + timedelta(days=5)
    casework.change(
        world.ports, ana.id, debt.client_id, lambda case, now: answers.promise(case, debt.id, on=on, now=now)
    )


@pytest.fixture
def spoilt(world):
    """Three accounts whose first letters went, set back to before; one record of each kind cannot be read.

    (ana with a client for each kind and a healthy one, bea who is healthy, caro whose account is unreadable, when it
    was set back to, what mends all)
    """
    ana = world.account(muted=MUTED)
    bea, caro = (world.account(f"{name}@example.com") for name in ("bea", "caro"))
    debts = {kind: world.debt(ana, client=f"De {kind}", email=f"{kind}@x.example") for kind in (*KINDS, "healthy")}
    world.debt(bea, client="Zed", email="zed@x.example")
    world.debt(caro, client="Yak", email="yak@x.example")
    promise(world, ana, debts["letter"])
    then, snapshot = world.clock.at, every_item(world)
    at_nine(world)
    run_jobs.run(world.ports)
    assert {mail.to[0] for mail in world.outbox.sent} >= {f"{kind}@x.example" for kind in (*KINDS, "healthy")}
    set_back(world, snapshot)
    [letter] = letters_of(world, ana, debts["letter"])
    pks = {kind: of_client(world, ana, debt) for kind, debt in debts.items()}
    places = {
        "debt": (pks["debt"], f"D#{debts['debt'].id}"),
        "client": (pks["client"], "CLIENT"),
        "zone": (pks["zone"], "CLIENT"),
        "letter": (pks["letter"], letter["sk"]),
        "account": keys.account(caro.id),
    }
    was = {place: world.ports.table.get(*place)["data"] for place in places.values()}
    for kind, place in places.items():
        (OF_CLIENTS["a zone that is none"] if kind == "zone" else POISONS["broken JSON"])(world, *place)
    return ana, bea, caro, then, places, was


def mailed(world):
    """Letters to each client of those whose address begins with its kind."""
    return sorted(mail.to[0] for mail in world.outbox.sent if mail.to[0].endswith("@x.example"))


@pytest.mark.slow
def test_records_that_nobody_can_read_hold_no_restore_up_and_are_written_to_once_when_they_are_mended(world, spoilt):
    ana, bea, caro, then, places, was = spoilt
    before, mails = mailed(world), len(world.outbox.sent)
    for _ in range(2):  # a second time finds and lists the same
        found = after_restore(world.ports, then)
        stopped = [accounts.load(world.ports, one.id).paused for one in (ana, bea)]
        assert [pause.reason for pause in stopped] == ["restored", "restored"]
        clients = {troubles.name_of(places[kind][0], "CLIENT") for kind in ("debt", "client", "zone")}
        others = {troubles.name_of(*places[kind]) for kind in ("letter", "account")}
        assert clients | others < set(found.unread)
        assert listed(world) == set(found.unread)
        assert len(found.unread) == 6  # and the client of the account that cannot be read
    assert sorted(mail.to[0] for mail in world.outbox.sent[mails:]) == [ana.email, bea.email]
    assert "No pudimos leer bien los datos de De " in world.browser(accounts.load(world.ports, ana.id)).get("/hoy").text
    for one in (ana, bea):
        go_on(world.ports, accounts.load(world.ports, one.id))
    world.until(world.clock.at + timedelta(hours=26), every=timedelta(hours=1))
    assert mailed(world) == before  # what may have gone is not repeated, and to the unreadable nothing goes
    for place, data in was.items():
        world.ports.table.write(Set(*place, {"data": data}))
    world.until(world.clock.at + timedelta(hours=26), every=timedelta(hours=1))
    assert mailed(world) == before
    assert list(world.ports.table.every("doubt")) == []  # each was looked at again
    assert troubles.current(world.ports, ana.id, world.clock.at) == []
    told = {mail.to[0] for mail in world.outbox.sent[mails:] if "No sabemos" in mail.text}
    assert told == {ana.email, caro.email}


def test_the_command_says_how_many_records_could_not_be_read_and_which(world, monkeypatch, capsys):
    ana = world.account()
    debts = [world.debt(ana, client=f"Cliente {n}", email="") for n in range(2)]
    POISONS["broken JSON"](world, of_client(world, ana, debts[0]), f"D#{debts[0].id}")
    monkeypatch.setattr("aldia.bootstrap.build", lambda: world.ports)
    assert cli.main(["restored", f"{world.clock.at:%Y-%m-%dT%H:%M:%SZ}"]) == 0
    said = capsys.readouterr().out
    assert "Records that could not be read: 1." in said
    assert f"{of_client(world, ana, debts[0])}|CLIENT" in said
    assert "told by mail: 1; not told: 0." in said
    assert wakeups.next_at(world.ports, world.clock.at) is not None
    run_jobs.run(world.ports)
    assert listed(world) == {f"{of_client(world, ana, debts[0])}|CLIENT"}


@pytest.mark.parametrize("muted", [(), MUTED])
def test_what_waits_after_a_restore_is_not_mailed_before_the_freelancer_says_so(world, muted):
    """Not even an answer to what a client does meanwhile: its freelancer has not looked yet."""
    ana = world.account(muted=muted)
    debt = world.debt(ana, email="c@x.example")
    at_nine(world)
    run_jobs.run(world.ports)
    after_restore(world.ports, world.clock.at)
    mails = len(world.outbox.to("c@x.example"))
    promise(world, ana, debt)
    world.advance(hours=3)
    [waits] = [item for item in letters_of(world, ana, debt) if item["state"] == "planned"]
    assert len(world.outbox.to("c@x.example")) == mails
    go_on(world.ports, accounts.load(world.ports, ana.id))
    world.advance(hours=3)
    assert world.ports.table.get(waits["pk"], waits["sk"])["state"] == "accepted"
    assert len(world.outbox.to("c@x.example")) == mails + 1


class Busy:
    """The real table, whose next transaction with a record of that kind meets another one."""

    def __init__(self, inner, kind):
        self._inner, self.kind = inner, kind

    def __getattr__(self, name):
        return getattr(self._inner, name)

    def write(self, *writes):
        if any(isinstance(write, Put) and write.item["kind"] == self.kind for write in writes):
            self.kind = ""
            raise Conflict("another transaction holds one of the items")
        self._inner.write(*writes)


@pytest.mark.parametrize("kind", ["restored", "lost"])
def test_a_table_that_is_busy_ends_the_drill_which_lets_nothing_go_and_is_done_by_the_next(
    world, monkeypatch, capsys, kind
):
    """Whether it was an account to be stopped, or a letter that waited with news."""
    people = [world.account(f"{name}@example.com") for name in ("ana", "bea")]
    debt = world.debt(people[0], email="c@x.example")
    casework.change(world.ports, people[0].id, debt.client_id, paid)
    object.__setattr__(world.ports, "table", Busy(world.ports.table, kind))
    monkeypatch.setattr("aldia.bootstrap.build", lambda: world.ports)
    since = ["restored", f"{world.clock.at:%Y-%m-%dT%H:%M:%SZ}"]
    assert cli.main(since) == 1
    assert "Run the same command once more." in capsys.readouterr().err
    assert run_jobs.run(world.ports).seen == 0
    assert cli.main(since) == 0
    assert "told by mail: 2; not told: 0." in capsys.readouterr().out
    assert [accounts.load(world.ports, one.id).paused.reason for one in people] == ["restored", "restored"]
    assert [lost.step for lost in restored.lost(world.ports, people[0].id)] == ["thanks"]
    world.advance(hours=3)
    assert mailed(world) == []
    assert listed(world) == set()
