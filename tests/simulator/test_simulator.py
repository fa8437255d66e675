"""Many seeds: whatever order things happen in and whatever breaks, every law of tests/simulator/watch.py holds."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from aldia.flows import deliver
from aldia.ports import Put
from aldia.store import cases, letters
from tests.simulator.acts import ACTS
from tests.simulator.aimed import Aims, is_work, live
from tests.simulator.machine import Violation
from tests.simulator.play import Played, play
from tests.simulator.tours import IN_SEEDS
from tests.soak import amount

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KEPT = HERE / "seeds.txt"
FOUND = ROOT / ".local" / "failing-seeds.txt"
FEWEST_POINTS = 105  # operations by caller, such as `TransactWriteItems · flows.remind`
AGAIN = ".venv/bin/python -m tests.simulator {seed}"


def kept_seeds():
    """Those of the repository, then those that failed on this machine."""
    lines = [line for path in (KEPT, FOUND) if path.exists() for line in path.read_text("utf-8").splitlines()]
    return list(dict.fromkeys(int(line.split()[0]) for line in lines if line and not line.startswith("#")))


def told(played):
    """What to do with a seed that broke a law; it is kept for the next run, too."""
    FOUND.parent.mkdir(parents=True, exist_ok=True)
    with FOUND.open("a", encoding="utf-8") as file:
        file.write(f"{played.seed}  # {played.violation}\n")
    again = AGAIN.format(seed=played.seed)
    last = "\n".join(played.lines[-30:])
    keep = f"echo {played.seed} >> {KEPT.relative_to(ROOT)}"
    return f"{last}\nSEED {played.seed}: {played.violation}\nagain: {again}\nkeep it: {keep}"


def well(played):
    if played.violation:
        raise AssertionError(told(played)) from played.violation


@pytest.mark.parametrize("seed", kept_seeds())
def test_a_seed_that_once_broke_a_law_keeps_it(seed):
    well(play(seed))


def test_a_failing_seed_is_told_with_how_to_play_it_again_and_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "FOUND", tmp_path / "new" / "failing-seeds.txt")
    failed = Played(77, violation=Violation("once", "twice"), lines=["what happened"])
    text = told(failed)
    assert "what happened" in text
    assert "python -m tests.simulator 77" in text
    assert kept_seeds()[-1] == 77


@pytest.mark.slow
@pytest.mark.soak
def test_every_law_holds_whatever_the_seed(record_property, capsys):
    total, seeds = Counter(), amount(170, 10_000)
    acts, faults, reached, aims = Counter(), Counter(), Counter(), Aims()
    for seed in range(1_000, 1_000 + seeds):
        played, lived = live(seed)
        well(played)
        aims.note(played, lived)
        total["may break"] += lived.may_break
        total += Counter(steps=played.steps, commits=played.commits, letters=played.letters, mails=played.mails)
        acts += played.acts
        faults += played.faults
        reached += played.reached
    with capsys.disabled():
        sys.stdout.write(f"\n{seeds} seeds: {dict(total)}, faults {dict(faults)}, {len(reached)} points\n")
    assert {f"flows.{name}" for name in IN_SEEDS} <= {point.split(" · ")[1] for point in reached}
    assert len(reached) >= FEWEST_POINTS, sorted(reached)
    assert {row.act.__name__ for row in ACTS} == set(acts), "an act that no seed draws proves nothing"
    assert set(faults) == {"killed before", "killed after", "failed", "answer lost", "repeated", "stale index"}
    assert total["letters"] > seeds
    assert total["steps"] > 200 * seeds
    kills = killed_wherever_anything_is_done(aims, set(reached))
    with capsys.disabled():
        sys.stdout.write(f"killed at {kills} spots chosen\n")


def killed_wherever_anything_is_done(aims, reached):
    """Luck kills at some of the points: at each, before and after, a life that passes it is lived again with its
    process killed there."""
    chosen = list(aims.chosen(amount(1, 10)))
    for aim in chosen:
        played, lived = live(aim.seed, aim)
        assert lived.has_hit, f"{aim} was not reached again"
        assert played.violation is None, f"{played.violation}\nagain: {AGAIN.format(seed=aim)}"
    assert {point for point in reached if is_work(point)} <= aims.everywhere, "written, mailed or asked, never killed"
    return len(chosen)


def test_one_seed_is_one_story_in_every_process():
    seed = "1"
    here = play(int(seed))
    command = [sys.executable, "-m", "tests.simulator", seed]
    for hash_seed in ("1", "2"):
        environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": "functions:."}
        told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
        assert told.rstrip().endswith(f"{here.steps} steps, trace {here.trace_hash}")
    assert play(2).trace_hash != here.trace_hash


# -- and it can fail: each condition taken away is noticed ----------------------------------------


def without_version(monkeypatch):
    """Any writer overwrites what another one wrote meanwhile."""
    guarded = cases._guarded
    monkeypatch.setattr(cases, "_guarded", lambda item, before: Put(guarded(item, before).item))


def without_letter_state(monkeypatch):
    """Whoever has read a planned letter may send it, and anybody may write what became of it."""
    claim, moved = letters.claim, letters._moved

    def free(ports, record, message, now, *, woken=""):
        taken, write = claim(ports, record, message, now, woken=woken)
        return taken, type(write)(write.pk, write.sk, write.values) if woken else write

    monkeypatch.setattr(letters, "claim", free)
    monkeypatch.setattr(letters, "_moved", lambda done, wake, **_where: moved(done, wake, where={}))


def send_again_when_unknown(monkeypatch):
    """A letter whose fate is not known is tried again like one that was refused."""
    monkeypatch.setattr(
        deliver, "_recover", lambda ports, r: letters.plan_again(ports, r, ports.clock.now(), "unknown") or 0
    )


CONTROLS = {
    without_version: {"two books", "one a day", "silence", "once", "captured is booked", "durable", "price"},
    without_letter_state: {"once", "forward", "silent"},
    send_again_when_unknown: {"once", "silent"},
}
MOST_TRIED = 300


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.__name__)
def test_with_one_condition_taken_away_the_simulator_finds_it(control, monkeypatch, capsys):
    control(monkeypatch)
    found = next((p for p in map(play, range(50_000, 50_000 + MOST_TRIED)) if p.violation), None)
    assert found, f"{MOST_TRIED} seeds noticed nothing"
    assert found.violation.kind in CONTROLS[control]
    with capsys.disabled():
        sys.stdout.write(f"\n{control.__name__}: seed {found.seed - 49_999} of {MOST_TRIED}: {found.violation}\n")
