"""Decide how a payload reaches an endpoint, before anything is sent.

Pure functions only: no network, no files, no clock.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NoReturn

from smnb._limits import LIMITS
from smnb._routes import (
    ARRAY_TYPE,
    PACKINGS,
    Direct,
    Hosting,
    Item,
    Route,
    Split,
    ViaS3,
    size_in,
)
from smnb._text import bytes_text
from smnb.errors import InvalidInputError, PayloadTooLargeError

ROUTE_NAMES = ("direct", "split", "frames", "segments", "s3")
# Segments that go through S3 wait in memory, a few at a time.
_SEGMENT_VIA_S3_BYTES = 32 * 1024 * 1024


def plan(item: Item, hosting: Hosting, *, route: str | None = None) -> Route:
    """Choose the route of `item` to the endpoint.

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

    Row 4 without ``overflow=`` raises `PayloadTooLargeError`. A video beyond 1 GB goes
    in segments where rows 0 and 3 say `ViaS3`, each through S3. What a model takes is
    declared (``Model(accepts=…)`` or ``ACCEPTS`` in inference.py). Undeclared, a request
    holds a single value, and a video goes as JPEG frames, one a request.

    Parameters
    ----------
    route
        ``"direct"``, ``"frames"``, ``"segments"`` or ``"s3"`` in place of the choice;
        ``"split"`` is frames where the model takes these, else segments.

    Raises
    ------
    PayloadTooLargeError
        If no route takes a payload of this size.
    InvalidInputError
        If the model does not take its content type, or `route` cannot be had.

    Examples
    --------
    >>> plan(Item("row", "text/csv", 900), Hosting("iris", "serverless")).name
    'direct'
    """
    if item.size_bytes > LIMITS["async_payload_bytes"].value:
        _refuse_over_1_gb(item, hosting)
    if item.wish:
        return _wished(item, hosting, route)
    if route is not None:
        return _forced(item, hosting, route)
    limit = hosting.request_limit_bytes
    if hosting.kind == "async":
        return _via_s3(item, hosting, f"because {hosting.name} is asynchronous")
    taken = hosting.takes(item.content_type)
    if taken and item.size_bytes <= limit:
        return Direct(
            item.size_bytes,
            f"because it fits one {_kind(hosting)} request ({bytes_text(limit)})",
        )
    if item.is_video and (
        hosting.names_frames(item.frame_type)
        or (not taken and hosting.takes_frames(item.frame_type))
    ):
        return _frames(item, hosting)
    if not taken:
        _refuse_type(item, hosting)
    because = f"because {_does_not_fit(item, hosting)}"
    if hosting.overflow:
        because += "; the asynchronous twin takes up to 1 GB"
        return _via_s3(item, hosting, because)
    if item.is_video and hosting.segment_type is not None:
        because += " and video, but no images"
        return _segments(item, hosting, because)
    raise _too_large(item, hosting)


def _forced(item: Item, hosting: Hosting, route: str) -> Route:
    """Return the route that the caller asked for, if it can be had at all."""
    because = f'because route="{route}" was asked for'
    if route == "s3":
        if hosting.overflow or hosting.kind == "async":
            return _via_s3(item, hosting, because)
        raise InvalidInputError(
            f"{hosting.name} has no asynchronous twin, so nothing can go through S3.",
            hint='Deploy it with overflow=smnb.Async("ml.m5.xlarge").',
        )
    if hosting.kind == "async":
        raise InvalidInputError(
            f'{hosting.name} is asynchronous; route="{route}" cannot be had.',
            hint='Leave route= out, or route="s3".',
        )
    if route == "direct":
        if item.size_bytes > hosting.request_limit_bytes:
            raise _too_large(item, hosting)
        return Direct(item.size_bytes, because)
    if route in ("split", "frames", "segments"):
        if not item.is_video:
            raise InvalidInputError(
                f"{item.label} is {item.content_type}; only a video is split.",
                hint="Leave route= out, or send a list of payloads one by one.",
            )
        takes_frames = hosting.takes_frames(item.frame_type)
        if route == "segments" or (route == "split" and not takes_frames):
            return _segments(item, hosting, because)
        return _frames(item, hosting, because)
    raise InvalidInputError(
        f"{route!r} is no route.", hint=f"Choose one of {', '.join(ROUTE_NAMES)}."
    )


def _wished(item: Item, hosting: Hosting, route: str | None) -> Split:
    """Return the frames: what is wished for of a video only single ones can have."""
    if hosting.kind == "async":
        raise InvalidInputError(
            f"{hosting.name} is asynchronous, and takes {item.label} whole: {item.wish} "
            "cannot be had.",
            hint="Use a serverless or real-time endpoint, which takes frames.",
        )
    if route not in (None, "split", "frames"):
        raise InvalidInputError(
            f'{item.wish} means single frames; route="{route}" sends none.',
            hint='Leave route= out, or route="frames".',
        )
    if not hosting.takes_frames(item.frame_type):
        raise InvalidInputError(
            f"{item.wish} means single frames as {item.frame_type}, which {hosting.name} does "
            f"not take: it takes {', '.join(hosting.accepts or ())}.",
            hint="Send the whole video, or add the type to ACCEPTS in inference.py and "
            "deploy again.",
        )
    return _frames(item, hosting, f"because {item.wish} means single frames")


def _frames(item: Item, hosting: Hosting, because: str | None = None) -> Split:
    limit, packing = hosting.request_limit_bytes, hosting.packing(item.frame_type)
    frame_type = ARRAY_TYPE if packing == "npy" else item.frame_type
    if because is None:
        if hosting.accepts is None:
            declared = f"one {frame_type} a request, undeclared"
        elif packing is None:
            declared = frame_type
        else:
            declared = f"{frame_type}, packed as {PACKINGS[packing]}"
        because = f"because {hosting.name} takes images ({declared})"
    count = item.frames.count if item.frames else None
    if item.frames is None or count is None:
        split = Split(None, None, limit, packing, None, because)
        return replace(split, frame_type=frame_type)
    total = count * item.frames.frame_bytes
    because += f"; the frames come to about {bytes_text(total)}"
    requests = count
    if packing is not None:
        per_frame = size_in(packing, item.frames.frame_bytes)
        frames_a_request = max(1, math.floor(limit / per_frame))
        requests = math.ceil(count / frames_a_request)
    split = Split(count, requests, limit, packing, total, because)
    return replace(split, frame_type=frame_type)


def _segments(
    item: Item, hosting: Hosting, because: str, *, via_s3: bool = False
) -> Split:
    segment_type = hosting.segment_type
    if segment_type is None:
        _refuse_type(item, hosting)
    limit = _SEGMENT_VIA_S3_BYTES if via_s3 else hosting.request_limit_bytes
    return Split(
        item.frames.count if item.frames else None,
        math.ceil(item.size_bytes / limit),
        limit,
        None,
        item.size_bytes,
        because,
        unit="segments",
        frame_type=segment_type,
        via_s3=via_s3,
        or_frames=not via_s3 and hosting.takes_frames(item.frame_type),
    )


def _via_s3(item: Item, hosting: Hosting, because: str) -> ViaS3 | Split:
    """Return the way through S3: whole, or in segments beyond 1 GB."""
    if item.size_bytes <= LIMITS["async_payload_bytes"].value:
        return ViaS3(item.size_bytes, because)
    because += f"; {bytes_text(item.size_bytes)} are more than the 1 GB of one request"
    return _segments(item, hosting, because, via_s3=True)


def _kind(hosting: Hosting) -> str:
    return {"realtime": "real-time", "serverless": "serverless"}[hosting.kind]


def _does_not_fit(item: Item, hosting: Hosting) -> str:
    size, limit = bytes_text(item.size_bytes), bytes_text(hosting.request_limit_bytes)
    if size == limit:  # a few bytes over: rounded, the two would look the same
        size, limit = (
            f"{count:,} bytes"
            for count in (item.size_bytes, hosting.request_limit_bytes)
        )
    return (
        f"{item.label} is {size}; a {_kind(hosting)} request to {hosting.name} "
        f"takes {limit}"
    )


def _too_large(item: Item, hosting: Hosting) -> PayloadTooLargeError:
    is_split = "" if item.is_video else f", and {item.content_type} is not split"
    return PayloadTooLargeError(
        f"{_does_not_fit(item, hosting)}{is_split}.",
        hint="Asynchronously, up to 1 GB: "
        'deploy(…, overflow=smnb.Async("ml.m5.xlarge"))',
    )


def _refuse_over_1_gb(item: Item, hosting: Hosting) -> None:
    """Nothing takes more than 1 GB whole, so say so before a byte is read."""
    if item.is_video and (
        hosting.kind == "async"
        or hosting.takes_frames(item.frame_type)
        or hosting.segment_type is not None
    ):
        return
    raise PayloadTooLargeError(
        f"{item.label} is {bytes_text(item.size_bytes)}; even an asynchronous request "
        "takes 1 GB.",
        hint="Send it in pieces of up to 1 GB.",
    )


def _refuse_type(item: Item, hosting: Hosting) -> NoReturn:
    accepts = ", ".join(hosting.accepts or ())
    what = f"{item.label} is {item.content_type}; {hosting.name} takes "
    if hosting.accepts is None:
        what += "undeclared types, a video as frames."
    else:
        what += f"{accepts}."
    hint = "Convert it, or add the type to ACCEPTS in inference.py and deploy again."
    formats = {"image/png": "png", "image/webp": "webp"}
    wanted = [name for type_, name in formats.items() if hosting.takes(type_)]
    if item.is_video and hosting.accepts is not None and wanted:
        hint = f'Send its frames: smnb.Video(…, format="{wanted[0]}").'
    raise InvalidInputError(what, hint=hint)
