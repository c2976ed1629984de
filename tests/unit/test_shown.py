"""What people see: progress lines, cards, tables; escaped, and quiet when asked."""

import sys

import pytest

from smnb import _html
from smnb._extras import require
from smnb._progress import Progress
from smnb._text import bytes_text
from smnb.errors import MissingExtraError, SmnbError

EVIL = "<script>alert(1)</script>"


def test_progress_prints_plain_lines_where_there_is_no_terminal(capsys):
    progress = Progress()
    progress.line("checked")
    progress.now("creating")
    progress.done("in service")

    assert capsys.readouterr().err == "checked\nin service\n"


def test_progress_is_silent_when_switched_off(capsys, monkeypatch):
    monkeypatch.setenv("SMNB_PROGRESS", "off")
    progress = Progress()
    progress.line("checked")
    progress.done("in service")

    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "shown",
    [
        _html.card(EVIL, "", [(EVIL, EVIL)]),
        _html.table([EVIL], [[EVIL]]),
        _html.badge(EVIL, bills=True),
    ],
)
def test_html_escapes_names(shown):
    assert "<script" not in shown
    assert "&lt;script&gt;" in shown


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
