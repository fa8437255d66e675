"""Acts of clients on their page."""

import random
from datetime import timedelta

from aldia.domain import answers
from aldia.domain.client import BillingContact
from aldia.flows import client_answers, report_problem, start_payment
from tests.simulator.other_dates import change, one_debt
from tests.simulator.stage import Stage, Work

MOST = 1_000_000
PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


def promise(stage: Stage, dice: random.Random) -> Work:
    client_id, debt_id = one_debt(stage, dice)
    on = stage.today(client_id) + timedelta(days=dice.choice((0, 1, 2, 5, 9)))
    part, limits = dice.choice((None, None, 30_000)), answers.CLIENT_PAGE
    if part is None:  # as on the page
        return lambda: change(
            stage, client_id, lambda case, now: answers.promise_next(case, debt_id, on=on, now=now, limits=limits)
        )
    return lambda: change(
        stage,
        client_id,
        lambda case, now: answers.promise(case, debt_id, on=on, amount_minor=part, now=now, limits=limits),
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
    """Another person gets the mail; some know of no such debt, some name the right person."""
    client_id, _ = one_debt(stage, dice)
    is_report, named = dice.random() < 0.5, dice.choice((None, BillingContact("rosa@example.com")))
    return lambda: client_answers.not_me(stage.ports, stage.account_id, client_id, is_report=is_report, suggested=named)


def was_a_slip(stage: Stage, dice: random.Random) -> Work:
    """ "Not me" was pressed by mistake, where it was pressed."""
    shut = [client_id for client_id in stage.clients if stage.case(client_id).client.wrong_person_at]
    client_id = dice.choice(shut) if shut else one_debt(stage, dice)[0]
    return lambda: client_answers.is_me_after_all(stage.ports, stage.account_id, client_id)


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
