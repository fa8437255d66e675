"""A year of a hundred debts is played in less than a minute; processor time, so that a busy machine does not decide."""

import time

import pytest

from tests.replay.year import year

LONGEST_S = 60


@pytest.mark.slow
def test_a_year_of_a_hundred_debts_is_played_within_a_minute(play):
    began = time.process_time()
    document = play(year(100))
    assert time.process_time() - began < LONGEST_S
    assert len(document["debts"]) == 100
    assert len(document["letters"]) > 400
    on_hand = {}
    for letter in document["letters"]:
        on_hand.setdefault((letter["client"], letter["at"][:10]), []).append(letter["step"])
    answers = {"thanks", "part_received", "promise_noted"}
    assert all(len(set(steps) - answers - {"promise_day"}) <= 1 for steps in on_hand.values())
