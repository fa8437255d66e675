"""What a reminder, a payment and a page may ask of the table. Counted, not timed: the same on a busy machine."""

import logging

import pytest

from aldia.flows import ask_first
from aldia.store import codec, packing
from infra.aws import costs
from tests.bench import due, life, pages, stage

MOST_READ = {"today": 17.0, "debt_new": 3.0, "debts": 4.0, "debts_closed": 3.5, "clients": 3.5}  # units
NO_MAIL = "http://127.0.0.1:9"  # nothing listens: these never write to anybody


@pytest.fixture(scope="module")
def lived(engine):
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    return life.lived(engine.url, "budget-life")


@pytest.fixture(scope="module")
def houses(engine):
    """An account in which no list is as long as a page shows, and one in which every list is longer."""
    return {debts: pages.house(engine.url, NO_MAIL, debts, table="budget") for debts in (20, 640)}


def test_the_rules_by_item_say_the_same_as_the_engines_bill(lived):
    for name, cost in lived.costs.items():
        assert sum(lived.lines[name].values()) == cost.write_units, name


def test_a_reminder_writes_at_most_18_units_and_a_payment_at_most_20(lived):
    assert lived.costs["reminder"].write_units <= 18
    assert lived.costs["webhook"].write_units + lived.costs["booking"].write_units <= 20
    assert lived.costs["press_pay"].write_units <= 11 + 3  # the account's first: from now on its events are read
    assert lived.costs["thanks"].write_units <= 14  # and the freelancer's mail: nothing was moved there
    assert lived.costs["freelancers_mail"].write_units <= 6


def test_the_bill_on_aws_is_reckoned_from_these_units(lived):
    for name, said in costs.UNITS.items():
        cost = lived.costs[name]
        seen = {"requests": cost.requests, "reads": cost.read_units, "writes": cost.write_units}
        assert said == seen, f"{name}: put it into infra/aws/measured.toml, then python -m infra.aws.costs --write"


def test_a_run_asks_the_table_three_times_for_each_letter_and_once_for_the_account(engine, monkeypatch):
    """With the mail itself that is four requests a reminder, and one more for an account's first."""
    monkeypatch.setattr(due, "DUE", 6)
    with stage.mail_door() as mail:
        few, many = (due.crowd(engine.url, mail, size, table="budget-due") for size in (6, 126))
        for one in (few, many):
            due.round_of(one, 0)
    [was], [then] = few.costs, many.costs
    assert (was.requests, was.read_units, was.write_units) == (then.requests, then.read_units, then.write_units)
    of_the_run = 2 * few.stage.ports.settings.wake_shards + 1  # yesterday's index and today's, and who is listened to
    assert was.operations["Query"] - 6 == of_the_run
    assert was.operations["TransactWriteItems"] == was.operations["UpdateItem"] == 6
    assert was.operations["BatchGetItem"] == 1
    assert was.write_units <= 6 * 18 + 1  # and where the wake-ups have got to, once a day


@pytest.mark.parametrize(
    "name", ["today", "debts", "debts_closed", "debt", "debt_new", "clients", "client", "settings"]
)
def test_a_page_costs_the_same_however_many_debts_there_are(houses, name):
    few, many = (pages.look(house, name) for house in houses.values())
    assert {key: few[key] for key in ("requests", "read_units")} == {
        key: many[key] for key in ("requests", "read_units")
    }
    assert few["write_units"] == many["write_units"] == 0
    assert few["requests"] <= {"today": 10, "debt": 7, "client": 5}.get(name, 3)
    assert few["read_units"] <= MOST_READ.get(name, 6.0)


def test_what_waits_for_a_yes_is_one_request_for_each_client_that_is_asked_about_and_no_more_than_its_bound(
    engine, monkeypatch
):
    looks = []
    for clients in (5, 10, 20):
        monkeypatch.setattr(ask_first, "CLIENTS", 10)
        house = pages.house(engine.url, NO_MAIL, clients * pages.DEBTS, table="budget-asks")
        pages.ask_before_each_letter(house)
        looks.append(pages.look(house, "approvals"))
    few, up_to_it, beyond = looks
    assert few["requests"] <= 5 + 3
    assert up_to_it["requests"] - few["requests"] == 5
    assert beyond["requests"] == up_to_it["requests"]
    assert beyond["read_units"] <= up_to_it["read_units"] + 1  # the rows of a list that is longer
    assert few["write_units"] == beyond["write_units"] == 0


def test_the_clients_page_reads_one_and_a_half_units_in_three_requests(houses):
    for house in houses.values():
        look = pages.look(house, "pay")
        assert look["read_units"] <= 1.5
        assert look["requests"] == 3
        assert look["bytes_gz"] < 5000


def test_what_is_packed_comes_back_and_what_was_kept_before_is_still_read():
    import zlib

    for text in ("", "Factura F-2026-0117 · Ana Ruiz", "\0" * 3000, "𝄞 ñandú"):
        assert packing.unpack(packing.pack(text)) == text
        assert packing.unpack(zlib.compress(text.encode())) == text
    assert codec.loads(tuple, codec.packed(("a", 1))) == codec.loads(tuple, codec.dumps(("a", 1))) == ("a", 1)


def test_the_words_that_stored_items_need_are_never_changed():
    from hashlib import sha256

    assert sha256(packing.words(1)).hexdigest() == "1737984b4e7f781909f8c851948c19ef580605cd5d2a4634586e1803f8156456"
