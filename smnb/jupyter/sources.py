"""What a test sends: an uploaded file, a file of the server, or text as it was typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb._sniff import sniff
from smnb.errors import InvalidInputError, NotFoundError
from smnb.jupyter.shapes import Uploaded

if TYPE_CHECKING:
    from pathlib import Path

    from smnb.jupyter.shapes import TestSource
    from smnb.jupyter.uploads import Uploads

_HEAD_BYTES = 4096
_JSON, _TEXT = "application/json", "text/plain"


class Content(NamedTuple):
    """What `invoke` is given, and its content type if that is not left to it."""

    value: Any
    content_type: str | None = None


class Sources:
    """Finds what a test is to send.

    Parameters
    ----------
    root
        The folder that paths are relative to, and do not leave.
    """

    def __init__(self, uploads: Uploads, root: Path) -> None:
        self._uploads = uploads
        self._root = root

    def content(self, source: TestSource, accepts: tuple[str, ...] | None) -> Content:
        """Return what is to be sent to a model.

        Parameters
        ----------
        accepts
            What it declares to take.

        Raises
        ------
        NotFoundError
            If there is no such file.
        InvalidInputError
            If a path leaves the server's folder, or it is a variable: that lives in a
            kernel.
        """
        if source["kind"] != "text":
            return Content(self.path(source))
        body = source["text"].encode()
        return Content(
            body, source["content_type"] or _type_of(source["text"], accepts)
        )

    def path(self, source: TestSource) -> Path:
        """Return the file that is named.

        Raises
        ------
        NotFoundError
            If there is none.
        InvalidInputError
            If a path leaves the server's folder, or text is no file.
        """
        if source["kind"] == "upload":
            return self._uploads.path(source["id"])
        if source["kind"] != "path":
            raise InvalidInputError(
                f"A {source['kind']} is no file.", hint="Choose a file."
            )
        root = self._root.resolve()
        path = (root / source["path"].lstrip("/")).resolve()
        if not path.is_relative_to(root):
            raise InvalidInputError(
                f"{source['path']!r:.80} is not below the server's folder.",
                hint="Choose a file of the file browser.",
            )
        if not path.is_file():
            raise NotFoundError(
                f"There is no file {source['path']}.", hint="Choose another."
            )
        return path


def describe(identity: str, path: Path) -> Uploaded:
    """Say what a file is; pixels of a picture, frames and seconds of a video."""
    with path.open("rb") as file:
        content_type = sniff(file.read(_HEAD_BYTES), path.name)
    content_type = content_type or "application/octet-stream"
    width, height, frames, seconds = _measures(path, content_type)
    return Uploaded(
        id=identity,
        name=path.name,
        content_type=content_type,
        bytes=path.stat().st_size,
        width=width,
        height=height,
        frames=frames,
        seconds=seconds,
    )


def _measures(
    path: Path, content_type: str
) -> tuple[int | None, int | None, int | None, float | None]:
    """Return width, height, frames and seconds, as far as they can be read."""
    try:
        if content_type.startswith("video/"):
            from smnb import _video

            info = _video.probe(path)
            return info.width, info.height, info.frame_count, info.duration_s
        if content_type.startswith("image/"):
            from PIL import Image

            with Image.open(path) as picture:
                return *picture.size, None, None
    except Exception:  # noqa: BLE001, S110  a damaged file is sent as it is; it has no measures
        pass
    return None, None, None, None


def _type_of(text: str, accepts: tuple[str, ...] | None) -> str:
    """Return the content type of what was typed: JSON if it parses, else text."""
    try:
        json.loads(text)
    except ValueError:
        wanted = [one for one in accepts or () if one.startswith("text/")]
        return wanted[0] if wanted else _TEXT
    if accepts is not None and _JSON not in accepts:
        wanted = [one for one in accepts if one.startswith("text/")]
        return wanted[0] if wanted else _JSON
    return _JSON
