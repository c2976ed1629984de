"""Frames that are chosen are those of the whole run: same index, same time, same pixels."""

import io

import cv2
import numpy as np
import pytest
from clips import RECIPES, Clips
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from smnb import _video
from smnb._video import Frame, Live, Video
from smnb._video.choosing import Chooser, count
from smnb._video.reader import Reader
from smnb.errors import InvalidInputError

NAMES = [name for name in RECIPES if not name.startswith("sound")]
LONG = ["long.mp4", "long.ts", "long.mpg", "long.webm", "long-open-gop.mp4"]
CHOICES = [
    Video("", every=7),
    Video("", fps=4),
    Video("", fps=0.4),
    Video("", start_s=0.5, stop_s=0.9),
    Video("", start_s=0.7, every=2),
]


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def of_whole_run(path, video):
    """Choose from all frames, decoded one after the other, without a seek."""
    chooser = Chooser(video)
    return [f for f in _video.frames(path) if chooser.takes(f.index, f.time_s)]


@pytest.mark.parametrize("video", CHOICES, ids=repr)
@pytest.mark.parametrize("name", NAMES)
def test_chosen_frames_are_those_of_the_whole_run(clips, name, video):
    path = clips.path(name)
    chosen = list(_video.frames(path, video))
    expected = of_whole_run(path, video)

    assert [(f.index, f.time_s) for f in chosen] == [
        (f.index, f.time_s) for f in expected
    ]
    for one, other in zip(chosen, expected, strict=True):
        assert np.array_equal(one.bgr, other.bgr)


@pytest.mark.parametrize("video", CHOICES, ids=repr)
@pytest.mark.parametrize("name", ["plain.mp4", "variable-rate.mp4", "long.ts"])
def test_what_is_taken_is_counted_before(clips, name, video):
    path = clips.path(name)

    assert _video.probe(path, video).taken_count == len(
        list(_video.frames(path, video))
    )


@pytest.mark.parametrize("name", LONG)
def test_frames_before_the_start_are_not_all_decoded(clips, name, monkeypatch):
    decode, packets = Reader.decode, []
    monkeypatch.setattr(
        Reader,
        "decode",
        lambda self, packet: packets.append(packet) or decode(self, packet),
    )
    first = next(_video.frames(clips.path(name), Video("", start_s=3.5)))

    assert first.time_s == pytest.approx(3.52, abs=0.03)
    assert len(packets) < 50


@given(
    fps=st.floats(0.5, 100),
    start_s=st.floats(0, 2),
    rate=st.sampled_from([10, 24, 25, 30_000 / 1001]),
)
def test_rate_is_kept_on_the_whole(fps, start_s, rate):
    times_s = [i / rate for i in range(round(10 * rate))]
    taken = count(Video("", fps=fps, start_s=start_s), times_s)

    assert taken == pytest.approx(min(fps, rate) * (10 - start_s), abs=2)


@given(st.lists(st.floats(0.001, 0.5), min_size=1, max_size=60))
def test_as_many_a_second_as_there_are_takes_all(gaps):
    times_s = np.cumsum([0, *gaps]).tolist()

    assert count(Video("", fps=1001), times_s) == len(times_s)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"every": 0}, "every=0"),
        ({"fps": 0}, "fps=0"),
        ({"fps": 2, "every": 2}, "contradict"),
        ({"start_s": -1}, "before the first"),
        ({"start_s": 3, "stop_s": 2}, "No frame"),
        ({"size": 0}, "size=0"),
        ({"size": (3, 0)}, "no size"),
        ({"region": (0, 0, 3)}, "no region"),
        ({"region": (0, 0, 0, 5)}, "no pixel"),
        ({"format": "bmp"}, "no format"),
        ({"quality": 0}, "quality=0"),
    ],
)
def test_options_that_cannot_be_are_refused(options, said):
    with pytest.raises(InvalidInputError, match=said):
        Video("clip.mp4", **options)


PIXELS = np.random.default_rng(5).integers(0, 256, (60, 100, 3), np.uint8)


def test_region_is_cut_out_before_it_is_resized():
    sent = _video.as_sent(PIXELS, Video("", region=(10, 20, 40, 30)))

    assert np.array_equal(sent, PIXELS[20:50, 10:50])
    resized = _video.as_sent(PIXELS, Video("", region=(10, 20, 40, 30), size=20))
    assert resized.shape == (15, 20, 3)


@pytest.mark.parametrize(
    ("size", "shape"), [(50, (30, 50)), ((30, 40), (40, 30)), (200, (120, 200))]
)
def test_size_is_the_longer_side_or_both(size, shape):
    assert _video.as_sent(PIXELS, Video("", size=size)).shape[:2] == shape


def test_region_beyond_the_frame_is_refused():
    with pytest.raises(InvalidInputError, match="100 pixels wide and 60 high"):
        _video.as_sent(PIXELS, Video("", region=(0, 0, 101, 60)))


def read_back(content, format_):
    if format_ == "raw":
        return np.load(io.BytesIO(content))[:, :, ::-1]
    return cv2.imdecode(np.frombuffer(content, np.uint8), 1)


@pytest.mark.parametrize(
    ("format_", "most"), [("png", 0), ("raw", 0), ("jpeg", 3), ("webp", 3)]
)
def test_formats_hold_the_pixels(format_, most):
    smooth = cv2.resize(PIXELS[:6, :10], (100, 60), interpolation=cv2.INTER_CUBIC)
    encoded = _video.encode_frame(
        Frame(0, 0.0, smooth), Video("", format=format_, quality=100)
    )
    decoded = read_back(encoded.content, format_)

    assert np.abs(decoded.astype(int) - smooth).mean() <= most


@pytest.mark.parametrize("format_", ["jpeg", "png", "webp", "raw"])
def test_each_format_is_brought_to_the_limit_and_says_how(format_):
    encoded = _video.encode_frame(
        Frame(0, 0.0, PIXELS), Video("", format=format_), max_bytes=3000
    )

    assert len(encoded.content) <= 3000
    assert encoded.fitted
    assert encoded.width < 100 or encoded.quality < 90


def captured(path, video):
    capture = cv2.VideoCapture(str(path))
    frames = [(f.index, f.time_s, f.bgr) for f in Live(capture).frames(video)]
    capture.release()
    return frames


def test_capture_gives_the_frames_of_its_file(clips):
    path = clips.path("plain.mp4")
    frames = captured(path, Video("", every=3))
    expected = [f for f in _video.frames(path) if f.index % 3 == 0]

    assert [index for index, _, _ in frames] == [f.index for f in expected]
    assert [t for _, t, _ in frames] == pytest.approx([f.time_s for f in expected])
    for (_, _, bgr), frame in zip(frames, expected, strict=True):
        assert np.abs(bgr.astype(int) - frame.bgr).mean() < 3


def test_camera_that_tells_no_times_has_its_rate():
    class Camera:
        left = 5

        def get(self, _option):
            return 0.0

        def isOpened(self):  # noqa: N802 - as cv2 calls it
            return True

        def read(self):
            self.left -= 1
            return self.left >= 0, PIXELS

    times_s = [frame.time_s for frame in Live(Camera()).frames(Video(""))]

    assert times_s == pytest.approx([0, 0.04, 0.08, 0.12, 0.16])


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(PIXELS[:, :, ::-1], id="red-first"),
        pytest.param(Image.fromarray(PIXELS[:, :, ::-1].copy()), id="pil"),
    ],
)
def test_iterator_gives_its_frames(frame):
    live = Live(iter([frame] * 4))
    frames = list(live.frames(Video("", start_s=0.08)))

    assert [(f.index, f.time_s) for f in frames] == [(2, 0.08), (3, 0.12)]
    assert np.array_equal(frames[0].bgr, PIXELS)
    assert (live.info.frame_count, live.info.width) == (4, 100)


@pytest.mark.parametrize(
    ("frames", "said"),
    [
        pytest.param([], "no frame", id="none"),
        pytest.param([PIXELS.astype(float)], "float64", id="floats"),
        pytest.param([PIXELS[None]], "shape", id="four-dimensions"),
    ],
)
def test_iterator_of_what_are_no_frames_is_refused(frames, said):
    with pytest.raises(InvalidInputError, match=said):
        Live(iter(frames))
