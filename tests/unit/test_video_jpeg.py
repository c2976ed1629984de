"""Frames as JPEG: right, and within a size."""

import cv2
import numpy as np
import pytest
from clips import Clips
from hypothesis import given
from hypothesis import strategies as st

from smnb import _video
from smnb.errors import InvalidInputError

# Noise is what JPEG is worst at.
NOISE = np.random.default_rng(7).integers(0, 256, (90, 120, 3), np.uint8)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def decoded(jpeg):
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def test_colours_survive(clips):
    frame = next(_video.frames(clips.path("bt709-limited.mp4")))
    jpeg = _video.encode_jpeg(frame.bgr, quality=95)

    # Mean over blocks: JPEG keeps colour at half the resolution.
    blocks = [
        cv2.resize(p, (20, 15), interpolation=cv2.INTER_AREA)
        for p in (frame.bgr, decoded(jpeg))
    ]
    assert np.abs(np.subtract(*blocks, dtype=int)).mean() < 5


def test_higher_quality_takes_more_bytes():
    sizes = [
        len(_video.encode_jpeg(NOISE, quality=quality)) for quality in (30, 60, 90)
    ]

    assert sizes == sorted(set(sizes))


def test_a_limit_that_is_kept_anyway_changes_nothing():
    jpeg = _video.encode_jpeg(NOISE)

    assert _video.encode_jpeg(NOISE, max_bytes=len(jpeg)) == jpeg


@given(max_bytes=st.integers(1_000, 40_000))
def test_a_limit_is_never_exceeded(max_bytes):
    jpeg = _video.encode_jpeg(NOISE, max_bytes=max_bytes)

    assert len(jpeg) <= max_bytes
    assert decoded(jpeg) is not None


def test_quality_is_lowered_before_the_size():
    jpeg = _video.encode_jpeg(NOISE, max_bytes=len(_video.encode_jpeg(NOISE)) - 1)

    assert decoded(jpeg).shape == NOISE.shape


def test_a_smaller_picture_keeps_its_shape():
    height, width = decoded(_video.encode_jpeg(NOISE, max_bytes=2_000)).shape[:2]

    assert width < 120
    assert width / height == pytest.approx(120 / 90, rel=0.05)


def test_a_limit_that_no_jpeg_fits_is_refused():
    with pytest.raises(InvalidInputError, match="No JPEG fits 100 bytes"):
        _video.encode_jpeg(NOISE, max_bytes=100)


def test_grey_pictures_are_taken():
    assert decoded(_video.encode_jpeg(NOISE[:, :, 0])).shape == NOISE.shape


@pytest.mark.parametrize(
    "name", ["long.mp4", "transport.ts", "animated.gif", "still.png"]
)
def test_the_estimate_is_near_the_mean_of_all_frames(clips, name):
    path = clips.path(name)
    sizes = [len(_video.encode_jpeg(frame.bgr)) for frame in _video.frames(path)]
    estimate = _video.estimate_jpeg_bytes(path, _video.probe(path))

    assert estimate == pytest.approx(np.mean(sizes), rel=0.1)
