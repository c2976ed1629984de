"""What people see: cards, tables, sizes, errors; escaped."""

import html
import inspect
import re
import sys

import pytest

import smnb
from smnb import _html
from smnb._extras import require
from smnb._invocation import Reply
from smnb._routes import Direct, Split, ViaS3
from smnb._session import Session
from smnb._stop import stoppable
from smnb._text import bytes_text
from smnb.errors import MissingExtraError, SmnbError

EVIL = "<script>alert(1)</script>"


@pytest.mark.parametrize(
    "shown",
    [
        _html.card(EVIL, "", [(EVIL, EVIL)]),
        _html.table([EVIL], [[EVIL]]),
        _html.badge(EVIL, bills=True),
        _html.card("", "", [], facts=EVIL, calls=[EVIL]),
        _html.status(EVIL),
        _html.meter(0.5, EVIL),
        _html.preformatted(EVIL),
    ],
)
def test_html_escapes_names(shown):
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("share", "width"), [(0.25, "40"), (0.0, "0"), (7.0, "160"), (-1.0, "0")]
)
def test_meter_stays_within_its_bar(share, width):
    assert f'<rect width="{width}" height="10" fill="currentColor" opacity=".6"' in (
        _html.meter(share, "")
    )


def test_missing_extra_names_its_pip_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)

    with pytest.raises(MissingExtraError, match=r'pip install "smnb\[video\]"'):
        require("cv2", purpose="Reading a video")


def test_library_that_does_not_load_is_told_apart_from_a_missing_one(
    monkeypatch, tmp_path
):
    (tmp_path / "cv2.py").write_text("raise ImportError('libGL.so.1: cannot open')")
    monkeypatch.delitem(sys.modules, "cv2", raising=False)
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(MissingExtraError, match=r"libGL[\s\S]*opencv-python-headless"):
        require("cv2", purpose="Reading a video")


def test_error_says_what_and_what_next():
    error = SmnbError("The payload is 7 MB.", hint="Deploy with overflow=.")

    assert str(error) == "The payload is 7 MB.\n  Deploy with overflow=."


@pytest.mark.parametrize(
    ("size_bytes", "expected"),
    [
        (0, "0 bytes"),
        (1023, "1023 bytes"),
        (1024, "1 kB"),
        (6291456, "6 MB"),
        (6291457, "6 MB"),
        (12_058_624, "11.5 MB"),
        (1024**3, "1 GB"),
    ],
)
def test_sizes_read_as_people_write_them(size_bytes, expected):
    assert bytes_text(size_bytes) == expected


def test_reply_is_shown_escaped_and_short():
    route = Direct(3, "because it fits one request")
    shown = Reply([EVIL] * 9, route, "text/csv", 2048, 1, 12.5, 0.0, ("id",))

    assert "direct because it fits one request" in shown._repr_html_()
    assert "text/csv, 2 kB in 1 request" in shown._repr_html_()
    assert "<script" not in shown._repr_html_()
    assert "\n  sent     text/csv, 2 kB in 1 request\n" in repr(shown)


@pytest.mark.parametrize(
    "route",
    [
        Direct(3, EVIL),
        ViaS3(3, EVIL),
        Split(2, 2, 4, packing=None, size_bytes=None, because=EVIL),
    ],
)
def test_route_is_shown_in_a_notebook_too(route):
    assert html.unescape(re.sub("<[^>]*>", "", route._repr_html_())) == repr(route)


def test_session_shows_where_it_bills():
    shown = Session("aws", region="eu-west-1", profile=EVIL)._repr_html_()

    assert "#b3470b" in shown
    assert "eu-west-1" in shown
    assert "<script" not in shown


def test_notebook_shows_of_an_error_the_message_alone():
    with pytest.raises(SmnbError) as caught:
        raise SmnbError("It is full.", hint="Empty it.")
    lines = caught.value._render_traceback_()

    assert lines[-2:] == ["SmnbError: It is full.", "  Empty it."]
    assert any("test_shown.py" in line for line in lines)


def test_stop_tells_where_it_was_pressed_and_no_deeper():
    def deep():
        raise KeyboardInterrupt

    @stoppable
    def public(x, *, y=1):
        deep()

    with pytest.raises(KeyboardInterrupt) as caught:
        public(1)

    assert [frame.name for frame in caught.traceback][-1] == "run"
    assert caught.value.__suppress_context__
    assert list(inspect.signature(public).parameters) == ["x", "y"]


def test_dollars_are_no_mathematics():
    """JupyterLab typesets text between two dollars that no tag parts."""
    shown = _html.table(["price"], [["$0.10 an hour, $73 a month"]])

    assert "$0.10" not in shown
    assert shown.count("<span>$</span>") == 2


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda: smnb.quote(smnb.RealTime("ml.m5.xlarge")), id="quote"),
        pytest.param(
            lambda: smnb.recommend(calls_per_month=1e6, duration_s=0.1), id="recommend"
        ),
    ],
)
def test_prices_in_cells_are_no_mathematics(made):
    texts = re.sub(r"<[^>]*>", "\0", made()._repr_html_())

    assert [part for part in texts.split("\0") if part.count("$") > 1] == []
