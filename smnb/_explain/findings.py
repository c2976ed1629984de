"""What an endpoint's figures tell: errors, cold starts, overhead, memory, a queue.

Pure functions of what was read; thresholds stand above them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _figures
from smnb._explain.explanation import Finding
from smnb._limits import LIMITS
from smnb._text import seconds_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._hosting import Described
    from smnb._metrics import Readings

_NEAR = 0.8  # of a limit
_LONG_QUEUE_S = 60.0
_COLD_SHARE = 0.02
_LONG_COLD_START_MS = 1000.0
_MUCH_OVERHEAD_MS = 50.0
_SLOW_MS = 1000.0


def of_figures(readings: Readings, found: Described) -> Iterator[Finding]:
    """Yield what the figures show to be slow, full or failing; the weightiest first."""
    totals = readings.totals
    yield from _near_memory(readings, found)
    yield from _near_timeout(readings, found)
    yield from _queue(readings)
    yield from _cold_starts(readings)
    model_ms = totals.get("model_latency_p50_ms", 0.0)
    overhead_ms = totals.get("overhead_latency_p50_ms", 0.0)
    if overhead_ms > max(model_ms, _MUCH_OVERHEAD_MS):
        yield Finding(
            "overhead",
            "Most of the time is not the model's: it is spent on the way to it.",
            (
                f"overhead {_figures.latency_words(readings, 'overhead_latency')}",
                f"model {_figures.latency_words(readings)}",
            ),
            "Send smaller payloads, or several values in one request; large ones "
            "through S3 (overflow=smnb.Async(…)).",
        )
    elif model_ms > _SLOW_MS:
        yield Finding(
            "slow-model",
            "The time is spent in the model itself.",
            (f"model {_figures.latency_words(readings)}",),
            "Load it once, in model_fn; give it more memory (serverless: more "
            "processor with it) or a larger instance.",
        )


def failing(readings: Readings) -> Finding:
    """Say that calls failed, where no line of the log says why."""
    return Finding(
        "errors",
        f"{readings.errors:,.0f} of {readings.calls:,.0f} calls failed.",
        (),
        "Read what the model wrote meanwhile: ep.logs().",
    )


def healthy(readings: Readings) -> Finding:
    """Say that nothing is the matter."""
    if not readings.calls:
        return Finding(
            "unused", "It is healthy, and nobody has called it.", (), "ep.invoke(x)"
        )
    return Finding("healthy", "It is healthy.", (), "")


def facts(readings: Readings, found: Described) -> tuple[str, ...]:
    """Return the figures of a span in words."""
    peak_mb = _figures.memory_peak_mb(readings, found)
    named = {
        "calls": _figures.calls_words(readings),
        "latency": _figures.latency_words(readings),
        "overhead": _figures.latency_words(readings, "overhead_latency"),
        "cold starts": _figures.cold_start_words(readings),
        "memory": _figures.memory_words(peak_mb, found.memory_mb) if peak_mb else "",
    }
    return tuple(f"{name} {words}" for name, words in named.items() if words)


def more_memory(readings: Readings | None, found: Described) -> str:
    """Say which size to take in place of one that was too small."""
    peak_mb = _figures.memory_peak_mb(readings, found) if readings else None
    measured = f"{_figures.memory_words(peak_mb, None)} measured" if peak_mb else ""
    if found.memory_mb is None:
        step = "Take a larger instance: ep.update(smnb.RealTime(…))."
    else:
        # A process that was killed for its size has reached it, whatever was measured.
        need_mb = max(peak_mb or 0, found.memory_mb)
        size_mb = _figures.fitting_size_mb(need_mb)
        step = (
            f"Give it more: ep.update(memory_mb={size_mb})"
            if size_mb
            else "Serverless has no larger size: ep.to_realtime(…)"
        )
        step += ", or Serverless(memory_mb=…) in deploy()."
    return f"{step} {measured}".strip()


def _near_memory(readings: Readings, found: Described) -> Iterator[Finding]:
    peak_mb = _figures.memory_peak_mb(readings, found)
    if peak_mb and found.memory_mb and peak_mb > _NEAR * found.memory_mb:
        yield Finding(
            "memory",
            "It is close to the end of its memory; a larger request may end it.",
            (f"peak {_figures.memory_words(peak_mb, found.memory_mb)}",),
            more_memory(readings, found),
        )


def _near_timeout(readings: Readings, found: Described) -> Iterator[Finding]:
    limit_s = LIMITS["realtime_timeout_s"].value
    p99_s = readings.totals.get("model_latency_p99_ms", 0.0) / 1000
    if found.kind != "async" and p99_s > _NEAR * limit_s:
        most_s = LIMITS["async_timeout_max_s"].value
        yield Finding(
            "near-timeout",
            f"Its slowest calls come close to the {limit_s} s that a call may take.",
            (f"model {_figures.latency_words(readings)}",),
            f"Call asynchronously, up to {most_s} s: deploy(…, overflow="
            f'smnb.Async(…, timeout_s={most_s})), then ep.invoke(x, route="s3").',
        )


def _queue(readings: Readings) -> Iterator[Finding]:
    totals = readings.totals
    if expired := totals.get("expired_requests"):
        yield Finding(
            "expired",
            f"{expired:,.0f} requests waited longer than they were allowed to.",
            (),
            "Allow more instances: ep.update(max_count=…).",
        )
    oldest_s = totals.get("oldest_request_age_s", 0.0)
    if oldest_s > _LONG_QUEUE_S:
        size = totals.get("backlog_size", 0.0)
        yield Finding(
            "queue",
            "Requests wait long in the queue.",
            (f"up to {size:,.0f} waiting, the oldest for {seconds_text(oldest_s)}",),
            "Allow more instances or more requests at once: "
            "ep.update(max_count=…, concurrency=…). From zero, an instance takes "
            "minutes to start.",
        )


def _cold_starts(readings: Readings) -> Iterator[Finding]:
    count = readings.totals.get("cold_starts", 0.0)
    longest_ms = readings.totals.get("model_setup_time_max_ms", 0.0)
    if longest_ms < _LONG_COLD_START_MS or count < _COLD_SHARE * readings.calls:
        return
    if count:
        yield Finding(
            "cold-starts",
            f"{count:,.0f} of {readings.calls:,.0f} calls waited for a container to "
            "start.",
            (f"cold starts {_figures.cold_start_words(readings)}",),
            "Make the archive and its imports smaller; to have none: "
            "provisioned_concurrency=… (billed while idle) or ep.to_realtime(…).",
        )
