"""Lists: page by page they give what a naive model gives at once."""

from datetime import datetime, timezone
from itertools import groupby

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smnb.local.services.s3.listing import Selection, page
from smnb.local.services.s3.store import Entry

LAST = "\U0010ffff"
TEXT = st.text(st.sampled_from(["a", "b", "/", "\0", "é", "\ud7ff", "\ue000", LAST]))
KEYS = st.sets(TEXT.filter(bool))


def entries_of(keys):
    """Return what the store offers, from a set of keys."""

    def entries_from(start):
        for key in sorted(keys):
            if key >= start:
                yield Entry(key, "etag", 1, datetime.now(timezone.utc))

    return entries_from


def names(found):
    """Return what a page lists, in order."""
    return sorted([*(entry.key for entry in found.entries), *found.common_prefixes])


def model(keys, prefix, delimiter):
    """Return keys and common prefixes, all at once."""

    def rolled_up(key):
        head, found, _ = key[len(prefix) :].partition(delimiter)
        return prefix + head + found

    selected = sorted(key for key in keys if key.startswith(prefix))
    if not delimiter:
        return selected
    return [name for name, _ in groupby(selected, rolled_up)]


@given(
    keys=KEYS, prefix=TEXT, delimiter=st.sampled_from(["", "/", "a/", LAST]), limit=...
)
@example(keys={"a", LAST, LAST + "/"}, prefix=LAST, delimiter=LAST, limit=1)
def test_pages_together_equal_the_naive_model(
    keys, prefix: str, delimiter: str, limit: int
):
    limit = 1 + abs(limit) % 5
    selection = Selection(prefix, delimiter)
    listed = []
    start = ""
    is_truncated = True
    while is_truncated:
        found = page(entries_of(keys), selection, start, limit)
        assert len(found) <= limit
        listed += names(found)
        start = selection.following(found.last)
        is_truncated = found.is_truncated

    assert listed == model(keys, prefix, delimiter)


@given(keys=KEYS, marker=TEXT)
def test_list_goes_on_behind_any_marker(keys, marker):
    selection = Selection()

    found = page(entries_of(keys), selection, selection.following(marker), 1000)

    assert names(found) == sorted(key for key in keys if key > marker)


def test_marker_that_is_a_common_prefix_skips_all_that_it_stands_for():
    selection = Selection(delimiter="/")

    start = selection.following("a/")
    found = page(entries_of({"a/1", "a/2", "b/1"}), selection, start, 1000)

    assert names(found) == ["b/"]


@pytest.mark.parametrize(
    ("count", "truncated"),
    [
        pytest.param(2, False, id="exactly-full"),
        pytest.param(3, True, id="one-more"),
    ],
)
def test_page_is_truncated_only_if_more_follows(count, truncated):
    found = page(entries_of(set("abc"[:count])), Selection(), "", 2)

    assert found.is_truncated is truncated


def test_page_of_no_keys_is_empty_and_complete():
    found = page(entries_of({"a"}), Selection(), "", 0)

    assert (len(found), found.is_truncated) == (0, False)
