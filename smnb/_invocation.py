"""Invoke: run the route of what was prepared, decode the answer, say how it came about."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from smnb import (
    _hosting,
    _html,
    _request,
    _retry,
    _split,
    _twin,
    _via_s3,
    _waiting,
    prices,
)
from smnb._control import Control, Silent
from smnb._limits import LIMITS
from smnb._preparation import prepare
from smnb._routes import Split, ViaS3
from smnb._text import bytes_text, dollars_text, seconds_text
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._hosting import Described
    from smnb._payload import Payload
    from smnb._preparation import Options, Prepared
    from smnb._request import Answer, Received
    from smnb._routes import Route
    from smnb._s3 import S3Uri
    from smnb._session import Session
    from smnb._split import Clip, Manifest

# Requests in flight to an endpoint on instances; serverless has its own figure.
_CONCURRENCY = 16
# Segments of videos beyond 1 GB, each some 30 MB in memory.
_CONCURRENCY_VIA_S3 = 2
_COLD_START_S = LIMITS["serverless_start_s"].value
# More requests than this on AWS are asked for by name: they may cost real money.
_UNASKED_REQUESTS = 5_000
# Answers of shorter videos are not kept: to send them again takes seconds.
RESUMED_FROM_FRAMES = 500


@dataclass(frozen=True, repr=False)
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

    def __repr__(self) -> str:
        rows = [f"  {name:<9}{text}" for name, text in self._rows()]
        return "\n".join(["Reply", *rows])

    def _repr_html_(self) -> str:
        return _html.card("Reply", "", self._rows())

    def _rows(self) -> list[tuple[str, str]]:
        cost = "" if self.cost_usd is None else dollars_text(self.cost_usd)
        sent = f"{self.content_type}, {bytes_text(self.size_bytes)}"
        rows = [
            ("route", f"{self.route.name} {self.route.because}"),
            ("sent", f"{sent} in {self.parts} request{'s' if self.parts > 1 else ''}"),
            ("latency", seconds_text(self.latency_ms / 1000)),
            ("cost", cost),
            ("value", reprlib.repr(self.value)),
        ]
        return [row for row in rows if row[1]]


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
    if prepared.note:
        control.progress.line(prepared.note)
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
    prepared = prepare(session, endpoint, value, options)
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
    route, clip = prepared.route, prepared.clip
    assert isinstance(route, Split) and clip is not None  # noqa: S101, PT018  as prepared
    accept = _request.accept_of(options.accept, options.deserializer)
    if route.via_s3:
        concurrency = min(concurrency, _CONCURRENCY_VIA_S3)
        send = _sender_via_s3(session, endpoint, control, accept)
    else:
        send = partial(
            _request.exchange,
            session,
            endpoint.name,
            accept=accept,
            patience=_retry.UNTHROTTLED,
        )
    video_run = _split.VideoRun(
        clip,
        route,
        send,
        concurrency=concurrency,
        deserializer=options.deserializer,
        control=control,
        usd_per_s=_usd_per_s(session, endpoint),
        manifest=_manifest(endpoint, clip, route, options),
    )
    result = video_run.run()
    if result.damage is not None:
        control.progress.line(result.damage.what)
    control.progress.done(video_run.progress)
    reply = _reply(
        session,
        endpoint,
        prepared,
        result,
        video_run.latencies_ms,
        video_run.request_ids,
    )
    sent_bytes = video_run.sent_bytes
    return replace(reply, content_type=route.content_type, size_bytes=sent_bytes)


def _manifest(
    endpoint: Described, clip: Clip, route: Split, options: Options
) -> Manifest | None:
    """Open what keeps the answers of a video; None if they shall not be kept."""
    resume = options.resume
    if resume is None:
        resume = (route.frames or 0) >= RESUMED_FROM_FRAMES
    if not resume or clip.file is None:
        return None
    # The same model, however often it was deployed; else this very configuration.
    model = (
        endpoint.tags.get(_hosting.TAG_DIGEST) or f"{endpoint.arn} {endpoint.config}"
    )
    accept = _request.accept_of(options.accept, options.deserializer)
    how = (route.unit, route.content_type, route.part_bytes, clip.video.options, accept)
    return _split.Manifest.open(_split.key_of(clip.file, endpoint.name, model, how))


def _sender_via_s3(
    session: Session, endpoint: Described, control: Control, accept: str | None
) -> Callable[[Payload, Control], Received]:
    """Return what sends a payload through S3, and waits for its answer."""
    name, place = _place_via_s3(session, endpoint, control)

    def send(payload: Payload, part_control: Control) -> Received:
        own = part_control.part()  # each request has its own id
        pending = _via_s3.submit(session, name, payload, place, own, accept=accept)
        return _via_s3.received(session, pending, own)

    return send


def _place_via_s3(
    session: Session, endpoint: Described, control: Control
) -> tuple[str, S3Uri]:
    """Return the asynchronous endpoint, which is in service, and where its inputs go."""
    name = endpoint.name
    if endpoint.kind != "async":
        name = _twin.ensure(session, endpoint, control.progress)
    deployment = endpoint.tags.get(_hosting.TAG_DEPLOYMENT, "payloads")
    return name, _hosting.prefix(session, endpoint.name, deployment)


def _run_via_s3(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    options: Options,
    control: Control,
) -> Reply:
    name, place = _place_via_s3(session, endpoint, control)
    pending = _via_s3.submit(
        session,
        name,
        prepared.payload,
        place,
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
    """Return the price of a second of work; None if unknown, or instances are billed."""
    if not session.target.bills:
        return 0.0
    price = prices.serverless_gb_second(session.region)
    if endpoint.memory_mb is None or price is None:
        return None
    return price.usd * endpoint.memory_mb / 1024


def _refuse_unasked_costs(
    session: Session, endpoint: Described, route: Route, options: Options
) -> None:
    requests = route.requests or 0
    if (
        not session.target.bills
        or requests <= _UNASKED_REQUESTS
        or options.route in ("split", "frames", "segments")
    ):
        return
    usd_per_s = _usd_per_s(session, endpoint)
    price = (
        "billed by the hour, or at a price that is unknown"
        if usd_per_s is None
        else f"about {dollars_text(requests * usd_per_s)} for each second that one takes"
    )
    raise InvalidInputError(
        f"This makes about {requests:,} requests to {endpoint.name} on AWS ({price}).",
        hint='Say that you mean it: invoke(…, route="split").',
    )
