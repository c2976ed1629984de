"""How far a video is, as one line: frames, speed, time left, bytes, cost."""

from __future__ import annotations

import time

from smnb._text import bytes_text, dollars_text, seconds_text

_BAR = 20


class Pace:
    """Counts what is done.

    Parameters
    ----------
    total
        Frames that there will be; None if nothing tells.
    """

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._started = time.perf_counter()
        self.done = 0
        self.failed = 0
        """Of these, what the model did not answer."""
        self.resumed = 0
        """Of these, what an earlier run has had answered."""
        self.sent_bytes = 0
        self.cost_usd = 0.0

    @property
    def total(self) -> int | None:
        """Frames that there will be; None if nothing tells."""
        return self._total

    @property
    def share(self) -> float | None:
        """How much is done, from 0 to 1; None if nothing tells."""
        return min(1.0, self.done / self._total) if self._total else None

    @property
    def text(self) -> str:
        """The line."""
        seconds = time.perf_counter() - self._started
        fps = (self.done - self.resumed) / seconds
        total = self._total or self.done
        filled = round(_BAR * (self.share or 0))
        parts = [
            f"{'━' * filled}{'─' * (_BAR - filled)} {self.done}/{total} frames",
            f"{fps:.0f} fps",
        ]
        left = total - self.done
        if left > 0 and fps:
            parts.append(f"{seconds_text(left / fps)} left")
        elif left <= 0:
            parts.append(seconds_text(seconds))
        parts.append(bytes_text(self.sent_bytes))
        if self.cost_usd:
            parts.append(f"≈ {dollars_text(self.cost_usd)}")
        if self.resumed:
            parts.append(f"{self.resumed} from before")
        return " · ".join(parts)
