"""The law of money and the peace of letters over lives of agreements: 100,000 steps here, 300,000 in `make soak`.

`test_law_of_money.py` plays 100,000 on the ledger alone; here every step is a whole transition with its next wake-up.
"""

import sys

import pytest
from hypothesis import Phase, given, note, settings

from tests.proofs.money.agreement_deeds import lived, lives
from tests.proofs.money.agreement_life import entered, left, taken
from tests.soak import amount

LIFE = 75  # steps that are left to play, for each life more; it has about fifty
PARTS = 2  # workers may share them
STEPS = amount(100_000, 300_000) // PARTS
ENOUGH = 3  # of the rarest; some twenty are usual
KINDS = {
    "run", "payment", "refund", "chargeback", "review ends", "waived", "written off", "checkout", "on its way",
    "checkout paid", "checkout ended", "granted", "asked", "answered", "offered", "promise", "due changed", "dispute",
    "resolved", "claim", "claim confirmed", "claim not found", "claim asked about", "pause", "resume", "stop",
    "asked again", "written by hand",
}  # fmt: skip
STATES = {
    "debt": ("open", "paid", "review", "disputed", "written_off"),
    "agreement": ("open", "kept", "broken", "replaced"),
    "question of the": ("client", "freelancer"),
    "promise": ("open", "kept", "broken", "replaced"),
    "claim": ("made", "asked about"),
    "checkout": ("open", "processing", "paid", "failed", "expired"),
    "silent for": ("written_off", "paid", "promise", "extension", "plan", "proposal", "dispute", "review",
                   "payment_on_its_way", "already_paid", "paused", "stopped"),
}  # fmt: skip
ONCE_BROKEN = (  # lives that a law was broken in, as the machine told them
    # A part that was refunded after a later one had been called missed: its letter had the key of the later one's.
    "0200ef1112000000000000000000006800019efa00000000000000000000000000000000000000000001010101e900011401a0000000000000"
    "00000000000000000101f7000000070000000000000000000000000000000000000000000000000001040000",
)


@pytest.mark.parametrize("life", ONCE_BROKEN)
def test_lives_that_once_broke_a_law_hold(life):
    lived(bytes.fromhex(life))


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("half", range(PARTS))
def test_no_agreement_breaks_the_law_or_the_peace_and_every_state_is_reached_and_left(half):
    """Counted are the steps that were really played and checked, not those that were asked for."""
    for counter in (taken, entered, left):
        counter.clear()

    def holds(life):
        note(f"the life: {life.hex()}")  # `lived(bytes.fromhex(…))` plays it again
        lived(life, tell=note)

    while taken.total() < STEPS:
        most = (STEPS - taken.total()) // LIFE + 1
        chosen = settings(max_examples=most, deadline=None, database=None, phases=(Phase.generate, Phase.shrink))
        chosen(given(lives)(holds))()
    known = {f"{kind} {name}" for kind, names in STATES.items() for name in names}
    refused = sum(count for kind, count in taken.items() if kind.endswith(", refused"))
    sys.stdout.write(f"{taken.total()} steps, {refused} of them refused\n")  # pytest -s shows it
    sys.stdout.writelines(f"{name}: entered {entered[name]}, left {left[name]}\n" for name in sorted(known))
    assert min(taken[kind] for kind in KINDS) >= ENOUGH, taken
    assert {kind.removesuffix(", refused") for kind in taken} == KINDS
    assert refused < taken.total() / 4
    assert set(entered) == known
    assert [name for name in known if entered[name] < ENOUGH] == []
    assert [name for name in known if left[name] < ENOUGH] == []
