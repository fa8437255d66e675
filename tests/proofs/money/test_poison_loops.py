"""One record of several cannot be read: whoever goes through them goes through the others, and it is listed."""

from datetime import timedelta

import pytest

from aldia.flows import bank_statement, foresee_import, import_files, open_debt
from aldia.store import accounts, bank, imports, keys
from tests.flows.import_steps import csv, invoices, save, stage
from tests.proofs.money.test_poison import POISONS, listed
from tests.world import csrf

STATEMENT = b"Fecha,Concepto,Importe\n2026-06-01,ABONO,5.00\n2026-06-02,ABONO,6.00\n"
MORE = STATEMENT + b"2026-06-03,ABONO,7.00\n"


@pytest.mark.slow
def test_imports_and_statements_go_on_beside_one_record_that_cannot_be_read(world):
    ana = world.account()
    first = save(world, ana, invoices(4, clients=2))
    second = stage(world, ana, invoices(4, clients=3, first=11))
    drafts = [stage(world, ana, csv(f"F-{n},Zoe,z@example.com,2026-05-01,2026-06-15,9.00,MXN,,")) for n in (21, 22)]
    POISONS["broken JSON"](world, *drafts[0].key)
    assert [one.id for one in imports.latest(world.ports, ana.id)] == [drafts[1].id, second.id, first.id]
    client = imports.every_client(world.ports, ana.id)[0]
    POISONS["of another shape"](world, client["pk"], "CLIENT")
    ids = [item["pk"].rpartition("#")[2] for item in imports.every_client(world.ports, ana.id)]
    assert list(imports.clients(world.ports, ana.id, ids)) == ids[1:]
    ahead = foresee_import.letters_ahead(world.ports, ana, import_files.draft(world.ports, ana, second))
    assert sum(n for _day, _step, n in ahead.letters) >= 1
    assert bank_statement.take_in(world.ports, ana, "b.csv", STATEMENT)
    line = bank.latest(world.ports, ana.id, limit=9)[0].line
    POISONS["broken JSON"](world, bank.partition(ana.id), line.id)
    bank_statement.take_in(world.ports, ana, "b.csv", MORE)
    assert sorted(held.line.amount_minor for held in bank.latest(world.ports, ana.id, limit=9)) == [500, 700]
    assert listed(world) >= {"|".join(drafts[0].key), f"{client['pk']}|CLIENT", f"{bank.partition(ana.id)}|{line.id}"}
    world.clock.at += timedelta(days=8)
    import_files.purge(world.ports, ana.id)
    assert imports.load(world.ports, ana.id, drafts[1].id) is None


def test_a_debt_for_a_namesake_of_who_cannot_be_read_is_saved_and_never_for_a_new_client_in_its_place(world):
    ana = world.account()
    spoilt = world.debt(ana)
    other = open_debt.new_client(world.ports, ana, name="Bruno", email="otro@example.com")
    world.debt(ana, client="Bruno", email="otro@example.com", number="F-2")
    POISONS["broken JSON"](world, *keys.client(ana.id, spoilt.client_id))
    browser = world.browser(ana)
    token = csrf(browser.get("/cobros/nuevo").text)
    form = {"csrf": token, "id": "form00001", "client": "Bruno", "number": "F-9", "concept": "Web", "amount": "100"}
    form |= {"currency": "MXN", "issued_on": "2026-06-01", "due_on": "2026-07-01"}
    assert browser.post("/cobros/nuevo", data=form | {"email": "otro@example.com"}).status_code == 303
    told = browser.post("/cobros/nuevo", data=form | {"id": "form00002", "email": "bruno@example.com"})
    assert told.status_code == 422
    assert "No pudimos leer bien los datos de Bruno, así que este cobro no se ha guardado" in told.text
    assert 'value="F-9"' in told.text
    assert browser.get(f"/cobros/nuevo?client={spoilt.client_id}").status_code == 500
    assert browser.get("/cobros/nuevo?client=nobody").status_code == 200
    assert "|".join(keys.client(ana.id, spoilt.client_id)) in listed(world)
    found = open_debt.find_client(world.ports, accounts.load(world.ports, ana.id), name="Bruno", email=other.emails[0])
    assert found.emails == ("otro@example.com",)
