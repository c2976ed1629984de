"""What sends something to an endpoint's model: invoke, submit, plan."""

from __future__ import annotations

from dataclasses import fields
from functools import partial
from typing import TYPE_CHECKING, Any

from smnb import _invocation, _many, _map, _preparation, _stream
from smnb._control import Control
from smnb._endpoint.handle import Handle
from smnb._jobs import Job
from smnb._map import MapRun
from smnb._preparation import Options
from smnb._progress import Progress
from smnb._routes import Direct, ViaS3
from smnb._stop import stoppable
from smnb._workers import Workers
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from concurrent.futures import Executor
    from pathlib import Path

    from smnb._routes import Route
    from smnb._session import Session
    from smnb._stream import Stream
    from smnb.deserializers import BaseDeserializer
    from smnb.serializers import BaseSerializer

# Uploads and waits at the same time: AWS queues what comes through S3 by itself.
_JOBS_VIA_S3 = 64
_MOST_THREADS = 64
# Frames of a video by which a plan estimates the size of all.
_SAMPLES = 8


class Calling(Handle):
    """The part of `Endpoint` that sends something to the model."""

    def __init__(self, name: str, *, session: Session | None = None) -> None:
        super().__init__(name, session=session)
        self._workers: dict[str, Workers] = {}

    def __getstate__(self) -> dict[str, Any]:
        # Threads do not travel; what AWS said does, so that it is not asked again.
        return {**self.__dict__, "_workers": {}}

    @stoppable
    def invoke(
        self,
        x: Any,
        *,
        content_type: str | None = None,
        accept: str | None = None,
        serializer: BaseSerializer | None = None,
        deserializer: BaseDeserializer | None = None,
        route: str | None = None,
        resume: bool | None = None,
        detail: bool = False,
    ) -> Any:
        """Send `x` to the model, and return its prediction.

        Parameters
        ----------
        x
            dict, list, number or text (sent as JSON), DataFrame (CSV), ndarray (npy;
            an image if it looks like one), PIL image, bytes, or the path of a file. A
            video that does not fit a request is sent as frames; `Video` says which of
            them, and how. Videos may also be ``http(s)://`` and ``s3://`` URLs,
            ``cv2.VideoCapture``, or iterators of frames. An image that does not fit is
            sent coarser, or smaller.
        content_type
            Send `x` as this type in place of the one that suits it and the model.
        accept
            Content type that the model shall answer in.
        serializer, deserializer
            Your own, from `smnb.serializers`, `smnb.deserializers`, or of that form.
        route
            ``"direct"``, ``"frames"``, ``"segments"`` (of the file, not encoded again)
            or ``"s3"`` in place of `plan`'s choice.
        resume
            Keep the answers of a video's parts on disk until all are there, so that a
            call that ended early (killed, stopped, or some parts failed) goes on where
            it was when it is made again: same video, same model. Default: from 500
            frames on. Kept for 14 days, up to 1 GB each, in ``SMNB_DATA_DIR``.
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
            If the model raised, timed out or died; it is not asked again.
        ServiceError
            If the endpoint has had no room for the request for 180 s (or ten tries), or
            the service failed four times.
        PartsFailedError
            If some frames of a video failed; it holds the others' results.
        """
        options = Options(content_type, accept, serializer, deserializer, route, resume)
        prepared = _preparation.prepare(self._session, self._facts(), x, options)
        reply = _invocation.run(
            self._session, self._facts(), prepared, options, Control(Progress())
        )
        return reply if detail else reply.value

    @stoppable
    def submit(
        self,
        x: Any,
        *,
        content_type: str | None = None,
        accept: str | None = None,
        serializer: BaseSerializer | None = None,
        deserializer: BaseDeserializer | None = None,
        route: str | None = None,
        resume: bool | None = None,
    ) -> Job:
        """Do what `invoke` does, but return at once.

        As many jobs are sent at the same time as the endpoint takes; the others are
        queued.

        Parameters
        ----------
        x, content_type, accept, serializer, deserializer, route, resume
            As in `invoke`.

        Returns
        -------
        Job
            Its ``result()`` waits for the prediction, and so does ``await``; iterating
            over that of a video yields each frame's `FrameResult` as it is answered, in
            order. One that goes through S3 is found again by ``smnb.job(id)``.

        Raises
        ------
        InvalidInputError
            If `x` cannot be encoded, or no route takes it; nothing has been sent.
        """
        options = Options(content_type, accept, serializer, deserializer, route, resume)
        endpoint = self._facts()
        prepared = _preparation.prepare(self._session, endpoint, x, options)
        return Job(
            f"{prepared.payload.label} → {self.name}",
            lambda control: _invocation.run(
                self._session, endpoint, prepared, options, control
            ),
            self._pool(prepared.route),
            one_request=isinstance(prepared.route, Direct),
        )

    def _pool(self, route: Route) -> Workers:
        """Return the workers for jobs of a route."""
        name, count = "s3", _JOBS_VIA_S3
        if not isinstance(route, ViaS3):
            name, count = "requests", _invocation.concurrency_of(self._facts())
        if name not in self._workers:
            self._workers[name] = Workers(count, f"smnb-job-{self.name}")
        return self._workers[name]

    @stoppable
    def map(
        self,
        items: Iterable[Any] | str | Path,
        *,
        concurrency: int | None = None,
        executor: Executor | None = None,
        on_error: str = "raise",
        detail: bool = False,
        **options: Any,
    ) -> list[Any]:
        """Do what `invoke` does for each item, in parallel; results come in order.

        Items are read as they are sent, so that `items` may be a generator of millions.
        Being throttled sends fewer at a time, and no item is lost by it; a request that
        the model failed on is not sent again.

        Parameters
        ----------
        items
            Each what `invoke` takes as `x`; or a folder or an ``s3://`` prefix: the
            videos below it, by name. Videos that go in parts share the requests: some
            at the same time (four in threads), each with an equal share of them.
        concurrency
            Requests in flight at most; default what a serverless endpoint is configured
            for, and 16 on instances. Up to 64 without `executor`.
        executor
            Any `concurrent.futures.Executor` to run the calls in, for example a
            ``ProcessPoolExecutor``, or Dask's ``Client.get_executor()`` for many
            machines; default threads.
        on_error
            ``"raise"`` one error at the end, or ``"return"`` an item's exception in its
            place.
        detail
            A list of `Reply`, not of values.
        **options
            ``content_type``, ``accept``, ``serializer``, ``deserializer``, ``route`` and
            ``resume``, as in `invoke`.

        Returns
        -------
        list
            One result for each item, in the order of the items.

        Raises
        ------
        InvalidInputError
            If an argument is none of these; nothing has been sent.
        PartsFailedError
            If items failed: it holds the others' results, and each failure by its
            index. Before the end only if the first hundred all failed, credentials or
            the local backend fail, or `items` itself raises.
        """
        chosen = _map_options(concurrency, executor, on_error, options)
        endpoint = self._facts()
        turns, items = _many.turns(
            _many.items_of(self._session, items),
            concurrency or _invocation.concurrency_of(endpoint),
            executor,
            in_parts=partial(
                _preparation.goes_in_parts, self._session, endpoint, chosen
            ),
        )
        map_run = MapRun(
            partial(
                _invocation.invoke_one,
                self._session,
                endpoint,
                chosen,
                detail,
                turns.share,
            ),
            items,
            concurrency=turns.at_once,
            executor=executor,
            progress=Progress(),
        )
        results = map_run.run(give_up=on_error == "raise")
        if on_error == "return":
            return results
        return _map.report(results, map_run.failures)

    @stoppable
    def stream(
        self,
        x: Any,
        *,
        as_: str = "bytes",
        content_type: str | None = None,
        accept: str | None = None,
        serializer: BaseSerializer | None = None,
    ) -> Stream:
        """Send `x` to the model, and yield its answer while the model makes it.

        Parameters
        ----------
        x, content_type, accept, serializer
            As in `invoke`.
        as_
            What is yielded, each whole: ``"bytes"`` as they come, ``"lines"`` of text,
            ``"json"`` values of JSON Lines, or ``"sse"``, server-sent events
            (`ServerSentEvent`).

        Returns
        -------
        Stream
            An iterator; closing it, or leaving its ``with`` block, ends the connection.
            AWS ends a stream after 8 minutes.

        Raises
        ------
        InvalidInputError
            If `x` does not fit one request, or the endpoint is asynchronous; nothing has
            been sent.
        ModelFailedError
            If the model fails, also in the middle: what came before is in ``.received``.
        UnreadableResponseError
            If a line is not UTF-8, or not JSON where that was asked for.
        """
        if as_ not in _stream.CUTTERS:
            raise InvalidInputError(
                f"as_ is {as_!r}.", hint=f"Use one of {', '.join(_stream.CUTTERS)}."
            )
        options = Options(content_type, accept, serializer)
        endpoint = self._facts()
        prepared = _preparation.prepare(self._session, endpoint, x, options)
        if not isinstance(prepared.route, Direct):
            raise InvalidInputError(
                f"{prepared.payload.label} goes to {self.name} by the route "
                f"{prepared.route.name}; an answer is streamed for one request alone.",
                hint="Send it with ep.invoke(x), or less of it.",
            )
        return _stream.open_stream(
            self._session, self.name, prepared.payload, accept=accept, as_=as_
        )

    @stoppable
    def plan(self, x: Any, *, content_type: str | None = None) -> Route:
        """Return the route that `invoke` would take, and why; nothing is sent.

        The first row that applies:

        ====  ==============================================  =======================
        row   payload                                         route
        ====  ==============================================  =======================
        0     any, and the endpoint itself is asynchronous    `ViaS3`
        1     it fits one request, and the model takes it     `Direct`
        2     a video, and the model takes images             `Split` in frames
        3     a video too large, and the model takes video    `ViaS3` with overflow=,
                                                              else `Split` in segments
        4     anything else too large                         `ViaS3` with overflow=
        ====  ==============================================  =======================

        Row 4 without ``overflow=`` raises `PayloadTooLargeError`, except that an image
        is made to fit, coarser or smaller. A request takes 4 MB on a serverless
        endpoint and 6 MB on a real-time one, an asynchronous one 1 GB: a video beyond
        that goes in segments where rows 0 and 3 say `ViaS3`, each through S3.

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
        return _preparation.prepare(
            self._session, self._facts(), x, options, samples=_SAMPLES
        ).route


def _map_options(
    concurrency: int | None,
    executor: Executor | None,
    on_error: str,
    options: dict[str, Any],
) -> Options:
    """Return the options of `map` that are those of each call, all checked."""
    if on_error not in ("raise", "return"):
        raise InvalidInputError(
            f"on_error is {on_error!r}.", hint='Use "raise" or "return".'
        )
    most = _MOST_THREADS if executor is None else None
    if concurrency is not None and not 1 <= concurrency <= (most or concurrency):
        raise InvalidInputError(
            f"concurrency is {concurrency}.",
            hint=f"Use 1 to {_MOST_THREADS}; more needs an executor= over processes.",
        )
    known = [field.name for field in fields(Options)]
    if unknown := set(options) - set(known):
        raise InvalidInputError(
            f"map() has no option {', '.join(sorted(unknown))}.",
            hint=f"Beside its own it takes {', '.join(known)}.",
        )
    return Options(**options)
