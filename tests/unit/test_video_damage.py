"""Damaged videos: what can be read is read as ffmpeg reads it, the rest is told."""

from itertools import islice

import av
import numpy as np
import pytest
from clips import Clips, decoded

from smnb import _video
from smnb._video.reader import Reader
from smnb.errors import DamagedVideoError, InvalidInputError


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips"))


def difference(bgr, expected):
    return np.abs(bgr.astype(int) - expected).mean()


@pytest.mark.parametrize(
    "name", ["fragmented.mp4", "late.mkv", "transport.ts", "mjpeg.avi", "animated.gif"]
)
def test_a_file_that_breaks_off_gives_all_that_can_be_read(clips, name, tmp_path):
    content = clips.path(name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: len(content) * 6 // 10])
    frames = _readable(path)
    expected = decoded(path).bgr

    assert 10 < len(frames) == len(expected) < 30
    # The last one may be torn, and what is missing of it is left to chance.
    assert max(map(difference, [frame.bgr for frame in frames[:-1]], expected)) < 3


@pytest.mark.parametrize(
    "name", ["fragmented.mp4", "mjpeg.avi", "flash.flv", "late.mkv", "vp9.webm"]
)
def test_a_file_that_breaks_off_says_so_after_its_last_frame(clips, name, tmp_path):
    content = clips.path(name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: len(content) * 6 // 10])
    frames = _video.frames(path)
    first = list(islice(frames, 10))

    assert [frame.index for frame in first] == list(range(10))
    with pytest.raises(InvalidInputError, match="is damaged"):
        list(frames)


def test_a_live_recording_without_a_size_is_no_damage(clips, tmp_path):
    content = bytearray(clips.path("late.mkv").read_bytes())
    at = content.index(bytes.fromhex("18538067")) + 4
    content[at : at + 8] = b"\x01" + 7 * b"\xff"
    path = tmp_path / "live.mkv"
    path.write_bytes(content)

    assert len(list(_video.frames(path))) == 30
    assert len(list(_video.frames(bytes(content)))) == 30


# Overwritten in the middle: by that some lose frames, others only have torn ones.
LOSING = ["plain.mp4", "fragmented.mp4", "hevc-open-gop.mp4"]
DAMAGED = [*LOSING, "b-frames.mp4", "transport.ts", "long.webm", "av1.mp4"]


def damage(path, folder):
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = bytes(400)
    damaged = folder / path.name
    damaged.write_bytes(content)
    return damaged


@pytest.mark.parametrize("name", DAMAGED)
def test_a_corrupt_file_gives_the_frames_that_ffmpeg_gives(clips, name, tmp_path):
    path = damage(clips.path(name), tmp_path)
    frames, expected = _readable(path), decoded(path)

    assert len(frames) == len(expected.bgr)
    assert [f.time_s for f in frames] == pytest.approx(expected.times_s, abs=1e-6)
    with Reader(path, one_by_one=True) as reader:
        shown = [reader.bgr for _ in reader]
    assert max(map(difference, shown, expected.bgr)) < 3
    # How threads conceal damage is left to chance: what comes before it is not.
    whole = zip([frame.bgr for frame in frames[:10]], expected.bgr, strict=False)
    assert max(difference(*pair) for pair in whole) < 3


@pytest.mark.parametrize("name", LOSING)
def test_frames_that_are_missing_are_told(clips, name, tmp_path):
    path = damage(clips.path(name), tmp_path)
    left = {round(time_s, 4) for time_s in decoded(path).times_s}
    times_s = [round(time_s, 4) for time_s in clips.decoded(name).times_s]
    lost = {index for index, time_s in enumerate(times_s) if time_s not in left}
    with pytest.raises(DamagedVideoError, match=r"is damaged: frames? \d+") as caught:
        list(_video.frames(path))

    told = {i for a, b in caught.value.missing for i in range(a, b + 1)}
    assert lost
    assert lost <= told
    assert len(told) <= len(lost) + 1  # another one may be torn


def test_frames_that_the_index_lists_beyond_the_end_are_told(clips, tmp_path):
    content = with_index_in_front(clips.path("plain.mp4"), tmp_path)
    path = tmp_path / "broken-off.mp4"
    path.write_bytes(content[: len(content) * 7 // 10])
    frames = []
    with pytest.raises(DamagedVideoError) as caught:
        frames.extend(_video.frames(path))

    ((first, last),) = caught.value.missing
    assert last == 29
    assert len(frames) - 1 <= first <= len(frames)


def with_index_in_front(path, folder):
    with av.open(str(path)) as source:
        options = {"movflags": "faststart"}
        with av.open(str(folder / "front.mp4"), "w", options=options) as target:
            stream = target.add_stream_from_template(source.streams.video[0])
            for packet in source.demux(video=0):
                if packet.dts is not None:
                    packet.stream = stream
                    target.mux(packet)
    return (folder / "front.mp4").read_bytes()


def test_a_recording_that_starts_between_key_frames_is_no_damage(clips, tmp_path):
    content = clips.path("transport.ts").read_bytes()
    path = tmp_path / "cut.ts"
    path.write_bytes(content[len(content) // 188 // 5 * 188 :])

    assert 0 < len(list(_video.frames(path))) == len(decoded(path).bgr) < 30


def test_frames_before_the_first_that_can_be_decoded_are_no_damage(clips, tmp_path):
    content = bytearray(clips.path("long.webm").read_bytes())
    with av.open(str(clips.path("long.webm"))) as container:
        key = next(container.demux(video=0))
    start = content.index(bytes(key))
    content[start : start + key.size] = bytes(key.size)
    (tmp_path / "cut.webm").write_bytes(content)

    assert len(list(_video.frames(tmp_path / "cut.webm"))) == 80


def _readable(path):
    frames = []
    try:
        frames.extend(_video.frames(path))
    except InvalidInputError:
        # A list filled by extend() keeps what came before the error.
        assert frames
    return frames
