"""The killer's patience."""

import pytest

from tests.harness.pace import Pace


def test_each_wave_is_killed_at_full_pace_however_long_the_one_before_it_took():
    now = 0.0
    pace = Pace(60.0, clock=lambda: now)
    for at, is_kept, kept_s in ((59.0, True, 59.0), (61.0, False, 60.0), (500.0, False, 60.0)):
        now = at
        assert (pace.is_kept, pace.kept_s) == (is_kept, pytest.approx(kept_s))
    pace.begin_wave()
    for at, is_kept, kept_s in ((500.0, True, 60.0), (530.0, True, 90.0), (561.0, False, 120.0)):
        now = at
        assert (pace.is_kept, pace.kept_s) == (is_kept, pytest.approx(kept_s))
