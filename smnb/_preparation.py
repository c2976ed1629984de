"""Prepare a call: encode a value, and choose its route; nothing is sent."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from smnb import _fitting, _hosting, _routing, _split, _values, _video
from smnb._payload import Payload, check_header
from smnb._routes import FRAME_TYPE, Direct, Hosting, Item, Route, Split
from smnb._text import bytes_text
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._session import Session
    from smnb._split import Clip
    from smnb._video import Video
    from smnb.deserializers import BaseDeserializer
    from smnb.serializers import BaseSerializer

# To send a video nothing depends on its size, and each further sample decodes more.
_SAMPLES = 2
# Of frames that exist only once, and are no file.
_FRAMES_TYPE = "video/x-frames"


@dataclass(frozen=True)
class Options:
    """How one value is sent and its answer read; see `Endpoint.invoke`."""

    content_type: str | None = None
    accept: str | None = None
    serializer: BaseSerializer | None = None
    deserializer: BaseDeserializer | None = None
    route: str | None = None
    resume: bool | None = None

    def __post_init__(self) -> None:
        if self.accept is not None:
            check_header(self.accept)
        for name, method in (
            ("serializer", "serialize"),
            ("deserializer", "deserialize"),
        ):
            given = getattr(self, name)
            is_one = not isinstance(given, type) and hasattr(given, method)
            if given is not None and not is_one:
                raise InvalidInputError(
                    f"{name}={given!r} is no {name}.",
                    hint=f"Make one of smnb.{name}s, for example "
                    f"{name}=smnb.{name}s.JSON{name.capitalize()}().",
                )


@dataclass(frozen=True)
class Prepared:
    """A value ready to be sent.

    Parameters
    ----------
    payload
        What is sent, or the video that it is made of.
    clip
        The video, if it goes in parts.
    note
        What the caller is to know of how it was encoded.
    """

    payload: Payload
    route: Route
    clip: Clip | None = None
    note: str = ""


def hosting_of(endpoint: Described) -> Hosting:
    """Return what routing needs to know of an endpoint."""
    return Hosting(
        name=endpoint.name,
        kind=endpoint.kind,
        accepts=endpoint.accepts,
        overflow=_hosting.TAG_OVERFLOW in endpoint.tags,
    )


def prepare(
    session: Session,
    endpoint: Described,
    value: Any,
    options: Options,
    *,
    samples: int = _SAMPLES,
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
    video = _split.as_video(value)
    source = value if video is None else _split.bring(session, video)
    payload = _payload_of(source, endpoint, options)
    if options.route in (None, "direct") and not hosting.overflow:
        fitted = _fitting.fitted_image(payload, hosting)
        if fitted is not None and video is None:
            payload, how = fitted
            note = f"{payload.label} did not fit a request: sent as {how}"
            return Prepared(payload, Direct(payload.size_bytes, note), note=note)
    item = Item(
        payload.label,
        payload.content_type,
        payload.size_bytes,
        frame_type=FRAME_TYPE if video is None else video.content_type,
        wish="" if video is None else _wish_of(video, payload),
    )
    route = _routing.plan(item, hosting, route=options.route)
    if not isinstance(route, Split):
        return Prepared(payload, route)
    clip = _clip_of(video, source, payload)
    item = replace(item, frames=clip.facts(samples))
    route = _routing.plan(item, hosting, route=options.route)
    if isinstance(route, Split) and route.unit == "segments":
        route = _cut_or_frames(route, clip, item, hosting)
    return Prepared(payload, route, clip)


def _cut_or_frames(route: Split, clip: Clip, item: Item, hosting: Hosting) -> Route:
    """Return the route if the file can be cut, else as frames where these are taken.

    Raises
    ------
    InvalidInputError
        If the model takes no frames either.
    """
    reason = clip.why_not_cut(route)
    if reason is None:
        return route
    why = (
        f"its file cannot go in segments of ≤ {bytes_text(route.part_bytes)}: {reason}"
    )
    if hosting.kind == "async" or not hosting.takes_frames(item.frame_type):
        raise InvalidInputError(
            f"{item.label} does not go to {hosting.name}: {why}.",
            hint="Encode it again with a key frame every second, let the model take "
            'frames ("image/jpeg" in its ACCEPTS), or deploy with '
            'overflow=smnb.Async("ml.m5.xlarge").',
        )
    frames = _routing.plan(item, hosting, route="frames")
    return replace(frames, because=f"because {why}")


def _payload_of(source: Any, endpoint: Described, options: Options) -> Payload:
    if isinstance(source, _video.Live):
        return Payload.of_bytes(b"", _FRAMES_TYPE, source.label)
    return _values.encode(
        source,
        accepts=endpoint.accepts,
        content_type=options.content_type,
        serializer=options.serializer,
    )


def _wish_of(video: Video, payload: Payload) -> str:
    """Return what is wanted of a video that its file itself is not."""
    options = ", ".join(f"{name}={value!r}" for name, value in video.options.items())
    if options:
        return options
    if payload.content_type == _FRAMES_TYPE:
        return f"a {payload.label}"
    return "" if payload.content_type.startswith("video/") else "smnb.Video"


def _clip_of(video: Video | None, source: Any, payload: Payload) -> Clip:
    if video is None:
        video, source = _video.Video(payload.source), payload.source
    return _split.Clip(video, source, payload.label)


def goes_in_parts(
    session: Session, endpoint: Described, options: Options, value: Any
) -> bool:
    """Say whether `value` goes in several requests; not if it cannot be sent at all."""
    video = _split.as_video(value)
    if video is not None and not isinstance(video.source, bytes | os.PathLike):
        return endpoint.kind != "async"  # it is not brought here to be looked at
    try:
        prepared = prepare(session, endpoint, value, options)
    except SmnbError:
        return False
    return isinstance(prepared.route, Split)
