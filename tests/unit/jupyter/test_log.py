"""A log is told in pieces: each line once, though many are of one moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb._logs import Entry
from smnb.jupyter.views.log import level_of, page

MOMENTS = st.lists(st.integers(0, 4), max_size=30)


@given(MOMENTS, st.lists(st.integers(1, 7), min_size=1, max_size=20))
def test_each_line_is_told_once(moments, steps):
    """Lines arrive in order, a few at a time; each look asks from the mark on."""
    lines = [
        Entry(1_796_000_000_000 + t, f"{i}", "s") for i, t in enumerate(sorted(moments))
    ]
    there, told, mark = 0, [], None
    for step in [*steps, len(lines)]:
        there = min(len(lines), there + step)
        found = [e for e in lines[:there] if mark is None or e.at_ms >= int(mark)]
        got = page(found, mark)
        told += [line["text"] for line in got["lines"]]
        mark = got["next"]

    assert told == [entry.text for entry in lines]


def test_empty_log_has_no_mark():
    assert page([], None) == {"lines": [], "next": 0.0}


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("Traceback (most recent call last):", "error"),
        ("KeyError: 'x'", "error"),
        ("2026-11-30 ERROR worker died", "error"),
        ("Killed", "error"),
        ("UserWarning: slow", "warning"),
        ("WARN low memory", "warning"),
        ("INFO no error so far", "info"),
        ("loaded in 3 s", "info"),
        ("no terror here", "info"),
    ],
)
def test_levels(text, level):
    assert level_of(text) == level
