"""What a guard against doubles holds back: the freelancer sees that, and why, and the letter goes when it may."""

from datetime import timedelta

import pytest

from aldia.domain import answers
from aldia.flows import casework, run_jobs
from aldia.i18n import catalog
from tests.flows.test_may_still_go import LostForClients
from tests.flows.test_send_once import at_nine, letter_states
from tests.pages.test_debt import path


@pytest.fixture
def ana(world):
    at_nine(world)
    return world.account()


def shown(world, ana, debt):
    return world.browser(ana).get(path(debt)).text


def test_a_letter_that_the_distance_to_another_holds_back_says_so_until_it_goes_and_afterwards(world, ana):
    """Two invoices on one day are one letter; the second one's waits a week, and its page never falls silent."""
    world.debt(ana, number="F-001")
    world.jobs()
    world.clock.at += timedelta(hours=2)
    second = world.debt(ana, number="F-002")
    too_soon = catalog.text("es", "reason.cap")
    for _ in range(2):
        assert len(world.outbox.to("bruno@example.com")) == 1
        assert catalog.text("es", "debts.moved", why=too_soon) in shown(world, ana, second)
        world.jobs()
    world.advance(days=8)
    assert ["F-002" in mail.text for mail in world.outbox.to("bruno@example.com")] == [False, True]
    assert catalog.text("es", "debt.went_later", why=too_soon) in shown(world, ana, second)


def test_a_letter_that_its_claim_holds_back_because_of_an_answer_says_so_and_the_letters_go_on_when_that_is_over(
    world, ana, monkeypatch
):
    """The client promises while the letter is being written: the claim of what was read before is refused."""
    debt = world.debt(ana, due_on="2026-07-01")
    on = world.case(ana, debt).local_day(world.clock.at) + timedelta(days=3)
    fresh, once = world.ports.ids.token, iter(["now"])

    def token():
        if next(once, ""):
            casework.change(
                world.ports, ana.id, debt.client_id, lambda case, now: answers.promise(case, debt.id, on=on, now=now)
            )
        return fresh()

    monkeypatch.setattr(world.ports.ids, "token", token)
    run_jobs.run(world.ports)
    assert letter_states(world, ana, debt) == {}
    world.jobs()
    assert [name.split("#")[1] for name in letter_states(world, ana, debt)] == ["promise_noted"]
    assert catalog.text("es", "reason.promise") in shown(world, ana, debt)
    world.advance(days=40)
    gone = [name.split("#")[1] for name in letter_states(world, ana, debt)]
    assert "promise_missed" in gone
    assert "overdue_1" in gone


def test_a_letter_that_may_have_gone_is_not_repeated_and_the_freelancer_reads_so_on_its_page_and_in_a_mail(world, ana):
    debt = world.debt(ana)
    mailer = LostForClients(world.outbox)
    object.__setattr__(world.ports, "mailer", mailer)
    world.jobs()
    world.advance(days=2)
    assert (mailer.taken, list(letter_states(world, ana, debt).values())) == (1, ["unknown"])
    assert catalog.text("es", "debt.letter_unknown") in shown(world, ana, debt)
    assert any("no sabemos" in mail.text.lower() for mail in world.outbox.to("ana@example.com"))
