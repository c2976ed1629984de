"""Logs: the last lines of all streams, and following them without loss or repeat."""

from contextlib import nullcontext
from itertools import count, islice
from types import SimpleNamespace

import pytest

from smnb import _logs
from smnb._logs import LogLines
from smnb.errors import InvalidInputError


class FakeLogs:
    """A log group whose events come in while it is read."""

    def __init__(self):
        self.events = []
        self.asked = []
        self._ids = count()

    def write(self, time_ms, message, stream="AllTraffic/i-1"):
        self.events.append(
            {
                "eventId": str(next(self._ids)),
                "logStreamName": stream,
                "timestamp": time_ms,
                "message": message,
            }
        )

    def get_paginator(self, operation):
        return Pages(self, operation)

    def get_log_events(self, logStreamName, limit, **_):  # noqa: N803  AWS's name
        of_stream = [e for e in self.events if e["logStreamName"] == logStreamName]
        return {
            "events": [
                {"timestamp": e["timestamp"], "message": e["message"]}
                for e in of_stream[-limit:]
            ]
        }


class Pages:
    def __init__(self, logs, operation):
        self._logs = logs
        self._operation = operation

    def paginate(self, **request):
        self._logs.asked.append(request)
        if self._operation == "describe_log_streams":
            names = dict.fromkeys(e["logStreamName"] for e in self._logs.events)
            return [{"logStreams": [{"logStreamName": name}]} for name in names]
        start = request["startTime"]
        return [{"events": [e]} for e in self._logs.events if e["timestamp"] >= start]


@pytest.fixture
def logs():
    return FakeLogs()


@pytest.fixture
def session(logs):
    return SimpleNamespace(
        client=lambda service: logs, translated=lambda doing: nullcontext()
    )


@pytest.fixture
def now_ms(monkeypatch):
    monkeypatch.setattr(_logs.time, "time", lambda: 1000.0)
    return 1_000_000


def test_last_lines_are_of_all_streams_in_order_of_time(logs, session):
    logs.write(1, "one")
    logs.write(4, "four")
    logs.write(2, "two", "AllTraffic/i-2")
    logs.write(3, "three", "AllTraffic/i-1/data-log")

    assert _logs.tail(session, "churn", lines=3) == ["two", "three", "four"]


def test_text_to_look_for_is_quoted_for_the_filter(logs, session):
    _logs.tail(session, "churn", contains='a "b" \\ -c')

    assert logs.asked[-1]["filterPattern"] == '"a \\"b\\" \\\\ -c"'


@pytest.mark.parametrize("lines", [0, -1, 10_001])
def test_number_of_lines_out_of_range_is_refused(session, lines):
    with pytest.raises(InvalidInputError, match="10,000"):
        _logs.tail(session, "churn", lines=lines)


def test_follow_yields_each_line_once_in_order_of_time(logs, session, now_ms):
    steps = iter(
        [
            lambda: logs.write(now_ms + 30, "b"),
            lambda: (
                logs.write(now_ms + 20, "late", "AllTraffic/i-2"),
                logs.write(now_ms + 40, "c"),
            ),
        ]
    )
    logs.write(now_ms - 60_000, "old")
    logs.write(now_ms - 5, "a")
    coming = _logs.follow(session, "churn", lines=2, nap=lambda _s: next(steps)())

    assert list(islice(coming, 5)) == ["old", "a", "b", "late", "c"]


def test_follow_repeats_what_was_written_twice(logs, session, now_ms):
    logs.write(now_ms - 5, "same")
    logs.write(now_ms - 5, "same")
    steps = iter([lambda: logs.write(now_ms + 5, "same"), lambda: None])
    coming = _logs.follow(session, "churn", lines=9, nap=lambda _s: next(steps)())

    assert list(islice(coming, 3)) == ["same"] * 3
    with pytest.raises(RuntimeError):  # the steps are used up: nothing more came
        next(coming)


def test_follow_does_not_bring_back_what_the_last_lines_left_out(logs, session, now_ms):
    for number in range(5):
        logs.write(now_ms - 5 + number, str(number))
    steps = iter([lambda: logs.write(now_ms + 9, "new")])
    coming = _logs.follow(session, "churn", lines=2, nap=lambda _s: next(steps)())

    assert list(islice(coming, 3)) == ["3", "4", "new"]


def test_follow_leaves_out_what_is_of_the_same_moment(logs, session, now_ms):
    for number in range(5):
        logs.write(now_ms - 5, str(number))
    steps = iter([lambda: logs.write(now_ms - 5, "new")])
    coming = _logs.follow(session, "churn", lines=2, nap=lambda _s: next(steps)())

    assert list(islice(coming, 3)) == ["3", "4", "new"]


def test_followed_lines_are_printed_until_stop(capsys):
    def coming():
        yield from ("one", "two")
        raise KeyboardInterrupt

    kept = _logs.show(coming(), most=1)

    assert capsys.readouterr().out == "one\ntwo\n"
    assert kept == ["two"]


def test_lines_are_shown_escaped_and_the_last_of_many():
    shown = LogLines(["<b>", *map(str, range(600))])._repr_html_()

    assert "101 earlier lines" in shown
    assert "599" in shown
    assert LogLines(["<b>"])._repr_html_().count("&lt;b&gt;") == 1


def test_empty_log_says_so():
    assert repr(LogLines()) == "(nothing in the log)"
