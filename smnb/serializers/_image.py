"""Serializer of images: files and bytes that fit pass untouched, pixels are encoded."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from smnb._sniff import HEAD_BYTES, sniff
from smnb.errors import InvalidInputError
from smnb.serializers._base import SimpleBaseSerializer
from smnb.serializers._content import content_of
from smnb.serializers._kinds import is_a, is_array

if TYPE_CHECKING:
    from PIL.Image import Image

IMAGE_TYPES: Final = {
    "image/jpeg": ("JPEG", ("L", "RGB")),
    "image/png": ("PNG", ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    "image/webp": ("WEBP", ("RGB", "RGBA")),
    "image/bmp": ("BMP", ("1", "L", "P", "RGB")),
    "image/gif": ("GIF", ("1", "L", "P", "RGB", "RGBA")),
    "image/tiff": ("TIFF", ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
}
"""Pillow's name of each format, and the pixel modes that it stores exactly."""

ALIASES: Final = {
    "application/jpeg": ("image/jpeg",),
    "image/jpg": ("image/jpeg",),
    "application/x-image": ("image/jpeg", "image/png"),
}
"""Other names, each with the image types that it covers."""

_WHITE: Final = (255, 255, 255, 255)
_WIDE_MODES: Final = ("I", "F")  # more than 8 bits a pixel
_LOSSY: Final = ("JPEG", "WEBP")


class ImageSerializer(SimpleBaseSerializer):
    r"""Write an image in the format of `content_type`.

    A file or bytes that are in this format already pass untouched, metadata included.
    Everything else is encoded: upright (the EXIF orientation is applied), on white where
    the format has no transparency, and without metadata.

    Parameters
    ----------
    content_type
        ``"image/jpeg"``, ``"image/png"``, ``"image/webp"``, ``"image/bmp"``,
        ``"image/gif"``, ``"image/tiff"``; ``"application/jpeg"``;
        ``"application/x-image"``, which is JPEG or PNG.
    quality
        Of JPEG and WebP, 1 to 100.

    Raises
    ------
    InvalidInputError
        If the content type or the quality is none of these.

    Examples
    --------
    >>> from PIL import Image
    >>> ImageSerializer("image/png").serialize(Image.new("RGB", (2, 2)))[:4]
    b'\x89PNG'
    """

    def __init__(self, content_type: str = "image/jpeg", *, quality: int = 90) -> None:
        super().__init__(content_type)
        _types_of(content_type)
        if quality not in range(1, 101):
            raise InvalidInputError(
                f"quality={quality} is outside 1 to 100.",
                hint="90 is hard to tell from 100.",
            )
        self.quality = quality

    def serialize(self, data: Any) -> bytes:
        """Return `data` as the bytes of an image file.

        Parameters
        ----------
        data
            A path, bytes, or a file object of an image; a PIL image; a uint8 array of shape
            (height, width) or (height, width, 1, 3 or 4), red first. A uint16 array of shape
            (height, width) becomes a PNG or TIFF of 16 bits.

        Raises
        ------
        InvalidInputError
            If it is none of these, or cannot be stored in this format without loss of range.
        """
        if is_a(data, "PIL.Image", "Image"):
            return self._encode(data)
        if is_array(data):
            return self._encode(_from_array(data))
        content = content_of(data)
        if sniff(content[:HEAD_BYTES]) in _types_of(self.content_type):
            return content
        return self._encode(_decode(content))

    def _encode(self, image: Image) -> bytes:
        from PIL import ImageOps

        pillow_format, modes = IMAGE_TYPES[_types_of(self.content_type)[0]]
        upright = _in_mode(ImageOps.exif_transpose(image), modes, self.content_type)
        # Neither comments nor a colour profile of the former format: only what is seen.
        upright.info = {
            key: upright.info[key] for key in upright.info if key == "transparency"
        }
        options = {"quality": self.quality} if pillow_format in _LOSSY else {}
        buffer = io.BytesIO()
        upright.save(buffer, pillow_format, **options)
        return buffer.getvalue()


def _types_of(content_type: str) -> tuple[str, ...]:
    """Return the image types that a content type covers; pixels become the first."""
    types = ALIASES.get(content_type, (content_type,))
    if types[0] not in IMAGE_TYPES:
        raise InvalidInputError(
            f"{content_type} is not an image type that can be written.",
            hint=f"Choose one of {', '.join((*IMAGE_TYPES, *ALIASES))}.",
        )
    return types


def _decode(content: bytes) -> Image:
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(content))
        image.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        unknown = isinstance(error, UnidentifiedImageError)
        reason = "its format is unknown" if unknown else error
        raise InvalidInputError(
            f"The content is not an image that can be read: {reason}.",
            hint="Check that the file opens in an image viewer, or convert it to PNG.",
        ) from None
    return image


def _in_mode(image: Image, modes: tuple[str, ...], content_type: str) -> Image:
    """Return the image in one of these modes, flattened on white if none is transparent."""
    transparent = image.has_transparency_data
    if image.mode in modes and ("RGBA" in modes or not transparent):
        return image
    if image.mode.startswith(_WIDE_MODES):
        raise InvalidInputError(
            f"Pixels of mode {image.mode} (more than 8 bits) do not fit {content_type}.",
            hint="Scale them to 0..255 and uint8; 16 bits of grey (uint16) fit image/png.",
        )
    if not transparent:
        return image.convert("RGB")
    image = image.convert("RGBA")
    if "RGBA" in modes:
        return image
    from PIL import Image as pillow  # noqa: N813  Image is the class here

    ground = pillow.new("RGBA", image.size, _WHITE)
    ground.alpha_composite(image)
    return ground.convert("RGB")


def _from_array(array: Any) -> Image:
    from PIL import Image

    if array.dtype.kind == "f":
        raise InvalidInputError(
            f"An image has whole numbers from 0 to 255, this array is {array.dtype}.",
            hint="If its values are 0..1: (x * 255).astype(numpy.uint8)",
        )
    if array.ndim == 3 and array.shape[2] == 1:  # noqa: PLR2004  height, width, channels
        array = array[:, :, 0]
    grey = array.ndim == 2  # noqa: PLR2004  height, width
    coloured = array.ndim == 3 and array.shape[2] in (3, 4)  # noqa: PLR2004
    if array.size == 0 or not (grey or coloured):
        raise InvalidInputError(
            f"An array of shape {array.shape} is not one image.",
            hint="The shape is (height, width) or (height, width, 3 or 4); channels first: "
            "x.transpose(1, 2, 0); several images: send one at a time.",
        )
    if not (array.dtype == "uint8" or (array.dtype == "uint16" and grey)):
        raise InvalidInputError(
            f"An image array is uint8 (or uint16 if grey), this one is {array.dtype}.",
            hint="x.astype(numpy.uint8) if its values are 0..255; bool: x * numpy.uint8(255)",
        )
    return Image.fromarray(array)
