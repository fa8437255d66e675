"""Send once, with real processes: whoever sends is killed every 100 ms and the database every 2 s."""

import sys

import pytest

from tests.harness import crowd
from tests.harness.reckoning import Reckoning
from tests.harness.stage import played
from tests.soak import amount

REMINDERS_A_WAVE = 1_000


@pytest.mark.slow
@pytest.mark.soak
def test_each_reminder_goes_once_or_is_listed_as_unknown_however_often_sender_and_database_are_killed():
    waves = amount(1, 10)
    reminders = waves * REMINDERS_A_WAVE
    with played(reminders, waves=waves, deadline_s=900.0 * waves) as run:
        found = Reckoning.of(run.ports, run.mails)
        figures = f"{run.toll}, {len(found.reminders)} reminders, {len(found.unknown)} unknown"
        sys.stdout.write(f"{figures}\n")
        assert list(found.badly_sent()) == []
        assert list(found.silent()) == []
        assert found.duplicates() == 0
        assert len(found.items["client"]) == crowd.clients_for(reminders)
        assert len(found.reminders) >= reminders
        told = sum(found.told_unknown.values())
        assert len(found.unknown) <= told <= run.toll.kills_in_send + run.toll.claims_cut_by_engine, figures
        assert len(found.payments()) == crowd.accounts_for(reminders)
        assert list(found.badly_kept(crowd.wave_at(waves))) == []
        assert run.toll.deaths == 0
        assert run.toll.sender_kills >= reminders / 20, figures  # else it proves little
        assert run.toll.engine_kills >= 3 * waves, figures
        # Aimed at are 10 and 0.5 a second; a busy machine takes its time to fork and to start an engine.
        assert run.toll.sender_kills_at_pace >= 3 * run.toll.at_pace_s, figures
        assert run.toll.engine_kills_at_pace >= run.toll.at_pace_s / 6, figures


@pytest.mark.slow
@pytest.mark.soak
def test_the_same_by_smtp_with_a_connection_for_every_mail():
    waves = amount(1, 5)
    reminders = amount(60, waves * REMINDERS_A_WAVE)
    slower = {"kill_every_s": 0.3, "kill_engine_every_s": 0.0, "deadline_s": 900.0 * waves}
    with played(reminders, waves=waves, by="smtp", payers=0, **slower) as run:
        found = Reckoning.of(run.ports, run.mails)
        figures = f"{run.toll}, {len(found.reminders)} reminders, {len(found.unknown)} unknown"
        sys.stdout.write(f"{figures}\n")
        assert list(found.badly_sent()) == []
        assert list(found.silent()) == []
        assert found.duplicates() == 0
        assert len(found.items["client"]) == crowd.clients_for(reminders)
        assert len(found.reminders) >= reminders
        assert len(found.unknown) <= run.toll.kills_in_send + run.toll.claims_cut_by_engine, figures
        assert run.toll.deaths == 0
        assert run.toll.kills_in_send >= 3 * waves, figures
        assert run.toll.sender_kills_at_pace >= run.toll.at_pace_s, figures  # aimed at are 3.3 a second


@pytest.mark.slow
def test_the_naive_way_is_caught_sending_twice_by_the_same_harness():
    with played(300, is_naive=True, kill_every_s=0.13) as run:
        found = Reckoning.of(run.ports, run.mails)
        sys.stdout.write(f"{run.toll}, {found.duplicates()} sent twice\n")
        assert found.duplicates() >= 1
