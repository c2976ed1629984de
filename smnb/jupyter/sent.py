"""One test request that was sent: how far it is, and what came of it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final, Literal

from smnb import _hosting, _metrics, _pending
from smnb._invocation import Reply
from smnb._metrics import Ask, Measure
from smnb._results import VideoResult
from smnb._routes import Direct, ViaS3
from smnb.errors import PartsFailedError, SmnbError
from smnb.jupyter import problems
from smnb.jupyter.shapes import Pending
from smnb.jupyter.views import answers

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._jobs import Job
    from smnb._preparation import Prepared
    from smnb._session import Session
    from smnb.jupyter.shapes import Problem, TestReply
    from smnb.jupyter.sources import Content

State = Literal["running", "done", "failed", "stopped"]

_MINUTE_S: Final = 60
_WAITED: Final = (
    Measure("sum_s", "TimeInBacklog", "Sum", scale=1e-3),
    Measure("count", "TimeInBacklog", "SampleCount"),
)


@dataclass
class Sent:
    """A request on its way, or answered.

    Parameters
    ----------
    found
        The endpoint that it was sent to.
    content
        What was sent.
    recorder
        Has noted the type and the size of the one answer.
    """

    session: Session
    found: Described
    prepared: Prepared
    content: Content
    job: Job
    recorder: answers.Recorder
    began: float = field(default_factory=time.time)
    _stopping: bool = False
    _output_uri: str = ""

    def stop(self) -> None:
        """Send no more of it, and wait for it no longer."""
        self._stopping = True
        self.job.cancel()

    @property
    def is_answered(self) -> bool:
        """Whether all of it was answered."""
        return self.job.done and self.job.error is None

    @property
    def video(self) -> VideoResult | None:
        """What was answered of a video, once it is done: all of it, or all but a few."""
        error = self.job.error
        if isinstance(error, PartsFailedError):
            return error.results if isinstance(error.results, VideoResult) else None
        if not self.job.done or error is not None:
            return None
        value = self.job.reply().value
        return value if isinstance(value, VideoResult) else None

    @property
    def shape(self) -> Pending:
        """How far it is, as the panel shows it."""
        job, state = self.job, self._state
        pace = job.pace
        via_s3 = isinstance(self.prepared.route, ViaS3)
        total = self.prepared.payload.size_bytes
        return Pending(
            id=job.id,
            state=state,
            route=answers.route_name(self.prepared.route.name),
            started_at=self.began * 1000,
            can_stop=state == "running" and self._may_stop,
            words="" if pace or job.done else self._words,
            share=job.share,
            left_s=job.eta_s,
            frames=pace.total if pace else None,
            frames_done=pace.done if pace else None,
            frames_failed=pace.failed if pace else 0,
            fps=self._fps,
            uploaded_bytes=self._uploaded(total) if via_s3 else None,
            total_bytes=total,
            upload_s=job.upload_s,
            queue_s=self._queue_s if via_s3 and state == "done" else None,
            output_uri=self._where if via_s3 else "",
            problem=self._problem(state),
            reply=self._reply if state == "done" else None,
        )

    @property
    def _state(self) -> State:
        if self.job.status == "cancelled":
            return "stopped"
        if not self.job.done:
            return "running"
        return "done" if self.job.error is None or self.video else "failed"

    @property
    def _may_stop(self) -> bool:
        """Whether more is to be sent, or waited for, than one request that is out."""
        return not self._stopping and not isinstance(self.prepared.route, Direct)

    @property
    def _words(self) -> str:
        """What the SDK says that it does, without the figures, which are told apart."""
        words = self.job.progress.partition(" · ")[0]
        return "Uploading" if words == "uploading" else words

    @property
    def _fps(self) -> float | None:
        pace, took_s = self.job.pace, self.job.took_s
        answered = pace.done - pace.resumed if pace else 0
        return answered / took_s if answered > 0 and took_s > 0 else None

    def _uploaded(self, total: int) -> int | None:
        if self.job.upload_s is not None:
            return total
        return None if self.job.share is None else round(total * self.job.share)

    @property
    def _where(self) -> str:
        """Where the answer will lie, once AWS has taken the request."""
        if not self._output_uri and self.job.upload_s is not None:
            with suppress(SmnbError):  # no right to list what is kept
                self._output_uri = _pending.find(self.session, self.job.id).output
        return self._output_uri

    @property
    def _queue_s(self) -> float | None:
        """How long it waited at AWS; None unless it was the only one in that time."""
        name, variant = self.found.name, self.found.variant
        if self.found.kind != "async":
            name, variant = _hosting.twin_name(name), _hosting.VARIANT
        asks = [Ask(name, variant, one, _MINUTE_S) for one in _WAITED]
        start = datetime.fromtimestamp(self.began, timezone.utc)
        end = datetime.now(timezone.utc) + timedelta(seconds=_MINUTE_S)
        try:
            sums, counts = _metrics.read(
                self.session, asks, start.replace(second=0, microsecond=0), end
            )
        except SmnbError:  # no right to read metrics
            return None
        is_alone = sum(count for _, count in counts) == 1
        return sum(seconds for _, seconds in sums) if is_alone else None

    def _problem(self, state: State) -> Problem | None:
        error = self.job.error
        if error is None or state in ("running", "done"):
            return None
        told = problems.of(error, self.session).problem
        if state == "failed":
            return told
        told["title"] = "Stopped"
        pace, clip = self.job.pace, self.prepared.clip
        if pace is not None and clip is not None and clip.file is not None:
            told["text"] = (
                f"{pace.done:,} of {pace.total or pace.done:,} frames were answered, "
                "and are kept: sent again, it goes on from there."
            )
        return told

    @property
    def _reply(self) -> TestReply:
        job, video = self.job, self.video
        got = self._of_parts(video) if job.error is not None else job.reply()
        total_ms = got.latency_ms if video is None else job.took_s * 1000
        return answers.reply(
            got, self.recorder, identity=job.id, total_ms=total_ms, fps=self._fps
        )

    def _of_parts(self, video: VideoResult | None) -> Reply:
        """Return what there is of a video of which parts failed."""
        route = self.prepared.route
        return Reply(
            value=video,
            route=route,
            content_type=self.prepared.payload.content_type,
            size_bytes=self.prepared.payload.size_bytes,
            parts=len({one.part for one in video or ()}),
            latency_ms=0.0,
            cost_usd=None if self.session.target.bills else 0.0,
            request_ids=(),
        )
