"""Serializer of videos: the file as it is, checked by its signature, never decoded."""

from __future__ import annotations

from typing import Any, Final

from smnb._sniff import HEAD_BYTES, sniff
from smnb.errors import InvalidInputError
from smnb.serializers._base import SimpleBaseSerializer
from smnb.serializers._content import content_of

_SAME_FAMILY: Final = (
    frozenset({"video/mp4", "video/quicktime"}),
    frozenset({"video/webm", "video/x-matroska"}),
)


class VideoSerializer(SimpleBaseSerializer):
    """Pass on a video.

    Parameters
    ----------
    content_type
        MIME type that the request carries. `for_value` sets it by the video's signature.
    """

    def __init__(self, content_type: str = "video/mp4") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> bytes:
        """Return the bytes of the video.

        Parameters
        ----------
        data
            A path, bytes, or a file object. The whole video is read into memory; `invoke`
            sends a file without doing so.

        Raises
        ------
        InvalidInputError
            If the content is no video, or one of another type than `content_type` says.
        """
        content = content_of(data)
        found = sniff(content[:HEAD_BYTES])
        if not is_video(found):
            raise InvalidInputError(
                f"The content is {found or 'of an unknown type'}, not a video.",
                hint="To send it as it is: DataSerializer(content_type=...).",
            )
        types = {found, self.content_type}
        if is_video(self.content_type) and len(types) > 1 and types not in _SAME_FAMILY:
            raise InvalidInputError(
                f"The content is {found}, the serializer says {self.content_type}.",
                hint=f'Use VideoSerializer("{found}").',
            )
        return content


def is_video(content_type: str | None) -> bool:
    """Tell whether a MIME type is one of video or of animated images."""
    return content_type is not None and content_type.startswith(("video/", "image/gif"))
