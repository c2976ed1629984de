"""Images and videos: untouched where they fit, encoded where they do not."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from smnb.errors import InvalidInputError
from smnb.serializers import ImageSerializer, VideoSerializer

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)
MP4 = b"\x00\x00\x00\x1cftypisom" + bytes(20)
MOV = b"\x00\x00\x00\x14ftypqt  " + bytes(20)
WEBM = b"\x1aE\xdf\xa3\x9fB\x82\x84webm" + bytes(20)
ORIENTATION, ROTATE_270 = 0x0112, 6


def opened(content):
    return Image.open(io.BytesIO(content))


def encoded(image, pillow_format, **options):
    buffer = io.BytesIO()
    image.save(buffer, pillow_format, **options)
    return buffer.getvalue()


def close_to(pixel, colour):
    return all(abs(a - b) <= 8 for a, b in zip(pixel, colour, strict=True))


@pytest.fixture
def halves():
    """16 x 32 pixels: red on the left, blue on the right."""
    pixels = np.empty((16, 32, 3), np.uint8)
    pixels[:, :16], pixels[:, 16:] = RED, BLUE
    return pixels


@pytest.fixture
def jpeg(halves):
    return encoded(Image.fromarray(halves), "JPEG", comment=b"keep me")


@pytest.mark.parametrize(
    "content_type", ["image/jpeg", "application/jpeg", "application/x-image"]
)
@pytest.mark.parametrize("form", ["bytes", "path", "text", "file"])
def test_jpeg_that_is_wanted_passes_untouched(jpeg, tmp_path, content_type, form):
    path = tmp_path / "photo.dat"
    path.write_bytes(jpeg)
    data = {"bytes": jpeg, "path": path, "text": str(path), "file": io.BytesIO(jpeg)}[
        form
    ]

    assert ImageSerializer(content_type).serialize(data) == jpeg


def test_png_passes_untouched_as_x_image(halves):
    png = encoded(Image.fromarray(halves), "PNG")

    assert ImageSerializer("application/x-image").serialize(png) == png


@pytest.mark.parametrize(
    ("content_type", "pillow_format"),
    [
        ("image/jpeg", "JPEG"),
        ("image/png", "PNG"),
        ("image/webp", "WEBP"),
        ("image/bmp", "BMP"),
        ("image/gif", "GIF"),
        ("image/tiff", "TIFF"),
        ("application/x-image", "JPEG"),
    ],
)
@pytest.mark.parametrize("form", ["array", "pil", "other-format"])
def test_image_is_encoded_in_the_wanted_format(
    halves, content_type, pillow_format, form
):
    other = "PNG" if pillow_format == "JPEG" else "JPEG"
    image = Image.fromarray(halves)
    if content_type == "application/x-image":
        other = "BMP"
    data = {"array": halves, "pil": image, "other-format": encoded(image, other)}[form]

    result = opened(ImageSerializer(content_type).serialize(data))

    assert (result.format, result.size) == (pillow_format, (32, 16))
    assert close_to(result.convert("RGB").getpixel((4, 8)), RED)
    assert close_to(result.convert("RGB").getpixel((28, 8)), BLUE)


@pytest.mark.parametrize(
    "pixels",
    [
        pytest.param(np.arange(64, dtype="u1").reshape(8, 8), id="grey"),
        pytest.param(np.arange(192, dtype="u1").reshape(8, 8, 3), id="colour"),
        pytest.param(
            np.arange(256, dtype="u2").astype("u1").reshape(8, 8, 4), id="alpha"
        ),
        pytest.param(
            np.arange(192, dtype="u1").reshape(8, 8, 3)[::-1, ::2, ::-1], id="strided"
        ),
        pytest.param(
            np.arange(0, 64000, 1000, dtype="u2").reshape(8, 8), id="16-bit-grey"
        ),
    ],
)
def test_png_of_an_array_is_exact(pixels):
    result = opened(ImageSerializer("image/png").serialize(pixels))

    assert np.array_equal(np.asarray(result), pixels)


def test_single_channel_is_grey(halves):
    assert opened(ImageSerializer().serialize(halves[:, :, :1])).mode == "L"


def test_orientation_is_applied_when_encoding(halves):
    image = Image.fromarray(halves)
    exif = image.getexif()
    exif[ORIENTATION] = ROTATE_270
    content = encoded(image, "JPEG", exif=exif)

    result = opened(ImageSerializer("image/png").serialize(content))

    assert result.size == (16, 32)
    assert close_to(result.getpixel((8, 4)), RED)
    assert ORIENTATION not in result.getexif()


@pytest.mark.parametrize(
    "image",
    [
        pytest.param(Image.new("RGBA", (8, 8), (*RED, 0)), id="RGBA"),
        pytest.param(Image.new("LA", (8, 8), (0, 0)), id="LA"),
        pytest.param(
            opened(
                encoded(
                    Image.new("RGB", (8, 8), RED).quantize(2), "PNG", transparency=0
                )
            ),
            id="palette",
        ),
        pytest.param(
            opened(encoded(Image.new("RGB", (8, 8), RED), "PNG", transparency=RED)),
            id="RGB-key",
        ),
    ],
)
def test_transparency_becomes_white_in_jpeg(image):
    result = opened(ImageSerializer("image/jpeg").serialize(image))

    assert result.mode == "RGB"
    assert close_to(result.getpixel((4, 4)), WHITE)


def test_transparency_is_kept_in_png():
    content = encoded(Image.new("RGBA", (8, 8), (*RED, 0)), "WEBP", lossless=True)

    assert (
        opened(ImageSerializer("image/png").serialize(content)).getpixel((4, 4))[3] == 0
    )


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "YCbCr", "HSV"])
@pytest.mark.parametrize("content_type", ["image/jpeg", "image/png", "image/webp"])
def test_every_mode_is_encoded(mode, content_type):
    content = ImageSerializer(content_type).serialize(Image.new(mode, (8, 8)))

    assert opened(content).size == (8, 8)


def test_image_given_is_not_changed(halves):
    image = opened(encoded(Image.fromarray(halves), "PNG", dpi=(72, 72)))
    before = dict(image.info)

    ImageSerializer().serialize(image)

    assert image.info == before


def test_quality_makes_the_file_smaller():
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)

    low, high = (len(ImageSerializer(quality=q).serialize(noise)) for q in (30, 95))

    assert low < high


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(np.zeros((8, 8, 3)), r"\(x \* 255\)", id="floats"),
        pytest.param(np.zeros((8, 8, 3), bool), "uint8", id="booleans"),
        pytest.param(np.zeros((8, 8, 3), "i8"), "uint8", id="integers"),
        pytest.param(np.zeros((8, 8, 3), "u2"), "uint8", id="16-bit-colour"),
        pytest.param(np.zeros((8, 8), "u2"), "more than 8 bits", id="16-bit-in-jpeg"),
        pytest.param(np.zeros((3, 8, 8), "u1"), "transpose", id="channels-first"),
        pytest.param(np.zeros((2, 8, 8, 3), "u1"), "one at a time", id="batch"),
        pytest.param(np.zeros((0, 8, 3), "u1"), "not one image", id="empty"),
        pytest.param(Image.new("F", (8, 8)), "more than 8 bits", id="float-image"),
        pytest.param(b"not an image", "not an image", id="bytes"),
        pytest.param("missing.png", "cannot be read", id="missing-file"),
        pytest.param(5, "type int", id="number"),
    ],
)
def test_image_refused_value(data, message):
    with pytest.raises(InvalidInputError, match=message):
        ImageSerializer().serialize(data)


def test_cut_off_image_is_refused(jpeg):
    with pytest.raises(InvalidInputError, match="not an image that can be read"):
        ImageSerializer("image/png").serialize(jpeg[: len(jpeg) // 2])


@pytest.mark.parametrize("content_type", ["image/svg+xml", "text/csv"])
def test_image_serializer_of_another_type_is_refused(content_type):
    with pytest.raises(InvalidInputError, match="not an image type"):
        ImageSerializer(content_type)


@pytest.mark.parametrize("quality", [0, 101])
def test_image_quality_outside_its_range_is_refused(quality):
    with pytest.raises(InvalidInputError, match="outside 1 to 100"):
        ImageSerializer(quality=quality)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        pytest.param(MP4, "video/mp4", id="mp4"),
        pytest.param(MOV, "video/mp4", id="mov-is-nearly-mp4"),
        pytest.param(WEBM, "video/webm", id="webm"),
        pytest.param(WEBM, "application/octet-stream", id="any-other-type"),
    ],
)
def test_video_passes_untouched(content, content_type, tmp_path):
    path = tmp_path / "clip"
    path.write_bytes(content)

    for data in (content, path, str(path), io.BytesIO(content)):
        assert VideoSerializer(content_type).serialize(data) == content


def test_video_of_another_type_is_refused():
    with pytest.raises(InvalidInputError, match=r'VideoSerializer\("video/webm"\)'):
        VideoSerializer().serialize(WEBM)


def test_video_that_is_none_is_refused():
    with pytest.raises(InvalidInputError, match="not a video"):
        VideoSerializer().serialize(b"1,2,3")
