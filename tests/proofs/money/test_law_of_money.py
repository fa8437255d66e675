"""The law of money over whole lives of debts: 100,000 steps here, a million in `make soak`."""

import sys
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from aldia.domain.debt import Debt, Instalment
from tests.domain.random_debts import START
from tests.proofs.money.ledger_life import LedgerLife, idle, taken
from tests.soak import amount

LIFE = 40  # steps of one debt
PARTS = 2  # workers may share them
STEPS = amount(100_000, 1_000_000) // PARTS
RULES = {
    "open", "days", "payment", "price paid", "refund", "chargeback", "won", "waive", "write_off", "undone",
    "payment undone", "amount changed", "credit out", "extended", "due changed", "plan",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("half", range(PARTS))
def test_in_no_life_of_a_debt_is_a_cent_lost_or_made(half):
    """Counted are the steps that changed the debt or the day, each of them checked, not those that were asked for."""
    phases = (Phase.generate, Phase.shrink)
    taken.clear()
    idle.clear()
    while taken.total() < STEPS:
        lives = max((STEPS - taken.total()) // LIFE, 1) + 1
        chosen = settings(max_examples=lives, stateful_step_count=LIFE, deadline=None, database=None, phases=phases)
        run_state_machine_as_test(LedgerLife, settings=chosen)
    sys.stdout.write(f"{taken.total()} steps, {idle.total()} more that changed nothing: {dict(taken)}\n")
    assert taken.total() >= STEPS
    assert set(taken) == RULES
    assert min(taken.values()) > STEPS / 200, taken


def test_what_changes_neither_debt_nor_day_is_no_step():
    due_on = START + timedelta(days=30)
    opened_at = datetime(2026, 1, 1, tzinfo=UTC)
    debt = Debt(
        "f1", "c1", "1", "EUR", 10_000, START, due_on, opened_at, instalments=(Instalment("i1", due_on, 10_000),)
    )
    before, idle_before = Counter(taken), Counter(idle)
    life = LedgerLife()
    life.open_debt(debt=debt)
    for _ in range(3):
        life.more_time_is_granted(days=40)
    life.the_due_date_is_corrected(days=-20)  # before the issue date: refused
    life.days_pass(days=1)
    assert taken - before == Counter({"open": 1, "extended": 1, "days": 1})
    assert idle - idle_before == Counter({"extended": 2, "due changed": 1})
