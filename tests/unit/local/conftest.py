"""What all unit tests of the local backend share."""

import pytest

from smnb.local.state import State


@pytest.fixture(autouse=True)
def closed_states(monkeypatch):
    """Close every database that a test opens: Python 3.13 warns of those left open."""
    opened = []
    open_state = State.__init__

    def remember(state, *arguments):
        open_state(state, *arguments)
        opened.append(state)

    monkeypatch.setattr(State, "__init__", remember)
    yield
    for state in opened:
        state.close()
