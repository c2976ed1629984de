"""Rows as a DataFrame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb._extras import require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def frame_of(rows: Sequence[Mapping[str, Any]], *, purpose: str) -> Any:
    """Return a DataFrame with a row for each; what no row has a value of is NaN.

    Raises
    ------
    MissingExtraError
        If pandas is not installed; `purpose` begins the message.
    """
    frame = require("pandas", purpose=purpose).DataFrame(rows)
    # Of objects, pandas 2 would say that their type may change when frames are joined.
    empty = [name for name in frame if frame[name].isna().all()]
    return frame.astype(dict.fromkeys(empty, float))
