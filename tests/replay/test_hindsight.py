"""What a page says would have been sent is what a replay of the same story sent: one engine, one answer."""

import json
from pathlib import Path

import pytest

from aldia.domain.facts import facts
from aldia.domain.hindsight import Choice, retold
from aldia.flows import remembered
from aldia.replay.faults import Faults
from aldia.replay.play import first_instant, play
from aldia.replay.report import Report
from aldia.replay.scenario import read_scenario
from aldia.replay.stage import set_up
from aldia.store import cases

SCENARIOS = Path(__file__).parents[1] / "scenarios"
NOT_KEPT = {
    "outages-around-the-window": "when the job did not run is not on record",
    "pauses": "a pause that is over is not on record",
    "client-silences": "when a bounce ended is not on record",
    "dispute-resolved": "the due date before the problem was settled is not on record",
    "checkouts": "when a payment online failed is on record only as its end",
    "rules-off-one-a-day": "replays alone may switch the rules off",
}
TOLD = sorted(
    path.stem
    for path in SCENARIOS.glob("*.json")
    if not path.name.endswith(".expect.json") and path.stem not in NOT_KEPT
)


@pytest.mark.parametrize("name", TOLD)
def test_told_again_as_it_was_a_story_has_the_letters_that_went(name, engine):
    faults = Faults()
    scenario = read_scenario(json.loads((SCENARIOS / f"{name}.json").read_text("utf-8")), faults)
    stage = set_up(engine.url, now=first_instant(scenario))
    document = Report(scenario, stage.ports, play(scenario, stage)).document()
    for debt in scenario.debts:
        case = cases.load_by_id(stage.ports, scenario.account.id, debt.client_id)
        if debt.opened_at < scenario.until:
            went = sent(document, scenario.names[debt.id])
            assert would(stage, scenario, case, debt) == went, scenario.names[debt.id]


def sent(document, debt):
    return sorted(
        (letter["at"][:10], step)
        for letter in document["letters"]
        for name, step in zip(letter["debts"], letter["steps"], strict=True)
        if name == debt
    )


def would(stage, scenario, case, debt):
    known = facts(case, *remembered.told(stage.ports, scenario.account.id, debt.client_id))
    moments = retold(case, known, Choice(debt.id, debt.ladder), until=scenario.until)
    return sorted(
        (letter.day.isoformat(), part.step)
        for moment in moments
        for letter in moment.outcome.letters
        for part in letter.parts
        if part.debt_id == debt.id
    )


def test_what_cannot_be_told_again_is_named_by_a_scenario_that_exists():
    assert sorted(name for name in NOT_KEPT if not (SCENARIOS / f"{name}.json").is_file()) == []
