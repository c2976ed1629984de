"""The ways to an endpoint, and what a choice between them must know."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from smnb import _html
from smnb._limits import LIMITS
from smnb._text import bytes_text

FRAME_TYPE = "image/jpeg"
SEGMENT_TYPES = ("video/mp4", "video/quicktime", "video/x-matroska", "video/webm")
ARRAY_TYPE = "application/x-npy"
PACKINGS = {
    "multipart": "multipart/form-data",
    "npy": ARRAY_TYPE,
    "recordio": "application/x-recordio-protobuf",
    "json": "application/json",
}
"""How several frames share a request, each with the content type that declares it."""

# What a frame takes in a body beside its content (in base64 for JSON), rounded up.
_OVERHEAD_BYTES = {"multipart": 256, "npy": 0, "recordio": 128, "json": 32}


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

    def packing(self, frame_type: str) -> str | None:
        """Return how several frames share a request; None if each has its own.

        As multipart where the model declares it. Else one by one as images where it
        declares these; else as whichever of npy, RecordIO and JSON it declares.
        """
        if self.accepts is None:
            return None
        if self.takes(PACKINGS["multipart"]) and frame_type != ARRAY_TYPE:
            return "multipart"
        if self.takes(frame_type) and frame_type != ARRAY_TYPE:
            return None
        found = (name for name, type_ in PACKINGS.items() if self.takes(type_))
        return next((name for name in found if name != "multipart"), None)

    def takes_frames(self, frame_type: str) -> bool:
        """Whether the model takes the frames of a video in some form."""
        return self.takes(frame_type) or self.packing(frame_type) is not None

    def names_frames(self, frame_type: str) -> bool:
        """Whether it declares frames by their type or as parts of a form.

        JSON, npy and RecordIO hold anything.
        """
        return self.takes(frame_type) or self.packing(frame_type) == "multipart"

    @property
    def segment_type(self) -> str | None:
        """What segments of a video are written as; None if the model takes none."""
        if self.accepts is None:
            return SEGMENT_TYPES[0]
        return next((type_ for type_ in SEGMENT_TYPES if self.takes(type_)), None)


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
    frame_bytes
        Mean size of one frame once encoded, estimated from a few.
    """

    count: int | None
    width: int
    height: int
    fps: float
    frame_bytes: float


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
    frame_type
        Content type that its frames shall have.
    wish
        What is wanted of its frames that the file itself is not: ``"every=5"``, or
        that they come one by one. Empty if the file will do.
    """

    label: str
    content_type: str
    size_bytes: int
    frames: FrameFacts | None = None
    frame_type: str = FRAME_TYPE
    wish: str = ""

    @property
    def is_video(self) -> bool:
        """Whether it is a video."""
        return self.content_type.startswith("video/") or self.frames is not None


class _Shown:
    """What notebooks show: the same words as elsewhere."""

    def _repr_html_(self) -> str:
        return _html.preformatted(repr(self))


@dataclass(frozen=True, repr=False)
class Direct(_Shown):
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
class Split(_Shown):
    """Several requests in parallel, each within the limit.

    Parameters
    ----------
    frames
        Frames to send; None if the file does not say.
    requests
        Requests that they make; an estimate when several frames share one, and for
        segments.
    part_bytes
        The largest body of one request.
    packing
        How several frames share a request: ``"multipart"``, ``"npy"``, ``"recordio"``
        or ``"json"``; None if each has its own.
    size_bytes
        Estimated size of all that is sent.
    because
        Why this route, as a sentence.
    unit
        ``"frames"``, or ``"segments"``: pieces of the file, copied without encoding
        them again, each of which plays alone.
    frame_type
        Content type of a frame, or of a segment.
    via_s3
        Whether each segment goes through S3 in an asynchronous request.
    or_frames
        Whether a segment goes as frames where it would not decode to the same ones.
    """

    name: ClassVar[str] = "split"

    frames: int | None
    requests: int | None
    part_bytes: int
    packing: str | None
    size_bytes: float | None
    because: str
    unit: str = "frames"
    frame_type: str = FRAME_TYPE
    via_s3: bool = False
    or_frames: bool = False

    @property
    def content_type(self) -> str:
        """Content type of a request's body."""
        return PACKINGS[self.packing] if self.packing else self.frame_type

    def __repr__(self) -> str:
        frames = "all frames" if self.frames is None else f"{self.frames} frames"
        kind = _FORMAT_NAMES.get(self.frame_type, self.frame_type)
        what = f"{frames} as {kind}"
        if self.unit == "segments":
            what = f"{frames} in segments of the file, not encoded again,"
        if self.requests is None:
            requests = "requests"
        else:
            is_exact = self.unit == "frames" and self.packing is None
            about = "" if is_exact else "about "
            requests = f"{about}{self.requests} request{'s' * (self.requests != 1)}"
        how = "through S3" if self.via_s3 else "in parallel"
        return (
            f"Split · {what} → {requests} of ≤ {bytes_text(self.part_bytes)}, {how}\n"
            f"        {self.because}"
        )


_FORMAT_NAMES = {
    FRAME_TYPE: "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    ARRAY_TYPE: "arrays",
}


@dataclass(frozen=True, repr=False)
class ViaS3(_Shown):
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


def size_in(packing: str | None, content_bytes: float) -> float:
    """Return what a frame of so many bytes takes in a request's body, at most."""
    if packing is None:
        return content_bytes
    if packing == "json":
        content_bytes = 4 * math.ceil(content_bytes / 3)  # base64
    return content_bytes + _OVERHEAD_BYTES[packing]


def content_limit(packing: str | None, limit_bytes: int) -> int:
    """Return how large a frame may be, to fit a body of `limit_bytes`."""
    if packing is None:
        return limit_bytes
    left = limit_bytes - _OVERHEAD_BYTES[packing]
    return left // 4 * 3 if packing == "json" else left
