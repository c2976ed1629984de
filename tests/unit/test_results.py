"""Answers on a video: a sequence in order, a table, pictures and a page."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from clips import Clips
from PIL import Image, ImageDraw

from smnb import _video
from smnb._results import FrameResult, VideoResult
from smnb.errors import InvalidInputError

BOX = {"box": [40, 30, 120, 90], "score": 0.876, "label": "face"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return Clips(tmp_path_factory.mktemp("clips")).path("plain.mp4")


@pytest.fixture
def make(clip):
    """Return a result of the clip's frames with the given answers."""
    info = _video.probe(clip)

    def make(values, *, source=clip, label="plain.mp4", damage=None):
        results = [
            FrameResult(
                i, i / 25, i // 8, *((None, v) if isinstance(v, Exception) else (v,))
            )
            for i, v in enumerate(values)
        ]
        return VideoResult(label, info, results, source, damage=damage)

    return make


@pytest.fixture
def faces(make):
    """Return a result with an answer on frames 10 to 14, and a failure on 20."""
    values = [[BOX] if 10 <= i < 15 else [] for i in range(30)]
    values[20] = ValueError("boom")
    return make(values)


class Page(HTMLParser):
    """Collects what a representation is made of."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data

    def all(self, name):
        return [value for attribute, value in self.attributes if attribute == name]


# sequence


def test_it_holds_the_frames_in_order(faces):
    assert [result.frame for result in faces] == list(range(30))
    assert len(faces) == 30


def test_an_index_gives_one_frame(faces):
    assert faces[-1] == FrameResult(29, 29 / 25, 3, [])


def test_a_slice_is_a_result_of_these_frames(faces):
    part = faces[8:20:4]

    assert isinstance(part, VideoResult)
    assert part.frames == [8, 12, 16]


def test_columns_are_lists_in_order(make):
    result = make(["a", None, 3])

    assert result.values == ["a", None, 3]
    assert result.frames == [0, 1, 2]
    assert result.times_s == [0, 0.04, 0.08]


def test_failed_holds_the_frames_with_an_error(faces):
    assert [(r.frame, str(r.error)) for r in faces.failed] == [(20, "boom")]


def test_to_frame_has_a_row_a_frame(make):
    frame = make([[BOX], [], ValueError("boom")]).to_frame()

    assert list(frame.columns) == ["frame", "time_s", "part", "prediction"]
    assert list(frame["prediction"]) == [[BOX], [], None]
    assert list(frame["time_s"]) == [0, 0.04, 0.08]


def test_to_frame_keeps_numbers_and_lists_as_they_are(make):
    assert list(make([1, [1, 2], {"a": 1}]).to_frame()["prediction"]) == [
        1,
        [1, 2],
        {"a": 1},
    ]


# text


@pytest.mark.parametrize(
    ("values", "text"),
    [
        pytest.param(
            [[BOX], []], "2 frames · 80 ms of video · 1 with an answer", id="boxes"
        ),
        pytest.param(
            [0.5] * 30, "30 frames · 1.2 s of video · 30 with an answer", id="numbers"
        ),
        pytest.param([None], "1 frame · 40 ms of video · 0 with an answer", id="one"),
        pytest.param([], "0 frames · 0 with an answer", id="none"),
        pytest.param(
            ["", {}, (), np.array([])],
            "4 frames · 160 ms of video · 0 with an answer",
            id="empty",
        ),
        pytest.param(
            ["no", {"a": 0}, np.zeros(2), False],
            "4 frames · 160 ms of video · 4 with an answer",
            id="not empty",
        ),
    ],
)
def test_repr_counts_frames_with_an_answer(make, values, text):
    assert repr(make(values)) == text


def test_repr_says_where_frames_failed(faces):
    assert repr(faces).endswith("5 with an answer · 1 failed, the first at 0.80 s")


def test_repr_says_that_the_file_is_damaged(make):
    damage = InvalidInputError("breaks off", hint="copy it again")

    assert repr(make([1], damage=damage)).endswith("· the file is damaged")


# contact sheet


def record(seen):
    return lambda image, value: seen.append((image.size, value))


def test_the_sheet_shows_answered_frames_first(faces):
    seen = []
    faces.contact_sheet(record(seen), tiles=3)

    assert [value for _, value in seen] == [[BOX]] * 3


def test_the_sheet_is_filled_with_other_frames(faces):
    seen = []
    faces.contact_sheet(record(seen), tiles=8)

    assert [value for _, value in seen] == [[], *[[BOX]] * 5, [], []]


def test_the_sheet_spreads_frames_evenly(make):
    seen = []
    make(list(range(30))).contact_sheet(record(seen), tiles=4)

    assert [value for _, value in seen] == [0, 10, 19, 29]


def test_the_sheet_draws_on_whole_frames_in_display_order(make):
    seen = []
    make(list(range(30))).contact_sheet(record(seen), tiles=30)

    assert seen == [((160, 120), value) for value in range(30)]


def test_the_sheet_shows_the_frame_that_the_answer_is_for(make, clip):
    seen = {}
    make(list(range(30))).contact_sheet(
        lambda image, v: seen.update({v: np.array(image)}), tiles=3
    )
    frames = [frame.bgr[:, :, ::-1] for frame in _video.frames(clip)]

    assert all(np.array_equal(image, frames[index]) for index, image in seen.items())
    assert sorted(seen) == [0, 14, 29]


@pytest.mark.parametrize(
    ("tiles", "columns", "rows"), [(12, 4, 3), (5, 4, 2), (3, 4, 1), (1, 4, 1)]
)
def test_the_sheet_has_the_width_asked_for_and_a_row_for_each_few(
    faces, tiles, columns, rows
):
    sheet = faces.contact_sheet(tiles=tiles, columns=columns, width=640)
    tile_width = (640 - 8) // min(tiles, columns) - 8

    assert sheet.width == 640
    assert sheet.height == rows * (round(tile_width * 120 / 160) + 22 + 8) + 8


def test_the_sheet_takes_what_draw_returns(make):
    sheet = make([1]).contact_sheet(
        lambda image, _: Image.new("RGB", image.size, "magenta")
    )

    assert sheet.getpixel((sheet.width // 2, sheet.height // 3)) == (255, 0, 255)


def test_nothing_is_drawn_on_a_frame_without_answer(faces):
    seen = []
    faces[20:21].contact_sheet(record(seen))

    assert seen == []


def test_boxes_are_drawn_unless_told_otherwise(make):
    plain, boxed = (
        np.array(make([value]).contact_sheet(width=176)) for value in ([], [BOX])
    )
    changed = np.argwhere((plain != boxed).any(axis=2))

    # The box with its label above, a gap of 8 to the frame's corner.
    assert changed[:, 1].min() == pytest.approx(8 + 40, abs=5)
    assert changed[:, 1].max() == pytest.approx(8 + 120, abs=5)
    assert changed[:, 0].max() == pytest.approx(8 + 90, abs=5)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([{"box": "wide"}], id="text"),
        pytest.param([{"box": [1, 2, 3]}], id="three numbers"),
        pytest.param([{"box": [1, 2, 3, None]}], id="a hole"),
        pytest.param([{"box": [1, 2, 3, float("nan")]}], id="not a number"),
        pytest.param([1, "a"], id="no dicts"),
        pytest.param({"box": [1, 2, 3, 4]}, id="no list"),
    ],
)
def test_answers_of_another_kind_are_left_undrawn(make, value):
    assert make([value]).contact_sheet() == make([[]]).contact_sheet()


@pytest.mark.parametrize(
    "box",
    [
        pytest.param([120, 90, 40, 30], id="corners swapped"),
        pytest.param([-50, -50, 900, 900], id="beyond the frame"),
        pytest.param([40.5, np.float32(30.5), 90, 90], id="fractions"),
    ],
)
def test_unusual_boxes_are_drawn(make, box):
    assert make([[{"box": box}]]).contact_sheet() != make([[]]).contact_sheet()


def test_a_sheet_of_nothing_is_refused(make):
    with pytest.raises(InvalidInputError, match="no frame"):
        make([]).contact_sheet()


def test_a_sheet_of_a_video_that_is_gone_says_so(make, tmp_path):
    with pytest.raises(InvalidInputError, match=r"gone\.mp4"):
        make([1], source=tmp_path / "gone.mp4").contact_sheet()


# annotated video


def paint(image, value):
    ImageDraw.Draw(image).rectangle((0, 0, 160, 120), (value * 8, 0, 0))


def test_annotate_writes_each_frame_at_its_time(make, tmp_path):
    path = make(list(range(30))).annotate(tmp_path / "out.mp4", paint)
    frames = list(_video.frames(path))

    assert [frame.time_s for frame in frames] == pytest.approx(
        [i / 25 for i in range(30)]
    )
    assert [frame.bgr[:, :, 2].mean() for frame in frames] == pytest.approx(
        [8 * i for i in range(30)], abs=6
    )


def test_annotate_writes_only_the_frames_of_a_slice(make, tmp_path):
    path = make(list(range(30)))[10:20:5].annotate(str(tmp_path / "out.mp4"), paint)

    assert [frame.time_s for frame in _video.frames(path)] == pytest.approx([0, 0.2])


def test_annotate_works_on_a_video_in_memory(make, clip, tmp_path):
    path = make([1, 2], source=clip.read_bytes()).annotate(tmp_path / "out.mp4")

    assert _video.probe(path).frame_count == 2


def test_annotate_of_nothing_is_refused(make, tmp_path):
    with pytest.raises(InvalidInputError, match="no frame"):
        make([]).annotate(tmp_path / "out.mp4")


# page


def test_the_page_needs_no_script_class_or_style_sheet(faces):
    page = Page(faces._repr_html_())

    assert not {"script", "style", "link", "iframe"} & set(page.tags)
    assert page.all("class") == []
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_the_page_says_what_the_text_says(faces):
    assert repr(faces) in Page(faces._repr_html_()).text


def test_the_pages_pictures_are_small_jpegs_that_say_what_they_are(faces):
    page = Page(faces._repr_html_())
    sources = page.all("src")
    pictures = [
        Image.open(io.BytesIO(base64.b64decode(src.partition("base64,")[2])))
        for src in sources
    ]

    assert [(p.format, p.width) for p in pictures] == [("JPEG", 224)] * 5
    assert sum(map(len, sources)) < 150_000
    assert page.all("alt") == [f"frame {i} · {i / 25:.2f} s" for i in range(10, 15)]


def test_the_timeline_has_a_bar_for_each_frame_with_an_answer(faces):
    bars, crosses, _axis = Page(faces._repr_html_()).all("d")

    assert bars.count("M") == 5
    assert crosses.count("M") == 1


def test_the_timelines_bars_are_as_high_as_there_are_answers(make):
    bars, *_ = Page(make([[BOX], [BOX, BOX], [], 1])._repr_html_()).all("d")

    assert re.findall(r"v-([\d.]+)", bars) == ["18.0", "36.0", "18.0"]


def test_the_timeline_of_a_long_video_stays_small(make, clip):
    info = _video.probe(clip)
    long = [FrameResult(i, i / 25, 0, [BOX]) for i in range(90_000)]
    page = VideoResult("long", info, long, b"")._repr_html_()

    assert len(page) < 20_000


def test_the_page_escapes_what_it_did_not_write(make):
    page = make([1], label="<img src=x onerror=alert(1)>")._repr_html_()

    assert "<img src=x" not in page


def test_the_page_does_without_pictures_when_the_video_is_gone(make, tmp_path):
    page = Page(make([1, 2], source=tmp_path / "gone.mp4")._repr_html_())

    assert "img" not in page.tags
    assert "2 with an answer" in page.text


def test_the_page_of_nothing_is_a_page(make):
    assert "0 frames" in make([])._repr_html_()
