"""What sends something to an endpoint's model: invoke, submit, plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _invocation
from smnb._endpoint.handle import Handle
from smnb._invocation import Options
from smnb._jobs import Job
from smnb._progress import Progress

if TYPE_CHECKING:
    from smnb._routing import Route
    from smnb.deserializers import BaseDeserializer
    from smnb.serializers import BaseSerializer


class Calling(Handle):
    """The part of `Endpoint` that sends something to the model."""

    def invoke(
        self,
        x: Any,
        *,
        content_type: str | None = None,
        accept: str | None = None,
        serializer: BaseSerializer | None = None,
        deserializer: BaseDeserializer | None = None,
        route: str | None = None,
        detail: bool = False,
    ) -> Any:
        """Send `x` to the model, and return its prediction.

        Parameters
        ----------
        x
            dict, list, number or text (sent as JSON), DataFrame (CSV), ndarray (npy;
            an image if it looks like one), PIL image, bytes, or the path of a file. A
            video that does not fit a request is sent as frames.
        content_type
            Send `x` as this type in place of the one that suits it and the model.
        accept
            Content type that the model shall answer in.
        serializer, deserializer
            Your own, from `smnb.serializers`, `smnb.deserializers`, or of that form.
        route
            ``"direct"``, ``"split"`` or ``"s3"`` in place of `plan`'s choice.
        detail
            Return a `Reply` with route, parts, latency and cost, not the value alone.

        Returns
        -------
        Any
            The decoded answer; `VideoResult` for a video in frames; `Reply` if
            `detail`.

        Raises
        ------
        InvalidInputError
            If `x` cannot be encoded, or no route takes it; nothing has been sent.
        ModelFailedError
            If the model raised, timed out or died.
        PartsFailedError
            If some frames of a video failed; it holds the others' results.
        """
        options = Options(content_type, accept, serializer, deserializer, route)
        prepared = _invocation.prepare(self._facts(), x, options)
        reply = _invocation.run(
            self._session, self._facts(), prepared, options, Progress()
        )
        return reply if detail else reply.value

    def submit(
        self,
        x: Any,
        *,
        content_type: str | None = None,
        accept: str | None = None,
        serializer: BaseSerializer | None = None,
        deserializer: BaseDeserializer | None = None,
        route: str | None = None,
    ) -> Job:
        """Do what `invoke` does, but return at once.

        Returns
        -------
        Job
            Its ``result()`` waits for the prediction.

        Raises
        ------
        InvalidInputError
            If `x` cannot be encoded, or no route takes it; nothing has been sent.
        """
        options = Options(content_type, accept, serializer, deserializer, route)
        endpoint = self._facts()
        prepared = _invocation.prepare(endpoint, x, options)
        return Job(
            f"{prepared.payload.label} → {self.name}",
            lambda progress: _invocation.run(
                self._session, endpoint, prepared, options, progress
            ),
        )

    def plan(self, x: Any, *, content_type: str | None = None) -> Route:
        """Return the route that `invoke` would take, and why; nothing is sent.

        The first row that applies:

        ====  ==============================================  =======================
        row   payload                                         route
        ====  ==============================================  =======================
        0     any, and the endpoint itself is asynchronous    `ViaS3`
        1     it fits one request, and the model takes it     `Direct`
        2     a video, and the model takes images             `Split` in frames
        3     a video too large, and the model takes video    `ViaS3` with overflow=
        4     anything else too large                         `ViaS3` with overflow=
        ====  ==============================================  =======================

        Rows 3 and 4 without ``overflow=`` raise `PayloadTooLargeError`; row 3 will
        split in segments once that is there. A request takes 4 MB on a serverless
        endpoint and 6 MB on a real-time one, an asynchronous one 1 GB.

        Parameters
        ----------
        x
            What would be invoked.
        content_type
            As in `invoke`.

        Raises
        ------
        PayloadTooLargeError
            If no route takes a payload of this size.
        InvalidInputError
            If `x` cannot be encoded, or the model does not take its type.
        """
        options = Options(content_type=content_type)
        return _invocation.prepare(self._facts(), x, options).route
