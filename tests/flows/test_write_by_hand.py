"""A letter by hand goes once, counts as a contact, and keeps every limit that other letters keep."""

import pytest

from aldia.domain.errors import Refused
from aldia.flows import write_by_hand
from tests.at_once import refused_at_once
from tests.world import START, World

TEXT = "Te escribo por el diseño. Si te viene mejor otra fecha, dímela y la apuntamos."


def write(world, ana, debt, key="key000001", text=TEXT):
    write_by_hand.write_by_hand(
        world.ports, ana.id, debt.client_id, debt.id, text=text, key=key, is_confirmed=True
    )  # fmt: skip


@pytest.fixture
def ana(world):
    world.clock.at = START.replace(hour=16)  # ten in Mexico City, a Monday
    return world.account()


def test_the_same_form_twice_at_once_is_one_letter(world, ana):
    debt = world.debt(ana)
    assert refused_at_once(*[lambda: write(world, ana, debt)] * 4) == []
    assert len(world.outbox.sent) == 1


def test_two_letters_at_once_to_one_client_are_one_contact_too_many(world, ana):
    debt = world.debt(ana)
    refused = refused_at_once(*[lambda key=key: write(world, ana, debt, key=key) for key in ("key000001", "key000002")])
    assert refused == ["debt.write_later"]
    assert len(world.outbox.sent) == 1


def test_a_letter_by_hand_holds_the_ladder_back_for_a_while(world, ana):
    debt = world.debt(ana, issued_on="2026-05-20", due_on="2026-06-03")
    write(world, ana, debt)
    world.advance(hours=3)
    assert [message.text.count(TEXT[:20]) for message in world.outbox.to("bruno@example.com")] == [1]


def test_the_days_limit_of_a_new_account_holds_for_letters_by_hand(dynamodb, table_name):
    world = World.start(dynamodb, table_name, now=START.replace(hour=16), trust_limits=True)
    try:
        ana = world.account()
        debts = [world.debt(ana, client=f"C{place}", email=f"c{place}@example.com") for place in range(6)]
        for debt in debts[:5]:
            write(world, ana, debt)
        with pytest.raises(Refused, match=r"debt\.write_trust"):
            write(world, ana, debts[5])
        assert len(world.outbox.sent) == 5
        assert world.case(ana, debts[5]).client.contact_days == ()
    finally:
        world.close()


def test_words_that_block_never_go_even_when_confirmed(world, ana):
    debt = world.debt(ana)
    with pytest.raises(Refused, match=r"debt\.write_blocked"):
        write(world, ana, debt, text="Eres un moroso")
    assert world.outbox.sent == []


def test_nothing_goes_about_a_debt_that_is_paid(world, ana):
    debt = world.debt(ana)
    from aldia.flows.record_payment import record_payment

    ids = (ana.id, debt.client_id, debt.id)
    record_payment(world.ports, ids, key="p", amount_minor=100_000, method="cash", on=debt.issued_on)
    with pytest.raises(Refused, match=r"answers\.nothing_open"):
        write(world, ana, debt)
