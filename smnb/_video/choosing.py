"""Choose frames of a video as they pass: each so many, so many a second, within a span."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smnb._video.video import Video

# Half of the finest clock that containers have: 1/3 s in a file is not 1/3 in a float.
_TOLERANCE_S = 1 / 180_000


class Chooser:
    """Says of one frame after another whether it is taken.

    Parameters
    ----------
    video
        What was asked for.
    """

    def __init__(self, video: Video) -> None:
        self._every = video.every
        self._fps = video.fps
        self._start_s = video.start_s or 0.0
        self._stop_s = math.inf if video.stop_s is None else video.stop_s
        self._next_s = self._start_s

    def takes(self, index: int, time_s: float) -> bool:
        """Say whether a frame is taken: its index, and when it is shown."""
        if time_s < self.earliest_s or self.is_over(time_s):
            return False
        if self._fps is None:
            return index % self._every == 0
        passed = math.floor((time_s - self._start_s + _TOLERANCE_S) * self._fps)
        self._next_s = self._start_s + (passed + 1) / self._fps
        return True

    def is_over(self, time_s: float) -> bool:
        """Say whether neither this frame nor a later one is taken."""
        return time_s >= self._stop_s - _TOLERANCE_S

    @property
    def earliest_s(self) -> float:
        """When the next frame that is taken is shown, at the earliest."""
        return self._next_s - _TOLERANCE_S


def count(video: Video, times_s: Iterable[float]) -> int:
    """Return how many of the frames that are shown at `times_s`, in order, are taken."""
    chooser = Chooser(video)
    return sum(chooser.takes(index, time_s) for index, time_s in enumerate(times_s))
