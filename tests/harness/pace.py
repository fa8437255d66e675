"""How long the killer keeps its full pace: anew in each wave, so that no part of a long run is spared."""

import time
from collections.abc import Callable


class Pace:
    """Patience with a machine that is too busy to send anything between two kills."""

    def __init__(self, patience_s: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience_s, self._clock = patience_s, clock
        self._began, self._earlier_s = clock(), 0.0

    def begin_wave(self) -> None:
        """A wave begins: patience is whole again."""
        self._began, self._earlier_s = self._clock(), self.kept_s

    @property
    def is_kept(self) -> bool:
        """Whether this wave's patience lasts."""
        return self._in_wave_s <= self._patience_s

    @property
    def kept_s(self) -> float:
        """How long the full pace was kept so far, in all waves."""
        return self._earlier_s + min(self._in_wave_s, self._patience_s)

    @property
    def _in_wave_s(self) -> float:
        return self._clock() - self._began
