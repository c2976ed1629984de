"""Invoke: encode a value, choose its route, run the route, decode the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smnb import _hosting, _request, _routing, _twin, _values, _via_s3, prices
from smnb._routing import FrameFacts, Hosting, Item, Route, Split, ViaS3
from smnb._text import dollars_text
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._payload import Payload
    from smnb._progress import Reporter
    from smnb._request import Answer
    from smnb._session import Session
    from smnb.deserializers import BaseDeserializer
    from smnb.serializers import BaseSerializer

# Requests in flight to an endpoint on instances; serverless has its own figure.
_CONCURRENCY = 16
# More requests than this on AWS are asked for by name: they may cost real money.
_UNASKED_REQUESTS = 5_000


@dataclass(frozen=True)
class Options:
    """How one value is sent and its answer read; see `Endpoint.invoke`."""

    content_type: str | None = None
    accept: str | None = None
    serializer: BaseSerializer | None = None
    deserializer: BaseDeserializer | None = None
    route: str | None = None


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


def prepare(endpoint: Described, value: Any, options: Options) -> Prepared:
    """Encode `value` and choose its route; nothing is sent.

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
        frames = _frame_facts(payload)
        route = _routing.plan(
            replace(item, frames=frames), hosting, route=options.route
        )
    return Prepared(payload, route)


def run(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    options: Options,
    progress: Reporter,
) -> Reply:
    """Send what was prepared, and wait for the answer."""
    _refuse_unasked_costs(session, endpoint, prepared.route, options)
    if isinstance(prepared.route, Split):
        return _run_split(session, endpoint, prepared, options, progress)
    if isinstance(prepared.route, ViaS3):
        return _run_via_s3(session, endpoint, prepared, options, progress)
    answer = _request.send(
        session,
        endpoint.name,
        prepared.payload,
        accept=options.accept,
        deserializer=options.deserializer,
    )
    return _reply(session, endpoint, prepared, answer.value, [answer])


def _run_split(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    options: Options,
    progress: Reporter,
) -> Reply:
    from smnb._split import Splitter

    splitter = Splitter(
        session,
        hosting_of(endpoint),
        prepared.payload.source,
        label=prepared.payload.label,
        concurrency=endpoint.concurrency or _CONCURRENCY,
        accept=options.accept,
        deserializer=options.deserializer,
        on_progress=progress.now,
        usd_per_s=_usd_per_s(session, endpoint),
    )
    result = splitter.run()
    progress.done(splitter.progress)
    reply = _reply(session, endpoint, prepared, result, splitter.answers)
    return replace(
        reply,
        content_type=_routing.MULTIPART
        if prepared.route.packed  # type: ignore[union-attr]  # it is a Split
        else _routing.FRAME_TYPE,
        size_bytes=splitter.sent_bytes,
    )


def _run_via_s3(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    options: Options,
    progress: Reporter,
) -> Reply:
    name = endpoint.name
    if endpoint.kind != "async":
        name = _twin.ensure(session, endpoint, progress)
    deployment = endpoint.tags.get(_hosting.TAG_DEPLOYMENT, "payloads")
    pending = _via_s3.submit(
        session,
        name,
        prepared.payload,
        _hosting.prefix(session, endpoint.name, deployment),
        accept=_request.accept_of(options.accept, options.deserializer),
        on_progress=progress.now,
    )
    answer = _via_s3.wait(
        session, pending, deserializer=options.deserializer, on_progress=progress.now
    )
    progress.done()
    return _reply(session, endpoint, prepared, answer.value, [answer])


def _reply(
    session: Session,
    endpoint: Described,
    prepared: Prepared,
    value: Any,
    answers: list[Answer],
) -> Reply:
    latencies = sorted(answer.latency_ms for answer in answers)
    usd_per_s = _usd_per_s(session, endpoint)
    cost = None if usd_per_s is None else sum(latencies) / 1000 * usd_per_s
    return Reply(
        value=value,
        route=prepared.route,
        content_type=prepared.payload.content_type,
        size_bytes=prepared.payload.size_bytes,
        parts=len(answers),
        latency_ms=latencies[len(latencies) // 2] if latencies else 0.0,
        cost_usd=cost,
        request_ids=tuple(answer.request_id for answer in answers),
    )


def _usd_per_s(session: Session, endpoint: Described) -> float | None:
    """Return the price of a second of work; None where time is not what is billed."""
    if not session.target.bills:
        return 0.0
    if endpoint.memory_mb is None:
        return None
    return prices.serverless_gb_second().usd * endpoint.memory_mb / 1024


def _frame_facts(payload: Payload) -> FrameFacts:
    from smnb import _video

    info = _video.probe(payload.source)
    return FrameFacts(
        count=info.frame_count,
        width=info.width,
        height=info.height,
        fps=info.fps,
        jpeg_bytes=_video.estimate_jpeg_bytes(payload.source, info),
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
