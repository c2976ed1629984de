"""Test requests: planned, sent, and found again where they go through S3."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smnb import _hosting, _pending, _preparation
from smnb._endpoint import Endpoint
from smnb._preparation import Options
from smnb._results import VideoResult
from smnb._routes import Split
from smnb.errors import InvalidInputError, NotFoundError, SmnbError
from smnb.jupyter.shapes import Pending
from smnb.jupyter.views import answers, routes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._hosting import Described
    from smnb._invocation import Reply
    from smnb._jobs import Job
    from smnb._session import Session
    from smnb.jupyter.shapes import RouteName, RoutePlan, TestReply
    from smnb.jupyter.sources import Content

_SAMPLES: Final = 4  # frames by which the size of all is estimated
_KEPT: Final = 20


@dataclass
class _Sent:
    """A request that goes through S3."""

    job: Job
    recorder: answers.Recorder
    size_bytes: int
    began: float
    output_uri: str = ""


class Tests:
    """The requests that were sent from the panel of one server."""

    def __init__(self) -> None:
        self._jobs: dict[str, _Sent] = {}
        self._times_s: dict[str, Mapping[int, float]] = {}
        self._lock = threading.Lock()

    def plan(
        self,
        session: Session,
        found: Described,
        content: Content,
        route: RouteName | None,
    ) -> RoutePlan:
        """Say which way it would go; nothing is sent.

        Raises
        ------
        InvalidInputError
            If it cannot be sent at all.
        """
        options = Options(content_type=content.content_type, route=route)
        prepared = _preparation.prepare(
            session, found, content.value, options, samples=_SAMPLES
        )
        possible = [
            name
            for name in routes.NAMES
            if name == prepared.route.name or _can(session, found, content, name)
        ]
        twin = None
        if prepared.route.name == "s3" and found.kind != "async":
            twin = _hosting.find(session, _hosting.twin_name(found.name))
        return routes.plan(session, found, prepared, possible, twin)

    def send(
        self,
        session: Session,
        found: Described,
        content: Content,
        route: RouteName | None,
    ) -> TestReply:
        """Send it, and return the answer; of what goes through S3, its id.

        Raises
        ------
        SmnbError
            If it cannot be sent, or the model failed.
        """
        endpoint = Endpoint(found.name, session=session)
        recorder = answers.Recorder()
        options: dict[str, Any] = {
            "content_type": content.content_type,
            "route": route,
            "deserializer": recorder,
        }
        prepared = _preparation.prepare(
            session, found, content.value, Options(content.content_type, route=route)
        )
        if prepared.route.name == "s3":
            job = endpoint.submit(content.value, **options)
            self._keep(_Sent(job, recorder, prepared.payload.size_bytes, time.time()))
            return answers.pending(job.id)
        if isinstance(prepared.route, Split):
            # The answers' own types are those of many requests: not one's.
            del options["deserializer"]
        got: Reply = endpoint.invoke(content.value, detail=True, **options)
        if isinstance(got.value, VideoResult):
            times_s = dict(zip(got.value.frames, got.value.times_s, strict=True))
            self._keep_times(str(content.value), times_s)
        return answers.reply(got, recorder)

    def times_s(self, path: str) -> Mapping[int, float]:
        """Return when the frames of a video are shown, if it was sent before."""
        return self._times_s.get(path, {})

    def pending(self, session: Session, identity: str) -> Pending:
        """Say how far a request is that goes through S3.

        Raises
        ------
        NotFoundError
            If there is none of this id.
        """
        with self._lock:
            kept = self._jobs.get(identity)
        if kept is None:
            raise NotFoundError(
                "This server knows no such request any more.",
                hint=f'Find it in a notebook: smnb.job("{identity}").',
            )
        job = kept.job
        states: dict[str, Any] = {"completed": "done", "cancelled": "failed"}
        state = states.get(job.status, job.status)
        share = 1.0 if job.share is None else job.share
        return Pending(
            id=identity,
            state=state,
            uploaded_bytes=round(kept.size_bytes * share),
            total_bytes=kept.size_bytes,
            started_at=kept.began * 1000,
            output_uri=self._output_uri(session, kept),
            failure=getattr(job.error, "what", ""),
            reply=answers.reply(job.reply(), kept.recorder)
            if state == "done"
            else None,
        )

    def _output_uri(self, session: Session, kept: _Sent) -> str:
        """Return where the answer will lie, once AWS has taken the request."""
        if not kept.output_uri and kept.job.share is None:
            with suppress(SmnbError):  # no right to list what is kept
                kept.output_uri = _pending.find(session, kept.job.id).output
        return kept.output_uri

    def _keep_times(self, path: str, times_s: Mapping[int, float]) -> None:
        with self._lock:
            self._times_s[path] = times_s
            while len(self._times_s) > _KEPT:
                del self._times_s[next(iter(self._times_s))]

    def _keep(self, sent: _Sent) -> None:
        with self._lock:
            self._jobs[sent.job.id] = sent
            while len(self._jobs) > _KEPT:
                del self._jobs[next(iter(self._jobs))]


def _can(
    session: Session, found: Described, content: Content, route: RouteName
) -> bool:
    options = Options(content_type=content.content_type, route=route)
    try:
        _preparation.prepare(session, found, content.value, options)
    except InvalidInputError:
        return False
    return True
