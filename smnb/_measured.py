"""The most memory that a model was seen to take: kept on this machine, by its digest."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from smnb import _runtime_file

if TYPE_CHECKING:
    from pathlib import Path


def keep(digest: str, peak: float) -> None:
    """Remember a model's measured peak, if none higher is known.

    Parameters
    ----------
    digest
        The model's, as the tag ``smnb:sha256`` of its endpoint has it.
    peak
        Memory in MB of 1024 * 1024 bytes.
    """
    if peak <= (peak_mb(digest) or 0.0):
        return
    with suppress(OSError, _runtime_file.NoHomeError):  # it is measured again some day
        path = _path(digest)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps({"digest": digest, "peak_mb": peak}), "utf-8")
        draft.replace(path)


def peak_mb(digest: str) -> float | None:
    """Return a model's measured peak, MB; None if it was not measured here."""
    try:
        return float(json.loads(_path(digest).read_text("utf-8"))["peak_mb"])
    except (OSError, ValueError, TypeError, KeyError, _runtime_file.NoHomeError):
        return None


def _path(digest: str) -> Path:
    # A digest may be an ETag, of which nothing says that it can name a file.
    name = hashlib.sha256(digest.encode()).hexdigest()
    return _runtime_file.data_dir() / "measured" / f"{name}.json"
