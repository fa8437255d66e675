"""The rows that lists, Today and mails read are of another shape: the others are shown, and these are named."""

from datetime import timedelta

import pytest

from aldia.domain import answers
from aldia.domain.bank_lines import BankLine
from aldia.domain.case import Notice, Outcome, Task
from aldia.domain.prevention import Accepted
from aldia.flows import casework, delete_account, run_jobs
from aldia.flows.import_files import known_people
from aldia.flows.remembered import told
from aldia.ports import Query, Set
from aldia.store import accounts, bank, codec, handwork, needs, restored, tasks, working_terms
from tests.flows.test_send_once import at_nine
from tests.proofs.money.test_poison import POISONS, listed, of_client

ROWS = {"none": None, "a number": 7, "without its fields": {"kind": "problem"}}
KINDS = ("D#", "CLIENT", "R#", "K#")
BROKEN = "No pudimos leer bien los datos de"


@pytest.fixture
def lived(world):
    """(account, four debts of four clients): each got a letter and said that something is wrong."""
    ana = world.account()
    debts = [world.debt(ana, client=f"Cliente {n}", email=f"c{n}@x.example") for n in range(len(KINDS))]
    at_nine(world)
    run_jobs.run(world.ports)
    for debt in debts:
        problem(world, ana, debt)
    for debt in debts[2:]:  # news that brings no letter along
        casework.change(world.ports, ana.id, debt.client_id, unknown)
    return ana, debts


def unknown(case, now):
    return Outcome(case, notices=(Notice("unknown", now, case.debts[0].id, text="overdue_1"),))


def problem(world, ana, debt):
    casework.change(
        world.ports, ana.id, debt.client_id, lambda case, now: answers.dispute(case, debt.id, text="Mal", now=now)
    )


def items(world, ana, debt, sk):
    return world.ports.table.query(Query(of_client(world, ana, debt), begins_with=sk, strong=True)).items


@pytest.mark.slow
@pytest.mark.parametrize("kind", ROWS)
def test_rows_of_another_shape_hold_no_list_and_no_mail_up_and_are_named(world, lived, kind):
    ana, debts = lived
    spoilt = [item for sk, debt in zip(KINDS, debts, strict=True) for item in items(world, ana, debt, sk)]
    for item in spoilt:
        world.ports.table.write(Set(item["pk"], item["sk"], {"row": ROWS[kind]}))
    browser = world.browser(ana)
    pages = {path: browser.get(path) for path in ("/cobros", "/clientes", "/hoy")}
    assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
    assert BROKEN in pages["/hoy"].text
    assert all(f"Cliente {n}" in pages["/hoy"].text.partition(BROKEN)[2].partition(":")[0] for n in range(4))
    assert f"{BROKEN} Cliente 0" in pages["/cobros"].text
    assert "Cliente 2" in pages["/cobros"].text
    assert f"{BROKEN} Cliente 1" in pages["/clientes"].text
    assert "Cliente 2" in pages["/clientes"].text
    assert listed(world) == {f"{item['pk']}|{item['sk']}" for item in spoilt}
    for debt in debts:
        assert browser.get(f"/clientes/{debt.client_id}").status_code == 200
        assert browser.get(f"/cobros/{debt.client_id}/{debt.id}").status_code == 200
    assert {person.email for person in known_people(world.ports, ana.id)} == {f"c{n}@x.example" for n in (0, 2, 3)}
    mails = len(world.outbox.to(ana.email))
    world.until(world.clock.at + timedelta(hours=2), every=timedelta(minutes=30))
    [told] = world.outbox.to(ana.email)[mails:]
    assert all(f"Cliente {n}" in told.text for n in range(3))  # but for the news that cannot be read
    assert "Cliente 3" not in told.text
    assert {name for name in listed(world) if "|K#" in name} == {
        f"{item['pk']}|{item['sk']}" for item in spoilt if item["sk"].startswith("K#")
    }
    for item in spoilt:  # nothing is written over news that cannot be read; a letter's row is made anew when it goes
        if item["sk"].startswith("K#"):
            assert world.ports.table.get(item["pk"], item["sk"]).get("row") == ROWS[kind]


def test_a_search_reads_no_row_whose_searched_texts_are_none(world):
    ana = world.account()
    debts = [world.debt(ana, client=f"Cliente {n}", email=f"c{n}@x.example") for n in range(3)]
    for sk, debt, name in zip(("D#", "CLIENT"), debts, ("rest", "search"), strict=False):
        for item in items(world, ana, debt, sk):
            world.ports.table.write(Set(item["pk"], item["sk"], {"row": item["row"] | {name: 7}}))
    browser = world.browser(ana)
    for path, broken in (("/cobros", 0), ("/clientes", 1)):
        page = browser.get(path, query_string={"q": "cliente"})
        assert page.status_code == 200
        assert f"{BROKEN} Cliente {broken}" in page.text
        assert "Cliente 2" in page.text.partition(BROKEN)[2]


def test_what_a_newer_program_wrote_is_left_out_and_named_wherever_it_is_read(world):
    ana = world.account()
    debt = world.debt(ana)
    problem(world, ana, debt)
    case, now = world.case(ana, debt), world.clock.at
    line = BankLine("2026-06-01-1", now.date(), 100, "EUR", "")
    lost = restored.Lost(debt.client_id, "Bruno", debt.id, "F-001", "overdue_1")
    world.ports.table.write(
        tasks.put(case, Task(debt.id, "call", now)),
        handwork.put(case, handwork.Done(debt.id, "call", now), key="k"),
        bank.put(ana.id, line, now),
        working_terms.put_accepted(ana.id, debt.client_id, Accepted(1, "hash", now, "Bruno")),
        restored.put_lost(ana.id, lost, "key", now),
    )
    ids = (ana.id, debt.client_id)
    read = {
        "task": lambda: tasks.of_debt(world.ports, *ids, debt.id),
        "done": lambda: handwork.of_client(world.ports, *ids),
        "bank_line": lambda: bank.latest(world.ports, ana.id, limit=5),
        "accepted": lambda: working_terms.accepted_by(world.ports, *ids),
        "lost": lambda: restored.lost(world.ports, ana.id),
        "need": lambda: needs.waiting(world.ports, ana.id, limit=5),
        "news": lambda: told(world.ports, *ids)[0],
    }
    assert [len(found()) for found in read.values()] == [1] * len(read)
    newer = [item for kind in read for item in world.ports.table.every(kind)]
    for item in newer:
        world.ports.table.write(Set(item["pk"], item["sk"], {"schema": codec.SCHEMA + 1}))
    assert [found() for found in read.values()] == [[]] * len(read)
    assert listed(world) == {f"{item['pk']}|{item['sk']}" for item in newer}
    browser = world.browser(ana)
    for path in ("/hoy", f"/clientes/{debt.client_id}", f"/cobros/{debt.client_id}/{debt.id}"):
        page = browser.get(path)
        assert page.status_code == 200
        assert "Llamar" not in page.text
    run_jobs.run(world.ports)
    assert world.outbox.to(ana.email) == []


@pytest.mark.slow
def test_the_pages_of_who_cannot_be_read_say_so_and_the_others_records_are_told(world, lived):
    ana, debts = lived
    for sk, debt in zip(("D#", "CLIENT"), debts, strict=False):
        for item in items(world, ana, debt, sk):
            POISONS["broken JSON"](world, item["pk"], item["sk"])
    for sk, debt in zip(("R#", "K#"), debts[2:], strict=True):
        for item in items(world, ana, debt, sk):
            POISONS["broken JSON"](world, item["pk"], item["sk"])
    waiting = world.ports.table.query(Query(f"A#{ana.id}#W", strong=True)).items
    for item in waiting:
        if item["sk"].startswith(debts[2].client_id):
            POISONS["broken JSON"](world, item["pk"], item["sk"])
    browser = world.browser(ana)
    for n, debt in enumerate(debts):
        for path in (f"/cobros/{debt.client_id}/{debt.id}", f"/clientes/{debt.client_id}"):
            page = browser.get(path)
            assert page.status_code == (500 if n < 2 else 200)
            assert (f"{BROKEN} Cliente {n}" in page.text) == (n < 2)
    today = browser.get("/hoy")
    assert today.status_code == 200
    named = today.text.partition(BROKEN)[2].partition(":")[0]
    assert all(f"Cliente {n}" in named for n in range(4))
    delete_account.begin(world.ports, accounts.load(world.ports, ana.id))
    world.until(world.clock.at + timedelta(hours=2), every=timedelta(minutes=30))
    assert accounts.load(world.ports, ana.id) is None
    assert [item for debt in debts for item in items(world, ana, debt, "D#")] == []
