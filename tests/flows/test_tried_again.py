"""A letter that the provider refused waits for its next try: what has changed meanwhile does not go as it was."""

from dataclasses import replace
from datetime import timedelta

import pytest

from aldia.domain import approvals, decisions, note_edits, payments, silencing
from aldia.flows import ask_first, casework, pause_account, publish_terms, run_jobs, share_terms
from aldia.ports import MailRefused, Query
from aldia.store import accounts, letters
from tests.world import START

BRUNO = "bruno@example.com"


class Throttled:
    def send(self, _message):
        raise MailRefused("throttled", retry=True)


def refused(world, work):
    """What it hands over is refused for now; then the provider is well again."""
    object.__setattr__(world.ports, "mailer", Throttled())
    work()
    object.__setattr__(world.ports, "mailer", world.outbox)
    world.outbox.sent.clear()


def again(world):
    world.clock.at += timedelta(minutes=15)
    run_jobs.run(world.ports)


def change(world, debt, ask):
    casework.change(world.ports, accounts.owner_of(world.ports, "ana@example.com"), debt.client_id, ask)


def became(world, debt, step):
    """(state, reason) of the letter of that step."""
    pk = f"A#{accounts.owner_of(world.ports, 'ana@example.com')}#C#{debt.client_id}"
    records = [
        letters.decoded(item) for item in world.ports.table.query(Query(pk, begins_with="R#", strong=True)).items
    ]
    [found] = [record for record in records if record.letter.step == step]
    return found.state, found.reason


def reminders(world):
    """What went to the client, thanks for money left out."""
    return [mail for mail in world.outbox.to(BRUNO) if "Recibí" not in mail.text]


def part_paid(world, _ana, debt):
    def ask(case, now):
        day = case.local_day(now)
        return payments.record_payment(
            case, debt.id, key="p1", amount_minor=30_000, method="transfer", on=day, now=now, by_hand=True
        )

    change(world, debt, ask)


def waived(world, _ana, debt):
    change(world, debt, lambda case, now: decisions.waive(case, debt.id, amount_minor=30_000, now=now))


def due_later(world, _ana, debt):
    later = debt.due_on + timedelta(days=20)
    change(world, debt, lambda case, now: decisions.change_due(case, debt.id, due_on=later, now=now))


def asked_first(world, ana, _debt):
    ask_first.switch(world.ports, accounts.load(world.ports, ana.id), is_on=True)


REASONS = {part_paid: "changed", waived: "changed", due_later: "changed", asked_first: "needs_approval"}


@pytest.mark.parametrize("meanwhile", REASONS, ids=lambda change: change.__name__)
def test_a_refused_reminder_that_would_say_something_else_now_does_not_go(world, meanwhile):
    ana = world.account()
    debt = world.debt(ana)
    world.clock.at = START.replace(hour=15)  # nine in Mexico City
    refused(world, world.jobs)
    meanwhile(world, ana, debt)
    again(world)
    assert became(world, debt, "invoice_sent") == ("skipped", REASONS[meanwhile])
    assert reminders(world) == []


def test_a_yes_is_to_what_was_shown_also_when_the_letter_is_tried_again(world):
    ana = world.account()
    debt = world.debt(ana)
    asked_first(world, ana, debt)

    def let_all_go(case, now):
        return approvals.allow(case, [one.mark for one in approvals.asked(case, now)], now=now)

    change(world, debt, let_all_go)
    world.clock.at = START.replace(hour=15)
    refused(world, world.jobs)
    waived(world, ana, debt)
    again(world)
    assert became(world, debt, "invoice_sent") == ("skipped", "changed")
    assert reminders(world) == []


def test_a_refused_reminder_goes_with_its_note_when_only_another_note_was_written(world):
    ana = world.account()
    debt = world.debt(ana)
    asked_first(world, ana, debt)

    def noted(text):
        return lambda case, now: note_edits.write(case, debt.id, key="invoice_sent", text=text, now=now)

    def let_all_go(case, now):
        return approvals.allow(case, [one.mark for one in approvals.asked(case, now)], now=now)

    change(world, debt, noted("Fue un gusto trabajar contigo."))
    change(world, debt, let_all_go)
    world.clock.at = START.replace(hour=15)
    refused(world, world.jobs)
    change(world, debt, noted("Nos vemos en agosto."))
    again(world)
    assert became(world, debt, "invoice_sent")[0] == "accepted"
    [mail] = world.outbox.to(BRUNO)
    assert "Fue un gusto" in mail.text
    assert "agosto" not in mail.text


def stopped(world, _ana, debt):
    change(world, debt, lambda case, now: silencing.stop(case, now=now))


def client_paused(world, _ana, debt):
    change(world, debt, lambda case, now: silencing.pause(case, None, now=now))


def account_paused(world, ana, _debt):
    pause_account.pause(world.ports, accounts.load(world.ports, ana.id), today=world.clock.at.date())


def withdrawn(world, ana, debt):
    share_terms.withdraw(world.ports, ana.id, debt.client_id)


SILENT = {stopped: "stopped", client_paused: "paused", account_paused: "paused", withdrawn: "changed"}


@pytest.mark.parametrize("meanwhile", SILENT, ids=lambda change: change.__name__)
def test_a_refused_letter_about_the_terms_does_not_go_after_a_no(world, meanwhile):
    ana = publish_terms.publish(world.ports, world.account(), words={}, firm=("pause",))
    debt = world.debt(ana, opened_at=START + timedelta(days=3))
    world.clock.at = START.replace(hour=15)
    refused(world, lambda: share_terms.mail(world.ports, ana.id, debt.client_id, key="form01"))
    meanwhile(world, ana, debt)
    again(world)
    assert became(world, debt, "terms_shared") == ("skipped", SILENT[meanwhile])
    assert [mail for mail in world.outbox.to(BRUNO) if "/c/" in mail.text] == []


def test_a_letter_that_an_older_program_claimed_does_not_go_when_nobody_knows_what_it_told(world):
    ana = world.account()
    debt = world.debt(ana)
    world.clock.at = START.replace(hour=15)
    refused(world, world.jobs)
    [found] = world.ports.table.query(Query(f"A#{ana.id}#C#{debt.client_id}", begins_with="R#", strong=True)).items
    letters.plan_again(world.ports, replace(letters.decoded(found), told=""), world.clock.at, "throttled")
    again(world)
    assert became(world, debt, "invoice_sent") == ("skipped", "changed")
