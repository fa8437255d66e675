"""How a story is played: jumps that change nothing, outages, order at one instant, many debts of one client."""

from datetime import UTC, datetime, timedelta

import pytest

from aldia.replay.faults import Faults
from aldia.replay.play import Player, ceiling, first_instant, play
from aldia.replay.report import Report
from aldia.replay.scenario import read_scenario
from aldia.replay.stage import set_up
from aldia.store import wakeups

PROMISE = {"at": "2026-07-02T12:00:00-06:00", "type": "promise", "debt": "f1", "on": "2026-07-06"}
VOUCHER = {"at": "2026-06-20T12:00:00-06:00", "type": "checkout", "debt": "f1", "id": "k1", "method": "oxxo"}
PAUSE = {"at": "2026-06-20T12:00:00-06:00", "type": "pause", "client": "bruno", "until": "2026-07-04"}


def scenario_of(document):
    faults = Faults()
    scenario = read_scenario(document, faults)
    assert faults.lines == []
    return scenario


def told(document, engine, *, every_run):
    scenario = scenario_of(document)
    stage = set_up(engine.url, now=first_instant(scenario))
    played = play(scenario, stage, every_run=every_run)
    return Report(scenario, stage.ports, played).document(), played.runs


@pytest.mark.parametrize("rules", ["on", "off"])
@pytest.mark.parametrize("events", [[], [PROMISE], [VOUCHER], [PAUSE, PROMISE]], ids=len)
def test_the_jumps_of_the_clock_change_nothing(story, engine, events, rules):
    story["account"]["contact_rules"] = rules
    story["events"] = events
    story["run"]["every_minutes"] = 180
    jumped, few = told(story, engine, every_run=False)
    walked, many = told(story, engine, every_run=True)
    assert jumped == walked
    assert few < many / 5


def test_the_next_wake_up_is_the_one_that_the_store_knows(story, engine):
    story["events"] = [PROMISE]
    scenario = scenario_of(story)
    stage = set_up(engine.url, now=first_instant(scenario))
    player = Player(scenario, stage)
    player.play()
    assert stage.table.next_at() == wakeups.next_at(stage.ports, stage.clock.at)
    assert stage.table.next_at() is not None


def test_events_at_the_instant_of_a_run_come_first_in_the_order_of_the_file(story, play):
    nine = "2026-07-01T09:00:00-06:00"
    payment = {"at": nine, "type": "payment", "debt": "f1", "amount": "1000.00", "method": "cash"}
    quote = {"at": nine, "type": "quote", "debt": "f1"}
    story["events"] = [quote, payment, quote]
    document = play(story)
    assert [price["payable"] for price in document["quotes"]] == ["1000.00", "0.00"]
    assert [letter["step"] for letter in document["letters"]] == ["invoice_sent", "pre_due", "thanks"]
    assert {"at": nine, "debt": "f1", "step": "due_today", "reason": "paid"} in document["skips"]


def test_nothing_happens_at_the_end_itself(story, play):
    story["run"]["until"] = "2026-07-01T09:00:00-06:00"
    story["events"] = [{"at": story["run"]["until"], "type": "write_off", "debt": "f1"}]
    document = play(story)
    assert [letter["step"] for letter in document["letters"]] == ["invoice_sent", "pre_due"]
    assert document["debts"]["f1"]["state"] == "open"


def test_answers_go_at_once_even_while_the_job_stands_still(story, play):
    story["outages"] = [{"from": "2026-06-01T00:00:00-06:00", "until": "2026-07-09T00:00:00-06:00"}]
    story["events"] = [PROMISE | {"at": "2026-06-06T03:17:05-06:00", "on": "2026-06-30"}]
    letters = play(story)["letters"]
    assert [(letter["at"], letter["step"]) for letter in letters] == [
        ("2026-06-06T03:17:05-06:00", "promise_noted"),
        ("2026-07-09T09:00:00-06:00", "promise_missed"),
    ]


def test_a_debt_opened_after_the_end_is_listed_as_it_was_written(story, play):
    story["debts"][0]["opened_at"] = "2026-08-01T00:00:00-06:00"
    document = play(story)
    assert document["letters"] == []
    assert document["debts"]["f1"]["balance"] == "1000.00"


def test_a_letter_names_its_debts_in_the_order_of_the_file(story, play):
    first = story["debts"][0]
    story["debts"] = [first | {"id": name} for name in ("zeta", "alfa", "f#1", "f~2")]
    assert play(story)["letters"][0]["debts"] == ["zeta", "alfa", "f#1", "f~2"]


def test_a_letter_about_no_debt_names_no_sum(story, play):
    story["events"] = [{"at": "2026-06-20T12:00:00-06:00", "type": "wrong_person", "client": "bruno"}]
    letter = play(story)["letters"][1]
    assert (letter["step"], letter["debts"], letter["steps"], letter["amounts"]) == ("wrong_person_noted", [], [], [])


@pytest.mark.slow
def test_a_client_with_more_debts_than_one_transaction_holds_is_served(story, play):
    first = story["debts"][0]
    story["debts"] = [first | {"id": f"f{place}"} for place in range(102)]
    story["run"]["until"] = "2026-07-16T00:00:00-06:00"
    document = play(story)
    invoices = [letter for letter in document["letters"] if letter["step"] == "invoice_sent"]
    assert [len(letter["debts"]) for letter in invoices] == [95, 7]
    assert len(document["tasks"]) == 102


@pytest.mark.parametrize(
    ("at", "minutes", "then"),
    [
        ("2026-06-01T09:00:00", 60, "2026-06-01T09:00:00"),
        ("2026-06-01T09:00:00.000001", 60, "2026-06-01T10:00:00"),
        ("2026-06-01T08:59:59", 15, "2026-06-01T09:00:00"),
        ("2026-06-01T09:00:00", 7, "2026-06-01T09:00:00"),
    ],
)
def test_runs_are_at_the_multiples_of_the_step_in_unix_time(at, minutes, then):
    found = ceiling(datetime.fromisoformat(at).replace(tzinfo=UTC), timedelta(minutes=minutes))
    assert found.timestamp() % (minutes * 60) == 0
    assert 0 <= (found - datetime.fromisoformat(at).replace(tzinfo=UTC)).total_seconds() < minutes * 60
    if minutes != 7:
        assert found == datetime.fromisoformat(then).replace(tzinfo=UTC)
