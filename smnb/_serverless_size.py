"""Which memory size of serverless inference holds a model."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smnb import _measured
from smnb._compute import Serverless
from smnb._limits import LIMITS
from smnb._text import bytes_text
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._compute import Compute

SPARE: Final = 1.2  # 20 % more memory than was measured
DEFAULT_MB: Final = 2048  # AWS's own default where nothing is known
_MIB: Final = 1024 * 1024


def sizes_mb() -> tuple[int, ...]:
    """Return the six sizes, MB, the smallest first."""
    return tuple(
        range(
            LIMITS["serverless_memory_min_mb"].value,
            LIMITS["serverless_memory_max_mb"].value + 1,
            LIMITS["serverless_memory_step_mb"].value,
        )
    )


def serverless_mb(
    memory_mb: float | None, *, least_mb: float = DEFAULT_MB
) -> int | None:
    """Return the smallest size that holds `memory_mb` with a fifth to spare.

    At least 2048 MB, AWS's default; None if none of the six holds it.

    Examples
    --------
    >>> serverless_mb(None), serverless_mb(640), serverless_mb(1800), serverless_mb(6000)
    (2048, 2048, 3072, None)
    """
    needed_mb = max(SPARE * (memory_mb or 0), least_mb)
    return next((mb for mb in sizes_mb() if mb >= needed_mb), None)


def sized(
    compute: Compute, *, digest: str, unpacked_bytes: int | None, now_mb: int = 0
) -> tuple[Compute, str]:
    """Give a `Serverless` without a size one; return it, and what it was chosen by.

    Parameters
    ----------
    digest
        The model's, by which a measured peak is known.
    unpacked_bytes
        Size of the model's files; None if it is not known.
    now_mb
        What the endpoint has, kept where nothing was measured; 0 if there is none.

    Returns
    -------
    tuple
        The compute and a sentence, which is empty if `compute` had a size.

    Raises
    ------
    InvalidInputError
        If none of the sizes holds the model.

    Examples
    --------
    >>> sized(Serverless(), digest="none", unpacked_bytes=2 << 30)
    (Serverless(memory_mb=3072, max_concurrency=5, provisioned_concurrency=None), '3072 MB of memory: 2 GB of files and a fifth to spare')
    """
    if not isinstance(compute, Serverless) or compute.memory_mb is not None:
        return compute, ""
    peak_mb = _measured.peak_mb(digest)
    files_mb = (unpacked_bytes or 0) / _MIB
    if peak_mb is not None:
        least_mb, needed_mb = max(files_mb, DEFAULT_MB), peak_mb
        why = f"its measured peak of {bytes_text(peak_mb * _MIB)} and a fifth to spare"
    else:
        least_mb, needed_mb = now_mb or DEFAULT_MB, files_mb
        why = f"{bytes_text(files_mb * _MIB)} of files and a fifth to spare"
    memory_mb = serverless_mb(needed_mb, least_mb=least_mb)
    if memory_mb is None:
        raise InvalidInputError(
            f"No serverless size holds {why}: the largest has {sizes_mb()[-1]} MB.",
            hint='Deploy it on an instance, smnb.RealTime("ml.m5.large"), or name a '
            "size: smnb.Serverless(6144).",
        )
    if peak_mb is None and memory_mb <= least_mb:
        why = "as it was" if now_mb == memory_mb else "the least that is chosen"
    return replace(compute, memory_mb=memory_mb), f"{memory_mb} MB of memory: {why}"
