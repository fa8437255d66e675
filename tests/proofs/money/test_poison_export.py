"""Each record of an account in turn cannot be read: the export goes out whole but for this one, and names it."""

import csv
import io
import json
import zipfile
from collections import Counter
from datetime import date

import pytest

from aldia.domain import payments
from aldia.domain.case import Task
from aldia.flows import (
    bank_statement,
    casework,
    claim_payment,
    client_text,
    edit_text,
    export_account,
    publish_terms,
)
from aldia.i18n import catalog
from aldia.ports import Put, Query, Set
from aldia.store import accounts, tasks
from tests.flows.test_export_account import exported
from tests.proofs.money.test_poison import POISONS, changed, listed
from tests.soak import amount
from tests.world import csrf, mark

NOT_JSON = ("broken JSON", "no data at all", "380 KB that are no JSON")
SPOILT = POISONS | {"of another shape": lambda world, pk, sk: world.ports.table.write(Set(pk, sk, {"data": "[7]"}))}
TYPED = ("client", "debt", "letter", "news", "checkout", "own_text", "terms")  # of others any JSON goes out as it is
IN_SHEETS = {"client": ["clientes"], "debt": ["cobros"], "letter": ["cartas"], "news": ["avisos"]}
PART = {"key": "p", "amount_minor": 40_000, "method": "cash", "on": date(2026, 6, 1), "by_hand": True}
NOTE = "NO SE PUDO LEER.txt"


@pytest.fixture
def ana(world):
    """An account that has something of everything: a payment begun, one claimed, a task, words of its own."""
    account = world.account()
    paying, claimed = [
        world.debt(account, client=name, email=f"{name}@example.org", number=f"F-{name}") for name in ("bruno", "carla")
    ]
    world.advance(hours=2)
    page, path = world.browser(), world.link(world.outbox.to("bruno@example.org")[0])
    shown = page.get(path).text
    page.post(f"{path}/pagar", data={"csrf": csrf(shown), "debt": mark(shown), "shown": "100000"})
    said = claim_payment.Said(None, None, proof=("r.pdf", b"%PDF-1.4\n%%EOF\n"))
    claim_payment.claim_payment(world.ports, (account.id, claimed.client_id, claimed.id), said)
    casework.change(
        world.ports,
        account.id,
        paying.client_id,
        lambda case, now: payments.record_payment(case, paying.id, now=now, **PART),
    )
    client_text.save(world.ports, (account.id, paying.client_id), "overdue_1/es", text="Hola, {nombre}: {factura}.")
    world.ports.table.write(tasks.put(world.case(account, paying), Task(paying.id, "call", world.clock.at)))
    bank_statement.take_in(world.ports, account, "b.csv", b"Fecha,Concepto,Importe\n2026-06-01,ABONO,5.00\n")
    account = accounts.load(world.ports, account.id)
    account = edit_text.save(world.ports, account, "overdue_1/es", text="Te escribo por {factura}.")
    return publish_terms.publish(world.ports, account, words={}, firm=())


def stored(world, ana):
    """All that an export holds."""
    own = f"A#{ana.id}"
    clients = [f"{own}#C#{name}" for name in client_ids(world, ana)]
    queries = [Query(pk) for pk in (*clients, *(f"{own}#{part}" for part in "TWIB"))]
    queries += [Query(own, begins_with=before) for before in ("TEXT#", "TERMS#")]
    return [item for query in queries for item in world.ports.table.query(query).items]


def client_ids(world, ana):
    found = world.ports.table.query(Query(f"A#{ana.id}#CLIENTS", index="by_account", strong=False)).items
    return [item["pk"].rpartition("#")[2] for item in found]


def taken(world, ana):
    """(the JSON's records, the sheets' rows, what it calls unreadable, the names in the archive, the note)."""
    pieces = export_account.export(world.ports, ana, say=lambda key: catalog.text("es", f"export.{key}"))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    whole = json.loads(archive.read("aldia.json"))
    names = archive.namelist()
    rows = Counter(
        (name.removesuffix(".csv"), *row)
        for name in names
        if name.endswith(".csv")
        for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig")), delimiter=";")
    )
    note = archive.read(NOTE).decode() if NOTE in names else ""
    return Counter(records(whole)), rows, whole["unreadable"], note


def records(whole):
    """Every record of the JSON as text."""
    for part in ("tasks", "waiting_for_you", "imports", "bank_lines", "own_texts", "terms"):
        yield from told(whole[part])
    for client in whole["clients"]:
        for value in client.values():
            yield from told(value)


def told(value):
    if isinstance(value, dict) and "name" in value:  # a client
        return [json.dumps(value)]
    return [json.dumps(one) for one in (value.values() if isinstance(value, dict) else value or [])]


@pytest.mark.slow
@pytest.mark.soak
def test_whichever_record_cannot_be_read_the_export_goes_out_without_it_alone_and_names_it(world, ana):
    all_records, all_rows, unreadable, note = taken(world, ana)
    assert (unreadable, note) == ([], "")
    items = stored(world, ana)
    assert {item["kind"] for item in items} >= {*TYPED, "need", "task", "bank_line"}
    assert sum(all_records.values()) == len(items)
    for place, item in enumerate(items):
        kinds = list(SPOILT if item["kind"] in TYPED else NOT_JSON)
        for turn in range(amount(1, len(kinds))):
            SPOILT[kinds[(place + turn) % len(kinds)]](world, item["pk"], item["sk"])
            left, rows, unreadable, note = taken(world, ana)
            name = f"{item['pk']}|{item['sk']}"
            assert unreadable == [name]
            assert name in note
            assert sum((all_records - left).values()) == 1
            assert not left - all_records
            assert not rows - all_rows
            lost = [row[0] for row in (all_rows - rows).elements()]
            assert [name for name in lost if name != "movimientos"] == IN_SHEETS.get(item["kind"], [])
            assert item["kind"] == "debt" or "movimientos" not in lost
            assert name in listed(world)
            world.ports.table.write(Put(item))
    assert taken(world, ana)[:2] == (all_records, all_rows)


@pytest.mark.slow
def test_what_only_a_sheet_stumbles_over_is_named_too_and_the_freelancer_gets_the_file(world, ana):
    all_records, all_rows, _unreadable, _note = taken(world, ana)
    items = stored(world, ana)
    news = next(item for item in items if item["kind"] == "news")
    world.ports.table.write(Set(news["pk"], news["sk"], {"row": None}))
    client = next(item for item in items if item["kind"] == "client" and item["pk"] != news["pk"])
    changed(world, client["pk"], "CLIENT", timezone="Nowhere/Land")
    left, rows, unreadable, note = taken(world, ana)
    assert sorted(unreadable) == sorted(f"{one['pk']}|{one['sk']}" for one in (news, client))
    assert sum((all_records - left).values()) == 1  # the client stands there with its zone
    lost = Counter(row[0] for row in (all_rows - rows).elements())
    assert (lost["clientes"], lost["avisos"]) == (1, 1)
    assert sum(lost.values()) == 2
    assert [row[0] for row in (rows - all_rows).elements()] == ["clientes"]  # without a zone; its debts are as before
    assert "\n- aviso (" in note
    assert "\n- cliente (" in note
    assert NOTE in exported(world, ana).namelist()
