"""Put the pieces of a part into the body of one request."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING

from smnb import _recordio
from smnb._extras import require
from smnb._payload import Payload
from smnb._routes import PACKINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._split.parts import Part


def payload_of(part: Part, packing: str | None) -> Payload:
    """Return what is sent of a part."""
    label = f"frame {part.shown[0].frame}"
    if packing is None:
        return Payload.of_bytes(part.contents[0], part.content_type, label)
    body, content_type = _PACKERS[packing](part)
    return Payload.of_bytes(body, content_type, label)


def _multipart(part: Part) -> tuple[bytes, str]:
    """Return a field for each frame, named by its index: ``frame-000012``."""
    from requests_toolbelt import MultipartEncoder

    suffix = part.content_type.partition("/")[2].replace("jpeg", "jpg")
    names = [f"frame-{shown.frame:06}" for shown in part.shown]
    fields = [
        (name, (f"{name}.{suffix}", content, part.content_type))
        for name, content in zip(names, part.contents, strict=True)
    ]
    encoder = MultipartEncoder(fields)
    return encoder.to_string(), encoder.content_type


def _npy(part: Part) -> tuple[bytes, str]:
    """Return one array of shape (frames, height, width, 3), red first."""
    numpy = require("numpy", purpose="Frames as arrays")
    frames = [numpy.load(io.BytesIO(content)) for content in part.contents]
    file = io.BytesIO()
    numpy.save(file, numpy.stack(frames))
    return file.getvalue(), PACKINGS["npy"]


def _records(part: Part) -> tuple[bytes, str]:
    """Return a record for each frame; its feature ``values`` is the encoded picture."""
    messages = [
        _recordio.content_message(content, part.content_type)
        for content in part.contents
    ]
    return b"".join(map(_recordio.frame, messages)), PACKINGS["recordio"]


def _json(part: Part) -> tuple[bytes, str]:
    """Return what TensorFlow Serving takes: ``{"instances": [{"b64": "…"}, …]}``."""
    frames = (b'{"b64":"%s"}' % base64.b64encode(content) for content in part.contents)
    return b'{"instances":[%s]}' % b",".join(frames), PACKINGS["json"]


_PACKERS: dict[str, Callable[[Part], tuple[bytes, str]]] = {
    "multipart": _multipart,
    "npy": _npy,
    "recordio": _records,
    "json": _json,
}
