"""Pieces are gathered into parts within the limit, in order, and alike when resumed."""

from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb._routes import size_in
from smnb._split.parts import Packer, Piece, Shown
from smnb.errors import InvalidInputError

LIMIT = 10_000
PART_OVERHEAD_BYTES = size_in("multipart", 0)
sizes = st.lists(st.integers(1, LIMIT - PART_OVERHEAD_BYTES), max_size=40)


def pieces(sizes, step=1):
    return [
        Piece((Shown(step * i, i / 25),), b"x" * size, "image/jpeg")
        for i, size in enumerate(sizes)
    ]


def packed(pieces, packing="multipart", answered=None):
    packer = Packer(LIMIT, packing, answered or {})
    parts = [part for piece in pieces for part in packer.add(piece)]
    return [*parts, *packer.flush()]


def frames(parts):
    return [[shown.frame for shown in part.shown] for part in parts]


@given(sizes)
def test_parts_hold_all_pieces_in_order_within_the_limit(sizes):
    parts = packed(pieces(sizes))

    assert list(chain(*frames(parts))) == list(range(len(sizes)))
    assert all(part.size_bytes <= LIMIT for part in parts)
    assert [part.number for part in parts] == list(range(len(parts)))


@given(sizes)
def test_neighbours_would_not_have_fitted_together(sizes):
    parts = packed(pieces(sizes))

    assert all(
        one.size_bytes + len(next_.contents[0]) + PART_OVERHEAD_BYTES > LIMIT
        for one, next_ in pairwise(parts)
    )


@given(sizes, st.data())
def test_resumed_parts_are_those_of_the_first_run(sizes, data):
    whole = packed(pieces(sizes))
    done = data.draw(st.sets(st.sampled_from(whole))) if whole else set()
    part_of = {frame: part.number for part in done for frame, *_ in part.shown}
    resumed = packed(
        [
            Piece(piece.shown, None) if piece.shown[0].frame in part_of else piece
            for piece in pieces(sizes)
        ],
        answered=part_of,
    )

    assert [part.number for part in resumed] == [part.number for part in whole]
    assert [part.place for part in resumed] == list(range(len(resumed)))
    for part, first in zip(resumed, whole, strict=True):
        assert part.contents == ([] if first in done else first.contents)


def test_without_a_packing_each_piece_is_a_part():
    assert frames(packed(pieces([1, 1, 1], step=5), packing=None)) == [[0], [5], [10]]


def test_arrays_share_a_part_only_if_they_have_one_shape():
    parts = packed(pieces([9, 9, 12, 12, 9]), packing="npy")

    assert frames(parts) == [[0, 1], [2, 3], [4]]


@pytest.mark.parametrize("packing", [None, "multipart"])
def test_piece_that_failed_is_a_part_of_its_own(packing):
    given = pieces([10] * 5)
    error = InvalidInputError("does not fit", hint="cut it")
    given[2] = Piece(given[2].shown, None, error=error)
    parts = packed(given, packing=packing)
    failed = [part for part in parts if part.error]

    assert frames(failed) == [[2]]
    assert failed[0].contents == []
    assert list(chain(*frames(parts))) == [0, 1, 2, 3, 4]
