"""What clients are sent: all at first, then what is new, in order, to who can see."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.jupyter.poller import Poller, difference


def snapshot(rows, **changes):
    base = {
        "seq": 0,
        "at": 0.0,
        "full": True,
        "target": {"name": "local"},
        "follows_kernel": True,
        "targets": [],
        "burn": {},
        "counts": {},
        "rows": [{"key": key, "value": value} for key, value in rows.items()],
        "gone": [],
        "problem": None,
        "stale_since": None,
        "jobs": [],
    }
    return {**base, **changes}


ROWS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2))


@given(st.lists(ROWS, min_size=2))
def test_differences_put_together_are_the_whole(states):
    shown = {row["key"]: row for row in snapshot(states[0])["rows"]}
    for before, after in pairwise(states):
        change = difference(snapshot(before), snapshot(after))
        assert (change is None) == (before == after)
        for row in change["rows"] if change else []:
            shown[row["key"]] = row
        for key in change["gone"] if change else []:
            del shown[key]
        assert {key: row["value"] for key, row in shown.items()} == after


@pytest.mark.parametrize(
    ("name", "value"), [("jobs", [1]), ("problem", {}), ("follows_kernel", False)]
)
def test_whatever_else_changes_is_told(name, value):
    change = difference(snapshot({"a": 1}), snapshot({"a": 1}, **{name: value}))

    assert (change["rows"], change["gone"], change[name]) == ([], [], value)
    assert not change["full"]


def test_clock_alone_is_no_news():
    assert difference(snapshot({"a": 1}), snapshot({"a": 1}, at=5.0)) is None


class Client:
    """Somebody who looks."""

    def __init__(self, there=True):
        self.sent = []
        self.there = there

    def send(self, snapshot):
        self.sent.append(snapshot)

    def is_there(self):
        return self.there


@pytest.fixture
def poller(monkeypatch):
    """Return a poller whose thread does not run: the tests publish themselves."""
    poller = Poller(SimpleNamespace(), SimpleNamespace(), {})
    monkeypatch.setattr(poller, "_thread", SimpleNamespace(join=lambda timeout: None))
    return poller


def publish(poller, rows):
    poller._publish(SimpleNamespace(snapshot=lambda _: snapshot(rows)))


def test_who_joins_gets_all_at_once_and_then_what_changes(poller):
    first, second = Client(), Client()
    poller.join(first)
    assert first.sent == []  # nothing is known yet
    publish(poller, {"a": 1, "b": 1})
    poller.join(second)
    publish(poller, {"a": 2, "b": 1})

    assert [s["full"] for s in first.sent] == [True, False]
    assert [s["full"] for s in second.sent] == [True, False]
    assert [row["key"] for row in second.sent[1]["rows"]] == ["a"]
    assert [s["seq"] for s in first.sent] == [1, 2]


def test_who_cannot_see_is_sent_nothing_and_all_on_return(poller):
    client = Client()
    poller.join(client)
    publish(poller, {"a": 1})
    poller.watching(client, visible=False)
    assert not poller._is_watched()
    publish(poller, {"a": 2})
    assert len(client.sent) == 1

    poller.watching(client, visible=True)
    assert poller._is_watched()
    assert client.sent[-1]["full"]
    assert client.sent[-1]["rows"][0]["value"] == 2


def test_nothing_new_is_not_sent(poller):
    client = Client()
    poller.join(client)
    publish(poller, {"a": 1})
    publish(poller, {"a": 1})

    assert len(client.sent) == 1


def test_who_left_is_sent_nothing(poller):
    client = Client()
    poller.join(client)
    poller.leave(client)
    poller.watching(client, visible=True)
    publish(poller, {"a": 1})

    assert client.sent == []
    assert not poller._is_watched()


def test_who_is_silent_for_long_does_not_count(poller):
    poller.join(Client(there=False))
    assert not poller._is_watched()

    poller.join(Client())
    assert poller._is_watched()


def test_closed_poller_sends_nothing(poller):
    client = Client()
    poller.join(client)
    poller.close()
    publish(poller, {"a": 1})

    assert client.sent == []
