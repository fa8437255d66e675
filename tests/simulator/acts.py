"""What people, banks and machines do on the stage. Each act is drawn by the seed and runs as an actor of its own."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.simulator.asked_first import decides, notes_letter, switches_asking, words_for_client
from tests.simulator.bank import bank_decides, goes_back, goes_wrong, pays, voucher
from tests.simulator.clients import not_me, press_pay, problem, promise, says_paid, stop, was_a_slip
from tests.simulator.freelancer import (
    calls,
    confirms_claim,
    edits_client,
    edits_debt,
    opens_debt,
    pauses_all,
    types_payment,
    writes,
)
from tests.simulator.machines import courier, jobs, told_by_mail, webhooks_go_astray, worker
from tests.simulator.other_dates import answers_proposal, asks_for_days, asks_for_parts, takes_offer
from tests.simulator.stage import Stage, Work
from tests.simulator.terms import accepts_terms, gives_terms

Act = Callable[[Stage, random.Random], Work]


@dataclass(frozen=True)
class Row:
    """An act, how often it comes, and whose it is."""

    act: Act
    weight: int
    who: str


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
    Row(not_me, 2, "client"),
    Row(was_a_slip, 1, "client"),
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
    Row(decides, 9, "freelancer"),
    Row(switches_asking, 1, "freelancer"),
    Row(notes_letter, 3, "freelancer"),
    Row(words_for_client, 1, "freelancer"),
    Row(gives_terms, 2, "freelancer"),
    Row(accepts_terms, 2, "client"),
)

WITHOUT_WEBHOOKS = tuple(row for row in ACTS if row.act is not webhooks_go_astray)
"""Of a seed whose webhooks are all lost: the reconciler finds every payment, and the list of events, read every hour,
whatever goes back later."""
