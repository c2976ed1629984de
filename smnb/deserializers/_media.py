"""Deserializers of images and of the SageMaker algorithms' records."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from smnb._recordio import Record, read_records
from smnb.deserializers._base import SimpleBaseDeserializer, read_all, unreadable

if TYPE_CHECKING:
    from PIL.Image import Image

    from smnb.deserializers._base import ByteStream


class ImageDeserializer(SimpleBaseDeserializer):
    """Read an image into a PIL image, pixels loaded.

    Parameters
    ----------
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(
        self, accept: str | tuple[str, ...] = ("image/png", "image/jpeg")
    ) -> None:
        super().__init__(accept)

    def deserialize(self, stream: ByteStream, content_type: str) -> Image:
        """Return the image.

        Raises
        ------
        UnreadableResponseError
            If the body is not an image that Pillow reads, or is cut off.
        """
        from PIL import Image as pillow  # noqa: N813  Image is the class here
        from PIL import UnidentifiedImageError

        body = read_all(stream)
        try:
            image = pillow.open(io.BytesIO(body))
            image.load()
        except UnidentifiedImageError:
            reason = "its format is unknown"
            raise unreadable("an image", reason, body, content_type) from None
        except (
            OSError,
            SyntaxError,
            ValueError,
            pillow.DecompressionBombError,
        ) as error:
            raise unreadable("an image", error, body, content_type) from None
        return image


class RecordDeserializer(SimpleBaseDeserializer):
    """Read RecordIO-protobuf into a list of records.

    Parameters
    ----------
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(
        self, accept: str | tuple[str, ...] = "application/x-recordio-protobuf"
    ) -> None:
        super().__init__(accept)

    def deserialize(self, stream: ByteStream, content_type: str) -> list[Record]:
        """Return the records: ``record.label["score"].float32_tensor.values``.

        Raises
        ------
        UnreadableResponseError
            If the body is not RecordIO-protobuf, or is cut off.
        """
        body = read_all(stream)
        try:
            return list(read_records(body))
        except ValueError as error:
            raise unreadable("records", error, body, content_type) from None
