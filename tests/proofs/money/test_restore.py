"""The table is set back to an earlier moment: nobody is written to twice, and what is in doubt is listed."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from aldia import cli
from aldia.adapters.mail_switch import Stoppable
from aldia.domain.debt import Step
from aldia.domain.ladder import step_of
from aldia.flows import casework, run_jobs
from aldia.flows.after_restore import after_restore
from aldia.ports import Query
from aldia.store import accounts, keys, letters, restored
from tests.world import csrf

PEOPLE = 12
EVERY = timedelta(hours=6)  # one of them is in every client's window
LADDER = (
    Step("invoice_sent", "issued", 0), Step("pre_due", "due", -7), Step("overdue_1", "due", 7),
    Step("overdue_2", "due", 21), Step("again", "last", 8, repeat_every=9, times=2),
)  # fmt: skip


def every_item(world):
    pages = world.dynamodb.get_paginator("scan").paginate(TableName=world.ports.table.name)
    return [item for page in pages for item in page["Items"]]


def set_back(world, snapshot):
    """What a restore does: the table is what it was, and nothing else."""
    name = world.ports.table.name
    for item in every_item(world):
        world.dynamodb.delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in snapshot:
        world.dynamodb.put_item(TableName=name, Item=item)


def sent(world, people):
    """(address, debt, occurrence) → when, of all that the table knows to have gone."""
    return {
        (debt.client_id, debt.id, key): mark.moved_to or mark.at
        for ana, debt in people
        for key, mark in world.case(ana, debt).debt(debt.id).marks.items()
        if mark.state == "sent"
    }


def occasions(world, people):
    """(client, letter's hash) → (debt, occurrence) of each of its parts, of all letters that the table knows."""
    found = {}
    for ana, debt in people:
        page = world.ports.table.query(Query(f"A#{ana.id}#C#{debt.client_id}", begins_with="R#", strong=True))
        for letter in (letters.decoded(item).letter for item in page.items):
            name = debt.client_id, keys.hashed(letter.id)[:32]
            found[name] = {(part.debt_id, part.key) for part in letter.parts if part.key}
    return found


def mailed(world, known):
    """How many mails an address got for one occurrence: what the provider took, not what the table believes."""
    return Counter(
        (mail.to[0], *occasion)
        for mail in world.outbox.sent
        for occasion in known.get((mail.tags.get("client"), mail.tags.get("letter")), ())
    )


@pytest.fixture
def lived(world):
    """Two freelancers with clients at every point of the ladder; letters went for weeks. (people, T1, what was then)"""
    people = []
    for place in range(PEOPLE):
        ana = world.account(f"ana{place % 2}@x.example") if place < 2 else people[place % 2][0]
        due_on = world.clock.at.date() + timedelta(days=3 * place)
        debt = world.debt(ana, client=f"Cliente {place}", email=f"c{place}@x.example", due_on=due_on, ladder=LADDER)
        people.append((ana, debt))
    world.until(world.clock.at + timedelta(days=20), every=EVERY)
    on = (world.clock.at + timedelta(days=3)).date()
    promised = people[5]
    casework.change(world.ports, promised[0].id, promised[1].client_id, lambda case, now: _promised(case, now, on))
    then, snapshot = world.clock.at, every_item(world)
    world.until(world.clock.at + timedelta(days=12), every=EVERY)
    return people, then, snapshot


def _promised(case, now, on):
    from aldia.domain import answers

    return answers.promise(case, case.debts[0].id, on=on, now=now)


def went_twice(world, before, after, found_at):
    """Occurrences that had gone before the restore and went again after it."""
    return {key for key, at in after.items() if at >= found_at and key in before}


def listed(world, people):
    found = set()
    for ana in {ana.id for ana, _debt in people}:
        found |= {(lost.client_id, lost.debt_id, lost.step) for lost in restored.lost(world.ports, ana)}
    return found


@pytest.mark.slow
def test_after_a_restore_nobody_is_written_to_twice_and_what_is_in_doubt_is_listed(world, lived):
    people, then, snapshot = lived
    before, known = sent(world, people), occasions(world, people)
    mails = len(world.outbox.sent)
    set_back(world, snapshot)
    forgotten = {key: at for key, at in before.items() if key not in sent(world, people)}
    assert len(forgotten) >= 8
    found_at = world.clock.at
    found = after_restore(world.ports, then)
    named = {(client, debt, step_of(key)) for client, debt, key in forgotten}
    named = {name for name in named if name[2] != "promise_day"}  # its day is over: it cannot go again
    assert named <= listed(world, people)
    assert found.doubts == len([1 for ana in {ana.id for ana, _ in people} for _ in restored.lost(world.ports, ana)])

    told = world.outbox.sent[mails:]
    assert sorted(message.to[0] for message in told) == ["ana0@x.example", "ana1@x.example"]
    assert all("/copia" in message.text for message in told)
    world.until(world.clock.at + timedelta(days=3), every=EVERY)
    assert not [mail for mail in world.outbox.sent[mails:] if mail.to[0].startswith("c")]  # stopped until they say so

    for ana in {ana.id: ana for ana, _debt in people}.values():
        go_on(world, accounts.load(world.ports, ana.id))
    world.until(world.clock.at + timedelta(days=60), every=EVERY)
    after = sent(world, people)
    assert not went_twice(world, before, after, found_at)
    taken = mailed(world, occasions(world, people) | known)
    assert len(taken) >= len(before) + PEOPLE
    assert set(taken.values()) == {1}  # over the whole story
    assert len([at for at in after.values() if at >= found_at]) >= PEOPLE  # and the ladder goes on


def go_on(world, account):
    browser = world.browser(account)
    today = browser.get("/hoy").text
    assert "/copia" in today
    page = browser.get("/copia").text
    answer = browser.post("/copia", data={"csrf": csrf(page)}, headers={"Origin": world.ports.settings.base_url})
    assert answer.location == "/hoy?said=went_on"
    assert "/copia" not in browser.get("/hoy").text


@pytest.mark.slow
def test_without_the_drill_a_restored_table_writes_twice(world, lived):
    """The control: a restore that nobody tells of does repeat letters, so the test above can fail."""
    people, _then, snapshot = lived
    before, found_at, known = sent(world, people), world.clock.at, occasions(world, people)
    set_back(world, snapshot)
    world.until(world.clock.at + timedelta(days=20), every=EVERY)
    assert went_twice(world, before, sent(world, people), found_at)
    assert max(mailed(world, occasions(world, people) | known).values()) > 1


@pytest.mark.slow
def test_the_drill_twice_is_the_drill_once(world, lived):
    people, then, snapshot = lived
    set_back(world, snapshot)
    assert after_restore(world.ports, then).doubts > 0
    first, mails = listed(world, people), len(world.outbox.sent)
    assert after_restore(world.ports, then).doubts == 0
    assert listed(world, people) == first
    assert len(world.outbox.sent) == mails
    assert run_jobs.run(world.ports).troubles == []


def test_who_could_not_be_told_while_mail_was_stopped_is_told_afterwards_and_once(world, monkeypatch, capsys):
    people = [world.account(f"ana{n}@x.example") for n in range(2)]
    goes = [False]
    ports = replace(world.ports, mailer=Stoppable(world.ports.mailer, lambda: goes[0]))
    monkeypatch.setattr("aldia.bootstrap.build", lambda: ports)
    since = ["restored", f"{world.clock.at:%Y-%m-%dT%H:%M:%SZ}"]

    def said(*more):
        assert cli.main([*since, *more]) == 0
        return capsys.readouterr().out

    assert "told by mail: 0; not told: 2." in said()
    assert world.outbox.sent == []
    go_on(world, accounts.load(ports, people[1].id))  # saw it under today, and needs no mail
    goes[0] = True
    assert "told by mail: 1; not told: 0." in said("--tell")
    assert "told by mail: 0; not told: 0." in said("--tell")
    assert [mail.to[0] for mail in world.outbox.sent] == ["ana0@x.example"]
    assert accounts.load(ports, people[1].id).paused is None  # what goes on is not stopped again


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_page_lists_what_is_in_doubt_in_both_languages(world, language):
    ana = world.account(language=language)
    debt = world.debt(ana, number="F-77", due_on=(world.clock.at - timedelta(days=9)).date(),
                      issued_on=(world.clock.at - timedelta(days=30)).date())  # fmt: skip
    world.clock.at += timedelta(hours=3)  # nobody has run the jobs on it
    assert after_restore(world.ports, world.clock.at - timedelta(days=1)).doubts >= 1
    assert restored.lost(world.ports, ana.id)[0].debt_id == debt.id
    page = world.browser(accounts.load(world.ports, ana.id)).get("/copia").text
    assert "F-77" in page
    assert {"es": "Seguir enviando", "en": "Go on sending"}[language] in page


def test_an_accounts_own_pause_holds_again_afterwards(world):
    from aldia.flows import pause_account

    ana = world.account()
    today = world.clock.at.date()
    pause_account.pause(world.ports, ana, reason="vacaciones", until=today + timedelta(days=9), today=today)
    after_restore(world.ports, world.clock.at)
    assert accounts.load(world.ports, ana.id).paused.reason == "restored"
    resumed = pause_account.resume(world.ports, accounts.load(world.ports, ana.id))
    assert (resumed.paused.reason, resumed.paused.until) == ("vacaciones", today + timedelta(days=9))
    assert restored.load(world.ports, ana.id) is None
