"""Acts of the freelancer about money, debts and clients."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from aldia.domain import answers, decisions, edits
from aldia.domain.case import Case, Outcome
from aldia.domain.errors import Refused
from aldia.flows import change_client, finish_task, pause_account, record_payment, write_by_hand
from tests.simulator.other_dates import change, one_debt
from tests.simulator.stage import Stage, Work

SUMS = (10_000, 25_000, 40_000, 100_000)


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
        lambda: change_client.write_to_suggested(stage.ports, stage.account_id, client_id),
    ]
    return dice.choice(deeds)


def pauses_all(stage: Stage, dice: random.Random) -> Work:
    if dice.random() < 0.4:
        today = stage.clock.at.date()
        return lambda: pause_account.pause(stage.ports, stage.read_account(), today=today)
    return lambda: pause_account.resume(stage.ports, stage.read_account())


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
