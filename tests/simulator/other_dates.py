"""Acts about other dates: a client asks for them, the freelancer answers, the client takes what is offered."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from aldia.domain import proposals
from aldia.domain.case import Case, Outcome
from aldia.domain.concessions import Wish, wished_parts
from aldia.domain.spoken import Proposal
from aldia.flows import casework, payment_page
from tests.simulator.stage import Stage, Work


def change(stage: Stage, client_id: str, ask: Callable[[Case, Any], Outcome]) -> None:
    """Decide and save, as a page does."""
    casework.change(stage.ports, stage.account_id, client_id, ask)


def instead(stage: Stage, client_id: str, ask: Callable[[Case, Any], Outcome]) -> None:
    """The same for what takes the place of a payment page that was only opened."""
    payment_page.change(stage.ports, stage.account_id, client_id, ask)


def one_debt(stage: Stage, dice: random.Random) -> tuple[str, str]:
    """Any client and debt."""
    return dice.choice(stage.debts)


def asks_for_days(stage: Stage, dice: random.Random) -> Work:
    """More days: inside the fence they are agreed at once, beyond it they are proposed."""
    client_id, debt_id = one_debt(stage, dice)
    until = stage.today(client_id) + timedelta(days=dice.choice((3, 10, 15, 40, 60)))
    return lambda: instead(
        stage, client_id, lambda case, now: proposals.ask(case, debt_id, wish=Wish(until=until), now=now)
    )


def asks_for_parts(stage: Stage, dice: random.Random) -> Work:
    """Payment in parts: agreed at once, or proposed when there are too many of them or the first is too late."""
    client_id, debt_id = one_debt(stage, dice)
    count, first_on = dice.choice((2, 3, 4, 8)), stage.today(client_id) + timedelta(days=dice.choice((0, 5, 30)))

    def ask(case: Case, now: datetime) -> Outcome:
        parts = wished_parts(case, case.debt(debt_id), count=count, first_on=first_on, now=now)
        return proposals.ask(case, debt_id, wish=Wish(parts=parts), now=now)

    return lambda: instead(stage, client_id, ask)


def takes_offer(stage: Stage, dice: random.Random) -> Work:
    """Yes to what the freelancer offers."""
    client_id, debt_id = _asked(stage, dice, by="freelancer")
    return lambda: instead(stage, client_id, lambda case, now: proposals.take(case, debt_id, now=now))


def _asked(stage: Stage, dice: random.Random, *, by: str) -> tuple[str, str]:
    """A debt about which that side has asked for something, where there is one; else any."""
    cases = {client_id: stage.case(client_id) for client_id in stage.clients}
    found = [(client, one.id) for client, case in cases.items() for one in case.debts if _is_by(one.proposal, by)]
    return dice.choice(found) if found else one_debt(stage, dice)


def _is_by(proposal: Proposal | None, by: str) -> bool:
    return proposal is not None and proposal.by == by


def answers_proposal(stage: Stage, dice: random.Random) -> Work:
    """Yes, other terms, or no."""
    client_id, debt_id = _asked(stage, dice, by="client")
    other = Wish(until=stage.today(client_id) + timedelta(days=dice.choice((8, 20))))
    asks: list[Callable[[Case, Any], Outcome]] = [
        lambda case, now: proposals.accept(case, debt_id, now=now),
        lambda case, now: proposals.offer(case, debt_id, wish=other, now=now),
        lambda case, now: proposals.decline(case, debt_id, now=now),
    ]
    ask = dice.choice(asks)
    return lambda: change(stage, client_id, ask)
