""" "I know of no such debt" counts against the account; a slip takes that back, and ends no pause."""

from dataclasses import replace

import pytest

from aldia.domain.client import BillingContact
from aldia.flows import client_answers
from aldia.store import accounts


@pytest.fixture
def ports(world):
    """As in an installation for many."""
    return replace(world.ports, settings=replace(world.ports.settings, trust_limits=True))


@pytest.fixture
def ana(world):
    return world.account()


@pytest.fixture
def debts(world, ana):
    """Three debts of three clients."""
    return [world.debt(ana, client=f"C{n}", email=f"c{n}@example.com") for n in range(3)]


def report(ports, ana, debt, **more):
    client_answers.not_me(ports, ana.id, debt.client_id, is_report=True, **more)


def slip(ports, ana, debt):
    client_answers.is_me_after_all(ports, ana.id, debt.client_id)


def marks(ports, ana):
    """(reports, why it is paused)."""
    held = accounts.load(ports, ana.id)
    return held.trust.reports, held.paused.reason if held.paused else ""


def test_a_client_is_one_mark_however_often_it_says_so(ports, ana, debts):
    client_answers.not_me(ports, ana.id, debts[0].client_id, is_report=False)
    assert marks(ports, ana) == (0, "")
    report(ports, ana, debts[0])  # on second thoughts
    report(ports, ana, debts[0], suggested=BillingContact("rosa@example.com"))
    report(ports, ana, debts[0], suggested=BillingContact("rita@example.com"))
    assert marks(ports, ana) == (1, "")


def test_a_slip_takes_its_mark_back_once(ports, ana, debts):
    report(ports, ana, debts[0])
    for _ in range(2):
        slip(ports, ana, debts[0])
    assert marks(ports, ana) == (0, "")
    client_answers.not_me(ports, ana.id, debts[1].client_id, is_report=False)
    slip(ports, ana, debts[1])
    assert marks(ports, ana) == (0, "")
    report(ports, ana, debts[0])  # and it may be said again
    assert marks(ports, ana) == (1, "")


def test_the_pause_to_which_the_marks_led_stays_until_who_runs_the_installation_ends_it(world, ports, ana, debts):
    for debt in debts[:2]:
        report(ports, ana, debt)
    for debt in debts[:2]:
        slip(ports, ana, debt)
    assert marks(ports, ana) == (0, "trust")
    world.advance(days=2)
    assert world.outbox.to("c2@example.com") == []


@pytest.mark.parametrize("mail", ["to", "copy"])
def test_where_letters_go_to_others_too_the_mark_stays(world, ports, ana, debts, mail):
    held = world.case(ana, debts[0]).client.contacts
    world.change_client(ana, debts[0], contacts=(*held, BillingContact("anybody@example.com", mail=mail)))
    report(ports, ana, debts[0])
    slip(ports, ana, debts[0])
    assert marks(ports, ana) == (1, "")


def test_an_address_that_another_person_gets_is_another_mark(world, ports, ana, debts):
    report(ports, ana, debts[0])
    world.change_client(ana, debts[0], wrong_person_at=None, reported_at=None)  # as another address leaves it
    report(ports, ana, debts[0])
    assert marks(ports, ana)[0] == 2
