"""Each law about what people said, and that of the mailed price, can fail: with the code broken it is noticed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from aldia.domain import (
    agreed,
    answers,
    approvals,
    claims,
    contact_rules,
    decisions,
    disputes,
    ladder,
    letter_notes,
    look,
    payments,
    plans,
    silences,
    steps,
    tried_again,
    working_terms,
    writing,
)
from aldia.domain.client import BillingContact
from aldia.flows import (
    accept_terms,
    ask_first,
    casework,
    change_client,
    client_answers,
    letter_note,
    publish_terms,
    record_payment,
    remind,
    run_jobs,
)
from aldia.ports import MailRefused
from aldia.store import accounts, mornings, wakeups
from aldia.store import working_terms as stored_terms
from tests.simulator.ending import at_the_end
from tests.simulator.machine import Violation
from tests.simulator.stage import Stage
from tests.simulator.watch import Watch


def on_stage():
    """Bruno owes 1,000; it is nine o'clock, and every commit is looked at."""
    watch = Watch()
    stage = Stage.build(5, on_commit=watch)
    stage.sign_up()
    wakeups.begin(stage.ports, stage.clock.at)
    stage.debt(stage.client("Bruno"), number="F-1")
    watch.stage = stage
    stage.clock.at += timedelta(hours=3, minutes=1)
    return stage


def ids(stage):
    client_id, debt_id = stage.debts[0]
    return stage.account_id, client_id, debt_id


def runs(stage, *, days=0, hours=0):
    """So much later, or at once, the jobs run."""
    stage.clock.at += timedelta(days=days, hours=hours)
    run_jobs.run(stage.ports)


def change(stage, ask):
    casework.change(stage.ports, *ids(stage)[:2], lambda case, now: ask(case, ids(stage)[2], now))


def is_asked_first(stage):
    ask_first.switch(stage.ports, stage.account(), is_on=True)


def says_yes(stage):
    [one] = approvals.asked(stage.case(ids(stage)[1]), stage.clock.at)
    ask_first.allow(stage.ports, *ids(stage)[:2], one.mark)


# -- a planned letter goes by a yes to what was shown ------------------------------------------------


def nobody_waits(patch):
    patch.setattr(look.Look, "needs_yes", lambda _look, _key: False)


def goes_unasked(stage):
    is_asked_first(stage)
    runs(stage)


def a_yes_to_anything(patch):
    patch.setattr(look, "is_given", lambda _case, debt, key, _today: any(yes.key == key for yes in debt.yeses))


def goes_changed(stage):
    is_asked_first(stage)
    says_yes(stage)
    change(stage, lambda case, debt, now: decisions.change_due(
        case, debt, due_on=case.local_day(now) + timedelta(days=40), now=now))  # fmt: skip
    runs(stage)


def goes_though_taken_back(stage):
    is_asked_first(stage)
    says_yes(stage)
    [one] = approvals.asked(stage.case(ids(stage)[1]), stage.clock.at)
    ask_first.take_back(stage.ports, *ids(stage)[:2], one.name)
    runs(stage)


# -- a note goes once --------------------------------------------------------------------------------


def notes_stay(patch):
    patch.setattr(writing, "letter_notes", SimpleNamespace(told=letter_notes.told, takes=lambda *_: False))


def says_it_again(stage):
    letter_note.write(stage.ports, ids(stage), key="invoice_sent", text="Gracias por el café.", seen="")
    for _ in range(2):
        runs(stage, days=23)


# -- not me ------------------------------------------------------------------------------------------


def whoever_reads(patch):
    patch.setattr(silences, "_of_client", lambda _case, _now: iter(()))
    patch.setattr(contact_rules, "stop_reason", lambda _client: "")


def goes_to_somebody_else(stage):
    client_answers.not_me(stage.ports, *ids(stage)[:2], is_report=False)
    runs(stage)


def marks_of_one(patch):
    patch.setattr(client_answers, "_marked", lambda before, _outcome: [accounts.count(before.account.id, reports=1)])


def says_it_twice(stage):
    for suggested in (None, BillingContact("rosa@example.com")):
        client_answers.not_me(stage.ports, *ids(stage)[:2], is_report=True, suggested=suggested)


def a_slip_stays(patch):
    patch.setattr(client_answers, "_unmarked", lambda *_: [])


def takes_it_back(stage):
    client_answers.not_me(stage.ports, *ids(stage)[:2], is_report=True)
    client_answers.is_me_after_all(stage.ports, *ids(stage)[:2])


# -- a promise is kept by its sum, and not missed while an answer is waited for ------------------------


def nothing_is_kept(patch):
    patch.setattr(agreed, "is_kept", lambda _debt, _promise, _today: False)
    patch.setattr(payments, "with_promise_kept", lambda debt, _today: debt)
    patch.setattr(silences, "is_kept", lambda _debt, _promise, _today: False)


def pays_the_promised_sum(stage):
    promised = {"on": stage.clock.at.date() + timedelta(days=2), "amount_minor": 40_000}
    change(stage, lambda case, debt, now: answers.promise(case, debt, now=now, **promised))
    on = stage.clock.at.date()
    record_payment.record_payment(stage.ports, ids(stage), key="p", amount_minor=40_000, method="transfer", on=on)
    runs(stage, days=7)
    runs(stage, days=7)


def the_day_is_called_missed(patch):
    for module in (claims, disputes):
        patch.setattr(module, "with_answer", lambda outcome, *_, **__: outcome)


def is_settled_after_the_day(stage):
    on = stage.clock.at.date() + timedelta(days=2)
    change(stage, lambda case, debt, now: answers.promise(case, debt, on=on, now=now))
    change(stage, lambda case, debt, now: answers.dispute(case, debt, text="Falta algo", now=now))
    stage.clock.at += timedelta(days=9)
    change(stage, lambda case, debt, now: answers.resolve_dispute(case, debt, now=now))
    runs(stage)
    runs(stage, days=7)


# -- the price, the terms, the morning ---------------------------------------------------------------


def whatever_it_told(patch):
    for module in (remind, tried_again):
        patch.setattr(module, "told", lambda _case, _letter: "the same")


def asks_for_too_much(stage):
    send = stage.mailbox.send

    def refuses(_message):
        raise MailRefused("throttled", retry=True)

    stage.mailbox.send = refuses
    runs(stage)
    stage.mailbox.send = send
    on = stage.clock.at.date()
    record_payment.record_payment(stage.ports, ids(stage), key="p", amount_minor=40_000, method="transfer", on=on)
    runs(stage, hours=1)


def another_text(patch):
    made = working_terms.Accepted
    patch.setattr(working_terms, "Accepted", lambda number, _hash, at, by: made(number, "of another text", at, by))


def accepts(stage):
    publish_terms.publish(stage.ports, stage.account(), words={"es": "Dos rondas."}, firm=())
    version = stored_terms.load(stage.ports, stage.account_id, 1)
    accept_terms.accept(stage.ports, ids(stage)[:2], version, by="Bruno")


def any_hour(patch):
    put = mornings.put

    def forgets(ports, account_id, held, *, at, day=None):
        return put(ports, account_id, held, at=at and ports.clock.now() + timedelta(minutes=5), day=day and "")

    patch.setattr(mornings, "put", forgets)


def asks_all_morning(stage):
    is_asked_first(stage)
    runs(stage, days=1)
    runs(stage, hours=1)
    at_the_end(stage)


# -- agreements that were not kept -------------------------------------------------------------------


def starts_over(patch):
    patch.setattr(steps, "is_passed", lambda _look, _step: False)


def loses_two_plans(stage):
    for _ in range(2):
        today = stage.today(ids(stage)[1])
        parts = [(today + timedelta(days=days), 50_000) for days in (2, 60)]
        change(stage, lambda case, debt, now, parts=parts: plans.plan(case, debt, instalments=parts, now=now))
        for _ in range(9):
            runs(stage, days=2)


# -- other people get the letters ----------------------------------------------------------------------


def goes_on_where_it_was(patch):
    patch.setattr(ladder, "anew", lambda *_: None)


def somebody_else_is_right(stage):
    for _ in range(40):
        runs(stage, days=1)
    client_answers.not_me(stage.ports, *ids(stage)[:2], is_report=False, suggested=BillingContact("rosa@example.com"))
    change_client.write_to_suggested(stage.ports, *ids(stage)[:2])
    for _ in range(25):
        runs(stage, days=1)


LAWS = {
    (goes_on_where_it_was, somebody_else_is_right): "kindest",
    (starts_over, loses_two_plans): "moved on",
    (nobody_waits, goes_unasked): "yes",
    (a_yes_to_anything, goes_changed): "yes",
    (nobody_waits, goes_though_taken_back): "yes",
    (notes_stay, says_it_again): "note",
    (whoever_reads, goes_to_somebody_else): "not me",
    (marks_of_one, says_it_twice): "mark",
    (a_slip_stays, takes_it_back): "mark",
    (nothing_is_kept, pays_the_promised_sum): "promise",
    (the_day_is_called_missed, is_settled_after_the_day): "promise",
    (whatever_it_told, asks_for_too_much): "price",
    (another_text, accepts): "terms",
    (any_hour, asks_all_morning): "morning",
}


@pytest.mark.parametrize(("broken", "story"), LAWS, ids=lambda part: part.__name__)
def test_a_law_fails_with_the_code_broken_and_holds_as_it_is(broken, story, monkeypatch):
    story(on_stage())
    broken(monkeypatch)
    with pytest.raises(Violation) as found:
        story(on_stage())
    assert found.value.kind == LAWS[broken, story]
