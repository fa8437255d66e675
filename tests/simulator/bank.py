"""Acts of the bank: money comes, fails, goes back, is disputed."""

import random

from infra.local.pretend_stripe import payments
from infra.local.pretend_stripe.errors import ApiError
from tests.simulator.stage import Stage, Work


def tried(deed: Work) -> Work:
    """A deed at the bank that may come too late."""

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
    return tried(lambda: stage.stripe.bank.pay(session, method, amount=amount))


def voucher(stage: Stage, dice: random.Random) -> Work:
    """A voucher is taken, or a debit ordered: the money takes a while."""
    session = dice.choice(stage.shown[-3:]) if stage.shown else ""

    def deed() -> None:
        stage.stripe.tick()
        with stage.stripe.world.store.transaction():
            payments.confirm(stage.stripe.world, session, "oxxo")

    return tried(deed)


def goes_wrong(stage: Stage, dice: random.Random) -> Work:
    session = dice.choice(stage.shown) if stage.shown else ""
    bank = stage.stripe.bank
    return tried(dice.choice([lambda: bank.fail(session), lambda: bank.expire(session)]))


def goes_back(stage: Stage, dice: random.Random) -> Work:
    session = dice.choice(stage.shown) if stage.shown else ""
    bank, amount = stage.stripe.bank, dice.choice((None, 5_000))
    deeds = [lambda: bank.refund(session, amount), lambda: bank.dispute(session)]
    return tried(dice.choice(deeds))


def bank_decides(stage: Stage, dice: random.Random) -> Work:
    store = stage.stripe.world.store
    found = [row["id"] for row in store.rows("SELECT id FROM objects WHERE kind = 'dispute' ORDER BY seq")]
    if not found:
        return lambda: None
    chosen, won = dice.choice(found), dice.random() < 0.5
    return tried(lambda: stage.stripe.bank.close_dispute(chosen, won=won))
