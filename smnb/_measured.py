"""What was measured of a model: kept on this machine, by the model's digest.

The most memory that it was seen to take, and how long it worked on a request at each
serverless size: more memory brings more processor, so that a time holds for its size.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from smnb import _runtime_file

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Time:
    """How long a model worked on a request, at one serverless size.

    Parameters
    ----------
    p50_ms
        The median.
    mean_ms
        The mean, which is what is billed.
    at
        When it was measured, seconds since 1970.
    """

    p50_ms: float
    mean_ms: float
    at: float


def keep(digest: str, peak: float) -> None:
    """Remember a model's measured peak, if none higher is known.

    Parameters
    ----------
    digest
        The model's, as the tag ``smnb:sha256`` of its endpoint has it.
    peak
        Memory in MB of 1024 * 1024 bytes.
    """
    if peak > (peak_mb(digest) or 0.0):
        _write(digest, _read(digest) | {"peak_mb": peak})


def peak_mb(digest: str) -> float | None:
    """Return a model's measured peak, MB; None if it was not measured here."""
    try:
        return float(_read(digest)["peak_mb"])
    except (ValueError, TypeError, KeyError):
        return None


def keep_time(digest: str, place: str, memory_mb: int, time: Time) -> None:
    """Remember a model's time at a size; the newest counts.

    Parameters
    ----------
    place
        ``"aws"`` or ``"local"``: times of this machine say nothing of AWS's.
    """
    known = _read(digest)
    times = known.get("times")
    times = times if isinstance(times, dict) else {}
    times[f"{place} {memory_mb}"] = asdict(time)
    _write(digest, known | {"times": times})


def times(digest: str, place: str) -> dict[int, Time]:
    """Return a model's measured times at a place, by serverless size in MB."""
    found: dict[int, Time] = {}
    with suppress(ValueError, TypeError, AttributeError):
        for key, values in (_read(digest).get("times") or {}).items():
            where, _, memory_mb = key.partition(" ")
            if where == place:
                found[int(memory_mb)] = Time(**values)
    return found


def _read(digest: str) -> dict[str, Any]:
    try:
        known = json.loads(_path(digest).read_text("utf-8"))
    except (OSError, ValueError, _runtime_file.NoHomeError):
        return {}
    return known if isinstance(known, dict) else {}


def _write(digest: str, known: dict[str, Any]) -> None:
    with suppress(OSError, _runtime_file.NoHomeError):  # it is measured again some day
        path = _path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(known | {"digest": digest}), "utf-8")
        draft.replace(path)


def _path(digest: str) -> Path:
    # A digest may be an ETag, of which nothing says that it can name a file.
    name = hashlib.sha256(digest.encode()).hexdigest()
    return _runtime_file.data_dir() / "measured" / f"{name}.json"
