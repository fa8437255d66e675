"""A confirmed set is saved once, whatever stops it and whoever else saves it; taken back, it never was."""

import threading

import pytest

from aldia.domain import answers
from aldia.domain.errors import Refused
from aldia.domain.ledger import stand
from aldia.flows import casework, import_debts, import_files, undo_import
from aldia.ports import Conflict, Delete, Query
from aldia.store import cases, imports
from tests.flows.import_steps import Stopped, confirm, content, csv, failing, invoices, save, stage
from tests.world import World

# Three clients: one with more debts than fit a transaction, one with money paid before, one without an address.
SET = (
    invoices(70),
    csv("P-1,Paula,paula@example.com,2026-05-01,2026-06-20,500.00,MXN,200.00,", "Q-1,Quique,,2026-05-01,,80.00,MXN,,"),
)


def debts(world, account):
    """(client, number, amount) of every debt that is stored."""
    found = []
    for item in imports.every_client(world.ports, account.id):
        case = cases.load(world.ports, account, item["pk"].split("#")[3])
        found += [(case.client.name, debt.number, debt.amount_minor) for debt in case.debts if not debt.deleted_at]
    return sorted(found)


def test_nothing_is_a_debt_and_nothing_is_sent_until_the_set_is_confirmed(world):
    ana = world.account()
    stage(world, ana, invoices(3))
    world.advance(days=3)
    assert debts(world, ana) == []
    assert world.outbox.sent == []


def test_a_confirmed_set_is_saved_and_then_its_letters_go(world):
    ana = world.account()
    record = save(world, ana, *SET)
    assert (record.state, record.saved, record.waiting, record.clients) == ("saved", 72, 1, 3)
    assert len(debts(world, ana)) == 72
    world.advance(days=1)
    assert sorted(message.to[0] for message in world.outbox.sent) == ["c0@example.com", "paula@example.com"]


def test_what_was_paid_before_is_in_the_ledger_and_no_thanks_go_out(world):
    ana = world.account()
    save(world, ana, SET[1])
    [paula] = [one for one in imports.every_client(world.ports, ana.id) if one["row"]["name"] == "Paula"]
    case = cases.load(world.ports, ana, paula["pk"].split("#")[3])
    standing = stand(case.debts[0], case.local_day(world.clock.at))
    assert (standing.balance_minor, standing.paid_minor) == (30_000, 20_000)
    assert [entry.key for entry in case.debts[0].entries] == ["import/paid"]
    world.advance(hours=8)
    assert [message.subject for message in world.outbox.sent if "racias" in message.subject] == []


def test_the_same_file_again_changes_nothing(world):
    ana = world.account()
    save(world, ana, *SET)
    before = {key: item for key, item in content(world).items() if "#I" not in key[0]}
    again = stage(world, ana, *SET)
    assert again.found == {"ok": 0, "waits_for_email": 0, "already_there": 72, "bad": 0, "refused": 0}
    confirm(world, ana, again)
    assert {key: item for key, item in content(world).items() if "#I" not in key[0]} == before


def test_the_same_file_staged_twice_before_it_was_saved_is_saved_once(world):
    ana = world.account()
    first, second = stage(world, ana, *SET), stage(world, ana, *SET)
    first, second = confirm(world, ana, first), confirm(world, ana, second)
    assert import_debts.save_some(world.ports, ana, first).saved == 72
    ended = import_debts.save_some(world.ports, ana, second)
    assert (ended.state, ended.saved, ended.known) == ("saved", 0, 72)
    assert len(debts(world, ana)) == 72


def run_with_a_stop(world, account, record, at, *, after):
    """Confirm and save with a process that dies at its n-th write; then go on as a person would."""
    ports = failing(world.ports, at, after=after)
    try:
        record = confirm(world, account, record, ports)
        import_debts.save_some(ports, account, record)
    except Stopped:
        pass
    record = imports.load(world.ports, account.id, record.id)
    if record.state == "draft":
        record = confirm(world, account, record)
    while record.state == "saving":
        record = import_debts.save_some(world.ports, account, record, most=2)
    return ports.table.writes


@pytest.fixture(scope="module")
def saved_without_a_stop(dynamodb):
    """The table's whole content after a save that nothing stopped, and how many writes it took."""
    world = World.start(dynamodb, "import-unbroken")
    ana = world.account()
    writes = run_with_a_stop(world, ana, stage(world, ana, *SET), 10_000, after=False)
    found = content(world)
    world.close()
    dynamodb.delete_table(TableName="import-unbroken")
    return found, writes


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_any_write_it_goes_on_to_the_same_end(dynamodb, saved_without_a_stop, after):
    whole, writes = saved_without_a_stop
    assert writes == 6  # the confirmation, three batches of one client (a debt is three items), two more clients
    for at in range(1, writes + 1):
        world = World.start(dynamodb, f"import-stopped-{after}-{at}")
        ana = world.account()
        run_with_a_stop(world, ana, stage(world, ana, *SET), at, after=after)
        ended = content(world)
        world.close()
        dynamodb.delete_table(TableName=f"import-stopped-{after}-{at}")
        assert ended.keys() == whole.keys()
        different = [key for key in whole if _lasting(ended[key]) != _lasting(whole[key])]
        assert different == [], f"stopped {at}"


def _lasting(item):
    """An item without the name of the staged plan, which is new with every try to confirm."""
    return {name: value for name, value in item.items() if not (item["kind"]["S"] == "import" and name == "data")}


def test_two_tabs_saving_the_same_set_at_once_make_no_doubles(world):
    ana = world.account()
    record = confirm(world, ana, stage(world, ana, invoices(120, clients=40)))
    troubles = []

    def go_on():
        held = record
        for _ in range(500):
            try:
                held = import_debts.save_some(world.ports, ana, held, most=3)
            except Exception as trouble:
                troubles.append(trouble)
                held = imports.load(world.ports, ana.id, record.id)
            if held.state == "saved":
                return

    tabs = [threading.Thread(target=go_on) for _ in range(3)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    ended = imports.load(world.ports, ana.id, record.id)
    assert (ended.state, ended.saved, ended.known, ended.done) == ("saved", 120, 0, 40)
    assert len(debts(world, ana)) == 120
    assert all("busy" in str(trouble) for trouble in troubles), troubles


def test_two_tabs_confirming_at_once_confirm_once(world):
    ana = world.account()
    record = stage(world, ana, invoices(2))
    confirm(world, ana, record)
    with pytest.raises(Conflict):
        confirm(world, ana, record)


def test_a_client_that_answers_in_the_middle_of_a_save_is_read_again(world):
    ana = world.account()
    record = confirm(world, ana, stage(world, ana, invoices(100)))
    record = import_debts.save_some(world.ports, ana, record, most=1)
    [client] = imports.every_client(world.ports, ana.id)
    case = cases.load(world.ports, ana, client["pk"].split("#")[3])
    world.change_client(ana, case.debts[0], note="cambiado")
    record = import_debts.save_some(world.ports, ana, record)
    case = cases.load(world.ports, ana, case.client.id)
    assert (record.saved, len(case.debts), case.client.note) == (100, 100, "cambiado")


def test_debts_stand_in_the_order_of_the_file(world):
    ana = world.account()
    save(world, ana, invoices(60))
    [client] = imports.every_client(world.ports, ana.id)
    case = cases.load(world.ports, ana, client["pk"].split("#")[3])
    assert [debt.number for debt in case.debts] == [f"F-{n}" for n in range(1, 61)]


def test_one_letter_names_all_debts_of_a_client_though_they_were_saved_in_parts(world):
    ana = world.account()
    record = confirm(world, ana, stage(world, ana, invoices(60)))
    world.clock.at = world.clock.at.replace(hour=16)  # ten in the morning: letters may go
    record = import_debts.save_some(world.ports, ana, record, most=1)
    world.jobs()
    assert world.outbox.sent == []
    import_debts.save_some(world.ports, ana, record)
    world.jobs()
    [letter] = world.outbox.sent
    assert all(f"F-{n} " in letter.text or f"F-{n}:" in letter.text or f"F-{n}\n" in letter.text for n in (1, 31, 60))


def test_a_known_client_is_found_by_name_or_tax_id_and_gets_the_address_it_lacked(world):
    ana = world.account()
    save(world, ana, csv("A-1,Ñandú S.L.,,2026-05-01,2026-06-15,100.00,MXN,,XAX010101AAA"))
    save(
        world,
        ana,
        csv(
            "A-2,NANDU SL,hola@nandu.example,2026-05-01,2026-06-15,100.00,MXN,,",
            "A-3,Otro nombre,,2026-05-01,2026-06-15,100.00,MXN,,xax010101aaa",
        ),
    )
    [client] = imports.every_client(world.ports, ana.id)
    assert (client["row"]["name"], client["row"]["email"]) == ("Ñandú S.L.", "hola@nandu.example")
    assert [number for _, number, _ in debts(world, ana)] == ["A-1", "A-2", "A-3"]


def test_very_old_debts_are_paused_when_that_was_chosen(world):
    ana = world.account()
    lines = csv(
        "V-1,Viejo,v@example.com,2025-01-01,2025-02-01,100.00,MXN,,",
        "R-1,Reciente,r@example.com,2026-04-01,2026-05-01,100.00,MXN,,",
    )
    save(world, ana, lines, quiet_days=90)
    world.advance(days=2)
    assert [message.to[0] for message in world.outbox.sent] == ["r@example.com"]


def test_overdue_debts_begin_with_the_kindest_reminder(world):
    ana = world.account()
    save(world, ana, csv("V-1,Viejo,v@example.com,2025-01-01,2025-02-01,100.00,MXN,,"))
    world.advance(days=2)
    assert len(world.outbox.sent) == 1
    case = cases.load(world.ports, ana, imports.every_client(world.ports, ana.id)[0]["pk"].split("#")[3])
    assert [key for key, mark in case.debts[0].marks.items() if mark.state == "sent"] == ["overdue_1"]
    world.advance(days=5)
    assert len(world.outbox.sent) == 1


# -- taking it back -----------------------------------------------------------------------------


def undone(world, account, record, ports=None, most=1000):
    ports = ports or world.ports
    if record.state == "saved":
        record = undo_import.begin(ports, record)
    while record.state == "undoing":
        record = undo_import.undo_some(ports, account, record, most=most)
    return record


def test_a_whole_set_is_taken_back_and_can_come_again(world):
    ana = world.account()
    record = undone(world, ana, save(world, ana, *SET))
    assert (record.state, record.removed, record.kept) == ("undone", 72, 0)
    assert debts(world, ana) == []
    world.advance(days=10)
    assert world.outbox.sent == []
    assert save(world, ana, *SET).saved == 72
    assert len(debts(world, ana)) == 72


def test_taking_back_goes_on_where_it_was_killed(world):
    ana = world.account()
    record = save(world, ana, *SET)
    for at in (1, 2, 1, 2):
        ports = failing(world.ports, at, after=at == 2)
        with pytest.raises(Stopped):
            undone(world, ana, imports.load(world.ports, ana.id, record.id), ports)
    record = undone(world, ana, imports.load(world.ports, ana.id, record.id))
    assert (record.removed, record.kept) == (72, 0)
    assert debts(world, ana) == []


def test_a_set_of_which_a_letter_has_gone_is_not_taken_back(world):
    ana = world.account()
    record = save(world, ana, *SET)
    world.advance(days=1)
    with pytest.raises(Refused) as refused:
        undo_import.begin(world.ports, record)
    assert refused.value.key == "imports.undo_letter_went"
    assert len(debts(world, ana)) == 72


def test_a_debt_to_which_something_happened_meanwhile_stays(world):
    ana = world.account()
    record = undo_import.begin(world.ports, save(world, ana, invoices(2, clients=2)))
    first = imports.every_client(world.ports, ana.id)[0]["pk"].split("#")[3]
    debt = cases.load(world.ports, ana, first).debts[0]
    casework.change(
        world.ports, ana.id, first, lambda case, now: answers.dispute(case, debt.id, text="No es esto", now=now)
    )
    record = undo_import.undo_some(world.ports, ana, record)
    assert (record.state, record.removed, record.kept) == ("undone", 1, 1)
    assert [amount for _, _, amount in debts(world, ana)] == [debt.amount_minor]
    again = stage(world, ana, invoices(2, clients=2))
    assert (again.found["ok"], again.found["already_there"]) == (1, 1)


def test_invoices_of_a_client_that_was_deleted_for_good_can_come_again(world):
    ana = world.account()
    undone(world, ana, save(world, ana, invoices(1)))
    record = save(world, ana, invoices(2))
    [client] = imports.every_client(world.ports, ana.id)
    for item in world.ports.table.query(Query(client["pk"], strong=True)).items:
        world.ports.table.write(Delete(item["pk"], item["sk"]))
    assert save(world, ana, invoices(2)).saved == record.saved == 2


# -- drafts -------------------------------------------------------------------------------------


def test_a_draft_is_gone_after_a_week_with_its_files(world):
    ana = world.account()
    record = stage(world, ana, invoices(3))
    world.clock.at = record.kept_until
    assert imports.load(world.ports, ana.id, record.id) is None
    assert imports.latest(world.ports, ana.id) == []
    other = stage(world, ana, invoices(1, first=9))
    assert {key.split("/")[2] for key in world.ports.files.held} == {other.id}


def test_a_dropped_draft_leaves_nothing_behind(world):
    ana = world.account()
    record = stage(world, ana, invoices(3))
    import_files.drop(world.ports, record)
    assert imports.load(world.ports, ana.id, record.id) is None
    assert world.ports.files.held == {}


def test_reading_with_other_columns_replaces_what_was_read(world):
    ana = world.account()
    record = stage(world, ana, b"a;b;c\nAna;F-1;100,00\nEva;F-2;200,00\n")
    assert record.found["ok"] == record.found["waits_for_email"] == 0
    record = import_files.reread(world.ports, ana, record, {0: {"client": 0, "number": 1, "amount": 2}})
    assert record.found["waits_for_email"] == 2
    assert len(world.ports.files.held) == 2


def test_known_lines_are_looked_up_by_the_hundred(world, monkeypatch):
    ana = world.account()
    asked = []
    get_many = world.ports.table.get_many
    monkeypatch.setattr(
        world.ports.table, "get_many", lambda keys, **how: asked.append(len(keys)) or get_many(keys, **how)
    )
    stage(world, ana, invoices(250, clients=5))
    assert asked == [100, 100, 50]
