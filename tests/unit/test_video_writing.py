"""Pictures written as a video come back as they were, at their times."""

import numpy as np
import pytest
from clips import Clips
from PIL import Image

from smnb import _video
from smnb.errors import InvalidInputError


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def plain(color, size=(64, 48)):
    return Image.new("RGB", size, color)


def written(path, pictures):
    _video.write_video(path, pictures)
    return list(_video.frames(path))


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_uneven_times_are_kept(suffix, tmp_path):
    times_s = [0.0, 0.04, 0.3, 0.31, 1.5]
    frames = written(tmp_path / f"out{suffix}", [(t, plain("red")) for t in times_s])

    assert [frame.time_s for frame in frames] == pytest.approx(times_s, abs=1e-3)


def test_a_time_that_comes_twice_makes_two_frames(tmp_path):
    frames = written(tmp_path / "out.mp4", [(0.2, plain("red")), (0.2, plain("red"))])

    assert len(frames) == 2


@pytest.mark.parametrize(
    "color", [(255, 0, 0), (0, 200, 0), (10, 20, 240), (128, 128, 128)]
)
def test_colours_are_kept(color, tmp_path):
    (frame,) = written(tmp_path / "out.mp4", [(0.0, plain(color))])

    assert np.abs(frame.bgr.mean((0, 1))[::-1] - color).max() < 4


def test_colours_are_declared_so_that_players_show_them_right(tmp_path):
    (frame,) = written(tmp_path / "out.mp4", [(0.0, plain("red"))])

    assert (frame.picture.colorspace, frame.picture.color_range) == (1, 1)


def test_odd_sizes_are_rounded_up_to_even(tmp_path):
    _video.write_video(tmp_path / "out.mp4", [(0.0, plain("red", (63, 47)))])
    info = _video.probe(tmp_path / "out.mp4")

    assert (info.width, info.height) == (64, 48)


def test_pictures_of_another_size_are_brought_to_the_first_ones(tmp_path):
    pictures = [(0.0, plain("red")), (0.1, plain("red", (30, 90)))]

    assert [f.bgr.shape for f in written(tmp_path / "out.mp4", pictures)] == [
        (48, 64, 3)
    ] * 2


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"\.webm"):
        _video.write_video(tmp_path / "out.webm", [(0.0, plain("red"))])


def test_nothing_is_left_of_a_video_that_fails_halfway(tmp_path):
    def pictures():
        yield 0.0, plain("red")
        raise RuntimeError("halfway")

    with pytest.raises(RuntimeError, match="halfway"):
        _video.write_video(tmp_path / "out.mp4", pictures())

    assert list(tmp_path.iterdir()) == []


def test_a_video_that_fails_leaves_the_one_that_was_there(tmp_path):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"before")

    with pytest.raises(AttributeError):
        _video.write_video(path, [(0.0, None)])
    assert path.read_bytes() == b"before"
