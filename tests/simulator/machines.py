"""Acts of machines: the scheduled jobs, the queue's workers, the couriers of mail and webhooks."""

import random

from aldia.flows import mail_event, run_jobs, settle
from tests.simulator.bank import tried
from tests.simulator.stage import Stage, Work


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
    return tried(deed)
