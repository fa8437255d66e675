"""Every condition of the store, one by one: whoever comes second, late or from an old reading is refused.

tests/mutants/protocol.py takes each of them away and looks that the test named there fails.
"""

import contextlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from aldia.domain.case import Case, Letter, LetterPart, Notice, Outcome
from aldia.domain.debt import Entry
from aldia.flows import change_client, client_answers, delete_account, open_debt, run_jobs, tell
from aldia.ports import CapReached, Conflict, Delete, Message, PaymentTruth, Put, Query, Set
from aldia.store import (
    accounts,
    cases,
    checkouts,
    codec,
    handwork,
    imports,
    inbox,
    keys,
    letters,
    listening,
    passes,
    proofs,
    restored,
    tokens,
    wakeups,
)
from aldia.store.checkouts import CheckoutRecord
from aldia.store.letters import LetterRecord

MAIL = Message(("bruno@example.com",), "Asunto", "Texto", "<p>Texto</p>", from_name="Ana", reply_to="ana@example.com")


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def debt(world, ana):
    return world.debt(ana)


@pytest.fixture
def case(world, ana, debt):
    return world.case(ana, debt)


def write(world, *writes):
    world.ports.table.write(*writes)


def refused(world, first, second):
    """The first is done, the second is not, and the table stays as the first left it."""
    if first:
        write(world, *(first if isinstance(first, tuple) else (first,)))
    before = world.dynamodb.scan(TableName=world.ports.table.name, ConsistentRead=True)["Items"]
    with pytest.raises(Conflict):
        write(world, *(second if isinstance(second, tuple) else (second,)))
    assert world.dynamodb.scan(TableName=world.ports.table.name, ConsistentRead=True)["Items"] == before


# -- accounts, doors and sessions ----------------------------------------------------------------


def test_two_accounts_of_one_id_are_one(world, ana):
    refused(world, None, accounts.put(replace(ana, version=0, name="Otra")))


def test_settings_read_before_another_change_are_not_saved_over_it(world, ana):
    refused(world, accounts.put(replace(ana, name="Nueva")), accounts.put(replace(ana, name="Vieja")))


def test_one_address_opens_one_account(world, ana):
    refused(world, None, accounts.claim_email(ana.email, "another"))


def test_a_link_is_made_once(world, ana, debt):
    link = tokens.PayLink(ana.id, debt.client_id, (debt.id,), 1, "es")
    now = world.clock.at
    refused(world, tokens.put_link("t1", link, now), tokens.put_link("t1", replace(link, language="en"), now))


def test_a_mornings_link_is_made_once(world, ana, debt):
    link = tokens.MorningLink(ana.id, ((debt.client_id, "name"),), world.clock.at)
    refused(world, tokens.put_morning_link("t1", link), tokens.put_morning_link("t1", replace(link, letters=())))


@pytest.mark.parametrize("pair", [("r1", "l2"), ("r2", "l1")], ids=["request", "link"])
def test_a_request_to_sign_in_has_doors_of_its_own(world, pair):
    wish = tokens.SignIn("eva@example.com", "hash")
    now = world.clock.at
    refused(world, tokens.put_sign_in("r1", "l1", wish, now), tokens.put_sign_in(*pair, replace(wish, email="x"), now))


def test_a_code_may_be_tried_five_times(world):
    write(world, *tokens.put_sign_in("r1", "l1", tokens.SignIn("eva@example.com", "hash"), world.clock.at))
    door = keys.hashed("r1")
    for _ in range(5):
        write(world, tokens.count_try(door))
    refused(world, None, tokens.count_try(door))


def test_a_request_to_sign_in_is_used_once(world):
    write(world, *tokens.put_sign_in("r1", "l1", tokens.SignIn("eva@example.com", "hash"), world.clock.at))
    refused(world, tokens.use_up(keys.hashed("r1")), tokens.use_up(keys.hashed("r1")))


def test_a_session_that_is_gone_is_not_noted_as_seen(world, ana):
    old = world.clock.at - timedelta(hours=3)
    held = tokens.Session(ana.id, old, old, old)
    refused(world, None, tokens.seen("never-opened", held, world.clock.at))


def test_a_proof_is_given_once_and_tried_five_times(world, ana):
    at = proofs.place(ana.id, "again", "secret")
    write(world, proofs.put(at, proofs.Proof(ana.id, ana.email, "hash"), world.clock.at))
    for _ in range(5):
        write(world, proofs.count_try(at))
    refused(world, None, proofs.count_try(at))
    refused(world, proofs.use_up(at), proofs.use_up(at))


# -- cases -----------------------------------------------------------------------------------------


def test_a_client_is_written_down_once(world, ana):
    person = open_debt.new_client(world.ports, ana, name="Carla", email="c@example.com")
    fresh = Case(ana, person)
    cases.save(world.ports, fresh, Outcome(fresh), now=world.clock.at)
    with pytest.raises(Conflict):
        cases.save(world.ports, fresh, Outcome(fresh), now=world.clock.at)


def test_a_case_read_before_another_change_is_not_saved_over_it(world, case):
    cases.save(world.ports, case, Outcome(case), now=world.clock.at)
    with pytest.raises(Conflict):
        cases.save(world.ports, case, Outcome(case), now=world.clock.at)


def test_a_debt_that_the_reading_did_not_show_is_not_written_over(world, case, debt):
    blind = replace(case, debts=())
    with pytest.raises(Conflict):
        cases.save(world.ports, blind, Outcome(case.with_debt(replace(debt, concept="Otra"))), now=world.clock.at)


def line_of(world, key="p1"):
    return Entry(key, "payment", date(2026, 6, 1), world.clock.at, 1_000)


def with_lines(case, *lines):
    return case.with_debt(replace(case.debts[0], entries=lines))


def test_a_line_of_the_ledger_is_booked_once_though_the_reading_did_not_show_it(world, case):
    """Neither booked twice, nor lost below what somebody else writes."""
    booked = cases.save(world.ports, case, Outcome(with_lines(case, line_of(world))), now=world.clock.at)
    blind = replace(booked, debts=case.debts)
    assert blind.debts[0].entries == ()
    assert case.debts[0].is_sealed
    for wrong in (with_lines(blind, line_of(world)), blind.with_debt(replace(blind.debts[0], note="Otra"))):
        with pytest.raises(Conflict):
            cases.save(world.ports, blind, Outcome(wrong), now=world.clock.at)
    again = with_lines(booked, line_of(world), line_of(world, "p2"))
    assert len(cases.save(world.ports, booked, Outcome(again), now=world.clock.at).debts[0].entries) == 2


def unsealed(world, case, *lines):
    """The case as a program from before there were seals left it: an item for each line of the ledger."""
    debt = replace(case.debts[0], entries=lines, is_sealed=False)
    pk, sk = keys.debt(case.account.id, case.client.id, debt.id)
    write(world, Set(pk, sk, {"data": codec.dumps(debt), "seal": None}))
    for line in lines:
        pk, sk = keys.entry(case.account.id, debt.id, line.key)
        write(world, Put({"pk": pk, "sk": sk, "kind": "entry", "data": codec.dumps(line)}))
    read = cases.load_by_id(world.ports, case.account.id, case.client.id)
    assert (read.debts[0].is_sealed, len(read.debts[0].entries)) == (False, len(lines))
    return read


def test_a_line_of_a_debt_from_before_there_were_seals_is_booked_once(world, case):
    """Its first write seals it: from then on its ledger is guarded like any other."""
    old = unsealed(world, case, line_of(world))
    blind = replace(old, debts=(replace(old.debts[0], entries=()),))
    with pytest.raises(Conflict):
        cases.save(world.ports, blind, Outcome(with_lines(blind, line_of(world))), now=world.clock.at)
    cases.save(world.ports, old, Outcome(with_lines(old, line_of(world), line_of(world, "p2"))), now=world.clock.at)
    read = cases.load_by_id(world.ports, case.account.id, case.client.id)
    assert [entry.key for entry in read.debts[0].entries] == ["p1", "p2"]
    assert read.debts[0].is_sealed
    pk, _ = keys.entry(case.account.id, case.debts[0].id, "")
    assert [item["sk"] for item in world.ports.table.query(Query(pk)).items] == ["L#p1", "L#p2"]


def test_a_ledger_that_was_sealed_meanwhile_is_not_written_from_a_reading_before_that(world, case):
    old = unsealed(world, case)
    new = cases.save(world.ports, old, Outcome(with_lines(old, line_of(world))), now=world.clock.at)
    blind = replace(new, debts=old.debts)
    with pytest.raises(Conflict):
        cases.save(world.ports, blind, Outcome(with_lines(blind, line_of(world, "p2"))), now=world.clock.at)


def test_money_is_put_aside_once(world, ana, debt):
    truth = PaymentTruth("pi_1", "succeeded", "card", "MXN", 1_000, world.clock.at, {})
    first = cases.put_aside(ana.id, debt.id, truth)
    refused(world, first, cases.put_aside(ana.id, debt.id, replace(truth, captured_minor=5)))


def test_news_are_written_once(world, case):
    told = Outcome(case, notices=(Notice("promised", world.clock.at),))
    pk, _ = keys.client(case.account.id, case.client.id)
    name = f"K#{world.clock.at:%Y-%m-%dT%H:%M:%S.%f}#{case.client.version + 1}-0"
    write(world, Put({"pk": pk, "sk": name, "kind": "news"}))
    with pytest.raises(Conflict):
        cases.save(world.ports, case, told, now=world.clock.at)


def test_notes_that_go_ahead_of_a_transaction_are_of_the_case_as_it_was_read(world, case):
    cases.save(world.ports, case, Outcome(case), now=world.clock.at)
    with pytest.raises(Conflict):
        cases._write_ahead(world.ports, case, [Put({"pk": "a", "sk": "b"})])


def test_a_wake_up_is_set_right_only_as_it_was_read(world, case):
    cases.save(world.ports, case, Outcome(case), now=world.clock.at)
    with pytest.raises(Conflict):
        wakeups.set_right(world.ports, case)


def test_a_name_in_the_lists_is_that_of_the_case_as_it_is(world, case):
    """The old reading would put the old name back: it is read again first."""
    renamed = replace(case, client=replace(case.client, name="Bruna"))
    cases.save(world.ports, case, Outcome(renamed), now=world.clock.at)
    change_client._rename_in_lists(world.ports, case)
    pk, sk = keys.debt(case.account.id, case.client.id, case.debts[0].id)
    assert world.ports.table.get(pk, sk)["row"]["client"] == "Bruna"


def test_a_client_that_changed_meanwhile_is_not_deleted(world, ana):
    person = open_debt.new_client(world.ports, ana, name="Carla", email="c@example.com")
    fresh = Case(ana, person)
    read = cases.save(world.ports, fresh, Outcome(fresh), now=world.clock.at)
    cases.save(world.ports, read, Outcome(read), now=world.clock.at)
    with pytest.raises(Conflict):
        change_client.remove(world.ports, read)


# -- letters ---------------------------------------------------------------------------------------


def record_of(world, case, **values):
    part = LetterPart(case.debts[0].id, "pre_due", "pre_due", 100_000, "MXN")
    letter = Letter("pre_due", "ladder", date(2026, 6, 1), world.clock.at, (part,))
    return replace(LetterRecord(letter, case.account.id, case.client.id, case.client.name), **values)


def woken_of(world, record):
    return letters.woken(world.ports.table.get(*record.key))


def test_a_letter_is_planned_once(world, case):
    letter, now = record_of(world, case).letter, world.clock.at
    first = letters.planned(world.ports, case, letter, now)
    refused(world, first, letters.planned(world.ports, case, replace(letter, facts={"x": "y"}), now))


def test_a_new_letter_is_claimed_by_one(world, case):
    record, now = record_of(world, case), world.clock.at
    _, first = letters.claim(world.ports, record, MAIL, now)
    _, second = letters.claim(world.ports, record, replace(MAIL, subject="Otro"), now)
    refused(world, first, second)


def test_a_planned_letter_is_claimed_by_one(world, case):
    record, now = record_of(world, case), world.clock.at
    write(world, letters.planned(world.ports, case, record.letter, now))
    woken = woken_of(world, record)
    _, first = letters.claim(world.ports, record, MAIL, now, woken=woken)
    _, second = letters.claim(world.ports, record, replace(MAIL, subject="Otro"), now, woken=woken)
    refused(world, first, second)


def test_a_letter_in_somebodys_hands_is_not_claimed_though_it_wakes_at_the_same_second(world, case):
    """Its taker's clock was an hour behind: the hour after which it is looked at again is that of its first wake-up."""
    record, now = record_of(world, case), world.clock.at
    write(world, letters.planned(world.ports, case, record.letter, now))
    woken = woken_of(world, record)
    _, first = letters.claim(world.ports, record, MAIL, now - letters.RECOVER_AFTER, woken=woken)
    _, second = letters.claim(world.ports, record, replace(MAIL, subject="Otro"), now, woken=woken)
    refused(world, first, second)


def test_a_letter_that_was_tried_meanwhile_is_not_claimed_from_an_earlier_reading(world, case):
    """Its tries would be counted anew, and an answer of which nothing is known would go a third time."""
    record, now = record_of(world, case), world.clock.at
    write(world, letters.planned(world.ports, case, record.letter, now))
    woken = woken_of(world, record)
    taken, first = letters.claim(world.ports, record, MAIL, now, woken=woken)
    write(world, first)
    letters.plan_again(world.ports, taken, now + timedelta(minutes=10), "throttled")
    _, late = letters.claim(world.ports, record, MAIL, now, woken=woken)
    refused(world, None, late)


def test_a_letter_that_went_is_not_called_failed(world, case):
    record, now = record_of(world, case), world.clock.at
    _, taken = letters.claim(world.ports, record, MAIL, now)
    refused(world, taken, letters.failed(record, now, "reason"))


@pytest.fixture
def accepted(world, case):
    """A letter that was accepted, and its record as it was read before that."""
    record, now = record_of(world, case), world.clock.at
    taken, write_it = letters.claim(world.ports, record, MAIL, now)
    write(world, write_it)
    letters.finish(world.ports, taken, state="accepted", provider_id="m1")
    return taken


def test_what_became_of_a_letter_is_told_by_the_first(world, accepted):
    refused(world, None, letters.finished(accepted, state="unknown"))


def test_a_letter_rests_only_as_it_was_read(world, accepted):
    with pytest.raises(Conflict):
        letters.rest(world.ports, accepted)


def test_a_letter_that_was_accepted_is_not_planned_again(world, accepted):
    with pytest.raises(Conflict):
        letters.plan_again(world.ports, accepted, world.clock.at, "throttled")


def test_what_is_told_of_a_first_sending_does_not_undo_the_second(world, case):
    """An event that was read before the hour and is written after the second sending began counts no sending away."""
    record = record_of(world, case)
    first, write_it = letters.claim(world.ports, record, MAIL, world.clock.at)
    write(world, write_it)
    world.clock.at += timedelta(hours=1)
    letters.plan_again(world.ports, first, world.clock.at, "unknown")
    known, woken = replace(first, state="planned"), woken_of(world, record)
    again, take_it = letters.claim(world.ports, known, MAIL, world.clock.at, woken=woken)
    write(world, take_it)
    with pytest.raises(Conflict):
        letters.finish(world.ports, first, state="accepted", provider_id="m1")
    assert letters.load(world.ports, record.key).attempts == again.attempts == 2


def test_an_answer_goes_only_to_the_client_as_it_was_read(world, ana, debt, monkeypatch):
    """The address changes while the answer is being composed: the old one gets nothing."""
    from aldia.domain import answers
    from aldia.flows import casework

    casework.change(world.ports, ana.id, debt.client_id, lambda case, now: answers.stop(case, now=now))
    fresh, once = world.ports.ids.token, iter(["now"])

    def token():
        if next(once, ""):
            right = world.case(ana, debt).client
            contacts = (replace(right.contacts[0], email="new@example.com"),)
            world.change_client(ana, debt, contacts=contacts)
        return fresh()

    monkeypatch.setattr(world.ports.ids, "token", token)
    run_jobs.run(world.ports)
    assert world.outbox.to("bruno@example.com") == []
    run_jobs.run(world.ports)
    assert len(world.outbox.to("new@example.com")) == 1


# -- payments, imports, work by hand ---------------------------------------------------------------


def checkout_of(world, case):
    now = world.clock.at
    lines = ((case.debts[0].id, 100_000),)
    return CheckoutRecord(
        id="cs1", account_id=case.account.id, client_id=case.client.id, stripe_account="", currency="MXN",
        lines=lines, opened_at=now, ends_at=now + timedelta(hours=1),
    )  # fmt: skip


def test_a_checkout_is_written_down_once(world, case):
    record, now = checkout_of(world, case), world.clock.at
    refused(world, checkouts.put(world.ports, record, now), checkouts.put(world.ports, replace(record, url="x"), now))


def test_a_checkout_moves_on_only_from_the_state_it_was_read_in(world, case):
    record = checkout_of(world, case)
    write(world, checkouts.put(world.ports, record, world.clock.at))
    paid = checkouts.change(world.ports, record, look_again_at=None, state="paid")
    refused(world, paid, checkouts.change(world.ports, record, look_again_at=None, state="expired"))


def test_work_by_hand_is_noted_once_for_a_form(world, case):
    done = handwork.Done(case.debts[0].id, "call", world.clock.at)
    refused(world, handwork.put(case, done, key="k"), handwork.put(case, replace(done, text="otra vez"), key="k"))


def test_an_import_is_started_once_and_moved_on_by_one(world, ana):
    record = imports.ImportRecord(id="i1", account_id=ana.id, at=world.clock.at, title="a.csv", files=1)
    stored, first = imports.moved(record)
    refused(world, first, imports.moved(record, state="saved")[1])
    refused(world, imports.moved(stored)[1], imports.moved(stored, state="saved")[1])


def test_an_invoice_is_one_debt(world, ana):
    first = imports.claim_invoice(ana.id, "row", ("c1", "d1"))
    refused(world, first, imports.claim_invoice(ana.id, "row", ("c1", "d2")))


def event(world):
    from aldia.ports import ProviderEvent

    return ProviderEvent("evt_1", "charge.refunded", "", world.clock.at, False, "ch_1", "pi_1", "", {})


PAYMENT = "W#pi_1"


class AsBefore:
    """The table to somebody who reads a row just before others write it: the first reading shows how it was."""

    def __init__(self, table, was):
        self._table, self._was = table, [was]

    def get(self, pk, sk):
        return self._was.pop() if self._was else self._table.get(pk, sk)

    def __getattr__(self, name):
        return getattr(self._table, name)


def told(world, *ids, was=()):
    """These events are told; `was`: how the row was when they were read for the first time."""
    ports = replace(world.ports, table=AsBefore(world.ports.table, *was)) if was else world.ports
    return [inbox.keep(ports, replace(event(world), id=one), world.clock.at) for one in ids]


def row(world):
    return world.ports.table.get(PAYMENT, "EVENT")


def test_an_event_is_kept_once_and_not_woken_again(world):
    assert told(world, "evt_1", "evt_1") == [True, False]
    inbox.done(world.ports, PAYMENT, 1)
    assert told(world, "evt_1") == [False]
    assert inbox.waiting(world.ports, PAYMENT) is None


def test_of_two_first_events_of_a_payment_at_once_both_are_counted(world):
    assert told(world, "evt_1") + told(world, "evt_2", was=[None]) == [True, True]
    assert (row(world)["ids"], row(world)["told"]) == (["evt_1", "evt_2"], 2)


def test_of_two_later_events_at_once_both_are_counted(world):
    told(world, "evt_1")
    was = row(world)
    assert told(world, "evt_2") + told(world, "evt_3", was=[was]) == [True, True]
    assert (row(world)["ids"], row(world)["told"]) == (["evt_1", "evt_2", "evt_3"], 3)


def test_what_is_told_while_a_worker_asks_is_not_done_with_what_it_asked_about(world):
    told(world, "evt_1")
    was = inbox.waiting(world.ports, PAYMENT)
    told(world, "evt_2")
    with pytest.raises(Conflict):
        inbox.done(world.ports, PAYMENT, was.told)
    assert inbox.waiting(world.ports, PAYMENT).told == 2
    inbox.done(world.ports, PAYMENT, 2)
    assert inbox.waiting(world.ports, PAYMENT) is None


def test_a_payment_that_was_done_or_waits_is_looked_at_at_once_when_more_is_told(world):
    told(world, "evt_1")
    inbox.later(world.ports, PAYMENT, inbox.waiting(world.ports, PAYMENT), world.clock.at)
    now = row(world)["wake_sk"]
    told(world, "evt_2")
    assert row(world)["wake_sk"] < now
    inbox.done(world.ports, PAYMENT, 2)
    told(world, "evt_3")
    assert inbox.waiting(world.ports, PAYMENT).tries == 0
    assert "wake_sk" in row(world)


def test_an_event_is_put_off_by_one_worker(world):
    told(world, "evt_1")
    was = inbox.waiting(world.ports, PAYMENT)
    inbox.later(world.ports, PAYMENT, was, world.clock.at)
    with pytest.raises(Conflict):
        inbox.later(world.ports, PAYMENT, was, world.clock.at)


def test_what_is_told_while_a_worker_asks_is_not_put_off_by_it(world):
    told(world, "evt_1")
    was, due = inbox.waiting(world.ports, PAYMENT), row(world)["wake_sk"]
    told(world, "evt_2")
    with pytest.raises(Conflict):
        inbox.later(world.ports, PAYMENT, was, world.clock.at)
    assert (row(world)["wake_sk"], row(world)["told"]) == (due, 2)


def test_a_step_of_a_pass_is_noted_by_one_run(world, ana):
    write(world, passes.start(world.ports, ana.id, to=None, parts=(), now=world.clock.at))
    at = passes.load(world.ports, ana.id)
    one = replace(at, steps=at.steps + 1)
    refused(world, passes.move(ana.id, at, one), passes.move(ana.id, at, replace(one, seen=5)))


# -- news, deletion, trouble, caps -----------------------------------------------------------------


class Blind:
    """A table whose readings of one kind of item are old."""

    def __init__(self, table, sk, item):
        self._table, self._sk, self._item = table, sk, item

    def __getattr__(self, name):
        return getattr(self._table, name)

    def get(self, pk, sk, *, strong=True):
        return self._item if sk == self._sk else self._table.get(pk, sk, strong=strong)


@pytest.mark.parametrize("had", ["none", "one"])
def test_news_are_mailed_by_one_run(world, ana, case, had):
    """Both runs read the same mark; the second one has claimed it when the first comes to it."""
    old = world.clock.at - timedelta(hours=2)
    mark = {"pk": f"A#{ana.id}", "sk": "TOLD", "kind": "told", "at": old.isoformat(), "version": 3}
    write(world, Put(mark | {"version": 4, "at": world.clock.at.isoformat()}))
    promised = Outcome(case, notices=(Notice("promised", world.clock.at, text="2026-06-20"),))
    cases.save(world.ports, case, promised, now=world.clock.at)
    name = f"K#{world.clock.at:%Y-%m-%dT%H:%M:%S.%f}#{case.client.version + 1}-0"
    pk, _ = keys.client(ana.id, case.client.id)
    late = replace(world.ports, table=Blind(world.ports.table, "TOLD", mark if had == "one" else None))
    with pytest.raises(Conflict):
        tell._tell_one(late, ana.id, [(pk, name)])
    assert world.outbox.sent == []


def test_an_account_is_deleted_once_and_its_address_stays_with_whoever_came_next(world, ana):
    delete_account.begin(world.ports, ana)
    world.account(ana.email, name="Otra Ana")
    delete_account.begin(world.ports, ana)
    assert accounts.owner_of(world.ports, ana.email)


def test_the_end_of_an_account_is_told_by_one_run(world, ana):
    delete_account.begin(world.ports, ana)
    marker = world.ports.table.get(f"A#{ana.id}", "GONE")
    delete_account._tell(world.ports, marker)
    delete_account._tell(world.ports, marker)
    assert len(world.outbox.to(ana.email)) == 1


def test_an_account_is_found_to_be_set_back_once(world, ana):
    first = restored.Restored(world.clock.at, world.clock.at)
    later = replace(first, since=first.since + timedelta(hours=1))
    refused(world, restored.put(ana.id, first, is_new=True), restored.put(ana.id, later, is_new=True))


def test_what_another_run_has_moved_is_not_pushed_away(world, ana, case):
    key = keys.client(ana.id, case.client.id)
    world.clock.at += timedelta(hours=3)
    stale = world.ports.table.get(*key)
    moved = keys.wake(*key, world.clock.at + timedelta(days=9), world.ports.settings.wake_shards)
    write(world, Set(*key, moved))
    late = replace(world.ports, table=Blind(world.ports.table, "CLIENT", stale))
    run_jobs._push_away(late, *key)
    assert world.ports.table.get(*key)["wake_sk"] == moved["wake_sk"]


def test_a_fresh_link_is_mailed_twice_a_day_at_most(world, ana, debt):
    token = "a" * 64
    link = tokens.PayLink(ana.id, debt.client_id, (debt.id,), 1, "es")
    write(world, tokens.put_link(token, link, world.clock.at))
    for _ in range(4):
        client_answers.mail_fresh_link(world.ports, token)
    assert len(world.outbox.to("bruno@example.com")) == 2


@pytest.mark.parametrize(
    ("hours", "network", "most"), [(0, "one", 3), (2, "another each", 10)], ids=["an hour", "a day"]
)
def test_an_address_is_mailed_so_many_codes_an_hour_and_a_day(world, hours, network, most):
    from aldia.flows import sign_in

    world.clock.at = world.clock.at.replace(hour=0)
    for number in range(12):
        whence = f"{network} {number if hours else ''}"
        sign_in.ask(world.ports, email="eva@example.com", language="es", is_sign_up=True, network=whence)
        world.clock.at += timedelta(hours=hours)
    assert len(world.outbox.to("eva@example.com")) == most


def test_a_network_asks_for_twenty_codes_an_hour(world):
    from aldia.flows import sign_in

    for number in range(25):
        sign_in.ask(world.ports, email=f"e{number}@example.com", language="es", is_sign_up=True, network="one")
    assert len(world.outbox.sent) == 20


@pytest.mark.parametrize(("minutes", "most"), [(0, 6), (40, 20)], ids=["an hour", "a day"])
def test_an_account_is_mailed_so_many_proofs_an_hour_and_a_day(world, ana, minutes, most):
    from aldia.domain.errors import Refused
    from aldia.flows import prove_again

    world.clock.at = world.clock.at.replace(hour=0)
    for number in range(25):
        with contextlib.suppress(Refused):
            prove_again.ask(world.ports, ana, f"secret {number}", back="/", kept={})
        world.clock.at += timedelta(minutes=minutes)
    assert len(world.outbox.to(ana.email)) == most


def test_an_address_that_others_name_as_theirs_is_mailed_three_times_an_hour(world):
    from aldia.domain.errors import Refused
    from aldia.flows import change_email

    for number in range(5):
        with contextlib.suppress(Refused):
            change_email.ask(world.ports, world.account(f"z{number}@example.com"), email="new@example.com")
    assert len(world.outbox.to("new@example.com")) == 3


def test_a_delete_that_needs_a_value_needs_the_item(world):
    refused(world, None, Delete("nobody", "X", where={"version": 1}))


def test_a_counter_that_starts_over_its_cap_is_refused(world):
    from aldia.ports import Add

    with pytest.raises(CapReached):
        write(world, Add("Q#x", "H", {"n": 3}, {"n": 2}))
    assert world.ports.table.get("Q#x", "H") is None


class Behind:
    """The table as an eventually consistent read may show it: nothing there yet."""

    def __init__(self, table):
        self._table = table

    def get(self, *key, **how):
        return None if how.get("strong") is False else self._table.get(*key, **how)

    def __getattr__(self, name):
        return getattr(self._table, name)


def ears(world, ports=None):
    now = world.clock.at
    listening.begin(ports or world.ports, "a1", "", now=now, first=now)
    return list(listening.due(world.ports, now, 10))


def test_listening_begins_once_though_the_first_beginning_is_not_seen_yet(world):
    [first] = ears(world)
    world.clock.at += timedelta(days=1)
    assert ears(world, replace(world.ports, table=Behind(world.ports.table))) == [first]


def test_what_was_read_of_an_account_is_not_set_back_by_a_slower_run(world):
    [ear] = ears(world)
    later = world.clock.at + timedelta(hours=2)
    listening.read(world.ports, ear, until=later, again=world.clock.at)
    with pytest.raises(Conflict):
        listening.read(world.ports, ear, until=later - timedelta(hours=1), again=world.clock.at)
    [after] = listening.due(world.ports, world.clock.at, 10)
    assert after.read_until == later
