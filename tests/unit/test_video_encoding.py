"""Frames as JPEG: right, and within a size."""

import cv2
import numpy as np
import pytest
from clips import RECIPES, Clips
from hypothesis import given
from hypothesis import strategies as st

from smnb import Video, _video
from smnb.errors import InvalidInputError

# Noise is what JPEG is worst at.
NOISE = np.random.default_rng(7).integers(0, 256, (90, 120, 3), np.uint8)


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def decoded(jpeg):
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def block_means(bgr):
    """Return the mean of each 8 by 8 pixels: JPEG keeps these, not each pixel."""
    height, width = (side // 8 * 8 for side in bgr.shape[:2])
    blocks = bgr[:height, :width].reshape(height // 8, 8, width // 8, 8, 3)
    return blocks.mean(axis=(1, 3))


@pytest.mark.parametrize(
    "name", [name for name in RECIPES if not name.startswith("sound")]
)
def test_model_receives_what_ffmpeg_decodes(clips, name):
    expected = clips.decoded(name).bgr
    differences = [
        np.abs(
            block_means(decoded(_video.encode_frame(frame, Video("")).content))
            - block_means(expected[frame.index])
        )
        for frame in _video.frames(clips.path(name))
    ]

    assert np.max([difference.mean() for difference in differences]) < 5


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
    encoded = [_video.encode_frame(f, Video("")) for f in _video.frames(path)]
    sizes = [len(one.content) for one in encoded]
    estimate = _video.estimate_frame_bytes(path, _video.probe(path))

    assert estimate == pytest.approx(np.mean(sizes), rel=0.1)
