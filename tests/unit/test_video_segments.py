"""Segments play alone: ffmpeg decodes each to the very frames that it makes of the file."""

from itertools import chain

import numpy as np
import pytest
from clips import RECIPES, Clips, decoded

from smnb import _video
from smnb._video import segments, why_not_cut
from smnb.errors import InvalidInputError

MP4 = "video/mp4"
# Why these cannot be cut: an edit list that begins between key frames; pictures that are
# refreshed bit by bit; no times; codecs that MP4 does not hold.
NOT_CUT = {
    "edit-list.mp4": "same frames",
    "intra-refresh.mp4": "same frames",
    "raw.h264": "cannot hold",
    "cinepak.avi": "cannot hold",
    "long.webm": "cannot hold",
    "vp8.webm": "cannot hold",
    "prores.mov": "cannot hold",
    "animation.mov": "cannot hold",
    "flash.flv": "cannot hold",
    "windows.wmv": "cannot hold",
    "theora.ogv": "cannot hold",
    "animated.gif": "cannot hold",
}
CUT = [n for n in RECIPES if n not in NOT_CUT and not n.startswith("sound")]
OPEN = ["hevc-open-gop.mp4", "mpeg2.ts", "program.mpg", "long.mpg"]


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def cut(path, limit_bytes=40_000, content_type=MP4):
    """Cut with a limit that gives several segments where the file has the key frames."""
    found = list(segments(path, limit_bytes=limit_bytes, content_type=content_type))
    if any(segment.content is None for segment in found):
        limit_bytes = path.stat().st_size + 20_000
        return list(segments(path, limit_bytes=limit_bytes, content_type=content_type))
    return found


def by_ffmpeg(segment, folder):
    """Decode a segment with ffmpeg; return its own frames."""
    path = folder / "segment.mp4"
    path.write_bytes(segment.content)
    frames = decoded(path).bgr
    assert len(frames) == len(segment.places) + segment.extra
    return frames[: len(segment.places)]


@pytest.mark.parametrize("name", CUT)
def test_segments_decode_to_the_frames_of_the_file(clips, name, tmp_path):
    found = cut(clips.path(name))
    frames = list(chain(*(by_ffmpeg(segment, tmp_path) for segment in found)))

    assert np.array_equal(frames, clips.decoded(name).bgr)
    assert all(segment.is_same() for segment in found)


@pytest.mark.parametrize("name", [n for n in CUT if n != "h264.avi"])
def test_segments_name_each_frame_once_in_order(clips, name):
    places = [place for segment in cut(clips.path(name)) for place in segment.places]

    assert [place.frame for place in places] == list(range(len(places)))
    assert [place.time_s for place in places] == pytest.approx(
        clips.decoded(name).times_s, abs=1e-6
    )


@pytest.mark.parametrize("name", OPEN)
def test_open_groups_are_cut_with_the_next_key_frame_repeated(clips, name):
    path = clips.path(name)
    found = cut(path, path.stat().st_size * 7 // 10)

    assert len(found) > 1
    assert [segment.extra for segment in found] == [1] * (len(found) - 1) + [0]


@pytest.mark.parametrize("name", ["long.mp4", "long.ts", "hevc-open-gop.mp4"])
@pytest.mark.parametrize("limit_bytes", [45_000, 90_000])
def test_segments_keep_the_limit_and_fill_it(clips, name, limit_bytes):
    found = cut(clips.path(name), limit_bytes)
    sizes = [len(segment.content) for segment in found]

    assert max(sizes) <= limit_bytes
    assert len(found) < clips.path(name).stat().st_size / limit_bytes * 2 + 1


@pytest.mark.parametrize("name", NOT_CUT)
def test_file_that_cannot_be_cut_is_told(clips, name):
    path = clips.path(name)
    reason = why_not_cut(path, limit_bytes=45_000, content_type=MP4)

    assert NOT_CUT[name] in reason


@pytest.mark.parametrize("name", CUT)
def test_file_that_can_be_cut_is_not_told(clips, name):
    assert why_not_cut(clips.path(name), limit_bytes=10**6, content_type=MP4) is None


@pytest.mark.parametrize("name", ["vp8.webm", "vp9.webm", "av1.mp4", "bt709-full.webm"])
def test_webm_is_written_where_that_is_taken(clips, name):
    found = cut(clips.path(name), content_type="video/webm")

    assert all(segment.content[:4] == b"\x1a\x45\xdf\xa3" for segment in found)
    assert all(segment.is_same() for segment in found)


def test_group_that_is_larger_than_the_limit_has_no_content(clips):
    (segment,) = segments(clips.path("plain.mp4"), limit_bytes=9_000, content_type=MP4)

    assert segment.content is None
    assert len(segment.places) == 30


def test_segment_of_other_frames_is_told_apart(clips):
    one, other, *_ = cut(clips.path("long.mp4"))
    swapped = _video.Segment(one.places, other.content)

    assert not swapped.is_same()


def test_damaged_file_gives_the_segments_before_the_damage(clips, tmp_path):
    content = clips.path("fragmented.mp4").read_bytes()
    path = tmp_path / "cut.mp4"
    path.write_bytes(content[: len(content) * 6 // 10])
    found = []
    with pytest.raises(InvalidInputError, match="is damaged"):
        found.extend(segments(path, limit_bytes=25_000, content_type=MP4))

    assert found[0].is_same()
    assert sum(len(segment.places) for segment in found) == len(decoded(path).bgr)
