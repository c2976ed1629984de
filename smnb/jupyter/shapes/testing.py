"""What is asked for: a test request, its route and its answer."""

from __future__ import annotations

from typing import Literal, TypedDict

from smnb.jupyter.shapes.listing import Problem, Twin
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


class VariableSource(TypedDict):
    """A variable of a notebook, by its name; only that notebook's kernel can send it."""

    kind: Literal["variable"]
    name: str


TestSource = UploadSource | PathSource | TextSource | VariableSource


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

    `sent_bytes` is all that would be sent, in `parts` requests of about `part_bytes`.
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
    """One frame's answer: its index in the clip, its time, what was found on it.

    `ms`: its part of the time that its request took, which had `together` frames.
    """

    index: int
    t_s: float
    count: int | None
    boxes: list[Box]
    ms: float | None
    together: int
    failed: bool
    text: str


class TestReply(TypedDict):
    """The answer to a test request; `text` is it as indented JSON, or text.

    `frames` of a video, else None; `fps` is how many of them were answered a second.
    `total_ms` is from sending to having read all.
    """

    text: str
    truncated: bool
    boxes: list[Box]
    frames: list[Frame] | None
    failed_frames: int
    fps: float | None
    route: RouteName
    parts: int
    total_ms: float
    answer_bytes: int | None
    content_type: str
    usd: float | None
    usd_per_1k: float | None
    request_id: str


class Pending(TypedDict):
    """A test request that was sent: how far it is, and its answer when it is there.

    `words` say what goes on, `share` how much is done (0 to 1), `left_s` how long the
    rest takes at this speed. A video in parts tells its `frames`; what goes through S3
    its bytes, and how many seconds the upload and AWS's queue took. `problem` says why it
    failed, or that it was stopped.
    """

    id: str
    state: Literal["running", "done", "failed", "stopped"]
    route: RouteName
    started_at: float
    can_stop: bool
    words: str
    share: float | None
    left_s: float | None
    frames: int | None
    frames_done: int | None
    frames_failed: int
    fps: float | None
    uploaded_bytes: int | None
    total_bytes: int
    upload_s: float | None
    queue_s: float | None
    output_uri: str
    problem: Problem | None
    reply: TestReply | None


class Picture(TypedDict):
    """A picture as JPEG in base64."""

    jpeg: str
    width: int
    height: int
