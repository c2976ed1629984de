"""An image too large for a request is brought to what fits, and how is said."""

import io

import numpy as np
import pytest
from PIL import Image

from smnb._fitting import fitted_image
from smnb._payload import Payload
from smnb._routes import Hosting

LIMIT = Hosting("faces", "serverless").request_limit_bytes
NOISE = np.random.default_rng(2).integers(0, 256, (1600, 2000, 3), np.uint8)


def payload(format_="PNG", pixels=NOISE, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format_, **options)
    return Payload.of_bytes(file.getvalue(), f"image/{format_.lower()}", "photo")


def hosting(*accepts):
    return Hosting("faces", "serverless", accepts or None)


def test_image_is_made_coarser_before_it_is_made_smaller():
    given = payload()
    fitted, how = fitted_image(given, hosting())
    image = Image.open(io.BytesIO(fitted.read()))

    assert given.size_bytes > LIMIT >= fitted.size_bytes
    assert (fitted.content_type, image.format) == ("image/jpeg", "JPEG")
    assert image.size == (2000, 1600)
    assert how.startswith("JPEG, quality ")
    assert how.endswith("2000 x 1600 (was 9.17 MB of image/png)")


def test_what_stays_too_large_is_made_smaller(monkeypatch):
    monkeypatch.setattr(Hosting, "request_limit_bytes", 300_000)
    fitted, how = fitted_image(payload(), hosting())
    image = Image.open(io.BytesIO(fitted.read()))

    assert fitted.size_bytes <= 300_000
    assert image.width / image.height == pytest.approx(2000 / 1600, rel=0.01)
    assert "quality 40" in how


def test_model_that_takes_png_alone_gets_a_smaller_one():
    fitted, how = fitted_image(payload(), hosting("image/png"))

    assert fitted.size_bytes <= LIMIT
    assert Image.open(io.BytesIO(fitted.read())).format == "PNG"
    assert how.startswith("PNG, ")


def test_picture_stays_upright(monkeypatch):
    monkeypatch.setattr(Hosting, "request_limit_bytes", 30_000)
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    fitted, _ = fitted_image(payload("JPEG", NOISE[:300, :200], exif=exif), hosting())

    width, height = Image.open(io.BytesIO(fitted.read())).size
    assert width > height


@pytest.mark.parametrize(
    ("given", "endpoint"),
    [
        pytest.param(payload(pixels=NOISE[:9, :9]), hosting(), id="fits"),
        pytest.param(
            Payload.of_bytes(bytes(LIMIT + 1), "text/csv", "rows"), hosting(), id="csv"
        ),
        pytest.param(
            Payload.of_bytes(bytes(LIMIT + 1), "image/jpeg", "x"), hosting(), id="junk"
        ),
        pytest.param(payload(), hosting("text/csv"), id="not-taken"),
    ],
)
def test_nothing_else_is_touched(given, endpoint):
    assert fitted_image(given, endpoint) is None


def test_moving_pictures_are_not_made_one():
    file = io.BytesIO()
    frames = [Image.fromarray(NOISE[i:, :]) for i in range(3)]
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    given = Payload.of_bytes(file.getvalue(), "image/png", "moving")

    assert fitted_image(given, hosting()) is None
