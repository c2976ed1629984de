"""Progress: folded in a notebook, overwritten in a terminal, plain lines elsewhere."""

import io
import os
import threading
from types import SimpleNamespace

import IPython.display
import pytest

from smnb import _progress, _wait
from smnb._progress import Progress

ERASE = "\r\x1b[2K"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    screen = Terminal()
    stand_in = SimpleNamespace(stderr=screen, modules={})
    monkeypatch.setattr(_progress, "sys", stand_in)
    monkeypatch.setattr(
        _progress.shutil, "get_terminal_size", lambda: os.terminal_size((20, 24))
    )
    return screen


@pytest.fixture
def outputs(monkeypatch):
    """Be a notebook; return what each of its outputs shows now."""
    shown = []

    class Handle:
        def __init__(self, data):
            self._place = len(shown)
            shown.append(data)

        def update(self, data, raw):  # noqa: ARG002  IPython's own names
            shown[self._place] = data

    monkeypatch.setattr(_progress, "_in_notebook", lambda: True)
    monkeypatch.setattr(
        IPython.display, "display", lambda data, raw, display_id: Handle(data)
    )
    return shown


def test_plain_lines_where_there_is_no_terminal(capsys):
    progress = Progress()
    progress.line("checked")
    progress.now("creating")
    progress.done("in service")

    assert capsys.readouterr().err == "checked\nin service\n"


def test_silent_when_switched_off(capsys, monkeypatch):
    monkeypatch.setenv("SMNB_PROGRESS", "off")
    progress = Progress()
    progress.line("checked")
    progress.now("creating")
    progress.done("in service")

    assert capsys.readouterr() == ("", "")


def test_notebook_is_silent_when_switched_off(outputs, monkeypatch):
    monkeypatch.setenv("SMNB_PROGRESS", "off")
    Progress().done("in service")

    assert outputs == []


def test_notebook_gets_no_empty_output(outputs):
    Progress().done()

    assert outputs == []


def test_terminal_line_is_overwritten(terminal):
    progress = Progress()
    progress.now("creating")
    progress.done("in service")

    assert terminal.getvalue() == f"{ERASE}creating{ERASE}in service\n"


def test_changing_line_never_wraps(terminal):
    Progress().now("x" * 50)

    assert terminal.getvalue() == f"{ERASE}{'x' * 18}…"


def test_done_without_text_leaves_an_empty_line(terminal):
    progress = Progress()
    progress.now("creating")
    progress.done()

    assert terminal.getvalue().endswith(ERASE)


def test_lines_of_several_at_once_stay_whole(terminal):
    def work(name):
        progress = Progress()
        for number in range(50):
            progress.now(f"{name} {number}")
            progress.line(f"{name} {number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [line.rpartition(ERASE)[2] for line in terminal.getvalue().split("\n")[:-1]]

    assert sorted(lines) == sorted(f"{name} {n}" for name in "abcd" for n in range(50))


def test_notebook_shows_lines_and_what_goes_on(outputs):
    progress = Progress()
    progress.line("checked")
    progress.now("creating <b>")

    assert len(outputs) == 1
    assert outputs[0]["text/plain"] == "checked\ncreating <b>"
    assert "checked\ncreating &lt;b&gt;" in outputs[0]["text/html"]


def test_notebook_folds_what_is_done_above_the_last_line(outputs):
    progress = Progress()
    progress.line("checked <b>")
    progress.done("in service <b>")
    folded = outputs[0]["text/html"]

    assert folded.startswith("<details")
    assert ">in service &lt;b&gt;</summary>" in folded
    assert "checked &lt;b&gt;" in folded.partition("</summary>")[2]


def test_notebook_does_not_fold_a_single_line(outputs):
    Progress().done("gone")

    assert "<details" not in outputs[0]["text/html"]
    assert "gone" in outputs[0]["text/html"]


def test_outputs_of_several_at_once_are_apart(outputs):
    first, second = Progress(), Progress()
    first.line("one")
    second.line("two")
    first.done("done")

    assert [shown["text/plain"] for shown in outputs] == ["one\ndone", "two"]


def test_nap_hears_stop_within_a_third_of_a_second(monkeypatch):
    clock = [0.0]
    slices = []

    def sleep(seconds):
        slices.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr(_wait.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(_wait.time, "sleep", sleep)
    _wait.nap(5.0)

    assert sum(slices) == pytest.approx(5.0)
    assert max(slices) < 0.3
