"""Put the pieces of a part into the body of one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb._payload import Payload

if TYPE_CHECKING:
    from smnb._split.parts import Part


def payload_of(part: Part, *, packed: bool) -> Payload:
    """Return what is sent of a part."""
    label = f"frame {part.shown[0].frame}"
    if not packed:
        return Payload.of_bytes(part.contents[0], part.content_type, label)
    from requests_toolbelt import MultipartEncoder

    fields = [
        (f"frame-{frame:06}", (f"frame-{frame:06}.jpg", content, part.content_type))
        for (frame, _), content in zip(part.shown, part.contents, strict=True)
    ]
    encoder = MultipartEncoder(fields)
    return Payload.of_bytes(encoder.to_string(), encoder.content_type, label)
