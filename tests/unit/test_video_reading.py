"""Every frame of awkward files, in place and in time: as ffmpeg decodes them."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest
from clips import RECIPES, Clips

from smnb import _video
from smnb._video import Video
from smnb._video.reader import Reader
from smnb.errors import InvalidInputError

WITHOUT_PICTURES = ("sound.m4a", "sound-with-cover.m4a")
WITH_PICTURES = [name for name in RECIPES if name not in WITHOUT_PICTURES]
# Its frames are numbered as they are stored, over which ffmpeg's own times stumble.
WITH_TIMES = [name for name in WITH_PICTURES if name != "h264.avi"]
LONG = [name for name in RECIPES if name.startswith(("long", "hevc-open", "intra"))]


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def open_files():
    return len(list(Path("/dev/fd").iterdir()))


def difference(bgr, expected):
    return np.abs(bgr.astype(int) - expected).mean()


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_each_frame_is_ffmpegs_frame(clips, name):
    frames = list(_video.frames(clips.path(name)))
    expected = clips.decoded(name).bgr

    assert [frame.index for frame in frames] == list(range(len(expected)))
    assert max(map(difference, [frame.bgr for frame in frames], expected)) < 3


@pytest.mark.parametrize("name", ["plain.mp4", "variable-rate.mp4", "transport.ts"])
def test_a_frame_passes_for_no_other(clips, name):
    expected = clips.decoded(name).bgr

    assert min(map(difference, expected[1:], expected)) > 10


@pytest.mark.parametrize("name", WITH_TIMES)
def test_each_time_is_ffmpegs_time(clips, name):
    times_s = [frame.time_s for frame in _video.frames(clips.path(name))]

    assert times_s == pytest.approx(clips.decoded(name).times_s, abs=1e-6)


def test_frames_that_are_numbered_as_stored_have_the_times_they_are_shown_at(clips):
    times_s = [frame.time_s for frame in _video.frames(clips.path("h264.avi"))]

    assert times_s == pytest.approx([index / 25 for index in range(30)])


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_probe_counts_what_can_be_decoded(clips, name):
    assert _video.probe(clips.path(name)).frame_count == len(clips.decoded(name).bgr)


def test_probe_does_not_count_packets_that_are_not_shown(clips):
    path = clips.path("vp8.webm")
    with av.open(str(path)) as container:
        packets = sum(packet.size > 0 for packet in container.demux(video=0))

    assert packets > _video.probe(path).frame_count


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_probe_states_the_size_as_shown(clips, name):
    info = _video.probe(clips.path(name))

    assert (info.height, info.width) == clips.decoded(name).bgr.shape[1:3]


@pytest.mark.parametrize(
    ("name", "rotation_deg"),
    [
        pytest.param("plain.mp4", 0, id="upright"),
        # ffmpeg's option counts the other way round.
        pytest.param("rotated-90.mp4", 270, id="270"),
        pytest.param("rotated-180.mp4", 180, id="180"),
        pytest.param("rotated-270.mp4", 90, id="90"),
        pytest.param("mirrored.mp4", 0, id="mirrored"),
    ],
)
def test_probe_states_the_clockwise_rotation(clips, name, rotation_deg):
    assert _video.probe(clips.path(name)).rotation_deg == rotation_deg


@pytest.mark.parametrize(
    ("name", "duration_s"),
    [
        pytest.param("plain.mp4", 1.2, id="constant rate"),
        pytest.param("transport.ts", 1.2, id="does not start at 0"),
        pytest.param("vp9.webm", 1.2, id="packets without duration"),
        pytest.param("h264.avi", 1.2, id="without times"),
        pytest.param("edit-list.mp4", 0.88, id="edit list"),
        pytest.param("one-frame.mp4", 0.04, id="one frame"),
    ],
)
def test_probe_measures_the_duration(clips, name, duration_s):
    assert _video.probe(clips.path(name)).duration_s == pytest.approx(duration_s)


def test_probe_states_the_mean_rate_where_it_varies(clips):
    info = _video.probe(clips.path("variable-rate.mp4"))

    assert info.fps == pytest.approx(info.frame_count / info.duration_s)
    assert info.fps < 20


@pytest.mark.parametrize(
    ("name", "codec"),
    [("plain.mp4", "h264"), ("av1.mp4", "av1"), ("animated.gif", "gif")],
)
def test_probe_names_the_codec(clips, name, codec):
    assert _video.probe(clips.path(name)).codec == codec


def test_bytes_are_read_like_the_file(clips):
    path = clips.path("b-frames.mp4")
    from_file = [frame.bgr for frame in _video.frames(path)]
    from_bytes = [frame.bgr for frame in _video.frames(path.read_bytes())]

    assert np.array_equal(from_bytes, from_file)


def test_probe_of_bytes_states_their_size(clips):
    content = clips.path("plain.mp4").read_bytes()

    assert _video.probe(content).size_bytes == len(content)


def test_a_file_name_like_a_protocol_is_a_file_name(clips, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("http:x.mp4").write_bytes(clips.path("plain.mp4").read_bytes())

    assert _video.probe(Path("http:x.mp4")).frame_count == 30


def test_every_takes_each_nth_frame_with_its_own_index_and_time(clips):
    frames = _video.frames(clips.path("plain.mp4"), Video("", every=7))

    assert [(frame.index, frame.time_s) for frame in frames] == [
        (index, pytest.approx(index / 25)) for index in (0, 7, 14, 21, 28)
    ]


def test_pixels_are_the_same_from_any_thread(clips):
    frames = list(_video.frames(clips.path("b-frames.mp4")))
    with ThreadPoolExecutor(4) as pool:
        from_threads = list(pool.map(lambda frame: frame.bgr, frames))

    expected = clips.decoded("b-frames.mp4").bgr
    assert max(map(difference, from_threads, expected)) < 3


def test_pictures_are_let_go_without_collecting_garbage(clips):
    def pictures():
        return sum(isinstance(thing, av.VideoFrame) for thing in gc.get_objects())

    gc.collect()
    gc.disable()
    try:
        before = pictures()
        for frame in _video.frames(clips.path("rotated-90.mp4")):
            assert frame.bgr.size
        del frame
        after = pictures()
    finally:
        gc.enable()

    # One is looked at for how it is turned, which makes a cycle.
    assert after <= before + 1


@pytest.mark.parametrize(
    "read",
    [
        pytest.param(_video.frames, id="all"),
        pytest.param(lambda path: _video.frames_at(path, {87: 87 / 25}), id="single"),
    ],
)
def test_the_file_is_closed_when_the_iterator_is_dropped(clips, read):
    path = clips.path("long.mp4")
    before = open_files()
    frames = read(path)
    next(frames)
    during = open_files()
    frames.close()

    assert during > before
    assert open_files() == before


@pytest.mark.parametrize("name", [*LONG, "raw.h264", "edit-list.mp4", "animated.gif"])
def test_single_frames_are_those_of_the_whole_run(clips, name):
    path = clips.path(name)
    whole = list(_video.frames(path))
    # From the start to each alone, so that the way there is a seek where there can be one.
    for frame in whole[::9]:
        (single,) = _video.frames_at(path, {frame.index: frame.time_s})

        assert np.array_equal(single.bgr, whole[frame.index].bgr)


def test_several_single_frames_come_in_order(clips):
    path = clips.path("long.mp4")
    times_s = {frame.index: frame.time_s for frame in _video.frames(path)}
    wanted = {index: times_s[index] for index in (90, 3, 41, 40)}

    assert [f.index for f in _video.frames_at(path, wanted)] == [3, 40, 41, 90]


@pytest.mark.parametrize("name", ["long.mp4", "long.ts", "long.mpg", "long.webm"])
def test_a_single_frame_is_reached_without_decoding_all_before_it(
    clips, name, monkeypatch
):
    packets = []
    decode = Reader.decode
    monkeypatch.setattr(
        Reader,
        "decode",
        lambda self, packet: packets.append(packet) or decode(self, packet),
    )
    times_s = {frame.index: frame.time_s for frame in _video.frames(clips.path(name))}
    packets.clear()
    next(_video.frames_at(clips.path(name), {87: times_s[87]}))

    assert len(packets) < 50


def test_a_single_frame_whose_time_is_wrong_is_found_by_its_index(clips):
    whole = list(_video.frames(clips.path("long.mp4")))
    (single,) = _video.frames_at(clips.path("long.mp4"), {40: 1.61})

    assert np.array_equal(single.bgr, whole[40].bgr)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"no video\n" * 100, id="text"),
        pytest.param(np.random.default_rng(1).bytes(30_000), id="noise"),
    ],
)
def test_what_is_no_video_is_refused(content, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)

    with pytest.raises(InvalidInputError, match=r"clip\.mp4 cannot be read as a video"):
        _video.probe(path)


@pytest.mark.parametrize("name", WITHOUT_PICTURES)
def test_sound_alone_is_no_video(clips, name):
    with pytest.raises(InvalidInputError, match="there are no pictures in it"):
        _video.probe(clips.path(name))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="no such file"):
        next(_video.frames(tmp_path / "none.mp4"))
