"""The page to check a letter says yes while money is asked for under the reference, and to nothing else."""

from dataclasses import replace

import pytest

from aldia.domain.asked_for import is_asked_for
from aldia.domain.debt import Entry, Pause
from aldia.domain.spoken import Dispute
from tests.domain.answer_world import at, case, day, debt

NOW = at("2026-07-20 12:00")
PAID = Entry("p1", "payment", on=day("2026-07-02"), at=NOW, amount_minor=100000)
WAIVED = Entry("w1", "waive", on=day("2026-07-02"), at=NOW, amount_minor=None)


@pytest.mark.parametrize(
    ("changes", "is_so"),
    [
        ({}, True),
        ({"dispute": Dispute(NOW, "amount", "No es lo acordado")}, True),
        ({"entries": (PAID,)}, False),
        ({"entries": (WAIVED,)}, False),
        ({"deleted_at": NOW}, False),
        ({"deleted_at": NOW, "entries": (PAID,)}, False),
    ],
)
def test_money_is_asked_for_while_something_is_open_and_the_debt_is_not_in_the_bin(changes, is_so):
    known = case(debt(**changes))
    assert is_asked_for(known, known.debts[0], NOW) is is_so


@pytest.mark.parametrize(("reason", "is_so"), [("trust", False), ("restored", True), ("", True)])
def test_nobody_is_told_yes_while_there_are_doubts_about_who_asks_but_a_pause_alone_is_none(reason, is_so):
    known = case()
    known = replace(known, account=replace(known.account, paused=Pause(NOW, reason=reason)))
    assert is_asked_for(known, known.debts[0], NOW) is is_so
