"""Cut what a process prints into lines, with bounded memory."""

from __future__ import annotations

from typing import Final

_MAX_LINE_BYTES: Final = 256 * 1024  # the largest event of CloudWatch Logs


class LineBuffer:
    r"""Holds the beginning of a line until its end comes.

    Examples
    --------
    >>> lines = LineBuffer()
    >>> lines.feed(b"one\ntw"), lines.feed(b"o\n"), lines.rest()
    ([b'one'], [b'two'], [])
    """

    def __init__(self) -> None:
        self._begun = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that `chunk` completes; one that is too long is cut."""
        *lines, self._begun = (self._begun + chunk).split(b"\n")
        if len(self._begun) > _MAX_LINE_BYTES:
            lines += self.rest()
        return lines

    def rest(self) -> list[bytes]:
        """Return the last line, if it has no end."""
        begun, self._begun = self._begun, b""
        return [begun] if begun else []
