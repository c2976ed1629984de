"""A temporary folder that nobody waits for at its end: to remove a large file takes a while."""

from __future__ import annotations

import shutil
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_SMALL_ONES_S: Final = 0.02


@contextmanager
def folder() -> Iterator[Path]:
    """Give a new folder; it is gone soon after the block, and before Python ends."""
    made = Path(tempfile.mkdtemp(prefix="smnb-"))
    try:
        yield made
    finally:
        removal = threading.Thread(
            target=shutil.rmtree, args=(made, True), name="smnb-scratch"
        )
        removal.start()
        removal.join(_SMALL_ONES_S)
