"""What the model answered, and the body that it may still be sending."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping


class Body:
    """Chunks that somebody waits for the end of.

    A generator that is never begun never gets to its ``finally``; this does.

    Parameters
    ----------
    finish
        Called once: after the last chunk, an error, or `aclose`.
    """

    def __init__(
        self, chunks: AsyncGenerator[bytes, None], finish: Callable[[], None]
    ) -> None:
        self._chunks = chunks
        self._finish: Callable[[], None] | None = finish

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._chunks)
        except BaseException:  # StopAsyncIteration among them
            self._end()
            raise

    async def aclose(self) -> None:
        """Want no more of it."""
        await self._chunks.aclose()
        self._end()

    def _end(self) -> None:
        finish, self._finish = self._finish, None
        if finish is not None:
            finish()


@dataclass(frozen=True)
class ContainerResponse:
    """A response of the model.

    Parameters
    ----------
    headers
        Values by lower-case name.
    body
        To be read to its end, or closed with ``aclose``: until then it may keep a
        worker busy. Reading raises ModelTimeoutError and ModelDiedError.
    """

    status: int
    headers: Mapping[str, str]
    body: Body
