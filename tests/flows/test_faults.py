"""Whatever breaks, before or after any write or call: once the jobs have run again and the person has repeated what
failed, everything is as if nothing had broken, or stands there as unknown. Nothing happens twice."""

import contextlib
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from aldia.domain import answers
from aldia.domain.ledger import law_of_money
from aldia.flows import casework, client_answers, open_debt, run_jobs, sign_in, start_payment
from aldia.flows.mail_event import MailEvent, mail_event
from aldia.ports import Query
from aldia.store import accounts, checkouts, tokens
from tests.flows.faults import Killed, every_fault

numbers = count(1)
NINE = 15  # in UTC, in Mexico City


def next_morning(world):
    """Half past nine of the next working day there."""
    world.clock.at = (world.clock.at + timedelta(days=1)).replace(hour=NINE, minute=30, second=0)
    while world.clock.at.weekday() > 3:
        world.clock.at += timedelta(days=1)


def fresh(world):
    """A freelancer of her own for each fault, with one debt whose first letter is due now."""
    next_morning(world)
    number = next(numbers)
    ana = world.account(f"ana{number}@example.com")
    debt = world.debt(ana, client=f"Bruno {number}", email=f"bruno{number}@example.com")
    return ana, debt, f"bruno{number}@example.com"


def written(world):
    """The same, the first letter gone."""
    made = fresh(world)
    run_jobs.run(world.ports)
    assert len(world.outbox.to(made[2])) == 1
    return made


def jobs(ports, _given):
    run_jobs.run(ports)


def recover(world, hours=3):
    for _ in range(hours):
        world.clock.at += timedelta(hours=1, minutes=1)
        world.jobs()


def letters_of(world, ana, debt):
    """(step, state) of each letter."""
    page = world.ports.table.query(Query(f"A#{ana.id}#C#{debt.client_id}", begins_with="R#", strong=True))
    return [(item["row"]["step"], item["state"]) for item in page.items]


def news_of(world, ana, debt):
    page = world.ports.table.query(Query(f"A#{ana.id}#C#{debt.client_id}", begins_with="K#", strong=True))
    return [item["row"]["kind"] for item in page.items]


def sends_once(world, given, step, *, before=0):
    """One letter of that step: accepted and in the mailbox once, or unknown, said so, and in it once at most."""
    ana, debt, address = given
    state = [state for name, state in letters_of(world, ana, debt) if name == step]
    mails = len(world.outbox.to(address)) - before
    if state == ["unknown"]:
        return mails <= 1 and news_of(world, ana, debt).count("unknown") == 1
    return state == ["accepted"] and mails == 1


def test_a_reminder_goes_once_or_is_unknown(world):
    seen = 0
    for name, given in every_fault(world.ports, lambda: fresh(world), jobs):
        recover(world)
        assert sends_once(world, given, "invoice_sent"), name
        seen += 1
    assert seen >= 8


class Dies:
    """The process ends while the mail is being handed over."""

    def send(self, _message):
        raise Killed


def test_a_letter_whose_fate_is_unknown_is_always_told(world):
    def lost():
        given = fresh(world)
        with contextlib.suppress(Killed):
            run_jobs.run(replace(world.ports, mailer=Dies()))
        world.clock.at += timedelta(minutes=61)
        return given

    for name, given in every_fault(world.ports, lost, jobs):
        recover(world)
        ana, debt, _address = given
        assert letters_of(world, ana, debt) == [("invoice_sent", "unknown")], name
        assert news_of(world, ana, debt) == ["unknown"], name


def test_an_answer_goes_once_and_twice_at_most_when_its_fate_was_unknown(world):
    def promised():
        ana, debt, address = written(world)
        on = world.case(ana, debt).local_day(world.clock.at) + timedelta(days=9)
        casework.change(world.ports, ana.id, debt.client_id, lambda c, now: answers.promise(c, debt.id, on=on, now=now))
        return ana, debt, address

    for name, given in every_fault(world.ports, promised, jobs):
        recover(world)
        ana, debt, address = given
        assert dict(letters_of(world, ana, debt))["promise_noted"] == "accepted", name
        assert 2 <= len(world.outbox.to(address)) <= 3, name


def test_a_promise_is_saved_once_however_often_it_is_sent(world):
    def promise(ports, given):
        ana, debt, _address = given
        on = world.case(ana, debt).local_day(world.clock.at) + timedelta(days=9)
        casework.change(ports, ana.id, debt.client_id, lambda c, now: answers.promise(c, debt.id, on=on, now=now))

    for name, given in every_fault(world.ports, lambda: written(world), promise):
        promise(world.ports, given)
        recover(world, 1)
        assert world.case(*given[:2]).debt(given[1].id).promises_made == 1, name
        assert sends_once(world, given, "promise_noted", before=1), name


def press(ports, given):
    ana, debt, _address = given
    wish = start_payment.Wish((debt.id,), shown_minor=100_000, return_path="/p/x")
    return start_payment.start_payment(ports, ana.id, debt.client_id, wish)


def session_of(url):
    return url.rstrip("/").split("/")[-1]


def booked_once(world, given):
    """One entry of the whole sum, one receipt, one paid debt, nothing left to ask the provider."""
    ana, debt, _address = given
    paid = world.case(ana, debt).debt(debt.id)
    records = checkouts.of_client(world.ports, ana.id, debt.client_id)
    return (
        [(entry.kind, entry.amount_minor) for entry in paid.entries] == [("payment", 100_000)]
        and law_of_money(paid, world.case(ana, debt).local_day(world.clock.at))
        and accounts.load(world.ports, ana.id).trust.debts_paid == 1
        and [record.state for record in records if record.state != "expired"] == ["paid"]
        and news_of(world, ana, debt).count("paid") == 1
        and [step for step, _state in letters_of(world, ana, debt)].count("thanks") == 1
    )


def test_pressing_pay_again_after_a_fault_opens_one_payment_and_it_is_booked_once(world):
    for name, given in every_fault(world.ports, lambda: written(world), press):
        url = press(world.ports, given)
        ana, debt, _address = given
        running = [held for held in world.case(ana, debt).debt(debt.id).checkouts if held.state == "open"]
        assert len(running) == 1, name
        world.stripe.bank.pay(session_of(url))
        recover(world, 2)
        assert booked_once(world, given), name


def test_a_webhook_that_breaks_anywhere_is_booked_once(world):
    def paid():
        given = written(world)
        world.stripe.bank.pay(session_of(press(world.ports, given)))
        world.stripe.flush()
        return given

    for name, given in every_fault(world.ports, paid, jobs):
        recover(world)
        assert booked_once(world, given), name


def test_asking_the_provider_may_break_anywhere_and_books_once(world):
    def silent():
        world.stripe.bank.webhooks("lose")
        given = written(world)
        world.stripe.bank.pay(session_of(press(world.ports, given)))
        world.stripe.flush()
        world.clock.at += timedelta(minutes=20)
        return given

    for name, given in every_fault(world.ports, silent, jobs):
        recover(world)
        assert booked_once(world, given), name


def test_news_are_mailed_once_at_most_and_always_stand_under_today(world):
    def promised():
        ana, debt, address = written(world)
        on = world.case(ana, debt).local_day(world.clock.at) + timedelta(days=9)
        casework.change(world.ports, ana.id, debt.client_id, lambda c, now: answers.promise(c, debt.id, on=on, now=now))
        return ana, debt, address

    for name, given in every_fault(world.ports, promised, jobs):
        recover(world)
        ana, debt, _address = given
        assert "promised" in news_of(world, ana, debt), name
        told = [mail for mail in world.outbox.to(ana.email) if "promet" in mail.text.lower()]
        assert len(told) <= 1, name


def test_a_complaint_silences_the_client_and_counts_once(world):
    strict = replace(world.ports, settings=replace(world.ports.settings, trust_limits=True))

    def complain(ports, given):
        mail_event(ports, MailEvent("complaint", "m", dict(world.outbox.to(given[2])[0].tags)))

    for name, given in every_fault(strict, lambda: written(world), complain):
        complain(strict, given)  # the queue delivers it again
        ana, debt, _address = given
        held = accounts.load(world.ports, ana.id)
        assert world.case(ana, debt).client.complained_at, name
        assert (held.trust.complaints, held.paused and held.paused.reason) == (1, "trust"), name


def test_a_report_counts_once_and_two_pause_the_account(world):
    strict = replace(world.ports, settings=replace(world.ports.settings, trust_limits=True))

    def reported():
        ana, debt, address = written(world)
        world.ports.table.write(accounts.count(ana.id, reports=1))
        return ana, debt, address

    def report(ports, given):
        client_answers.not_me(ports, given[0].id, given[1].client_id, is_report=True)

    for name, given in every_fault(strict, reported, report):
        report(strict, given)
        held = accounts.load(world.ports, given[0].id)
        assert (held.trust.reports, held.paused and held.paused.reason) == (2, "trust"), name


def test_a_debt_written_down_twice_is_there_once_and_its_letter_goes_once(world):
    def wished():
        next_morning(world)
        number = next(numbers)
        ana = world.account(f"ana{number}@example.com")
        person = open_debt.new_client(world.ports, ana, name=f"Carla {number}", email=f"carla{number}@example.com")
        today = world.clock.at.date()
        from aldia.domain.debt import Debt

        wish = {"number": "F-1", "currency": "MXN", "amount_minor": 5_000, "issued_on": today}
        debt = Debt(
            world.ports.ids.new(), person.id, due_on=today + timedelta(days=30), opened_at=world.clock.at, **wish
        )
        return ana, debt, person

    def save(ports, given):
        ana, debt, person = given
        open_debt.open_debt(ports, ana, person, debt)

    for name, given in every_fault(world.ports, wished, save):
        save(world.ports, given)
        recover(world, 1)
        ana, debt, person = given
        assert [held.id for held in world.case(ana, debt).debts] == [debt.id], name
        assert sends_once(world, (ana, debt, person.emails[0]), "invoice_sent"), name


@pytest.mark.parametrize("door", ["code", "link"])
def test_signing_in_breaks_anywhere_and_leaves_one_account(world, door):
    import re

    from aldia.domain.errors import Refused

    def asked():
        world.clock.at += timedelta(hours=2)
        address = f"dora{next(numbers)}@example.com"
        request = sign_in.ask(world.ports, email=address, language="es", is_sign_up=True, network="n")
        text = world.outbox.to(address)[-1].text
        code = re.search(r"\b\d{3} ?\d{3}\b", text)[0]
        return address, request, code, re.search(r"/entrar/([A-Za-z0-9_-]{20,})", text)[1]

    def enter(ports, given):
        _address, request, code, token = given
        if door == "code":
            return sign_in.with_code(ports, request=request, code=code)
        return sign_in.with_link(ports, token=token)

    for name, given in every_fault(world.ports, asked, enter):
        address = given[0]
        owner = accounts.owner_of(world.ports, address)
        try:
            entered = enter(world.ports, given)
        except Refused:  # it was used: the lost answer had opened a session that nobody holds
            assert owner, name
            assert "after" in name, name
            continue
        assert accounts.owner_of(world.ports, address) == entered.account.id, name
        assert tokens.session(world.ports, entered.session, world.clock.at), name
