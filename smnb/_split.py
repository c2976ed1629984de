"""Send a video as JPEG frames in parallel requests; answers come back in order.

Decoding, encoding and sending overlap; what waits between them is bounded. A part that
the service did not take is sent again (`_retry`); one that the model failed on is not.
"""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smnb import _request, _video
from smnb._payload import Payload
from smnb._results import FrameResult, VideoResult
from smnb._routing import FRAME_TYPE, PART_OVERHEAD_BYTES, Hosting
from smnb._text import dollars_text, seconds_text
from smnb._workers import Workers
from smnb.errors import (
    InvalidInputError,
    InvocationError,
    JobCancelledError,
    PartsFailedError,
    SmnbError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from pathlib import Path

    from smnb._control import Control
    from smnb._request import Answer
    from smnb._session import Session
    from smnb.deserializers import BaseDeserializer

_ENCODERS = min(4, os.cpu_count() or 1)
_WAITING_FRAMES = 2 * _ENCODERS + 2
# When nothing has succeeded after so many parts, the rest would fail as well.
_GIVE_UP_AFTER = 3


@dataclass
class _Part:
    """Frames that travel in one request."""

    number: int
    frames: list[tuple[int, float]] = field(default_factory=list)
    jpegs: list[bytes] = field(default_factory=list)
    size_bytes: int = 0

    def add(self, frame: int, time_s: float, jpeg: bytes) -> None:
        self.frames.append((frame, time_s))
        self.jpegs.append(jpeg)
        self.size_bytes += len(jpeg) + PART_OVERHEAD_BYTES

    def payload(self, *, packed: bool) -> Payload:
        label = f"frame {self.frames[0][0]}"
        if not packed:
            return Payload.of_bytes(self.jpegs[0], FRAME_TYPE, label)
        from requests_toolbelt import MultipartEncoder

        names = [f"frame-{index:06}" for index, _ in self.frames]
        encoder = MultipartEncoder(
            [
                (name, (f"{name}.jpg", jpeg, FRAME_TYPE))
                for name, jpeg in zip(names, self.jpegs, strict=True)
            ]
        )
        return Payload.of_bytes(encoder.to_string(), encoder.content_type, label)


class Splitter:
    """One run of a video through an endpoint.

    Parameters
    ----------
    source
        The video: a file, or its bytes.
    concurrency
        Requests in flight at the same time.
    control
        Is told how far it is after each part; once it says stop, no further part is sent.
    usd_per_s
        What a second of the model's work costs; None if it is not billed so.
    """

    def __init__(  # noqa: PLR0913  the facts of one run
        self,
        session: Session,
        hosting: Hosting,
        source: Path | bytes,
        *,
        label: str,
        concurrency: int,
        accept: str | None = None,
        deserializer: BaseDeserializer | None = None,
        control: Control,
        usd_per_s: float | None = None,
    ) -> None:
        self._session = session
        self._hosting = hosting
        self._source = source
        self._label = label
        self._info = _video.probe(source)
        self._concurrency = concurrency
        self._accept = accept
        self._deserializer = deserializer
        self._control = control
        self._usd_per_s = usd_per_s
        self._encoders = Workers(_ENCODERS, "smnb-encode")
        self._senders = Workers(concurrency, "smnb-send")
        self._encoding: deque[tuple[int, float, Future[bytes]]] = deque()
        self._sending: deque[tuple[_Part, Future[Answer]]] = deque()
        self._part = _Part(0)
        self._results: list[FrameResult] = []
        self._failed: list[SmnbError] = []
        self._damage: InvalidInputError | None = None
        self._started = time.perf_counter()
        self.answers: list[Answer] = []
        self.sent_bytes = 0

    def run(self) -> VideoResult:
        """Send every frame, and return the answers in order.

        Raises
        ------
        PartsFailedError
            If parts failed; it holds the result, in which the others are kept.
        """
        try:
            limit = self._hosting.request_limit_bytes - PART_OVERHEAD_BYTES
            for frame in self._readable():
                job = self._encoders.submit(_jpeg, frame, limit)
                self._encoding.append((frame.index, frame.time_s, job))
                if len(self._encoding) > _WAITING_FRAMES:
                    self._pack()
            while self._encoding:
                self._pack()
            self._send()
            while self._sending:
                self._collect()
        finally:
            # Stop means stop: what has not begun is dropped, nothing is waited for.
            self._encoders.shutdown(wait=False, cancel_futures=True)
            self._senders.shutdown(wait=False, cancel_futures=True)
        return self._result()

    def _readable(self) -> Iterator[_video.Frame]:
        """Yield the frames; of a damaged file, those before the damage."""
        some = False
        try:
            for frame in _video.frames(self._source):
                some = True
                yield frame
        except InvalidInputError as damage:
            if not some:
                raise
            self._damage = damage

    @property
    def cost_usd(self) -> float | None:
        """What the requests cost so far, by their time as seen from here."""
        if self._usd_per_s is None:
            return None
        return sum(a.latency_ms for a in self.answers) / 1000 * self._usd_per_s

    def _pack(self) -> None:
        """Put the oldest encoded frame into a part; send the part that is full."""
        index, time_s, job = self._encoding.popleft()
        jpeg = job.result()
        size = self._part.size_bytes + len(jpeg) + PART_OVERHEAD_BYTES
        limit = self._hosting.request_limit_bytes
        if self._part.frames and (not self._hosting.packs or size > limit):
            self._send()
        self._part.add(index, time_s, jpeg)

    def _send(self) -> None:
        self._control.check()
        part = self._part
        if not part.frames:
            return
        self.sent_bytes += part.size_bytes
        job = self._senders.submit(self._request, part)
        self._sending.append((part, job))
        self._part = _Part(part.number + 1)
        if len(self._sending) > self._concurrency + 1:
            self._collect()

    def _request(self, part: _Part) -> Answer:
        payload = part.payload(packed=self._hosting.packs)
        part.jpegs.clear()
        return _request.send(
            self._session,
            self._hosting.name,
            payload,
            self._control.part(),
            accept=self._accept,
            deserializer=self._deserializer,
        )

    def _collect(self) -> None:
        """Take the oldest part's answer; a failure is kept beside the others."""
        part, job = self._sending.popleft()
        error: SmnbError | None = None
        values: list[Any] = [None] * len(part.frames)
        try:
            answer = job.result()
            self.answers.append(answer)
            values = self._values(part, answer)
        except JobCancelledError:
            raise
        except SmnbError as failure:
            error = failure
            self._failed.append(failure)
            if len(self._failed) >= _GIVE_UP_AFTER and not self.answers:
                raise
        self._results += [
            FrameResult(frame, time_s, part.number, value, error)
            for (frame, time_s), value in zip(part.frames, values, strict=True)
        ]
        total = self._info.frame_count
        self._control.went(len(self._results) / total if total else None)
        self._control.progress.now(self.progress)

    def _values(self, part: _Part, answer: Answer) -> list[Any]:
        if not self._hosting.packs:
            return [answer.value]
        values = answer.value
        if not isinstance(values, list) or len(values) != len(part.frames):
            count = len(values) if isinstance(values, list) else "one answer, no list"
            raise InvocationError(
                f"{self._hosting.name} got {len(part.frames)} frames in one request and "
                f"answered {count}.",
                hint="A model that accepts multipart/form-data answers a list with one "
                "prediction for each part, in order.",
            )
        return values

    @property
    def progress(self) -> str:
        """Frames done, speed and cost so far, as one line."""
        done = len(self._results)
        seconds = time.perf_counter() - self._started
        total = self._info.frame_count or done
        filled = round(20 * min(1.0, done / total))
        bar = "━" * filled + "─" * (20 - filled)
        cost = self.cost_usd
        spent = f" · ≈ {dollars_text(cost)}" if cost else ""
        return (
            f"{bar} {done}/{total} frames · {done / seconds:.0f} fps · "
            f"{seconds_text(seconds)}{spent}"
        )

    def _result(self) -> VideoResult:
        result = VideoResult(
            self._label, self._info, self._results, self._source, damage=self._damage
        )
        if self._failed:
            lost = sum(r.error is not None for r in self._results)
            raise PartsFailedError(
                f"{lost} of {len(self._results)} frames of {self._label} failed. "
                f"The first: {self._failed[0].what}",
                hint="The rest is kept in this error's .results.",
                results=result,
            )
        return result


def _jpeg(frame: _video.Frame, max_bytes: int) -> bytes:
    """Convert and encode, both off the thread that decodes."""
    return _video.encode_jpeg(frame.bgr, max_bytes=max_bytes)
