"""The sample data: a told half year that stands in an account as if it had been lived there."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from aldia.domain.account import Account
from aldia.domain.ledger import law_of_money, stand, state
from aldia.domain.silences import debt_silence
from aldia.flows import export_tables
from aldia.ports import Query
from aldia.store import accounts, cases, lists
from infra.local import demo, sample
from infra.local.sample_story import story

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(running):
    """The demo account with its sample data, and the cases of its clients by name."""
    demo.prepare(running.machine)
    ports = running.machine.ports
    account = accounts.load(ports, accounts.owner_of(ports, demo.EMAIL))
    rows = lists.rows(ports, account.id, "CLIENTS", limit=50).rows
    found = [cases.load(ports, account, row["pk"].split("#")[3]) for row in rows]
    return running.machine, account, {case.client.name: case for case in found}


def debts_of(held):
    return [(case, debt) for case in held.values() for debt in case.debts]


def test_the_story_has_twelve_clients_in_seven_countries_and_forty_debts():
    told = story("acc", NOW)
    clients = {one.client.id: one.client for one in told.happenings}.values()
    assert len(clients) == 12
    assert {client.country for client in clients} == {"ES", "MX", "CO", "CL", "PE", "AR", "US"}
    debts = [one.debt for one in told.happenings if one.debt]
    assert len(debts) == 40
    assert len({debt.id for debt in debts}) == len({debt.number for debt in debts}) == 40
    assert {debt.currency for debt in debts} == {"EUR", "MXN", "COP", "CLP", "PEN", "ARS", "USD"}


def test_addresses_lie_under_example_com_and_nothing_happens_after_now():
    told = story("acc", NOW)
    addresses = [email for one in told.happenings for email in (*one.client.emails, *one.client.copies)]
    assert all(re.fullmatch(r"[a-z.]+@example\.com", address) for address in addresses)
    assert max(one.at for one in told.happenings) < NOW


@pytest.mark.slow
def test_the_law_of_money_holds_in_each_line_of_the_exported_sheet(loaded):
    machine, _account, held = loaded
    names = export_tables.COLUMNS["debts"]
    rows = [
        dict(zip(names, export_tables.debt_row(case, debt, machine.clock.now()), strict=True))
        for case in held.values()
        for debt in case.debts
    ]
    assert len(rows) >= 40
    for row in rows:
        settled = row["paid"] - row["credit"] + row["discount"] + row["waived"] + row["written_off"]
        charged = row["amount"] + row["interest"] + row["compensation"]
        assert charged == settled + row["balance"] + row["interest_due"], row


@pytest.mark.slow
def test_every_state_that_a_debt_can_be_in_is_there(loaded):
    machine, _account, held = loaded
    now = machine.clock.now()
    states = Counter(state(debt, case.local_day(now)) for case, debt in debts_of(held) if not debt.deleted_at)
    assert set(states) == {"open", "paid", "review", "disputed", "written_off"}
    silences = {silence.reason for case, debt in debts_of(held) if (silence := debt_silence(case, debt, now))}
    assert silences >= {
        "promise", "extension", "plan", "dispute", "review", "payment_on_its_way", "already_paid", "wrong_person",
        "paused", "stopped", "bounced", "complaint",
    }  # fmt: skip
    assert {debt.promise.state for _case, debt in debts_of(held) if debt.promise} == {"open", "kept", "broken"}
    waiting = {mark.reason for _case, debt in debts_of(held) for mark in debt.marks.values() if mark.state == "waiting"}
    assert waiting >= {"needs_approval", "no_consent"}
    ends = {checkout.state for _case, debt in debts_of(held) for checkout in debt.checkouts}
    assert ends >= {"paid", "expired", "processing"}
    assert any(debt.deleted_at for _case, debt in debts_of(held))


@pytest.mark.slow
def test_money_is_right_and_early_late_part_and_too_much_occur(loaded):
    machine, _account, held = loaded
    now = machine.clock.now()
    stands = {debt.concept: stand(debt, case.local_day(now)) for case, debt in debts_of(held)}
    assert all(law_of_money(debt, case.local_day(now)) for case, debt in debts_of(held))
    assert stands["Manual de marca"].discount_minor == 2541  # 3 % of 847.00
    assert stands["Catálogo de exportación"].balance_minor == 750000
    assert stands["Fotos de vendimia"].credit_minor == 20000
    assert stands["Encargo cancelado"].waived_minor == 9000
    assert stands["Brand guidelines"].refunded_minor == 160000
    assert stands["Icon set"].charged_back_minor == 80000
    assert stands["Cartel de primavera"].compensation_due_minor == 4000


@pytest.mark.slow
def test_the_letters_of_the_past_were_really_sent_and_their_links_open(loaded, running):
    machine, account, _held = loaded
    records = lists.rows(machine.ports, account.id, "LETTERS", limit=500).rows
    assert len(records) > 80
    assert {row["row"]["state"] for row in records} == {"accepted"}
    mails = [mail for mail in running.get("/_local/mail.json").json() if mail["to"] != [demo.EMAIL]]
    assert mails[0]["at"] < mails[-1]["at"]
    assert [mail["at"] for mail in mails] == sorted(mail["at"] for mail in mails)
    last = next(mail for mail in reversed(mails) if mail["to"] == ["tesoreria.jacaranda@example.com"])
    [page] = [link for link in last["links"] if "/p/" in link][:1]
    answer = running.get(page.removeprefix(running.url))
    assert (answer.status_code, "Ana Robledo" in answer.text) == (200, True)


@pytest.mark.slow
def test_nothing_went_wrong_and_the_jobs_go_on_from_here(loaded):
    machine, _account, _held = loaded
    assert machine.ports.table.query(Query("J#trouble")).items == []
    machine.jobs.run_once()
    report = machine.jobs.run_once()
    assert (report.seen, report.troubles) == (0, [])
    assert machine.jobs.jump(machine.clock.now() + timedelta(days=10)).letters > 0


@pytest.mark.slow
def test_it_is_loaded_once(loaded):
    machine, account, _held = loaded
    mails = len(machine.mailbox.all())
    with pytest.raises(sample.NotEmpty):
        sample.load(machine, account.id)
    demo.prepare(machine)
    assert len(machine.mailbox.all()) == mails


@pytest.mark.slow
def test_an_account_that_is_not_there_gets_nothing(running):
    with pytest.raises(KeyError):
        sample.load(running.machine, Account("nobody", "x@example.com").id)


def test_loading_again_after_a_crash_writes_over_what_was_left():
    first, again = story("acc", NOW), story("acc", NOW)
    assert [one.debt and one.debt.id for one in first.happenings] == [
        one.debt and one.debt.id for one in again.happenings
    ]
