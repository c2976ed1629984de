"""What is encoded without a way through RGB: the same picture as with one."""

import av
import cv2
import numpy as np
import pytest
from clips import Clips
from hypothesis import given
from hypothesis import strategies as st

from smnb import Video, _video
from smnb._video import Frame
from smnb._video.planes import planes_of

# In 4:2:0 of 8 bits and even size, with each matrix and range, upright and not.
STORED_ALIKE = [
    "bt601-limited.mp4",
    "bt601-full.mp4",
    "bt709-limited.mp4",
    "bt709-full.webm",
    "rotated-90.mp4",
    "rotated-180.mp4",
    "rotated-270.mp4",
    "mirrored.mp4",
    "mirrored-rotated.mp4",
    "vp9.webm",
    "mpeg2.ts",
]
OTHERS = ["odd-size.mkv", "hevc-10-bit.mp4", "mjpeg.avi", "animated.gif", "still.png"]


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def first(path):
    return next(_video.frames(path))


def decoded(jpeg):
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def difference(one, other):
    """Return how far pictures are apart, but for how colours are brought to full size."""
    return np.abs(cv2.blur(one, (8, 8)).astype(int) - cv2.blur(other, (8, 8))).mean()


@pytest.mark.parametrize("name", STORED_ALIKE)
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"size": 120},
        {"size": (200, 150)},
        {"region": (20, 10, 60, 80)},
        {"region": (20, 10, 60, 80), "size": (30, 40)},
    ],
    ids=str,
)
def test_the_model_receives_the_pixels_that_the_user_sees(clips, name, asked):
    frame, video = first(clips.path(name)), Video("", quality=100, **asked)
    assert planes_of(frame.picture, frame.orientation) is not None

    shown = _video.as_sent(frame.bgr, video)
    received = decoded(_video.encode_frame(frame, video).content)
    by_pixels = decoded(_video.encode_jpeg(shown, quality=100))

    assert received.shape == shown.shape
    assert difference(received, shown) < difference(by_pixels, shown) + 0.4


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_stored_otherwise_goes_by_its_pixels(clips, name):
    frame = first(clips.path(name))

    assert planes_of(frame.picture, frame.orientation) is None
    encoded = _video.encode_frame(frame, Video(""))
    assert decoded(encoded.content).shape == frame.bgr.shape


@pytest.mark.parametrize("odd", [{"size": (99, 60)}, {"region": (1, 0, 60, 80)}])
def test_odd_sides_go_by_their_pixels(clips, odd):
    frame, video = first(clips.path("plain.mp4")), Video("", **odd)
    encoded = _video.encode_frame(frame, video)

    expected = _video.as_sent(frame.bgr, video)
    assert encoded.content == _video.encode_jpeg(expected, quality=90)


def test_what_does_not_fit_is_made_coarser(clips):
    frame = first(clips.path("plain.mp4"))
    whole = _video.encode_frame(frame, Video(""))
    fitted = _video.encode_frame(frame, Video(""), max_bytes=len(whole.content) // 2)

    assert (whole.fitted, whole.quality) == (False, 90)
    assert fitted.fitted
    assert fitted.quality < 90


@given(
    # Of these every one is a colour that screens have, in each matrix and range.
    luma=st.integers(90, 165),
    differences=st.tuples(*[st.integers(103, 153)] * 2),
    matrix=st.sampled_from([1, 2, 4, 5, 6, 7, 9]),
    color_range=st.sampled_from([0, 1, 2]),
)
def test_every_matrix_and_range_gives_the_colour_that_ffmpeg_gives(
    luma, differences, matrix, color_range
):
    planes = np.repeat(np.uint8((luma, *differences)), [64, 16, 16]).reshape(12, 8)
    picture = av.VideoFrame.from_ndarray(planes, format="yuv420p")
    picture.colorspace, picture.color_range = matrix, color_range
    frame = Frame(0, 0.0, picture)
    expected = frame.bgr[0, 0].astype(int)

    received = decoded(_video.encode_frame(frame, Video("", quality=100)).content)

    assert np.abs(received.astype(int) - expected).max() <= 4
