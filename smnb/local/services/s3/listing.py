"""Pages of keys: prefix, delimiter and where the last page ended.

Keys come in the order of their code points, which is that of their UTF-8 bytes.
"""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from smnb.local.services.s3.store import Entry

_SURROGATES: Final = range(0xD800, 0xE000)


@dataclass
class Page:
    """One page of a list.

    Parameters
    ----------
    last
        The key or common prefix that comes last in it.
    is_truncated
        Whether more follow.
    """

    entries: list[Entry] = field(default_factory=list)
    common_prefixes: list[str] = field(default_factory=list)
    last: str = ""
    is_truncated: bool = False

    def __len__(self) -> int:
        return len(self.entries) + len(self.common_prefixes)


@dataclass(frozen=True)
class Selection:
    """Which keys a list is about.

    Parameters
    ----------
    delimiter
        Keys that share all up to its first occurrence behind the prefix are rolled up
        into one common prefix; empty for none.
    """

    prefix: str = ""
    delimiter: str = ""

    def common_prefix(self, key: str) -> str | None:
        """Return what a key of this selection is rolled up into."""
        if not self.delimiter:
            return None
        found = key.find(self.delimiter, len(self.prefix))
        return None if found < 0 else key[: found + len(self.delimiter)]

    def following(self, name: str) -> str | None:
        """Return where the list goes on behind a key or a common prefix.

        Returns
        -------
        The least key that may follow; None if none can.
        """
        if name.startswith(self.prefix) and self.common_prefix(name) == name:
            return _behind(name)
        return name + "\0"


def page(
    entries_from: Callable[[str], Generator[Entry, None, None]],
    selection: Selection,
    start: str | None,
    limit: int,
) -> Page:
    """Return up to `limit` keys and common prefixes.

    Parameters
    ----------
    entries_from
        Returns all entries from a key on, in order.
    start
        The least key to list; None lists nothing.
    """
    result = Page()
    position = None if start is None else max(start, selection.prefix)
    while position is not None and limit:
        with closing(entries_from(position)) as entries:
            position = None
            for entry in entries:
                if not entry.key.startswith(selection.prefix):
                    break
                if len(result) == limit:
                    result.is_truncated = True
                    break
                common = selection.common_prefix(entry.key)
                if common is not None:
                    result.common_prefixes.append(common)
                    result.last = common
                    position = _behind(common)
                    break
                result.entries.append(entry)
                result.last = entry.key
    return result


def _behind(prefix: str) -> str | None:
    """Return the least text greater than all that start with `prefix`."""
    stem = prefix.rstrip(chr(sys.maxunicode))
    if not stem:
        return None
    code_point = ord(stem[-1]) + 1
    if code_point in _SURROGATES:
        code_point = _SURROGATES.stop
    return stem[:-1] + chr(code_point)
