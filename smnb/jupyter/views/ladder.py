"""The six serverless sizes: which hold the model, how fast, and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from smnb._compute import Serverless
from smnb._figures import fitting_size_mb
from smnb._quote import quote
from smnb._serverless_size import sizes_mb
from smnb._text import bytes_text
from smnb.jupyter.shapes import Size

if TYPE_CHECKING:
    from smnb.jupyter.views.subject import Subject

_MIB = 1024 * 1024


def sizes(subject: Subject, calls: float) -> list[Size]:
    """Return the six sizes, the smallest first."""
    return [_size(subject, memory_mb, calls) for memory_mb in sizes_mb()]


def best_mb(subject: Subject) -> int | None:
    """Return the smallest size with a fifth to spare; None if no peak is known."""
    peak = subject.peak
    return None if peak is None else fitting_size_mb(peak["memory_mb"])


def reason(subject: Subject, ladder: list[Size]) -> str:
    """Say why the best size is the best, and what the one in use does better or worse."""
    peak, best = subject.peak, best_mb(subject)
    if peak is None:
        return ""
    measured = bytes_text(peak["memory_mb"] * _MIB)
    if best is None:
        return f"No serverless size holds the measured peak, {measured}, with a fifth to spare."
    by_mb = {size["memory_mb"]: size for size in ladder}
    spare = by_mb[best]["spare_fraction"] or 0.0
    words = (
        f"{best / 1024:g} GB is the smallest size that holds the measured peak, "
        f"{measured}, with {spare:.0%} to spare."
    )
    now = subject.now
    if isinstance(now, Serverless) and now.memory_mb not in (None, best):
        words += _compared(by_mb[best], by_mb[now.memory_mb])
    return words.replace("%", " %")


def _size(subject: Subject, memory_mb: int, calls: float) -> Size:
    peak = subject.peak
    fits = peak is None or peak["memory_mb"] <= memory_mb
    time, is_exact = subject.time_at(memory_mb)
    bound: Literal["exact", "max", "unknown"] = "exact" if is_exact else "max"
    if time is None or not fits:
        bound, time = "unknown", None
    priced = quote(
        Serverless(memory_mb),
        calls_per_month=calls,
        duration_s=None if time is None else time.mean_ms / 1000,
        region=subject.region,
    )
    spare = None
    if peak is not None and fits:
        spare = 1 - peak["memory_mb"] / memory_mb
    return Size(
        memory_mb=memory_mb,
        fits=fits,
        spare_fraction=spare,
        p50_ms=time.p50_ms if time and is_exact else None,
        measured_at=time.at * 1000 if time and is_exact else None,
        usd_per_1k=priced.usd_per_1k if time else None,
        usd_per_month=priced.usd_per_month if time else None,
        bound=bound,
    )


def _compared(best: Size, now: Size) -> str:
    """Say how the size in use compares, where both were measured."""
    fast, cheap = (
        (best["p50_ms"], now["p50_ms"]),
        (best["usd_per_1k"], now["usd_per_1k"]),
    )
    if None in fast or None in cheap or not (best["p50_ms"] and best["usd_per_1k"]):
        return ""
    quicker = 1 - (now["p50_ms"] or 0.0) / best["p50_ms"]
    dearer = (now["usd_per_1k"] or 0.0) / best["usd_per_1k"] - 1
    speed = _by_how_much(quicker, "faster", "slower") or "as fast"
    cost = _by_how_much(dearer, "more", "less") or "as much"
    return f" {now['memory_mb'] / 1024:g} GB is {speed} and costs {cost}."


def _by_how_much(fraction: float, more: str, less: str) -> str:
    """Say a difference; nothing if it rounds to none.

    Examples
    --------
    >>> _by_how_much(0.27, "more", "less"), _by_how_much(-0.004, "more", "less")
    ('27% more', '')
    """
    share = f"{abs(fraction):.0%}"
    return "" if share == "0%" else f"{share} {more if fraction > 0 else less}"
