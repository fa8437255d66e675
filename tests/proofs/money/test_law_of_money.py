"""The law of money over whole lives of debts: 100,000 steps here, a million in `make soak`."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.money.ledger_life import LedgerLife, taken
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
    """Counted are the steps that were really played and checked, not those that were asked for."""
    phases = (Phase.generate, Phase.shrink)
    taken.clear()
    while taken.total() < STEPS:
        lives = max((STEPS - taken.total()) // LIFE, 1) + 1
        chosen = settings(max_examples=lives, stateful_step_count=LIFE, deadline=None, database=None, phases=phases)
        run_state_machine_as_test(LedgerLife, settings=chosen)
    assert taken.total() >= STEPS
    assert set(taken) == RULES
    assert min(taken.values()) > STEPS / 100, taken
