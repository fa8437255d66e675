"""Time that is skipped: the jobs run on the way exactly where they have something to do."""

from datetime import UTC, datetime, timedelta

import pytest

from aldia.flows.run_jobs import Report
from aldia.ports import Put
from aldia.store import keys
from infra.local.timeline import Timeline, rounded_up

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


class Diary:
    """Jobs that write down when they ran, and take away what they found due unless it is stuck."""

    def __init__(self, world, *, outside=(), stuck=False):
        self.world, self.ran, self.stuck = world, [], stuck
        self.outside = [START + after for after in outside]
        world.clock.at = START

    def timeline(self):
        return Timeline(self.world.ports, self.move, self.run, lambda: min(self.outside, default=None))

    def move(self, moment):
        self.world.clock.at = max(moment, self.world.clock.at)
        self.outside = [at for at in self.outside if at > moment]

    def run(self):
        self.ran.append(self.world.clock.at - START)
        due = list(self.due())
        if not self.stuck:
            for pk, sk in due:
                self.world.ports.table.write(Put({"pk": pk, "sk": sk, "kind": "done"}))
        return Report(seen=len(due))

    def due(self):
        from aldia.store import wakeups

        return wakeups.due(self.world.ports, self.world.clock.at)

    def wake(self, after):
        pk, sk = "X#1", f"{after}"
        at = START + after
        item = {"pk": pk, "sk": sk, "kind": "x"} | keys.wake(pk, sk, at, self.world.ports.settings.wake_shards)
        self.world.ports.table.write(Put(item))


def hours(*numbers):
    return [timedelta(hours=number) for number in numbers]


def test_a_jump_stops_where_something_is_due_and_at_its_end(world):
    diary = Diary(world)
    diary.wake(timedelta(hours=3))
    diary.wake(timedelta(days=2, minutes=1))
    diary.wake(timedelta(days=30))
    diary.timeline().pass_to(START + timedelta(days=7))
    assert diary.ran == [timedelta(hours=3), timedelta(days=2, minutes=5), timedelta(days=7)]


def test_what_happens_outside_is_met_on_its_tick(world):
    diary = Diary(world, outside=[timedelta(hours=1, minutes=2)])
    diary.timeline().pass_to(START + timedelta(hours=5))
    assert diary.ran == [timedelta(hours=1, minutes=5), timedelta(hours=5)]


def test_what_is_due_already_is_done_before_time_passes(world):
    diary = Diary(world)
    diary.wake(timedelta(minutes=-3))
    diary.timeline().pass_to(START + timedelta(hours=1))
    assert diary.ran[0] == timedelta()


@pytest.mark.parametrize("days", [1, 30])
def test_a_jump_ends_although_something_stays_due_for_ever(world, days):
    diary = Diary(world, stuck=True)
    diary.wake(timedelta(hours=1))
    travel = diary.timeline().pass_to(START + timedelta(days=days))
    assert travel.now == START + timedelta(days=days)
    assert len(diary.ran) <= 60 + 24 * days


def test_a_jump_to_now_runs_what_is_due(world):
    diary = Diary(world)
    diary.wake(timedelta())
    assert diary.timeline().pass_to(START).runs == 1
    assert list(diary.due()) == []


def test_ticks_are_rounded_up():
    assert rounded_up(START) == START
    assert rounded_up(START + timedelta(seconds=1)) == START + timedelta(minutes=5)
