"""CloudWatch as one service: every operation, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb.local.services.cloudwatch_alarms import AlarmOperations
from smnb.local.services.cloudwatch_metrics import MetricOperations

if TYPE_CHECKING:
    from smnb.local.services.metric_store import MetricStore
    from smnb.local.state import State


class CloudWatchService:
    """Every CloudWatch operation, found in the part that it belongs to."""

    def __init__(self, state: State, metrics: MetricStore) -> None:
        self._parts = (AlarmOperations(state), MetricOperations(metrics))

    def __getattr__(self, operation: str) -> Any:
        """Return the method of an operation; AttributeError if nothing answers it."""
        for part in self._parts:
            if (method := getattr(part, operation, None)) is not None:
                return method
        raise AttributeError(operation)
