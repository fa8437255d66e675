"""Never chase who answered: every answer raced against the sender at every step of both.

What is played and judged: `tests/simulator/grid.py`. Money that came online: `test_never_chase_paid_online.py`.
"""

import sys
from datetime import timedelta

import pytest

from aldia.domain import answers, concessions, proposals
from aldia.domain.concessions import Wish
from aldia.flows import casework, client_answers, payment_page, record_payment, start_payment
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.ports import Put
from aldia.store import cases, codec
from tests.simulator.grid import ALL, Grid, first_letter, tried_again
from tests.simulator.machine import Violation
from tests.soak import amount


def promise(stage, client_id, debt_id):
    on = stage.today(client_id) + timedelta(days=5)
    change(stage, client_id, lambda case, now: answers.promise(case, debt_id, on=on, now=now))


def problem(stage, client_id, debt_id):
    change(stage, client_id, lambda case, now: answers.dispute(case, debt_id, text="Falta algo", now=now))


def stop(stage, client_id, _debt_id):
    change(stage, client_id, lambda case, now: answers.stop(case, now=now))


def says_paid(stage, client_id, debt_id):
    change(stage, client_id, lambda case, now: answers.claim_paid(case, debt_id, now=now))


def not_me(stage, client_id, _debt_id):
    client_answers.not_me(stage.ports, stage.account_id, client_id, is_report=True)


def payment(stage, client_id, debt_id):
    ids, on = (stage.account_id, client_id, debt_id), stage.today(client_id)
    record_payment.record_payment(stage.ports, ids, key="p1", amount_minor=100_000, method="cash", on=on)


def checkout(stage, client_id, debt_id):
    wish = start_payment.Wish((debt_id,), shown_minor=100_000, return_path="/p/x")
    start_payment.start_payment(stage.ports, stage.account_id, client_id, wish)


def complaint(stage, _client_id, _debt_id):
    mail_event(stage.ports, MailEvent("complaint", "mail-1", dict(stage.mailbox.mails[0][1].tags)))


def more_days(stage, client_id, debt_id):
    until = concessions.last_extension_day(case := stage.case(client_id), case.debt(debt_id), stage.clock.at)
    change(stage, client_id, lambda case, now: proposals.ask(case, debt_id, wish=Wish(until=until), now=now))


def in_parts(stage, client_id, debt_id):
    def ask(case, now):
        parts = concessions.part_choices(case, case.debt(debt_id), now)[0]
        return proposals.ask(case, debt_id, wish=Wish(parts=parts), now=now)

    change(stage, client_id, ask)


def proposal(stage, client_id, debt_id):
    until = stage.today(client_id) + timedelta(days=90)
    change(stage, client_id, lambda case, now: proposals.ask(case, debt_id, wish=Wish(until=until), now=now))


def change(stage, client_id, ask):
    casework.change(stage.ports, stage.account_id, client_id, ask)


ANSWERS = {
    payment: lambda key, item: key[1].startswith("D#") and '"entries":' in codec.plain(item["data"]),
    promise: lambda key, item: key[1].startswith("D#") and '"promise":' in codec.plain(item["data"]),
    problem: lambda key, item: key[1].startswith("D#") and '"dispute":' in codec.plain(item["data"]),
    stop: lambda key, item: key[1] == "CLIENT" and '"stopped_at":' in codec.plain(item["data"]),
    checkout: lambda key, item: key[1].startswith("S#") and item["state"] == "creating",
    says_paid: lambda key, item: key[1].startswith("D#") and '"claim":' in codec.plain(item["data"]),
    not_me: lambda key, item: key[1] == "CLIENT" and '"wrong_person_at":' in codec.plain(item["data"]),
    more_days: lambda key, item: key[1].startswith("D#") and '"extended_to":' in codec.plain(item["data"]),
    in_parts: lambda key, item: key[1].startswith("D#") and '"plan":' in codec.plain(item["data"]),
    proposal: lambda key, item: key[1].startswith("D#") and '"proposal":' in codec.plain(item["data"]),
    complaint: lambda key, item: key[1] == "CLIENT" and '"complained_at":' in codec.plain(item["data"]),
}
"""Each answer, and how its commit is recognised in the table."""


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("beginning", [first_letter, tried_again], ids=lambda way: way.__name__)
@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
def test_no_letter_is_claimed_after_an_answer_holds_at_any_step(answer, beginning, capsys):
    seen, points = Grid(answer, beginning, ANSWERS[answer]).play(some_of_the_answer=amount(2, ALL))
    with capsys.disabled():
        sys.stdout.write(f"\n{answer.__name__}, {beginning.__name__}: {points} half steps, {dict(seen)}\n")
    assert points[1] >= 16
    assert seen["letter first"]
    assert seen["answer first"]


def days_instead_of_paying(stage, client_id, debt_id):
    """The payment page is opened, and left for more days."""
    checkout(stage, client_id, debt_id)
    until = concessions.last_extension_day(case := stage.case(client_id), case.debt(debt_id), stage.clock.at)
    ids = (stage.account_id, client_id)
    payment_page.change(
        stage.ports, *ids, lambda case, now: proposals.ask(case, debt_id, wish=Wish(until=until), now=now)
    )


@pytest.mark.slow
@pytest.mark.soak
def test_nobody_is_reminded_between_the_end_of_a_payment_page_and_the_days_that_take_its_place(capsys):
    grid = Grid(
        days_instead_of_paying, first_letter, lambda key, item: key[1][:2] == "S#" and item["state"] == "expired"
    )
    seen, points = grid.play(some_of_the_answer=amount(6, ALL))
    with capsys.disabled():
        sys.stdout.write(f"\ndays instead of paying: {points} half steps, {dict(seen)}\n")
    assert seen["answer first"]


def test_without_the_version_the_grid_finds_a_chased_client(monkeypatch):
    guarded = cases._guarded
    monkeypatch.setattr(cases, "_guarded", lambda item, before: Put(guarded(item, before).item))
    with pytest.raises(Violation) as found:
        Grid(promise, first_letter, ANSWERS[promise]).play(some_of_the_answer=1)
    assert found.value.kind in ("chased", "silence")
