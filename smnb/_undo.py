"""What a call that fails or is stopped has created so far, and how to remove it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _hosting
from smnb.errors import NotFoundError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable


class Undo:
    """What has been created, and how to remove it in reverse."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, Callable[[], object]]] = []

    def add(self, label: str, remove: Callable[[], object]) -> None:
        """Note that `label` exists now."""
        self._steps.append((label, remove))

    def forget_last(self) -> None:
        """Leave the newest alone: it turned out to be somebody else's."""
        self._steps.pop()

    def run(self) -> list[str]:
        """Remove everything, newest first; stop at what cannot be, return the rest."""
        while self._steps:
            _, remove = self._steps[-1]
            try:
                remove()
            except NotFoundError:
                pass
            except ServiceError as error:
                if not _hosting.is_in_progress(error):
                    raise
                return [label for label, _ in reversed(self._steps)]
            self._steps.pop()
        return []
