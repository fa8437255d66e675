"""Every scenario in tests/scenarios, and those in the project folder beside the checkout when it is there."""

import json
import re
from pathlib import Path

import pytest

from aldia.replay.happenings import KINDS
from tests.replay.expectations import differences

OURS = Path(__file__).parents[1] / "scenarios"
SHARED = Path(__file__).parents[3] / "shared" / "scenarios"


def stories(folder):
    return sorted(path for path in folder.glob("*.json") if not path.name.endswith(".expect.json"))


def check(path, play):
    expected = json.loads(path.with_suffix(".expect.json").read_text("utf-8"))
    assert differences(expected, play(json.loads(path.read_text("utf-8")))) == []


@pytest.mark.parametrize("path", stories(OURS), ids=lambda path: path.stem)
def test_a_story_goes_as_it_was_worked_out_by_hand(path, play):
    check(path, play)


@pytest.mark.shared
@pytest.mark.parametrize("path", stories(SHARED) or [None], ids=lambda path: path.stem if path else "none")
def test_a_shared_story_goes_as_it_was_worked_out(path, play):
    if path is None:
        pytest.skip("the project folder is not beside this checkout")
    check(path, play)


def test_the_stories_speak_of_every_type_of_event():
    told = {event["type"] for path in stories(OURS) for event in json.loads(path.read_text("utf-8"))["events"]}
    assert set(KINDS) - told == set()


def test_what_is_not_as_written_is_told(story, play):
    document = play(story)
    wrong = {
        "letters": [{"at": "2026-06-01T09:00:00-06:00", "step": "invoice_sent"}],
        "tasks": [{"step": "call"}],
        "skips": [{"step": "due_today"}],
        "debts": {"f1": {"balance": "999.99"}},
    }
    assert len(differences(wrong, document)) == 4
    right = {"letters": [{"at": "2026-06-01T15:00:00+00:00", "step": "invoice_sent", "amount": "1000.0"}]}
    right["letters"] += [{"step": step} for step in ("pre_due", "due_today", "overdue_1")]
    assert differences(right, document) == []


def types_in(text):
    """The types of events that a table of the format names."""
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([a-z_]+)`", row)}


def test_the_page_about_scenarios_names_the_events_that_are_played_and_no_others():
    text = (OURS.parents[1] / "docs" / "scenarios.md").read_text("utf-8")
    table = text.partition("### `events`")[2].partition("### `outages`")[0]
    assert types_in(table) == set(KINDS)


@pytest.mark.shared
def test_every_event_of_the_format_is_played():
    if not (SHARED / "FORMAT.md").is_file():
        pytest.skip("the project folder is not beside this checkout")
    text = (SHARED / "FORMAT.md").read_text("utf-8")
    assert types_in(text.partition("**Events**")[2].partition("## ")[0]) == set(KINDS)
