"""The law of money and the peace of letters over lives of agreements: 40,000 steps here, 300,000 in `make soak`.

`test_law_of_money.py` plays 100,000 on the ledger alone; here every step is a whole transition with its next wake-up.
"""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.proofs.money.agreement_life import AgreementLife, entered, left, taken
from tests.soak import amount

LIFE = 40  # rules of one debt; the job's runs come between
PARTS = 2  # workers may share them
STEPS = amount(40_000, 300_000) // PARTS
ENOUGH = 10
KINDS = {
    "run", "payment", "refund", "review ends", "waived", "granted", "asked", "answered", "offered", "promise",
    "dispute", "resolved", "due changed",
}  # fmt: skip
PASSING = {"open", "broken", "client", "freelancer"}  # states that may not be the end
FINAL = {"kept", "replaced"}


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("half", range(PARTS))
def test_no_agreement_breaks_the_law_or_the_peace_and_every_state_is_reached_and_left(half):
    """Counted are the steps that were really played and checked, not those that were asked for."""
    phases = (Phase.generate, Phase.shrink)
    for counter in (taken, entered, left):
        counter.clear()
    while taken.total() < STEPS:
        chosen = settings(max_examples=100, stateful_step_count=LIFE, deadline=None, database=None, phases=phases)
        run_state_machine_as_test(AgreementLife, settings=chosen)
    assert taken.keys() >= KINDS
    assert min(taken[kind] for kind in KINDS) >= ENOUGH, taken
    assert min(entered[state] for state in PASSING | FINAL) >= ENOUGH, entered
    assert min(left[state] for state in PASSING) >= ENOUGH, left
