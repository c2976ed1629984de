"""The body of InvokeEndpointWithResponseStream: an event for each piece of the answer.

Rule: once it has begun, what goes wrong with the model is an event too.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from smnb.local.container import ModelDiedError, ModelTimeoutError
from smnb.local.protocols import eventstream
from smnb.local.services.model_errors import MODEL_TIMED_OUT, stream_broken

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from contextlib import ExitStack

    from smnb.local.container.response import Body
    from smnb.local.errors import ServiceError

_BINARY: Final = "application/octet-stream"


class ResponseStream:
    """A container's body as events, made as it comes.

    Parameters
    ----------
    body
        What the model sends.
    worded
        Returns what InvokeEndpoint raises for an error of the container.
    under_way
        Left with the last event, with the error if there is one, or by `aclose`.
    """

    def __init__(
        self,
        body: Body,
        worded: Callable[[Exception], ServiceError],
        under_way: ExitStack,
    ) -> None:
        self._body = body
        self._worded = worded
        self._under_way = under_way

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        chunk = b""
        try:
            while not chunk:
                chunk = await anext(self._body)
        except StopAsyncIteration:
            self._under_way.close()
            raise
        except ModelTimeoutError as error:
            return self._break(error, "ModelInvocationTimeExceeded", MODEL_TIMED_OUT)
        except ModelDiedError as error:
            return self._break(error, "StreamBroken", stream_broken(error))
        except asyncio.CancelledError:  # the server is about to end
            stopping = ModelDiedError("The local backend is stopping.")
            return self._break(stopping, "StreamBroken", stream_broken(stopping))
        return eventstream.event("PayloadPart", _BINARY, chunk)

    async def aclose(self) -> None:
        """Want no more of it; the model stops with the next piece that it sends."""
        await self._body.aclose()
        self._under_way.close()

    def _break(self, error: Exception, code: str, message: str) -> bytes:
        worded = self._worded(error)
        self._under_way.__exit__(type(worded), worded, None)
        members = {"Message": message, "ErrorCode": code}
        return eventstream.exception("ModelStreamError", members)
