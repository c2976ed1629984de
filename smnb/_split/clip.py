"""A video that is about to be sent: brought to this machine, and looked at."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from smnb import _video
from smnb._routes import FrameFacts
from smnb._s3 import S3Uri
from smnb._sniff import sniff
from smnb.errors import InvalidInputError, NotFoundError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._routes import Split
    from smnb._session import Session
    from smnb._video import Frame, Live, Segment, Source, Video, VideoInfo

_NOT_FOUND = 404
_PIECE_BYTES = 1024 * 1024
_WEB_TIMEOUT_S = 60


class _TemporaryPath(type(Path())):  # type: ignore[misc]  # what suits the system
    """A file that is removed as soon as nothing refers to it any more."""

    @classmethod
    def of(cls, content: IO[bytes], name: str) -> Path:
        """Copy a file into a temporary one, whose name ends as `name` does."""
        folder = tempfile.mkdtemp(prefix="smnb-video-")
        path = cls(folder, PurePosixPath(name).name or "video")
        weakref.finalize(path, shutil.rmtree, folder, ignore_errors=True)
        with path.open("wb") as copy:
            shutil.copyfileobj(content, copy, _PIECE_BYTES)
        return path


class Clip:
    """A video on this machine, and what is sent of it.

    Parameters
    ----------
    video
        What was asked for.
    source
        The file, its content, or frames that exist only once.
    label
        What messages call it.
    """

    def __init__(self, video: Video, source: Source | Live, label: str) -> None:
        self.video = video
        self.source = source
        self.label = label

    @property
    def file(self) -> Source | None:
        """Where frames can be read again; None if they exist only once."""
        return None if isinstance(self.source, _video.Live) else self.source

    @property
    def info(self) -> VideoInfo:
        """What it holds; of frames that exist only once, what has passed so far."""
        if isinstance(self.source, _video.Live):
            return self.source.info
        return self._probed

    @cached_property
    def _probed(self) -> VideoInfo:
        return _video.probe(self.source, self.video)  # type: ignore[arg-type]  # no Live

    @property
    def taken_count(self) -> int | None:
        """Frames that are sent; None if nothing tells."""
        return None if self.file is None else self.info.taken_count

    def facts(self, samples: int) -> FrameFacts | None:
        """Return what a choice of the route must know of the frames.

        Raises
        ------
        InvalidInputError
            If there is no frame in what was asked for.
        """
        if self.file is None:
            return None
        info = self.info
        if not info.taken_count:
            raise InvalidInputError(
                f"There is no frame to send: {self.label} lasts {info.duration_s:.2f} s.",
                hint=f"{self.video!r} takes none of them.",
            )
        return FrameFacts(
            count=info.taken_count,
            width=info.width,
            height=info.height,
            fps=info.fps,
            frame_bytes=_video.estimate_frame_bytes(
                self.file, info, self.video, samples=samples
            ),
        )

    def segments(self, route: Split) -> Iterator[Segment]:
        """Return an iterator over the segments of the file that a route sends."""
        assert self.file is not None  # noqa: S101  none is planned for what has no file
        return _video.segments(
            self.file, limit_bytes=route.part_bytes, content_type=route.frame_type
        )

    def why_not_cut(self, route: Split) -> str | None:
        """Say why the file cannot go in segments; None if it can, as far as its start tells."""
        assert self.file is not None  # noqa: S101  none is planned for what has no file
        return _video.why_not_cut(
            self.file, limit_bytes=route.part_bytes, content_type=route.frame_type
        )

    def frames(self) -> Iterator[Frame]:
        """Return an iterator over the frames that are sent."""
        if isinstance(self.source, _video.Live):
            return self.source.frames(self.video)
        return _video.frames(self.source, self.video)


def as_video(value: Any) -> Video | None:
    """Return what is sent of a value, if it can only be a video and is no plain file."""
    if isinstance(value, _video.Video):
        return value
    if _video.is_live(value):
        return _video.Video(value)
    if isinstance(value, str):
        video = _video.Video(value)
        path = urlsplit(value).path if video.url is not None else ""
        if (sniff(b"", path) or "").startswith("video/"):
            return video
    return None


def bring(session: Session, video: Video) -> Source | Live:
    """Return a video's source as it can be sent: a path, bytes, or frames that pass once.

    What is far away is copied into a temporary file, which goes when nothing refers to it.

    Raises
    ------
    NotFoundError
        If there is nothing at the URL.
    InvalidInputError
        If frames that pass once have none.
    """
    source = video.source
    if _video.is_live(source):
        return _video.Live(source)
    if video.url is not None:
        is_s3 = video.url.lower().startswith("s3:")
        return _from_s3(session, video.url) if is_s3 else _from_web(video.url)
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str | os.PathLike):
        return Path(os.fspath(source)).expanduser()
    if hasattr(source, "read"):
        name = getattr(source, "name", "")
        return _TemporaryPath.of(source, name if isinstance(name, str) else "")
    if isinstance(source, Iterable):
        return _video.Live(iter(source))
    raise InvalidInputError(
        f"A {type(source).__name__} is no video.",
        hint="Pass a path, bytes, a file, a URL, a cv2.VideoCapture, or frames.",
    )


def _from_s3(session: Session, url: str) -> Path:
    uri = S3Uri.parse(url)
    with session.translated(f"Reading {uri}"):
        answer = session.client("s3").get_object(Bucket=uri.bucket, Key=uri.key)
        with answer["Body"] as body:
            return _TemporaryPath.of(body, uri.key)


def _from_web(url: str) -> Path:
    """Download a file; the query of its URL, which may hold a signature, is never shown."""
    import requests

    parts = urlsplit(url)
    shown = f"{parts.scheme}://{parts.hostname}{parts.path}"
    try:
        with requests.get(url, stream=True, timeout=_WEB_TIMEOUT_S) as answer:
            if answer.status_code == _NOT_FOUND:
                raise NotFoundError(
                    f"There is nothing at {shown}.", hint="Open it in a browser."
                )
            if not answer.ok:
                raise ServiceError(
                    f"{shown} answered {answer.status_code} {answer.reason}.",
                    hint="A signed URL expires; otherwise try again later.",
                    status=answer.status_code,
                )
            answer.raw.decode_content = True
            return _TemporaryPath.of(answer.raw, unquote(parts.path))
    except requests.RequestException as error:
        raise ServiceError(
            f"{shown} cannot be read: {type(error).__name__}.",
            hint="Check the address and the network.",
        ) from None
