"""A model's answer as the panel shows it: text, boxes, the frames of a video."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from smnb import _request
from smnb._results import VideoResult
from smnb._text import bytes_text
from smnb.deserializers import BaseDeserializer
from smnb.jupyter.shapes import Frame, RouteName, TestReply
from smnb.jupyter.views.boxes import boxes_in

if TYPE_CHECKING:
    from smnb._invocation import Reply
    from smnb._results import FrameResult
    from smnb.deserializers._base import ByteStream

_LONGEST: Final = 200_000  # characters; what is longer is cut
_LONGEST_OF_FRAME: Final = 2_000
_MOST_FRAMES: Final = 20_000
# A list of numbers alone; in JSON no string holds a line break.
_NUMBERS: Final = re.compile(r"\[\n[-+.\deE,\s]+\]")


class Recorder(BaseDeserializer):
    """Decodes as `invoke` does by itself, and notes size and type of what came."""

    ACCEPT = ()  # asks for nothing that `invoke` by itself does not ask for

    def __init__(self) -> None:
        self.content_type = ""
        self.size_bytes = 0

    def deserialize(self, stream: ByteStream, content_type: str) -> Any:
        """Decode an answer."""
        body = stream.read()
        self.content_type = content_type
        self.size_bytes += len(body)
        return _request.decode(body, content_type, None)


def reply(
    got: Reply, recorder: Recorder, *, identity: str, total_ms: float, fps: float | None
) -> TestReply:
    """Return an answer with how it came about.

    Parameters
    ----------
    identity
        Names the request.
    total_ms
        From sending to having read all of it.
    fps
        Frames that were answered a second.
    """
    frames = None
    failed = 0
    if isinstance(got.value, VideoResult):
        frames = _frames(got.value)
        failed = sum(frame["failed"] for frame in frames)
        text, truncated = _cut(_video_text(got.value), _LONGEST)
    else:
        text, truncated = _cut(text_of(got.value), _LONGEST)
    usd = got.cost_usd
    return TestReply(
        text=text,
        truncated=truncated,
        boxes=[] if frames is not None else boxes_in(got.value),
        frames=frames,
        failed_frames=failed,
        fps=fps,
        route=route_name(got.route.name),
        parts=got.parts,
        total_ms=total_ms,
        answer_bytes=recorder.size_bytes or None,
        content_type=recorder.content_type,
        usd=usd,
        usd_per_1k=None if usd is None else usd * 1000,
        request_id=identity,
    )


def route_name(name: str) -> RouteName:
    """Return the name of a route as one of the shapes' three."""
    if name == "direct":
        return "direct"
    return "s3" if name == "s3" else "split"


def text_of(value: object) -> str:
    """Write an answer: JSON indented, text as it is, of anything else what it is."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return _bytes_text(value)
    if hasattr(value, "getpixel"):  # a PIL image
        return f"A picture of {value.size[0]} x {value.size[1]} pixels"  # type: ignore[attr-defined]
    if hasattr(value, "tolist") and hasattr(value, "shape"):
        return f"array of shape {tuple(value.shape)}, {value.dtype}\n{value!r}"  # type: ignore[attr-defined]
    try:
        return _NUMBERS.sub(
            _in_one_line, json.dumps(value, indent=2, ensure_ascii=False)
        )
    except (TypeError, ValueError):
        return repr(value)


def _in_one_line(numbers: re.Match[str]) -> str:
    return " ".join(numbers[0].split()).replace("[ ", "[").replace(" ]", "]")


def _bytes_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"{bytes_text(len(value))} that are no text"


def _frames(video: VideoResult) -> list[Frame]:
    together: Counter[int] = Counter()
    for one in video:
        together[one.part] += one.frame_count
    return [_frame(one, together[one.part]) for one in list(video)[:_MOST_FRAMES]]


def _frame(result: FrameResult, together: int) -> Frame:
    failed = result.error is not None
    boxes = [] if failed else boxes_in(result.value)
    text = str(result.error) if failed else text_of(result.value)
    count = len(result.value) if isinstance(result.value, list) else None
    return Frame(
        index=result.frame,
        t_s=result.time_s,
        count=len(boxes) if boxes else count,
        boxes=boxes,
        ms=None if result.latency_ms is None else result.latency_ms / together,
        together=together,
        failed=failed,
        text=_cut(text, _LONGEST_OF_FRAME)[0],
    )


def _video_text(result: VideoResult) -> str:
    rows = io.StringIO()
    rows.write(f"{result!r}\n")
    for one in result:
        answer = (
            one.error if one.error is not None else json.dumps(one.value, default=repr)
        )
        rows.write(f"frame {one.frame}  {one.time_s:.2f} s  {answer}\n")
        if rows.tell() > _LONGEST:
            break
    return rows.getvalue()


def _cut(text: str, longest: int) -> tuple[str, bool]:
    return text[:longest], len(text) > longest
