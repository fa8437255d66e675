"""Every flow that touches the outside passes through a point, and is crashed at each of them."""

import re
from pathlib import Path

import pytest

from tests.simulator.machine import CALM, Machine
from tests.simulator.points import Killed
from tests.simulator.stage import Stage
from tests.simulator.tours import IN_SEEDS, TOURS, WITHOUT_POINTS

FLOWS = Path(__file__).parents[2] / "functions" / "aldia" / "flows"
TOUCHES = re.compile(r"\bPorts\b")  # whoever is given the outside may touch it
FEWEST_POINTS_OF_TOURS = 285


def test_every_flow_is_played_by_the_seeds_or_by_a_tour():
    """A new flow fails here until it has an act in acts.py or a tour; then its points are counted and crashed."""
    flows = {path.stem for path in FLOWS.glob("*.py") if TOUCHES.search(path.read_text("utf-8"))}
    walked = {name for tour in TOURS for name in tour.flows}
    assert flows == {*IN_SEEDS, *walked, *WITHOUT_POINTS}


class Crashing(Machine):
    """Kills whoever reaches the `at`-th point, before or after it; counts them when `at` is 0."""

    at, when, passed = 0, "", 0

    def before(self, area, operation):
        super().before(area, operation)
        self._crash("before")

    def after(self, area, operation):
        super().after(area, operation)
        self._crash("after")
        return False

    def _pass(self, actor):
        """No time passes, and nobody else is there."""

    def _crash(self, when):
        if not self.actors:
            return
        self.passed += when == "before"
        if self.passed == self.at and when == self.when:
            raise Killed


def on_stage(tour, at, when):
    stage = Stage.build(3, luck=CALM, made=Crashing)
    stage.sign_up()
    stage.debt(stage.client("Bruno"), number="F-1")
    tour.before(stage)
    stage.machine.at, stage.machine.when = at, when
    return stage


def walk(stage, tour):
    actor = stage.machine.start(tour.flows[0], lambda: tour.act(stage))
    stage.machine.run()
    return actor.error


@pytest.mark.parametrize("tour", TOURS, ids=lambda tour: tour.flows[0])
def test_a_flow_killed_at_any_point_and_repeated_ends_as_if_nothing_had_happened(tour):
    whole = on_stage(tour, 0, "")
    assert walk(whole, tour) is None
    assert tour.is_done(whole)
    callers = {point.split(" · ")[1] for point in whole.machine.reached}
    assert {f"flows.{name}" for name in tour.flows} <= callers, callers
    for at in range(1, whole.machine.passed + 1):
        for when in ("before", "after"):
            stage = on_stage(tour, at, when)
            error = walk(stage, tour)
            assert isinstance(error, Killed), (at, when, error)
            walk(stage, tour)
            assert tour.is_done(stage), (at, when, stage.machine.lines)


def test_the_tours_pass_no_fewer_points_than_before():
    passed = []
    for tour in TOURS:
        stage = on_stage(tour, 0, "")
        walk(stage, tour)
        passed.append(stage.machine.passed)
    assert sum(passed) >= FEWEST_POINTS_OF_TOURS, passed
