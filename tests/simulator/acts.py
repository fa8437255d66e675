"""What people, banks and machines do on the stage. Each act is drawn by the seed and runs as an actor of its own."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aldia.domain import answers, decisions, edits
from aldia.domain.account import Account
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.flows import (
    change_client,
    client_answers,
    finish_task,
    mail_event,
    pause_account,
    record_payment,
    report_problem,
    run_jobs,
    settle,
    start_payment,
    write_by_hand,
)
from aldia.store import accounts
from infra.local.pretend_stripe.errors import ApiError
from tests.simulator.asking import answers_proposal, asks_for_days, asks_for_parts, change, one_debt, takes_offer
from tests.simulator.stage import Stage

Work = Callable[[], Any]
Act = Callable[[Stage, random.Random], Work]
MOST = 1_000_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
SUMS = (10_000, 25_000, 40_000, 100_000)


@dataclass(frozen=True)
class Row:
    """An act, how often it comes, and whose it is."""

    act: Act
    weight: int
    who: str


# -- machines -----------------------------------------------------------------------------------


def jobs(stage: Stage, dice: random.Random) -> Work:
    """The scheduled function; at times the one for letters or the one for money alone."""
    kinds = dice.choice((run_jobs.ALL, run_jobs.ALL, run_jobs.NOT_MONEY, run_jobs.MONEY))
    return lambda: run_jobs.run(stage.ports, kinds=kinds)


def worker(stage: Stage, dice: random.Random) -> Work:
    """The queue hands an event to a worker that another one may have."""
    waiting = [pk for pk, sk in stage.table.items if sk == "EVENT"]
    chosen = dice.choice(sorted(waiting)) if waiting else ""
    return lambda: settle.settle_event(stage.ports, chosen) if chosen else None


def courier(stage: Stage, _dice: random.Random) -> Work:
    return stage.stripe.courier.deliver_due


def told_by_mail(stage: Stage, dice: random.Random) -> Work:
    kind = dice.choice(("send", "send", "delivery", "delivery", "delivery", "bounce", "complaint"))
    event = stage.mailbox.event(dice, kind)
    return lambda: mail_event.mail_event(stage.ports, event) if event else None


def webhooks_go_astray(stage: Stage, dice: random.Random) -> Work:
    bank = stage.stripe.bank
    deed = dice.choice(
        [
            lambda: bank.copies(dice.randrange(1, 4)),
            lambda: bank.late(dice.choice((0, 0, 30, 4000))),
            lambda: bank.webhooks(dice.choice(("send", "hold"))),
            lambda: bank.release(dice.choice(("reversed", "shuffled")), seed=dice.randrange(99)),
            bank.send_again,
        ]
    )
    return _bank(deed)


# -- the client ---------------------------------------------------------------------------------


def promise(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    on = stage.today(client_id) + timedelta(days=dice.choice((0, 1, 2, 5, 9)))
    part = dice.choice((None, None, 30_000))
    return lambda: change(
        stage,
        client_id,
        lambda case, now: answers.promise(case, debt_id, on=on, amount_minor=part, now=now, limits=answers.CLIENT_PAGE),
    )


def problem(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    upload = dice.choice((None, ("foto.png", PNG)))
    ids = (stage.account_id, client_id, debt_id)
    return lambda: report_problem.report_problem(
        stage.ports, ids, text="Falta una página", kind=dice.choice(("", "work", "amount")), upload=upload
    )


def says_paid(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    return lambda: change(stage, client_id, lambda case, now: answers.claim_paid(case, debt_id, now=now))


def stop(stage: Stage, dice: random.Random) -> Work:
    client_id, _ = one_debt(stage, dice)
    return lambda: change(stage, client_id, lambda case, now: answers.stop(case, now=now))


def not_me(stage: Stage, dice: random.Random) -> Work:
    client_id, _ = one_debt(stage, dice)
    is_report = dice.random() < 0.3
    return lambda: client_answers.not_me(stage.ports, stage.account_id, client_id, is_report=is_report)


def press_pay(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    others = [debt for client, debt in stage.debts if client == client_id]
    chosen = tuple(others) if dice.random() < 0.3 else (debt_id,)
    part = dice.choice((None, None, None, 50_000)) if len(chosen) == 1 else None
    wish = start_payment.Wish(chosen, shown_minor=MOST, part_minor=part, return_path="/p/x")

    def work() -> None:
        url = start_payment.start_payment(stage.ports, stage.account_id, client_id, wish)
        stage.shown.append(url.rstrip("/").split("/")[-1])

    return work


# -- the bank -----------------------------------------------------------------------------------


def _bank(deed: Work) -> Work:
    def work() -> None:
        try:
            deed()
        except ApiError:
            return  # too late, or nothing to do it with

    return work


def pays(stage: Stage, dice: random.Random) -> Work:
    if not stage.shown:
        return lambda: None
    session = dice.choice(stage.shown[-3:])
    method = dice.choice(("card", "card", "card", "oxxo", "customer_balance"))
    amount = dice.choice((None, 1_000, 70_000, 120_000)) if method == "customer_balance" else None
    return _bank(lambda: stage.stripe.bank.pay(session, method, amount=amount))


def voucher(stage: Stage, dice: random.Random) -> Work:
    """A voucher is taken, or a debit ordered: the money takes a while."""
    from infra.local.pretend_stripe import payments

    session = dice.choice(stage.shown[-3:]) if stage.shown else ""

    def deed() -> None:
        stage.stripe.tick()
        with stage.stripe.world.store.transaction():
            payments.confirm(stage.stripe.world, session, "oxxo")

    return _bank(deed)


def goes_wrong(stage: Stage, dice: random.Random) -> Work:
    session = dice.choice(stage.shown) if stage.shown else ""
    bank = stage.stripe.bank
    return _bank(dice.choice([lambda: bank.fail(session), lambda: bank.expire(session)]))


def goes_back(stage: Stage, dice: random.Random) -> Work:
    session = dice.choice(stage.shown) if stage.shown else ""
    bank, amount = stage.stripe.bank, dice.choice((None, 5_000))
    deeds = [lambda: bank.refund(session, amount), lambda: bank.dispute(session)]
    return _bank(dice.choice(deeds))


def bank_decides(stage: Stage, dice: random.Random) -> Work:
    store = stage.stripe.world.store
    found = [row["id"] for row in store.rows("SELECT id FROM objects WHERE kind = 'dispute' ORDER BY seq")]
    if not found:
        return lambda: None
    chosen, won = dice.choice(found), dice.random() < 0.5
    return _bank(lambda: stage.stripe.bank.close_dispute(chosen, won=won))


# -- the freelancer -----------------------------------------------------------------------------


def types_payment(stage: Stage, dice: random.Random) -> Work:
    """The form's own key makes sending it twice count once; half the time it is sent twice."""
    client_id, debt_id = one_debt(stage, dice)
    keys = [key for key, (_client, debt) in stage.acknowledged.items() if debt == debt_id]
    key = dice.choice(keys) if keys and dice.random() < 0.5 else f"hand.{dice.randrange(10**9)}"
    on, amount = stage.today(client_id), dice.choice(SUMS)

    def work() -> None:
        ids = (stage.account_id, client_id, debt_id)
        record_payment.record_payment(stage.ports, ids, key=key, amount_minor=amount, method="transfer", on=on)
        stage.acknowledged[key] = (client_id, debt_id)

    return work


def confirms_claim(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    ids, key = (stage.account_id, client_id, debt_id), f"claim.{dice.randrange(10**9)}"
    return lambda: record_payment.confirm_claim(stage.ports, ids, key=key, amount_minor=None, on=None)


def edits_debt(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    today, key = stage.today(client_id), f"e.{dice.randrange(10**9)}"
    later = today + timedelta(days=dice.choice((1, 5, 20)))
    amount, until, part = dice.choice(SUMS), dice.choice((None, later)), dice.choice((None, 5_000))
    asks: list[Callable[[Case, Any], Outcome]] = [
        lambda case, now: decisions.change_amount(case, debt_id, amount_minor=amount, key=key, now=now),
        lambda case, now: decisions.change_due(case, debt_id, due_on=later, now=now),
        lambda case, now: answers.extension(case, debt_id, until=later, now=now),
        lambda case, now: answers.pause(case, debt_id, until=until, now=now),
        lambda case, now: answers.resume(case, debt_id, now=now),
        lambda case, now: decisions.waive(case, debt_id, amount_minor=part, key=key, now=now),
        lambda case, now: decisions.write_off(case, debt_id, key=key, now=now),
        lambda case, now: answers.resolve_dispute(case, debt_id, key=key, now=now),
        lambda case, now: decisions.decide_review(case, debt_id, outcome="reopen", now=now),
        lambda case, now: answers.claim_not_found(case, debt_id, now=now),
        lambda case, now: decisions.approve(case, debt_id, step="last_notice", now=now),
        lambda case, now: edits.remove(case, debt_id, now=now),
        lambda case, now: edits.restore(case, debt_id, now=now),
    ]
    ask = dice.choice(asks)
    return lambda: change(stage, client_id, ask)


def edits_client(stage: Stage, dice: random.Random) -> Work:
    client_id, _ = one_debt(stage, dice)
    deeds: list[Work] = [
        lambda: change_client.confirm_address(stage.ports, stage.account_id, client_id),
        lambda: change_client.asked_again(stage.ports, stage.account_id, client_id, words="me lo pidió por teléfono"),
        lambda: change_client.pause(stage.ports, stage.account_id, client_id, until=None, reason=""),
        lambda: change_client.resume(stage.ports, stage.account_id, client_id),
    ]
    return dice.choice(deeds)


def _account(stage: Stage) -> Account:
    found = accounts.load(stage.ports, stage.account_id)
    assert found
    return found


def pauses_all(stage: Stage, dice: random.Random) -> Work:
    if dice.random() < 0.4:
        today = stage.clock.at.date()
        return lambda: pause_account.pause(stage.ports, _account(stage), today=today)
    return lambda: pause_account.resume(stage.ports, _account(stage))


def calls(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    key, was_contact = f"call{dice.randrange(10**9)}", dice.random() < 0.5
    return lambda: finish_task.finish_task(
        stage.ports, stage.account_id, client_id, debt_id, key=key, step="call", was_contact=was_contact
    )


def writes(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    key, text = f"w{dice.randrange(10**9)}", "Hola, ¿pudiste ver la factura? Gracias por todo."
    return lambda: write_by_hand.write_by_hand(
        stage.ports, stage.account_id, client_id, debt_id, text=text, key=key, is_confirmed=True
    )


def opens_debt(stage: Stage, dice: random.Random) -> Work:
    if len(stage.debts) >= 8:
        return lambda: None
    client_id, due = dice.choice(stage.clients), stage.clock.at.date() + timedelta(days=dice.choice((0, 5, 30)))

    def work() -> None:
        try:
            stage.debt(client_id, number=f"F-{len(stage.debts) + 1}", due_on=due)
        except Refused:
            return

    return work


ACTS = (
    Row(jobs, 10, "sender"),
    Row(worker, 4, "worker"),
    Row(courier, 8, "courier"),
    Row(told_by_mail, 6, "mail events"),
    Row(webhooks_go_astray, 2, "network"),
    Row(promise, 6, "client"),
    Row(problem, 2, "client"),
    Row(says_paid, 2, "client"),
    Row(stop, 1, "client"),
    Row(not_me, 1, "client"),
    Row(press_pay, 10, "client"),
    Row(pays, 8, "bank"),
    Row(voucher, 2, "bank"),
    Row(goes_wrong, 2, "bank"),
    Row(goes_back, 2, "bank"),
    Row(bank_decides, 1, "bank"),
    Row(types_payment, 4, "freelancer"),
    Row(confirms_claim, 1, "freelancer"),
    Row(edits_debt, 8, "freelancer"),
    Row(edits_client, 2, "freelancer"),
    Row(pauses_all, 2, "freelancer"),
    Row(calls, 1, "freelancer"),
    Row(writes, 2, "freelancer"),
    Row(opens_debt, 1, "freelancer"),
    Row(asks_for_days, 3, "client"),
    Row(asks_for_parts, 3, "client"),
    Row(takes_offer, 2, "client"),
    Row(answers_proposal, 3, "freelancer"),
)

WITHOUT_WEBHOOKS = tuple(row for row in ACTS if row.act is not webhooks_go_astray)
"""Of a seed whose webhooks are all lost: the reconciler finds every payment, and the list of events, read every hour,
whatever goes back later."""
