"""What is asked for: a test request, its route and its answer."""

from __future__ import annotations

from typing import Literal, TypedDict

from smnb.jupyter.shapes.listing import Twin
from smnb.jupyter.shapes.words import RouteName


class UploadSource(TypedDict):
    """A file that was uploaded before; see `Uploaded`."""

    kind: Literal["upload"]
    id: str


class PathSource(TypedDict):
    """A file of the file browser, its path relative to the server's root."""

    kind: Literal["path"]
    path: str


class TextSource(TypedDict):
    """Text as it was typed; `content_type` None: JSON if it parses, else text."""

    kind: Literal["text"]
    text: str
    content_type: str | None


TestSource = UploadSource | PathSource | TextSource


class Uploaded(TypedDict):
    """A file that the server holds for a test; frames and seconds of a video."""

    id: str
    name: str
    content_type: str
    bytes: int
    width: int | None
    height: int | None
    frames: int | None
    seconds: float | None


class Takes(TypedDict):
    """What an endpoint takes: content types (None: not declared) and limits."""

    accepts: list[str] | None
    request_bytes: int
    timeout_s: float
    larger: str


class RoutePlan(TypedDict):
    """Which way a payload would go, and why; nothing is sent.

    `sent_bytes` is all that would be sent, in `parts` requests of `part_bytes` at most.
    `next_limit_bytes` is what another kind of endpoint would take in one request, if
    more. `needs_twin`: the asynchronous twin that would be made for it first, with
    what it costs while it works.
    """

    route: RouteName
    bytes: int
    sent_bytes: int | None
    limit_bytes: int
    limit_name: str
    next_limit_bytes: int | None
    parts: int | None
    part_bytes: int | None
    frames: int | None
    possible: list[RouteName]
    why: str
    usd: float | None
    needs_twin: Twin | None


class Box(TypedDict):
    """A box on a picture, in its pixels, from the top left corner."""

    x: float
    y: float
    width: float
    height: float
    label: str
    score: float | None


class Frame(TypedDict):
    """One frame's answer: its index in the clip, its time, what was found on it."""

    index: int
    t_s: float
    count: int | None
    boxes: list[Box]
    failed: bool
    text: str


class TestReply(TypedDict):
    """The answer to a test request; `text` is it as indented JSON, or text.

    `frames` of a video, else None. `pending` names a job that goes on through S3.
    """

    text: str
    truncated: bool
    boxes: list[Box]
    frames: list[Frame] | None
    failed_frames: int
    fps: float | None
    route: RouteName
    parts: int
    model_ms: float | None
    total_ms: float
    answer_bytes: int | None
    content_type: str
    usd: float | None
    usd_per_1k: float | None
    request_id: str
    pending: str | None


class Pending(TypedDict):
    """A request that goes through S3: how far it is, and its answer when it is there."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    uploaded_bytes: int | None
    total_bytes: int | None
    started_at: float
    output_uri: str
    failure: str
    reply: TestReply | None


class Picture(TypedDict):
    """A picture as JPEG in base64."""

    jpeg: str
    width: int
    height: int
