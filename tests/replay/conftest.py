"""A scenario played in this process, on the engine that the tests share."""

from copy import deepcopy

import pytest

from aldia.replay.command import played
from aldia.replay.faults import Faults
from aldia.replay.scenario import read_scenario

STORY = {
    "format": 1,
    "account": {"name": "Ana", "country": "MX"},
    "clients": [{"id": "bruno", "name": "Bruno", "email": "bruno@example.com"}],
    "debts": [
        {
            "id": "f1", "client": "bruno", "number": "F-001", "currency": "MXN", "amount": "1000.00",
            "issued_on": "2026-06-01", "due_on": "2026-07-01",
        }
    ],
    "events": [],
    "run": {"until": "2026-07-10T00:00:00-06:00", "every_minutes": 60},
}  # fmt: skip


@pytest.fixture
def story():
    """The smallest scenario that says something; change it as you like."""
    return deepcopy(STORY)


@pytest.fixture
def play(engine):
    """Plays a document that has no faults; what it prints."""

    def _play(document):
        faults = Faults()
        scenario = read_scenario(document, faults)
        assert faults.lines == []
        return played(scenario, engine.url)

    return _play
