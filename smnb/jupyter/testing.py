"""Test requests: planned, sent, followed until they are answered, and stopped."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from smnb import _hosting, _invocation, _preparation
from smnb._jobs import Job
from smnb._preparation import Options
from smnb._routes import Direct, Split
from smnb._workers import Workers
from smnb.errors import InvalidInputError, NotFoundError
from smnb.jupyter.sent import Sent
from smnb.jupyter.views import answers, routes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._hosting import Described
    from smnb._session import Session
    from smnb.jupyter.shapes import Pending, RouteName, RoutePlan
    from smnb.jupyter.sources import Content

_SAMPLES: Final = 4  # frames by which the size of all is estimated
_KEPT: Final = 20
_AT_ONCE: Final = 8
# What is answered within this is not asked after once more.
_SOON_S: Final = 0.4


class Tests:
    """The requests that were sent from the panel of one server, or from a kernel."""

    def __init__(self) -> None:
        self._sent: dict[str, Sent] = {}
        self._workers = Workers(_AT_ONCE, "smnb-test")
        self._lock = threading.Lock()

    def close(self) -> None:
        """Stop what is on its way, as far as that is possible."""
        for sent in self._sent.values():
            sent.stop()
        self._workers.shutdown(wait=False)

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
    ) -> Pending:
        """Send it, and say how far it is: short ones are answered by then.

        Raises
        ------
        SmnbError
            If it cannot be sent.
        """
        options = Options(content_type=content.content_type, route=route)
        prepared = _preparation.prepare(session, found, content.value, options)
        recorder = answers.Recorder()
        if isinstance(prepared.route, Split):
            # What was answered of a video is not sent again; and the types of many
            # answers are not those of one.
            options = replace(options, resume=True)
        else:
            options = replace(options, deserializer=recorder)
        job = Job(
            f"{prepared.payload.label} → {found.name}",
            lambda control: _invocation.run(session, found, prepared, options, control),
            self._workers,
            one_request=isinstance(prepared.route, Direct),
        )
        sent = Sent(session, found, prepared, content, job, recorder)
        self._keep(sent)
        with suppress(Exception):  # told with the rest of how far it is
            job.reply(_SOON_S)
        return sent.shape

    def pending(self, identity: str) -> Pending:
        """Say how far a request is.

        Raises
        ------
        NotFoundError
            If there is none of this id.
        """
        return self._found(identity).shape

    def stop(self, identity: str) -> None:
        """Send no more of a request, and wait for it no longer.

        Raises
        ------
        NotFoundError
            If there is none of this id.
        """
        self._found(identity).stop()

    def times_s(self, path: str) -> Mapping[int, float]:
        """Return when the frames of a video are shown, if it was sent before."""
        for sent in reversed([*self._sent.values()]):
            video = sent.video if str(sent.content.value) == path else None
            if video is not None:
                return dict(zip(video.frames, video.times_s, strict=True))
        return {}

    def last(self, found: Described) -> Content:
        """Return what an endpoint answered last.

        Raises
        ------
        InvalidInputError
            If it has answered nothing that was sent from here.
        """
        for sent in reversed([*self._sent.values()]):
            if sent.found.arn == found.arn and sent.is_answered:
                return sent.content
        raise InvalidInputError(
            f"{found.name} has answered nothing yet that could be sent again.",
            hint="Send a request under Test first.",
        )

    def _found(self, identity: str) -> Sent:
        with self._lock:
            sent = self._sent.get(identity)
        if sent is None:
            raise NotFoundError(
                "This server knows no such request any more.",
                hint=f'One that went through S3 is found in a notebook: smnb.job("{identity}").',
            )
        return sent

    def _keep(self, sent: Sent) -> None:
        with self._lock:
            self._sent[sent.job.id] = sent
            while len(self._sent) > _KEPT:
                del self._sent[next(iter(self._sent))]


def _can(
    session: Session, found: Described, content: Content, route: RouteName
) -> bool:
    options = Options(content_type=content.content_type, route=route)
    try:
        _preparation.prepare(session, found, content.value, options)
    except InvalidInputError:
        return False
    return True
