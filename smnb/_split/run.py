"""One run of a video through an endpoint: sent in parts, answered in order."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb import _request
from smnb._results import FrameResult, VideoResult
from smnb._split import answers
from smnb._split.bodies import payload_of
from smnb._split.cutting import Frames, Segments
from smnb._split.manifest import Answered
from smnb._split.pace import Pace
from smnb._split.parts import Packer
from smnb._split.pipeline import Pipeline
from smnb.errors import (
    ConfigurationError,
    JobCancelledError,
    LocalBackendError,
    PartsFailedError,
    SmnbError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smnb._control import Control
    from smnb._payload import Payload
    from smnb._request import Received
    from smnb._routes import Split
    from smnb._split.clip import Clip
    from smnb._split.manifest import Manifest
    from smnb._split.parts import Part, Piece
    from smnb.deserializers import BaseDeserializer

# When nothing has succeeded after so many parts, the rest would fail as well.
_GIVE_UP_AFTER = 3
_SHOWN_EVERY_S = 0.1
# Every further part would meet these as well.
_FATAL = (ConfigurationError, JobCancelledError, LocalBackendError)


class _Reply(NamedTuple):
    """What a sender brings back."""

    results: list[FrameResult]
    answered: Answered
    size_bytes: int


class VideoRun:
    """One run of a video through an endpoint; the stages of its `Pipeline`.

    Parameters
    ----------
    clip
        The video.
    route
        What is sent of it, and how.
    exchange
        Sends the body of one request, and returns the answer as it came; told when to
        stop. Throttling is raised at once: the pipeline then sends fewer at a time.
    concurrency
        Requests in flight at most.
    control
        Is told how far it is, and given the results in order as they come; once it says
        stop, no further part is sent.
    usd_per_s
        What a second of the model's work costs; None if it is not billed so.
    manifest
        Keeps the answers, and has those of earlier runs; None keeps none.
    """

    def __init__(
        self,
        clip: Clip,
        route: Split,
        exchange: Callable[[Payload, Control], Received],
        *,
        concurrency: int,
        deserializer: BaseDeserializer | None = None,
        control: Control,
        usd_per_s: float | None = None,
        manifest: Manifest | None = None,
    ) -> None:
        self._clip = clip
        self._route = route
        self._exchange = exchange
        self._deserializer = deserializer
        self._control = control
        self._part_control = control.part()
        self._concurrency = concurrency
        self._usd_per_ms = (usd_per_s or 0.0) / 1000
        self._manifest = manifest
        self._before: dict[int, list[FrameResult]] = {}
        self._part_of: dict[int, int] = {}
        self._landed: dict[int, list[FrameResult]] = {}
        self._told = 0
        self._results = control.arrived
        self._failures: list[Exception] = []
        self._read_before()
        self._cut: Frames | Segments
        if route.unit == "segments":
            self._cut = Segments(clip, route, answered=self._part_of)
        else:
            self._cut = Frames(clip, route, answered=self._part_of)
        self._pace = control.pace = Pace(clip.taken_count)
        self._shown_at = 0.0
        self.latencies_ms: list[float] = []
        self.request_ids: list[str] = []

    @property
    def sent_bytes(self) -> int:
        """What all bodies came to."""
        return self._pace.sent_bytes

    @property
    def progress(self) -> str:
        """Frames done, speed, time left, bytes and cost so far, as one line."""
        return self._pace.text

    def run(self) -> VideoResult:
        """Send every frame, and return the answers in order.

        Raises
        ------
        PartsFailedError
            If parts failed; it holds the result, in which the others are kept.
        """
        complete = False
        route = self._route
        pipeline = Pipeline(
            self,
            Packer(route.part_bytes, route.packing, self._part_of),
            concurrency=self._concurrency,
            unit_bytes=self._cut.unit_bytes,
            part_bytes=route.part_bytes,
        )
        try:
            pipeline.run(self._cut.units())
            complete = not self._failures
        finally:
            if self._manifest is not None:
                self._manifest.close(complete=complete)
        return self._result()

    def encode(self, unit: Any) -> Sequence[Piece]:
        """Encode a frame, or try out a segment; of the pipeline."""
        return self._cut.encode(unit)

    def send(self, part: Part) -> _Reply:
        """Send a part, read its answer and keep it; of the pipeline."""
        if part.payload is None:
            part.payload = payload_of(part, self._route.packing)
            part.contents.clear()  # they are in the body now
        received = self._exchange(part.payload, self._part_control)
        answered = Answered(part.number, tuple(part.shown), *received, part.extra)
        results = self._read(answered)
        if self._manifest is not None:
            self._manifest.add(answered)
        return _Reply(results, answered, part.payload.size_bytes)

    def landed(
        self, part: Part, answer: _Reply | None, error: Exception | None
    ) -> None:
        """Put results in their place, and tell those that are complete up to there."""
        if answer is not None:
            results = answer.results
            self.latencies_ms.append(answer.answered.latency_ms)
            self.request_ids.append(answer.answered.request_id)
            self._pace.sent_bytes += answer.size_bytes
            self._pace.cost_usd += answer.answered.latency_ms * self._usd_per_ms
        elif error is None:
            results = self._before[part.number]
            self._pace.resumed += _count(results)
        else:
            self._fail(error)
            results = answers.of_failure(part.number, part.shown, error)
            self._pace.failed += _count(results)
        self._pace.done += _count(results)
        self._landed[part.place] = results
        while (following := self._landed.pop(self._told, None)) is not None:
            self._told += 1
            self._results += following

    def turn(self) -> None:
        """Show how far it is, and stop if that is wanted; of the pipeline."""
        self._control.check()
        now = time.monotonic()
        if now - self._shown_at >= _SHOWN_EVERY_S:
            self._shown_at = now
            self._control.went(self._pace.share)
            self._control.progress.now(self._pace.text)

    def _read(self, answered: Answered) -> list[FrameResult]:
        value = _request.decode(
            answered.content, answered.content_type, self._deserializer
        )
        if self._route.packing == "json" and isinstance(value, dict):
            value = value.get("predictions", value)  # as TensorFlow Serving answers
        if self._route.unit == "segments" and answered.shown[0].quality is None:
            results = answers.of_segment(
                answered.number, answered.shown, value, extra=answered.extra
            )
        else:
            packed = self._route.packing is not None
            results = answers.of_frames(
                answered.number, answered.shown, value, packed=packed
            )
        return [replace(one, latency_ms=answered.latency_ms) for one in results]

    def _read_before(self) -> None:
        """Read what earlier runs have had answered; what cannot be read is sent again."""
        answered = self._manifest.answered if self._manifest is not None else {}
        for number, part in answered.items():
            with suppress(SmnbError):
                self._before[number] = self._read(part)
                self._part_of |= dict.fromkeys((f.frame for f in part.shown), number)

    def _fail(self, error: Exception) -> None:
        """Keep a failure beside the others, or give up."""
        if not isinstance(error, SmnbError) or isinstance(error, _FATAL):
            raise error
        self._failures.append(error)
        succeeded = self.latencies_ms or self._before
        if len(self._failures) >= _GIVE_UP_AFTER and not succeeded:
            raise error

    def _result(self) -> VideoResult:
        result = VideoResult(
            self._clip.label,
            self._clip.info,
            self._results,
            self._clip.file,
            video=self._clip.video,
            damage=self._cut.damage,
        )
        if self._failures:
            failed = result.failed
            again = (
                ""
                if self._manifest is None
                else " Call it again: then only these are sent."
            )
            raise PartsFailedError(
                f"{len(failed)} of {len(result)} frames of {self._clip.label} failed "
                f"({answers.failed_text(self._results)}). "
                f"The first: {getattr(self._failures[0], 'what', self._failures[0])}",
                hint=f"The rest is kept in this error's .results.{again}",
                results=result,
            ) from self._failures[0]
        return result


def _count(results: Sequence[FrameResult]) -> int:
    return sum(result.frame_count for result in results)
