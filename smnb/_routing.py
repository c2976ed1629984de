"""Decide how a payload reaches an endpoint, before anything is sent.

Pure functions only: no network, no files, no clock.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from smnb._limits import LIMITS
from smnb._text import bytes_text
from smnb.errors import InvalidInputError, PayloadTooLargeError

ROUTE_NAMES = ("direct", "split", "s3")
MULTIPART = "multipart/form-data"
FRAME_TYPE = "image/jpeg"
# A part's headers and boundary in a multipart body, rounded up.
PART_OVERHEAD_BYTES = 256


@dataclass(frozen=True)
class Hosting:
    """What a decision needs to know of an endpoint.

    Parameters
    ----------
    name
        The endpoint's name.
    kind
        ``"realtime"``, ``"serverless"`` or ``"async"``.
    accepts
        Content types that the model declares; None if it declares none.
    overflow
        Whether an asynchronous twin takes what is too large.
    """

    name: str
    kind: str
    accepts: tuple[str, ...] | None = None
    overflow: bool = False

    @property
    def request_limit_bytes(self) -> int:
        """The largest body of one synchronous request."""
        kind = "serverless" if self.kind == "serverless" else "realtime"
        return LIMITS[f"{kind}_payload_bytes"].value

    def takes(self, content_type: str) -> bool:
        """Say whether the model takes a single value of `content_type`."""
        if self.accepts is None:
            return not content_type.startswith("video/")
        plain = content_type.partition(";")[0].strip().lower()
        return plain in {accepted.lower() for accepted in self.accepts}

    @property
    def takes_frames(self) -> bool:
        """Whether the model takes the frames of a video as JPEG images."""
        return self.accepts is None or self.takes(FRAME_TYPE)

    @property
    def packs(self) -> bool:
        """Whether the model takes several frames in one request."""
        return self.accepts is not None and self.takes(MULTIPART)


@dataclass(frozen=True)
class FrameFacts:
    """What a decision needs to know of a video's frames.

    Parameters
    ----------
    count
        Frames that will be sent; exact for nearly all files, None if unknown.
    width, height
        Pixels.
    fps
        Frames a second.
    jpeg_bytes
        Mean size of one frame as JPEG, estimated from a few.
    """

    count: int | None
    width: int
    height: int
    fps: float
    jpeg_bytes: float


@dataclass(frozen=True)
class Item:
    """What a decision needs to know of a payload.

    Parameters
    ----------
    label
        What messages call it.
    content_type
        Its MIME type.
    size_bytes
        Its exact size.
    frames
        Facts on its frames if it is a video that can be decoded, else None.
    """

    label: str
    content_type: str
    size_bytes: int
    frames: FrameFacts | None = None

    @property
    def is_video(self) -> bool:
        """Whether it is a video."""
        return self.content_type.startswith("video/") or self.frames is not None


@dataclass(frozen=True, repr=False)
class Direct:
    """One synchronous request.

    Parameters
    ----------
    size_bytes
        Size of the request's body.
    because
        Why this route, as a sentence.
    """

    name: ClassVar[str] = "direct"
    requests: ClassVar[int] = 1

    size_bytes: int
    because: str

    def __repr__(self) -> str:
        return f"Direct · {bytes_text(self.size_bytes)} in one request\n        {self.because}"


@dataclass(frozen=True, repr=False)
class Split:
    """Several synchronous requests in parallel, each within the limit.

    Parameters
    ----------
    frames
        Frames to send; None if the file does not say.
    requests
        Requests that they make; an estimate when several share one.
    part_bytes
        The largest body of one request.
    packed
        Whether several frames share a request, as ``multipart/form-data``.
    size_bytes
        Estimated size of all frames.
    because
        Why this route, as a sentence.
    """

    name: ClassVar[str] = "split"

    frames: int | None
    requests: int | None
    part_bytes: int
    packed: bool
    size_bytes: float | None
    because: str

    def __repr__(self) -> str:
        frames = "all frames" if self.frames is None else f"{self.frames} frames"
        if self.requests is None:
            requests = "requests"
        else:
            about = "about " if self.packed else ""
            requests = f"{about}{self.requests} request{'s' * (self.requests != 1)}"
        return (
            f"Split · {frames} as JPEG → {requests} of ≤ "
            f"{bytes_text(self.part_bytes)}, in parallel\n        {self.because}"
        )


@dataclass(frozen=True, repr=False)
class ViaS3:
    """One asynchronous request that names an uploaded object.

    Parameters
    ----------
    size_bytes
        Size of the object.
    because
        Why this route, as a sentence.
    """

    name: ClassVar[str] = "s3"
    requests: ClassVar[int] = 1

    size_bytes: int
    because: str

    def __repr__(self) -> str:
        return f"ViaS3 · {bytes_text(self.size_bytes)} uploaded, one asynchronous request\n        {self.because}"


Route: TypeAlias = Direct | Split | ViaS3


def plan(item: Item, hosting: Hosting, *, route: str | None = None) -> Route:
    """Choose the route of `item` to the endpoint.

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

    Rows 3 and 4 without ``overflow=`` raise `PayloadTooLargeError`; row 3 will split
    in segments once that is there. What a model takes is declared
    (``Model(accepts=…)`` or ``ACCEPTS`` in inference.py). Undeclared, a request holds
    a single value, and a video goes as JPEG frames, one a request.

    Parameters
    ----------
    route
        ``"direct"``, ``"split"`` or ``"s3"`` in place of the choice.

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
    if route is not None:
        return _forced(item, hosting, route)
    limit = hosting.request_limit_bytes
    if hosting.kind == "async":
        return ViaS3(item.size_bytes, f"because {hosting.name} is asynchronous")
    taken = hosting.takes(item.content_type)
    if taken and item.size_bytes <= limit:
        return Direct(
            item.size_bytes,
            f"because it fits one {_kind(hosting)} request ({bytes_text(limit)})",
        )
    if item.is_video and hosting.takes_frames:
        return _split(item, hosting)
    if not taken:
        _refuse_type(item, hosting)
    if hosting.overflow:
        return ViaS3(
            item.size_bytes,
            f"because {_does_not_fit(item, hosting)}; "
            f"the asynchronous twin takes up to 1 GB",
        )
    raise _too_large(item, hosting)


def _forced(item: Item, hosting: Hosting, route: str) -> Route:
    """Return the route that the caller asked for, if it can be had at all."""
    because = f'because route="{route}" was asked for'
    if route == "s3":
        if hosting.overflow or hosting.kind == "async":
            return ViaS3(item.size_bytes, because)
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
    if route == "split":
        if not item.is_video:
            raise InvalidInputError(
                f"{item.label} is {item.content_type}; only a video is split.",
                hint="Leave route= out, or send a list of payloads one by one.",
            )
        return _split(item, hosting, because)
    raise InvalidInputError(
        f"{route!r} is no route.", hint=f"Choose one of {', '.join(ROUTE_NAMES)}."
    )


def _split(item: Item, hosting: Hosting, because: str | None = None) -> Split:
    limit = hosting.request_limit_bytes
    if because is None:
        takes = FRAME_TYPE + (f", packed as {MULTIPART}" if hosting.packs else "")
        declared = (
            takes if hosting.accepts else f"one {FRAME_TYPE} a request, undeclared"
        )
        because = f"because {hosting.name} takes images ({declared})"
    count = item.frames.count if item.frames else None
    if item.frames is None or count is None:
        return Split(None, None, limit, hosting.packs, None, because)
    total = count * item.frames.jpeg_bytes
    because += f"; the frames come to about {bytes_text(total)}"
    requests = count
    if hosting.packs:
        per_frame = item.frames.jpeg_bytes + PART_OVERHEAD_BYTES
        frames_a_request = max(1, math.floor(limit / per_frame))
        requests = math.ceil(count / frames_a_request)
    return Split(count, requests, limit, hosting.packs, total, because)


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
    if item.is_video and hosting.kind != "async" and hosting.takes_frames:
        return
    raise PayloadTooLargeError(
        f"{item.label} is {bytes_text(item.size_bytes)}; even an asynchronous request "
        "takes 1 GB.",
        hint="Send it in pieces of up to 1 GB.",
    )


def _refuse_type(item: Item, hosting: Hosting) -> None:
    accepts = ", ".join(hosting.accepts or ())
    what = f"{item.label} is {item.content_type}; {hosting.name} takes "
    if hosting.accepts is None:
        what += "undeclared types, a video as frames."
    else:
        what += f"{accepts}."
    raise InvalidInputError(
        what,
        hint="Convert it, or add the type to ACCEPTS in inference.py and deploy again.",
    )
