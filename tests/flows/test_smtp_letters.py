"""Letters over SMTP: the send-once protocol, with a mail server that refuses, hangs up and forgets to answer."""

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.adapters.smtp_mailer import Relay, SmtpMailer
from aldia.domain.debt import Step
from aldia.flows.dead_address import dead_address
from aldia.ports import MailRefused, MailUnknown
from aldia.store import letters
from tests.mail.post_office import HANG_UP, PostOffice
from tests.soak import amount

CLIENTS = amount(8, 200)
ONE_STEP = (Step("pre_due", "due", -7),)
LADDER = (Step("pre_due", "due", -7), Step("overdue_1", "due", 7))
FAULTS = (
    {},
    {},
    {"connect": "421 4.3.2 busy"},
    {"rcpt": "450 4.2.1 later"},
    {"data": HANG_UP},
    {"content": "451 4.3.0 later"},
    {"content": HANG_UP},
)


@pytest.fixture
def office():
    with PostOffice() as running:
        yield running


@pytest.fixture
def mailed(world, office):
    """The world, its mail going to the office. (The application is not used here.)"""
    world.ports = replace(world.ports, mailer=SmtpMailer(Relay("127.0.0.1", office.port, "none"), "hola@aldia.example"))
    return world


def opened(world, **values):
    ana = world.account()
    return ana, world.debt(ana, **({"ladder": ONE_STEP} | values))


def to_clients(office):
    """How often each letter was taken, by what it is known by."""
    return Counter(one.mail["X-Aldia-Ref"] for one in office.taken if one.mail["X-Aldia-Ref"])


def test_an_address_that_the_server_knows_to_be_dead_is_a_bounce_at_once(mailed, office):
    office.faults["bruno@example.com"] = "550 5.1.1 nobody of that name"
    ana, debt = opened(mailed, ladder=LADDER)
    mailed.advance(days=90)
    assert mailed.case(ana, debt).client.bounced_at
    assert to_clients(office) == {}
    told = [one for one in office.taken if one.people == [ana.email]]
    assert len(told) == 1  # the freelancer, once
    office.faults.clear()
    mailed.advance(days=30)
    assert to_clients(office) == {}  # until the address is mended


def test_a_refusal_for_now_is_tried_again_the_same_day(mailed, office):
    office.faults["rcpt"] = "450 4.7.1 greylisted"
    ana, debt = opened(mailed)
    mailed.until(mailed.clock.at + timedelta(days=23), every=timedelta(minutes=5))
    while mailed.clock.at < mailed.clock.at.replace(hour=14, minute=20):
        mailed.advance(minutes=5)
    office.faults.clear()
    mailed.until(mailed.clock.at + timedelta(days=1), every=timedelta(minutes=5))
    assert list(to_clients(office).values()) == [1]
    assert not mailed.case(ana, debt).client.bounced_at


def played(world, office, mailer, clients):
    """A month of letters; before every mail the server changes its mind. The letters as they are known afterwards."""
    chance = random.Random(11)

    class Moody:
        def send(self, message):
            office.faults.clear()
            office.faults.update(chance.choice(FAULTS))
            return mailer.send(message)

    world.ports = replace(world.ports, mailer=Moody())
    ana = world.account()
    for number in range(clients):
        world.debt(ana, client=f"Cliente {number}", email=f"c{number}@example.com", ladder=ONE_STEP)
    world.advance(days=30)
    return [letters.decoded(item) for item in world.ports.table.every("letter")]


@pytest.mark.soak
def test_no_reminder_goes_twice_and_none_is_lost_in_silence(mailed, office):
    found = played(mailed, office, mailed.ports.mailer, CLIENTS)
    taken = to_clients(office)
    assert set(taken.values()) == {1}
    by_state = Counter(record.state for record in found)
    assert by_state["accepted"] + by_state["unknown"] == len(taken)
    assert min(by_state["accepted"], by_state["unknown"]) >= CLIENTS // 4
    assert set(by_state) <= {"accepted", "unknown", "failed", "skipped"}


class Hasty:
    """The control: takes silence for a refusal and tries again."""

    def __init__(self, inner):
        self._inner = inner

    def send(self, message):
        try:
            return self._inner.send(message)
        except MailUnknown as doubt:
            raise MailRefused(str(doubt), retry=True) from doubt


def test_a_mailer_that_takes_silence_for_a_refusal_is_caught(mailed, office):
    played(mailed, office, Hasty(mailed.ports.mailer), 5)
    assert max(to_clients(office).values()) > 1


def test_an_address_that_a_person_calls_dead_is_silent_in_every_account(world):
    ana, eva = world.account(), world.account("eva@example.com")
    dead = [world.debt(ana, email="Bruno@Example.com"), world.debt(eva)]
    other = world.debt(ana, client="Carla", email="carla@example.com")
    assert dead_address(world.ports, " bruno@example.COM ") == 2
    assert all(world.case(owner, debt).client.bounced_at for owner, debt in zip((ana, eva), dead, strict=True))
    assert not world.case(ana, other).client.bounced_at
    assert dead_address(world.ports, "nobody@example.com") == 0
