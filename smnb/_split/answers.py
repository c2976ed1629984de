"""What a part's answer says of its frames."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from smnb._results import FrameResult
from smnb.errors import InvocationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._split.parts import Shown


def of_frames(
    number: int, shown: Sequence[Shown], value: Any, *, packed: bool
) -> list[FrameResult]:
    """Return the results of frames that travelled as pictures.

    Raises
    ------
    InvocationError
        If several travelled together, and it is no list of as many predictions.
    """
    if not packed:
        return [_result(number, shown[0], value)]
    count = _count(value)
    if count != len(shown):
        said = "one answer, no list" if count is None else count
        raise InvocationError(
            f"The model got {len(shown)} frames in one request and answered {said}.",
            hint="A model that takes several frames in a request answers a list with "
            "one prediction for each, in order.",
        )
    return _each(number, shown, value)


def of_segment(
    number: int, shown: Sequence[Shown], value: Any, *, extra: int = 0
) -> list[FrameResult]:
    """Return a result for each frame of a segment, or the one for the segment.

    A list with as many predictions as the segment has frames is one for each; anything
    else is one answer, kept once, at the segment's first frame.

    Parameters
    ----------
    extra
        Frames that the segment holds beyond its own, at its end.
    """
    if _count(value) == len(shown) + extra:
        return _each(number, shown, value[: len(shown)])
    if _count(value) == len(shown):
        return _each(number, shown, value)
    return [replace(_result(number, shown[0], value), frame_count=len(shown))]


def of_failure(
    number: int, shown: Sequence[Shown], error: Exception
) -> list[FrameResult]:
    """Return results without an answer."""
    return [replace(_result(number, one, None), error=error) for one in shown]


def failed_text(results: Sequence[FrameResult], *, most: int = 5) -> str:
    """Write which frames have no answer; those that were sent in a row are one range.

    Examples
    --------
    >>> boom = ValueError("boom")
    >>> errors = [None, boom, boom, None, boom]
    >>> failed_text([FrameResult(2 * i, i, i, 0, e) for i, e in enumerate(errors)])
    '2-4, 8'
    """
    ranges = []
    runs = groupby(results, key=lambda result: result.error is not None)
    for run in (list(run) for failed, run in runs if failed):
        first, last = run[0].frame, run[-1].frame
        ranges.append(f"{first}-{last}" if last > first else str(first))
    more = len(ranges) - most
    return ", ".join(ranges[:most]) + (f" and {more} more ranges" if more > 0 else "")


def _count(value: Any) -> int | None:
    """Return how many predictions it holds; None if it is one."""
    if isinstance(value, list | tuple):
        return len(value)
    shape = getattr(value, "shape", ())  # of an array
    return int(shape[0]) if shape else None


def _each(number: int, shown: Sequence[Shown], values: Any) -> list[FrameResult]:
    return [
        _result(number, one, value) for one, value in zip(shown, values, strict=True)
    ]


def _result(number: int, shown: Shown, value: Any) -> FrameResult:
    return FrameResult(
        shown.frame,
        shown.time_s,
        number,
        value,
        quality=shown.quality,
        size=shown.size,
    )
