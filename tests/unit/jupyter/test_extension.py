"""What the server does by itself: it removes what is over, and starts nothing for it."""

import threading
from types import SimpleNamespace

import pytest

from smnb import _runtime_file
from smnb._kernel_note import Note
from smnb._runtime_file import RuntimeFile
from smnb.errors import ConfigurationError
from smnb.jupyter import extension
from smnb.jupyter.extension import PanelExtension

DAEMON = RuntimeFile("http://127.0.0.1:1", "a", "s", 1, "0", "me")


class Log(list):
    """A log that keeps the first words of each line."""

    def debug(self, text, *_):
        self.append(text)

    info = exception = debug


@pytest.fixture
def reaped(monkeypatch):
    """Count reaps in place of doing them."""
    sessions = []
    monkeypatch.setattr(
        extension, "reap", lambda *, session: sessions.append(session) or ["old"]
    )
    monkeypatch.delenv("SMNB_REAP", raising=False)
    return sessions


def server(target, daemon=None):
    """Return an extension as far as reaping looks at it."""
    place = SimpleNamespace(
        note=Note(target), local_daemon=lambda: daemon, looking=lambda: target
    )
    ending = threading.Event()
    ending.set()  # after the first time
    made = SimpleNamespace(
        commands=SimpleNamespace(place=place), log=Log(), _ending=ending
    )
    made._reap_once = lambda: PanelExtension._reap_once(made)
    return made


def test_reaps_at_the_start_on_aws(reaped):
    one = server("aws")
    PanelExtension._reap(one)

    assert reaped == ["aws"]
    assert one.log == ["smnb: deleted, since over: %s"]


@pytest.mark.parametrize("daemon", [None, DAEMON])
def test_does_not_start_a_local_backend_for_it(reaped, daemon, monkeypatch):
    monkeypatch.setattr(_runtime_file, "health", lambda _: None)
    PanelExtension._reap(server("local", daemon))

    assert reaped == []


def test_reaps_a_local_backend_that_runs(reaped, monkeypatch):
    monkeypatch.setattr(_runtime_file, "health", lambda _: {"busy": False})
    PanelExtension._reap(server("local", DAEMON))

    assert reaped == ["local"]


def test_is_silenced(reaped, monkeypatch):
    monkeypatch.setenv("SMNB_REAP", "off")
    PanelExtension._reap(server("aws"))

    assert reaped == []


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ConfigurationError("Not signed in.", hint="Sign in."), "nothing was reaped"),
        (RuntimeError("a fault"), "reaping failed"),
    ],
)
def test_what_goes_wrong_ends_nothing(reaped, monkeypatch, error, told):
    def fail(*, session):
        raise error

    monkeypatch.setattr(extension, "reap", fail)
    one = server("aws")
    PanelExtension._reap(one)

    assert told in one.log[0]
