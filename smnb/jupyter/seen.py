"""What the panel knows of one endpoint at a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb.jupyter.shapes import Failure
    from smnb.jupyter.use import Use


@dataclass(frozen=True)
class Listed:
    """A line of AWS's list of endpoints."""

    name: str
    arn: str
    status: str
    created: datetime
    modified: datetime

    @property
    def key(self) -> str:
        """What names this very endpoint, also among those of its name before it."""
        return f"{self.arn}@{self.created.timestamp() * 1000:.0f}"


@dataclass(frozen=True)
class Seen:
    """One endpoint: what AWS listed and described, and what was read of it.

    Parameters
    ----------
    described_at
        Monotonic seconds.
    has_begun
        Whether a container has written its first line while it is created.
    pending
        What an update is moving it to.
    failure
        Why it is not in service, if it failed.
    use
        How it is used; None as long as nothing could be read.
    over_budget
        Whether it has cost more than it may.
    last_took_s
        How long its model took to come into service the last time.
    """

    listed: Listed
    found: Described
    described_at: float
    has_begun: bool = False
    pending: Compute | None = None
    failure: Failure | None = None
    use: Use | None = None
    over_budget: bool = False
    last_took_s: float | None = None
    model_path: str | None = None
