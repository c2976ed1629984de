"""What AWS publishes of endpoints: the names, units and dimensions of its metrics.

From the SageMaker Developer Guide: monitoring-cloudwatch, async-inference-monitor and
serverless-endpoints-monitoring. Of a request that the model never got, since it was
refused or throttled, nothing is recorded.
"""

from __future__ import annotations

from functools import lru_cache, partial
from time import perf_counter
from typing import TYPE_CHECKING, Final, final

from smnb.local.errors import ServiceError
from smnb.local.services.metric_store import Metric

if TYPE_CHECKING:
    from types import TracebackType

    from smnb.local.container.usage import RequestUsage
    from smnb.local.services.fleet import HostedVariant, Kind
    from smnb.local.services.metric_store import MetricStore, Series

_INVOCATIONS: Final = "AWS/SageMaker"
_INSTANCES: Final = "/aws/sagemaker/Endpoints"
_OWN: Final = "smnb/local"
_MIB: Final = 1024 * 1024
_MAX_CACHED: Final = 1024  # variants
_OK: Final = 200
_NO_ANSWER: Final = 500  # counted as the model's own fault


class EndpointMetrics:
    """Records what happens to endpoints."""

    def __init__(self, store: MetricStore) -> None:
        self._store = store
        self._cached = lru_cache(_MAX_CACHED)(partial(VariantMetrics, store))

    def of(self, region: str, variant: HostedVariant) -> VariantMetrics:
        """Return what records a variant."""
        return self._cached(region, variant.spec.endpoint_name, variant.name)

    def invocation(self, region: str, kind: Kind, variant: HostedVariant) -> Invocation:
        """Return what measures an InvokeEndpoint that begins, and records its end."""
        return Invocation(self.of(region, variant), kind, variant)

    def usage(self, region: str, variant: HostedVariant, used: RequestUsage) -> None:
        """Record what the process of a request used meanwhile."""
        self.of(region, variant).usage(used)

    def backlog(
        self,
        region: str,
        endpoint_name: str,
        size: int,
        oldest_s: float,
        instances: int,
    ) -> None:
        """Record an asynchronous endpoint's queue, of which some is being worked on.

        Parameters
        ----------
        size
            Requests that are not answered yet.
        oldest_s
            Seconds since the first of them came.
        instances
            How many run now.
        """
        dimensions = (("EndpointName", endpoint_name),)
        for name, unit, value in (
            ("ApproximateBacklogSize", "Count", size),
            ("ApproximateBacklogSizePerInstance", "Count", size / max(instances, 1)),
            ("ApproximateAgeOfOldestRequest", "Seconds", oldest_s),
            ("HasBacklogWithoutCapacity", "Count", size > 0 and instances == 0),
        ):
            metric = Metric(region, _INVOCATIONS, name, dimensions)
            self._store.series(metric, unit).add(float(value))


class VariantMetrics:
    """Records what happens to one variant."""

    def __init__(
        self, store: MetricStore, region: str, endpoint_name: str, variant_name: str
    ) -> None:
        self._store = store
        self._region = region
        self._dimensions = (
            ("EndpointName", endpoint_name),
            ("VariantName", variant_name),
        )
        self._series: dict[str, Series] = {}

    def answered(self, status: int, model_s: float | None) -> None:
        """Record the model's answer, or that none came: status 0.

        Parameters
        ----------
        model_s
            Seconds that it took; None if the model was not asked.
        """
        status = status or _NO_ANSWER
        self._add("Invocation4XXErrors", "None", 400 <= status < 500)  # noqa: PLR2004 - HTTP's classes
        self._add("Invocation5XXErrors", "None", status >= 500)  # noqa: PLR2004
        if model_s is not None:
            self._microseconds("ModelLatency", model_s)

    def synchronous(
        self, kind: Kind, instances: int, *, failed: bool, overhead_s: float
    ) -> None:
        """Record what only synchronous endpoints publish of an invocation."""
        self._add("Invocations", "None", 1)
        self._microseconds("OverheadLatency", overhead_s)
        if kind == "realtime":  # the guide lists all that serverless endpoints publish
            self._add("InvocationsPerInstance", "None", 1 / instances)
            self._add("InvocationModelErrors", "None", failed)

    def set_up(self, seconds: float) -> None:
        """Record a request's wait for a serverless container's cold start."""
        self._microseconds("ModelSetupTime", seconds)

    def left_backlog(self, waited_s: float) -> None:
        """Record that work on a queued request begins."""
        self._add("TimeInBacklog", "Milliseconds", waited_s * 1e3)

    def downloaded(self, seconds: float) -> None:
        """Record how long reading a request's input from S3 took."""
        self._microseconds("RequestDownloadLatency", seconds)

    def download_failed(self) -> None:
        """Record that a request's input could not be read."""
        self._add("RequestDownloadFailures", "Count", 1)

    def uploaded(self, seconds: float) -> None:
        """Record how long writing a request's output to S3 took."""
        self._microseconds("ResponseUploadLatency", seconds)

    def upload_failed(self) -> None:
        """Record that a request's output could not be written."""
        self._add("ResponseUploadFailures", "Count", 1)

    def expired(self) -> None:
        """Record that a request was queued for longer than its TTL."""
        self._add("ExpiredRequests", "Count", 1)

    def processed(self, total_s: float, *, failed: bool) -> None:
        """Record the end of a queued request, `total_s` seconds after it came."""
        self._add("InvocationsProcessed", "Count", 1)
        self._add("TotalProcessingTime", "Milliseconds", total_s * 1e3)
        if failed:
            self._add("InvocationFailures", "Count", 1)

    def cpu(self, percent: float) -> None:
        """Record an instance's use of its processors: 100 for each of them."""
        self._add("CPUUtilization", "Percent", percent, _INSTANCES)

    def memory(self, percent: float) -> None:
        """Record how much of its memory an instance uses."""
        self._add("MemoryUtilization", "Percent", percent, _INSTANCES)

    def usage(self, used: RequestUsage) -> None:
        """Record what AWS does not tell: what answering a request took, as far as known."""
        if used.peak_bytes is not None:
            self._add("MemoryPeak", "Megabytes", round(used.peak_bytes / _MIB, 1), _OWN)
        if used.cpu_s is not None:
            self._add("CPUTime", "Milliseconds", round(used.cpu_s * 1e3, 3), _OWN)

    def _microseconds(self, name: str, seconds: float) -> None:
        self._add(name, "Microseconds", round(seconds * 1e6))

    def _add(
        self, name: str, unit: str, value: float, namespace: str = _INVOCATIONS
    ) -> None:
        series = self._series.get(name)
        if series is None:
            metric = Metric(self._region, namespace, name, self._dimensions)
            series = self._series[name] = self._store.series(metric, unit)
        series.add(float(value))


@final
class Invocation:
    """One InvokeEndpoint: measured while it goes on, recorded when the context ends.

    What is not the model's time is overhead, and so is a container's start, as on AWS.
    """

    def __init__(
        self, metrics: VariantMetrics, kind: Kind, variant: HostedVariant
    ) -> None:
        self._metrics = metrics
        self._kind = kind
        self._instances = max(variant.spec.workers, 1)
        self._cold = kind == "serverless" and not variant.running
        self._began = perf_counter()
        self._sent: float | None = None

    def sent(self) -> None:
        """Note that the container is up and gets the request: the model's time begins."""
        self._sent = perf_counter()

    def __enter__(self) -> Invocation:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        status = _status(error)
        if status is None:
            return
        ended = perf_counter()
        sent = ended if self._sent is None else self._sent
        if self._cold:
            self._metrics.set_up(sent - self._began)
        self._metrics.answered(status, None if self._sent is None else ended - sent)
        self._metrics.synchronous(
            self._kind,
            self._instances,
            failed=status != _OK,
            overhead_s=sent - self._began,
        )


def _status(error: BaseException | None) -> int | None:
    """Return what the model answered, 0 if it did not, None if it got no request."""
    if error is None:
        return _OK
    if isinstance(error, ServiceError) and error.code == "ModelError":
        return int(error.members["OriginalStatusCode"])
    return None
