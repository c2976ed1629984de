"""Invoke: encode a value, choose its route, run the route, decode the answer."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smnb import (
    _hosting,
    _html,
    _request,
    _retry,
    _routing,
    _twin,
    _values,
    _via_s3,
    _waiting,
    prices,
)
from smnb._control import Control, Silent
from smnb._limits import LIMITS
from smnb._routing import FrameFacts, Hosting, Item, Route, Split, ViaS3
from smnb._text import bytes_text, dollars_text, seconds_text
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._payload import Payload
    from smnb._request import Answer
    from smnb._session import Session
    from smnb._split import Manifest
    from smnb.deserializers import BaseDeserializer
    from smnb.serializers import BaseSerializer

# Requests in flight to an endpoint on instances; serverless has its own figure.
_CONCURRENCY = 16
_COLD_START_S = LIMITS["serverless_start_s"].value
# More requests than this on AWS are asked for by name: they may cost real money.
_UNASKED_REQUESTS = 5_000
# To send a video nothing depends on its size, and each further sample decodes more.
_SAMPLES = 2
# Answers of shorter videos are not kept: to send them again takes seconds.
RESUMED_FROM_FRAMES = 500


@dataclass(frozen=True)
class Options:
    """How one value is sent and its answer read; see `Endpoint.invoke`."""

    content_type: str | None = None
    accept: str | None = None
    serializer: BaseSerializer | None = None
    deserializer: BaseDeserializer | None = None
    route: str | None = None
    resume: bool | None = None


@dataclass(frozen=True)
class Reply:
    """One answer with how it came about.

    Parameters
    ----------
    value
        The decoded prediction; of a video in parts, a `VideoResult`.
    route
        The route that was taken, with its reason.
    content_type, size_bytes
        Of what was sent: the payload, or all frames of it.
    parts
        Requests that were sent.
    latency_ms
        From sending to having read the answer; of several parts, their median.
    cost_usd
        What the time comes to on a serverless endpoint, as seen from here: an upper
        bound. 0.0 on the local backend; None where instances are billed by the hour.
    request_ids
        AWS's id of each request.
    """

    value: Any
    route: Route
    content_type: str
    size_bytes: int
    parts: int
    latency_ms: float
    cost_usd: float | None
    request_ids: tuple[str, ...]

    def _repr_html_(self) -> str:
        cost = "" if self.cost_usd is None else dollars_text(self.cost_usd)
        sent = f"{self.content_type}, {bytes_text(self.size_bytes)}"
        rows = [
            ("route", f"{self.route.name} {self.route.because}"),
            ("sent", f"{sent} in {self.parts} request{'s' if self.parts > 1 else ''}"),
            ("latency", seconds_text(self.latency_ms / 1000)),
            ("cost", cost),
            ("value", reprlib.repr(self.value)),
        ]
        return _html.card("Reply", "", [row for row in rows if row[1]])


@dataclass(frozen=True)
class Prepared:
    """A value ready to be sent: its payload, and its route."""

    payload: Payload
    route: Route


def hosting_of(endpoint: Described) -> Hosting:
    """Return what routing needs to know of an endpoint."""
    return Hosting(
        name=endpoint.name,
        kind=endpoint.kind,
        accepts=endpoint.accepts,
        overflow=_hosting.TAG_OVERFLOW in endpoint.tags,
    )


def prepare(
    endpoint: Described, value: Any, options: Options, *, samples: int = _SAMPLES
) -> Prepared:
    """Encode `value` and choose its route; nothing is sent.

    Parameters
    ----------
    samples
        Frames of a video by which the size of all is estimated.

    Raises
    ------
    InvalidInputError
        If it cannot be encoded, or no route takes it.
    """
    hosting = hosting_of(endpoint)
    payload = _values.encode(
        value,
        accepts=endpoint.accepts,
        content_type=options.content_type,
        serializer=options.serializer,
    )
    item = Item(payload.label, payload.content_type, payload.size_bytes)
    route = _routing.plan(item, hosting, route=options.route)
    if isinstance(route, Split):
        frames = _frame_facts(payload, samples)
        route = _routing.plan(
            replace(item, frames=frames), hosting, route=options.route
        )
    return Prepared(payload, route)


def goes_in_parts(endpoint: Described, options: Options, value: Any) -> bool:
    """Say whether `value` goes in several requests; not if it cannot be sent at all."""
    try:
        return isinstance(prepare(endpoint, value, options).route, Split)
    except SmnbError:
        return False


def concurrency_of(endpoint: Described) -> int:
    """Return how many requests to an endpoint are in flight at most, if none is named."""
    return endpoint.concurrency or _CONCURRENCY


def run(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    options: Options,
    control: Control,
    patience: _retry.Patience = _retry.PATIENT,
    concurrency: int | None = None,
) -> Reply:
    """Send what was prepared, parts `concurrency` at a time, and wait for the answer."""
    _refuse_unasked_costs(session, endpoint, prepared.route, options)
    if isinstance(prepared.route, Split):
        concurrency = concurrency or concurrency_of(endpoint)
        return _run_split(session, endpoint, prepared, options, control, concurrency)
    if isinstance(prepared.route, ViaS3):
        return _run_via_s3(session, endpoint, prepared, options, control)
    cold_start_s = _COLD_START_S if endpoint.kind == "serverless" else None
    with _waiting.Waiting(control.progress, cold_start_s):
        answer = _request.send(
            session,
            endpoint.name,
            prepared.payload,
            control,
            accept=options.accept,
            deserializer=options.deserializer,
            patience=patience,
        )
    return _reply_of(session, endpoint, prepared, answer)


def invoke_one(
    session: Session,
    endpoint: Described,
    options: Options,
    detail: bool,
    share: int,
    value: Any,
) -> Any:
    """Do what `Endpoint.invoke` does for one of many values, here or in another process.

    If it goes in parts, at most `share` requests are in flight.

    Raises
    ------
    ServiceError
        At once if it is throttled: whoever sends many answers that by sending fewer.
    """
    prepared = prepare(endpoint, value, options)
    reply = run(
        session,
        endpoint,
        prepared,
        options,
        Control(Silent()),
        _retry.UNTHROTTLED,
        share,
    )
    return reply if detail else reply.value


def _run_split(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    options: Options,
    control: Control,
    concurrency: int,
) -> Reply:
    from smnb._split import VideoRun

    video_run = VideoRun(
        session,
        hosting_of(endpoint),
        prepared.payload.source,
        label=prepared.payload.label,
        concurrency=concurrency,
        accept=options.accept,
        deserializer=options.deserializer,
        control=control,
        usd_per_s=_usd_per_s(session, endpoint),
        manifest=_manifest(endpoint, prepared, options),
    )
    result = video_run.run()
    control.progress.done(video_run.progress)
    reply = _reply(
        session,
        endpoint,
        prepared,
        result,
        video_run.latencies_ms,
        video_run.request_ids,
    )
    return replace(
        reply,
        content_type=_routing.MULTIPART
        if prepared.route.packed  # type: ignore[union-attr]  # it is a Split
        else _routing.FRAME_TYPE,
        size_bytes=video_run.sent_bytes,
    )


def _manifest(
    endpoint: Described, prepared: Prepared, options: Options
) -> Manifest | None:
    """Open what keeps the answers of a video; None if they shall not be kept."""
    from smnb._split import Manifest, key_of

    frames = prepared.route.frames  # type: ignore[union-attr]  # it is a Split
    resume = options.resume
    if resume is None:
        resume = (frames or RESUMED_FROM_FRAMES) >= RESUMED_FROM_FRAMES
    if not resume:
        return None
    # The same model, however often it was deployed; else this very configuration.
    model = (
        endpoint.tags.get(_hosting.TAG_DIGEST) or f"{endpoint.arn} {endpoint.config}"
    )
    accept = _request.accept_of(options.accept, options.deserializer)
    how = replace(prepared.route, because="")
    return Manifest.open(
        key_of(prepared.payload.source, endpoint.name, model, repr(how), accept)
    )


def _run_via_s3(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    options: Options,
    control: Control,
) -> Reply:
    name = endpoint.name
    if endpoint.kind != "async":
        name = _twin.ensure(session, endpoint, control.progress)
    deployment = endpoint.tags.get(_hosting.TAG_DEPLOYMENT, "payloads")
    pending = _via_s3.submit(
        session,
        name,
        prepared.payload,
        _hosting.prefix(session, endpoint.name, deployment),
        control,
        accept=_request.accept_of(options.accept, options.deserializer),
    )
    try:
        answer = _via_s3.wait(
            session, pending, control, deserializer=options.deserializer
        )
    except KeyboardInterrupt:
        control.progress.done(f'{name} goes on with it: smnb.job("{pending.id}")')
        raise
    control.progress.done()
    return _reply_of(session, endpoint, prepared, answer)


def _reply_of(
    session: Session, endpoint: Described, prepared: Prepared, answer: Answer
) -> Reply:
    return _reply(
        session,
        endpoint,
        prepared,
        answer.value,
        [answer.latency_ms],
        [answer.request_id],
    )


def _reply(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    value: Any,
    latencies_ms: list[float],
    request_ids: list[str],
) -> Reply:
    latencies = sorted(latencies_ms)
    usd_per_s = _usd_per_s(session, endpoint)
    cost = None if usd_per_s is None else sum(latencies) / 1000 * usd_per_s
    return Reply(
        value=value,
        route=prepared.route,
        content_type=prepared.payload.content_type,
        size_bytes=prepared.payload.size_bytes,
        parts=len(latencies),
        latency_ms=latencies[len(latencies) // 2] if latencies else 0.0,
        cost_usd=cost,
        request_ids=tuple(request_ids),
    )


def _usd_per_s(session: Session, endpoint: Described) -> float | None:
    """Return the price of a second of work; None where time is not what is billed."""
    if not session.target.bills:
        return 0.0
    if endpoint.memory_mb is None:
        return None
    return prices.serverless_gb_second().usd * endpoint.memory_mb / 1024


def _frame_facts(payload: Payload, samples: int) -> FrameFacts:
    from smnb import _video

    info = _video.probe(payload.source)
    return FrameFacts(
        count=info.frame_count,
        width=info.width,
        height=info.height,
        fps=info.fps,
        jpeg_bytes=_video.estimate_jpeg_bytes(payload.source, info, samples=samples),
    )


def _refuse_unasked_costs(
    session: Session, endpoint: Described, route: Route, options: Options
) -> None:
    requests = route.requests or 0
    if (
        not session.target.bills
        or requests <= _UNASKED_REQUESTS
        or options.route == "split"
    ):
        return
    usd_per_s = _usd_per_s(session, endpoint)
    price = (
        "billed by the hour"
        if usd_per_s is None
        else f"about {dollars_text(requests * usd_per_s)} for each second that one takes"
    )
    raise InvalidInputError(
        f"This makes about {requests:,} requests to {endpoint.name} on AWS ({price}).",
        hint='Say that you mean it: invoke(…, route="split").',
    )
