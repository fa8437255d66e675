"""200 random scenarios through `aldia replay`, held against laws that ask nothing of our rules: stories/laws.py.

Here they are played on the dictionary store, which test_dict_table.py holds to what the engine does, and some by the
command itself on the engine, to the same bytes; in `make soak` 2,000, and 200 by the command.
"""

import contextlib
import json
from collections import Counter

import pytest

from aldia import bootstrap
from aldia.replay import command, stage
from aldia.replay.faults import Faults
from aldia.replay.happenings import KINDS
from aldia.replay.play import first_instant, play
from aldia.replay.report import Report
from aldia.replay.scenario import read_scenario
from aldia.settings import Settings
from tests.replay.stories.laws import broken
from tests.replay.stories.telling import told
from tests.simulator.dict_table import DictTable
from tests.soak import amount

PARTS = 2  # workers may share them
STORIES = amount(200, 2_000)
BY_COMMAND = amount(6, 200)


def by_dictionary(story):
    """What a replay prints of it, without an engine."""
    faults = Faults()
    scenario = read_scenario(story, faults)
    assert faults.lines == []
    clock, table = stage.JumpingClock(first_instant(scenario)), stage.Watched(DictTable())
    given = {"clock": clock, "ids": stage.NumberedIds(), "mailer": (outbox := stage.Outbox()), "table": table}
    settings = Settings(base_url="https://aldia.example", table="replay", trust_limits=False, wake_shards=1)
    ports = bootstrap.build(settings, payments=stage.Nobody(), files=stage.Nobody(), **given)
    return Report(scenario, ports, play(scenario, stage.Stage(ports, clock, outbox, table))).document()


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("part", range(PARTS))
def test_random_stories_keep_every_law_that_their_output_shows(part, record_property):
    letters = 0
    for number in range(part, STORIES, PARTS):
        story = told(number)
        document = by_dictionary(story)
        letters += len(document["letters"])
        assert broken(story, document) == [], f"told({number}) of tests/replay/stories/telling.py"
    record_property("letters", letters)
    assert letters > STORIES * 10 / PARTS


@pytest.mark.slow
@pytest.mark.soak
def test_the_command_prints_of_random_stories_what_was_looked_at(engine, tmp_path, capsys):
    stories = [told(number) for number in range(BY_COMMAND)]
    files = []
    for place, story in enumerate(stories):
        files.append(tmp_path / f"{place}.json")
        files[-1].write_text(json.dumps(story), "utf-8")
    assert command.replay([str(file) for file in files], lambda: contextlib.nullcontext(engine)) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == [by_dictionary(story) for story in stories]
    assert [broken(*pair) for pair in zip(stories, printed, strict=True)] == [[]] * BY_COMMAND


def test_random_stories_are_the_same_each_time_and_tell_of_every_type_of_event():
    stories = [told(number) for number in range(200)]
    assert stories[:20] == [told(number) for number in range(20)]
    kinds = Counter(event["type"] for story in stories for event in story["events"])
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 10, kinds
    assert all(read_scenario(story, Faults()) for story in stories)


PROMISED = {"at": "2026-06-24T16:00:00+00:00", "type": "promise", "debt": "f1", "on": "2026-07-06"}
PRICED = {"at": "2026-07-10T05:30:00+00:00", "type": "quote", "debt": "f1"}
SPOILED = {
    "money is lost": lambda document: document["debts"]["f1"].update(balance="999.99"),
    "money was made": lambda document: document["debts"]["f1"].update(paid="0.01", credit="0.01"),
    "a price does not add up": lambda document: document["quotes"][0].update(payable="999.99"),
    "another state": lambda document: document["debts"]["f1"].update(state="paid"),
    "an instalment is short": lambda document: document["debts"]["f1"]["instalments"][0].update(amount="999.00"),
    "a letter in the silence": lambda document: _another(document, "overdue_1", "2026-07-03T09:00:00-06:00"),
    "two letters in a week": lambda document: _another(document, "a word", "2026-06-03T09:00:00-06:00"),
    "a step twice": lambda document: _another(document, "invoice_sent", "2026-06-10T09:00:00-06:00"),
    "a letter on a Sunday": lambda document: document["letters"][0].update(at="2026-05-31T09:00:00-06:00"),
    "a letter in the night": lambda document: document["letters"][0].update(at="2026-06-01T18:00:00-06:00"),
    "a step before its date": lambda document: _another(document, "pre_due", "2026-06-10T09:00:00-06:00"),
    "a step that is true no more": lambda document: _another(document, "due_today", "2026-07-09T09:00:00-06:00"),
    "a letter that nobody approved": lambda document: _another(document, "formal_letter", "2026-06-15T09:00:00-06:00"),
    "another language": lambda document: document["letters"][0].update(language="en"),
    "no answer": lambda document: _without(document, "promise_noted"),
    "an unknown reason": lambda document: document["skips"][0].update(reason="because"),
}


def _another(document, step, at):
    document["letters"].append(document["letters"][0] | {"at": at, "step": step, "steps": [step]})


def _without(document, step):
    document["letters"] = [letter for letter in document["letters"] if letter["step"] != step]


@pytest.fixture
def promised(story):
    """A story in which a client promised, and what is printed of it."""
    story["clients"][0] |= {"country": "MX", "language": "es"}
    story["events"] = [PROMISED, PRICED]
    return story, by_dictionary(story)


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_the_laws_notice(promised, spoil):
    story, document = promised
    assert broken(story, document) == []
    spoil(document)
    assert broken(story, document)
