"""The page where a client checks a letter's reference: yes or no, and nothing else."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.banking.reference import ALPHABET, reference, typed_reference
from aldia.domain.case import Outcome
from aldia.domain.debt import Pause
from aldia.domain.errors import Refused
from aldia.flows import change_client, check_reference, delete_account
from aldia.flows.record_payment import record_payment
from aldia.pages import guard
from aldia.ports import Put
from aldia.store import accounts, cases, references
from tests.bench.meter import Meter

UNKNOWN = reference("there is no such debt")


@pytest.fixture
def paid_and_open(world):
    """(account, an open debt, a paid one of another client)."""
    ana = world.account()
    open_one = world.debt(ana)
    paid = world.debt(ana, client="Carla", email="carla@example.com", number="F-002")
    ids, on = (ana.id, paid.client_id, paid.id), world.clock.at.date()
    record_payment(world.ports, ids, key="k1", amount_minor=paid.amount_minor, method="transfer", on=on)
    return ana, open_one, paid


def ask(world, text, *, lang="es", by=None):
    return (by or world.browser()).post("/comprobar", data={"reference": text, "lang": lang})


def said(answer):
    """The answer without what the asker typed."""
    return re.sub(r"AD-\w{4}-\w{4}", "AD-…", answer.text)


def test_only_what_is_asked_for_now_is_confirmed_and_all_else_is_the_same_no(world, paid_and_open):
    ana, open_one, paid = paid_and_open
    yes, unknown = ask(world, reference(open_one.id)), ask(world, UNKNOWN)
    assert yes.status_code == unknown.status_code == 200
    assert "Sí, es nuestra" in yes.text
    assert "No podemos confirmarla" in unknown.text
    for name in ("Bruno", "Ana Ruiz", "ana@example.com", "F-001", "1,000", "1.000", open_one.id, open_one.client_id):
        assert name not in yes.text
    assert f"{world.ports.settings.base_url}/p/" in yes.text
    binned = world.debt(ana, client="Dora", email="dora@example.com", number="F-003")
    case = world.case(ana, binned)
    gone = case.with_debt(replace(case.debt(binned.id), deleted_at=world.clock.at))
    cases.save(world.ports, case, Outcome(gone), now=world.clock.at)
    other_shape = "AD-AEIO-U01" + next(c for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" if _valid("AEIOU01" + c))
    for no in (reference(paid.id), reference(binned.id), other_shape):
        assert said(ask(world, no)) == said(unknown)
    assert "Yes, it is ours" in ask(world, reference(open_one.id), lang="en").text
    accounts.save(
        world.ports, replace(accounts.load(world.ports, ana.id), paused=Pause(world.clock.at, reason="trust"))
    )
    assert said(ask(world, reference(open_one.id))) == said(unknown)  # nobody vouches for whom clients do not know


def _valid(body):
    from stdnum.iso7064 import mod_37_36

    return mod_37_36.is_valid(body)


def test_a_no_reads_as_much_as_a_yes_and_a_look_at_the_page_writes_nothing(world, paid_and_open):
    _ana, open_one, paid = paid_and_open
    meter, costs = Meter(world.dynamodb), []
    ask(world, UNKNOWN)  # the counter is there
    for text in (reference(open_one.id), reference(paid.id), UNKNOWN):
        with meter.measure() as cost:
            ask(world, text)
        costs.append((cost.requests, dict(cost.operations), cost.write_units))
    assert costs[0] == costs[1] == costs[2]
    assert costs[0][0] == 4
    with meter.measure() as cost:
        ask(world, "AD-2222-2222")  # its check sign is wrong: nothing is looked up, and nothing counted
        world.browser().get("/comprobar")
        world.browser().head("/comprobar")
    assert cost.requests == 0


def test_what_was_mistyped_is_said_beside_the_field_and_stays(world):
    for text, why in (
        ("", "Escribe la referencia"),
        ("hola", "Algún signo no cuadra"),
        ("AD-2222-2222", "Algún signo no cuadra"),
        (f"{UNKNOWN} {reference('another')}", "de una en una"),
        ("x" * 20_000, "Algún signo no cuadra"),
    ):
        answer = ask(world, text)
        assert answer.status_code == 422
        assert why in answer.text
        assert f'value="{text[:100]}' in answer.text


def test_a_network_may_ask_thirty_times_an_hour_and_another_one_goes_on(world, paid_and_open, monkeypatch):
    _ana, open_one, _paid = paid_and_open
    monkeypatch.setattr(check_reference, "PER_NETWORK_HOUR", 3)
    text = reference(open_one.id)
    assert [ask(world, UNKNOWN).status_code for _ in range(3)] == [200] * 3
    refused = ask(world, text)
    assert refused.status_code == 429
    assert "Prueba dentro de una hora" in refused.text
    assert "Sí, es nuestra" not in refused.text
    far = world.app.test_client().post(
        "/comprobar", data={"reference": text}, environ_base={"REMOTE_ADDR": "203.0.113.9"}
    )
    assert "Sí, es nuestra" in far.text
    world.clock.at += timedelta(hours=1)
    assert "Sí, es nuestra" in ask(world, text).text


def test_debts_from_before_there_was_such_a_page_are_found_once_their_client_is_written(world):
    ana = world.account()
    debts = [world.debt(ana, number=f"F-{n}") for n in range(3)]
    case = world.case(ana, debts[0])
    for debt in debts:  # as an older program left them
        world.ports.table.write(references.forget(ana.id, debt.client_id, debt.id))
    old = cases.client_item(world.ports, replace(case, client=replace(case.client, is_checkable=False)), world.clock.at)
    world.ports.table.write(Put(old))
    assert [references.places(world.ports, reference(debt.id)) for debt in debts] == [[], [], []]
    world.advance(days=2)  # a letter goes
    assert len(world.outbox.to("bruno@example.com")) == 1
    assert [len(references.places(world.ports, reference(debt.id))) for debt in debts] == [1, 1, 1]
    assert "Sí, es nuestra" in ask(world, reference(debts[2].id)).text


def test_two_debts_of_one_reference_are_both_looked_at(world, paid_and_open):
    ana, open_one, paid = paid_and_open
    row = references.put(ana.id, paid).item | {"pk": references.put(ana.id, open_one).item["pk"]}
    world.ports.table.write(Put(row))
    assert len(references.places(world.ports, reference(open_one.id))) == 2
    assert "Sí, es nuestra" in ask(world, reference(open_one.id)).text


def test_a_client_or_an_account_that_goes_takes_its_references_along(world, paid_and_open):
    ana, open_one, _paid = paid_and_open
    alone = world.debt(ana, client="Eva", email="eva@example.com")
    case = world.case(ana, alone)
    gone = case.with_debt(replace(case.debt(alone.id), deleted_at=world.clock.at))
    change_client.remove(world.ports, cases.save(world.ports, case, Outcome(gone), now=world.clock.at))
    assert references.places(world.ports, reference(alone.id)) == []
    delete_account.begin(world.ports, accounts.load(world.ports, ana.id))
    delete_account.go_on(world.ports, ana.id)
    assert references.places(world.ports, reference(open_one.id)) == []
    assert "No podemos confirmarla" in ask(world, reference(open_one.id)).text


@pytest.mark.parametrize("text", ["AD-{}-{}", "ad {} {}", "{}{}", " Ad-{}{} ", "AD.{}.{}", "«AD-{}-{}»"])
def test_however_a_person_writes_it_the_reference_is_read(text):
    known = reference("d1")
    typed = text.format(known[3:7], known[8:])
    assert typed_reference(typed) == typed_reference(typed.lower()) == known


def test_every_wrong_sign_is_noticed():
    known = reference("d1")
    for place in (3, 4, 5, 6, 8, 9, 10, 11):
        for sign in ALPHABET.replace(known[place], ""):
            with pytest.raises(Refused, match=r"check\.mistyped"):
                typed_reference(known[:place] + sign + known[place + 1 :])


def test_the_worlds_of_two_freelancers_stay_apart(world, paid_and_open):
    _ana, open_one, _paid = paid_and_open
    eva = world.account("eva@example.com")
    hers, anybodys = world.browser(eva), world.browser()
    assert said(ask(world, reference(open_one.id), by=hers)) == said(ask(world, reference(open_one.id), by=anybodys))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8::7", "2001:db8::8", True),
        ("2001:db8::7", "2001:db8:0:0:ffff::1", True),
        ("2001:db8::7", "2001:db8:0:1::7", False),
        ("2001:db8:1:2:3:4:5:6", "2001:DB8:1:2::", True),
        ("203.0.113.9", "203.0.113.200", True),
        ("203.0.113.9", "203.0.114.9", False),
        ("::ffff:203.0.113.9", "203.0.113.10", True),
        ("::ffff:203.0.113.9", "::ffff:198.51.100.9", False),
        ("", "no address", False),
    ],
)
def test_whoever_has_a_network_asks_as_one_however_its_addresses_are_written(world, one, other, is_same):
    def of(address):
        with world.app.test_request_context("/comprobar", environ_base={"REMOTE_ADDR": address}):
            return guard.network()

    assert (of(one) == of(other)) is is_same
