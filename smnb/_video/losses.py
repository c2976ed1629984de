"""Which frames of a damaged video are missing: packets without a picture, and what follows."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST_RANGES = 5


class Losses:
    """Keeps account of the pictures that are due, by their time stamps."""

    def __init__(self) -> None:
        self._due: set[int] = set()
        self._torn: set[int] = set()

    def sent(self, stamp: int | None) -> None:
        """Note a packet that is given to the decoder."""
        if stamp is not None:
            self._due.add(stamp)

    def came(self, stamp: int | None, *, is_torn: bool) -> None:
        """Note a picture, which may be incomplete."""
        if stamp is not None:
            self._due.discard(stamp)
            if is_torn:
                self._torn.add(stamp)

    def jumped(self) -> None:
        """Note that what was due will not come, and is not missed."""
        self._due.clear()

    def ranges(
        self, stamps: Sequence[int], first_stamp: int, declared: int
    ) -> tuple[tuple[int, int], ...]:
        """Return the first and last index of each run of missing or incomplete frames.

        Parameters
        ----------
        stamps
            Of all packets that can be read, in order.
        first_stamp
            Of the first picture.
        declared
            How many frames the file says to have; 0 if it does not.
        """
        start = bisect_left(stamps, first_stamp)
        lost = {bisect_left(stamps, stamp) - start for stamp in self._due | self._torn}
        lost |= set(range(len(stamps) - start, declared - start))
        return tuple(_runs(sorted(index for index in lost if index >= 0)))


def ranges_text(ranges: Sequence[tuple[int, int]]) -> str:
    """Write ranges.

    Examples
    --------
    >>> ranges_text([(3, 7), (20, 20)]), ranges_text([(20, 20)])
    ('frames 3-7, 20', 'frame 20')
    """
    if len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return f"frame {ranges[0][0]}"
    texts = [f"{a}-{b}" if b > a else str(a) for a, b in ranges[:_MOST_RANGES]]
    more = len(ranges) - _MOST_RANGES
    return f"frames {', '.join(texts)}" + (
        f" and {more} more ranges" if more > 0 else ""
    )


def _runs(indices: list[int]) -> Iterator[tuple[int, int]]:
    first = last = None
    for index in indices:
        if last is not None and index == last + 1:
            last = index
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = index
    if first is not None and last is not None:
        yield first, last
