"""Acts about how the freelancer works: published, given to a client, withdrawn, read and accepted."""

import random
from collections.abc import Callable
from typing import Any

from aldia.flows import accept_terms, publish_terms, share_terms
from aldia.store import working_terms
from tests.simulator.other_dates import one_debt
from tests.simulator.stage import Stage, Work

ROUNDS = ("Dos rondas.", "Tres rondas.", "Cuatro rondas.")


def gives_terms(stage: Stage, dice: random.Random) -> Work:
    """Another version, a link, the letter (at times the same form twice), or no link opens any more."""
    client_id, _ = one_debt(stage, dice)
    words, key = {"es": dice.choice(ROUNDS)}, f"form{dice.randrange(3)}"
    deeds: list[Callable[[], Any]] = [
        lambda: publish_terms.publish(stage.ports, stage.read_account(), words=words, firm=("pause",)),
        lambda: share_terms.make_link(stage.ports, stage.account_id, client_id),
        lambda: share_terms.mail(stage.ports, stage.account_id, client_id, key=key),
        lambda: share_terms.withdraw(stage.ports, stage.account_id, client_id),
    ]
    return dice.choices(deeds if stage.account().published else deeds[:1], k=1)[0]


def accepts_terms(stage: Stage, dice: random.Random) -> Work:
    """Yes to the newest version, or to the one that was on the screen when that came."""
    client_id, _ = one_debt(stage, dice)
    published = stage.account().published
    number = dice.choice((published.number, published.number, max(1, published.number - 1))) if published else 0

    def work() -> None:
        version = working_terms.load(stage.ports, stage.account_id, number)
        assert version
        accept_terms.accept(stage.ports, (stage.account_id, client_id), version, by="Bruno")

    return work if published else lambda: None
