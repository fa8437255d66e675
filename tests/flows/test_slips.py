""" "I know of no such debt" counts against the account; a slip takes that back, and the pause to which it led."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain.client import BillingContact
from aldia.domain.debt import Pause
from aldia.flows import client_answers
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.store import accounts, keys, passes


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


def test_the_pause_to_which_a_slip_led_is_over_with_it_and_letters_go_on(world, ports, ana, debts):
    for debt in debts[:2]:
        report(ports, ana, debt)
    assert marks(ports, ana) == (2, "trust")
    world.advance(days=2)
    assert world.outbox.to("c2@example.com") == []
    slip(ports, ana, debts[0])
    assert marks(ports, ana) == (1, "")
    assert not passes.load(ports, ana.id).is_done  # every client's turn is worked out anew
    world.advance(days=2)
    assert len(world.outbox.to("c2@example.com")) == 1


def test_a_slip_ends_no_pause_to_which_it_did_not_lead(world, ports, ana, debts):
    held = accounts.load(ports, ana.id)
    accounts.save(ports, replace(held, paused=Pause(world.clock.at, reason="trust")))  # by who runs the installation
    world.advance(minutes=1)
    for debt in debts[:2]:
        report(ports, ana, debt)
    slip(ports, ana, debts[0])
    assert marks(ports, ana) == (1, "trust")
    report(ports, ana, debts[0])
    report(ports, ana, debts[2])
    slip(ports, ana, debts[0])  # two others stand by it
    assert marks(ports, ana) == (2, "trust")


@pytest.mark.parametrize("what", ["another reports", "a mail is marked as unwanted"])
def test_a_pause_stays_when_somebody_reports_or_complains_while_it_is_ended(world, ports, ana, debts, what):
    world.advance(days=1)
    world.until(world.clock.at + timedelta(hours=3))
    mail = world.outbox.to("c2@example.com")[0]
    for debt in debts[:2]:
        report(ports, ana, debt)
    meanwhile = {
        "another reports": lambda: report(ports, ana, debts[2]),
        "a mail is marked as unwanted": lambda: mail_event(ports, MailEvent("complaint", "m", dict(mail.tags))),
    }[what]
    table, done = ports.table, []

    class Between:
        """The table; once, just before the mark is taken back, somebody else is faster."""

        def __getattr__(self, name):
            return getattr(table, name)

        def write(self, *writes):
            trust = keys.trust(ana.id)
            if not done and any((getattr(one, "pk", ""), getattr(one, "sk", "")) == trust for one in writes):
                done.append(meanwhile())
            table.write(*writes)

    slip(replace(ports, table=Between()), ana, debts[0])
    assert done
    assert marks(ports, ana)[1] == "trust"


def test_an_address_that_another_person_gets_is_another_mark(world, ports, ana, debts):
    report(ports, ana, debts[0])
    world.change_client(ana, debts[0], wrong_person_at=None, reported_at=None)  # as another address leaves it
    report(ports, ana, debts[0])
    assert marks(ports, ana)[0] == 2
