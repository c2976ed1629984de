"""Which frames an answer is for."""

import numpy as np
import pytest

from smnb._split import answers
from smnb._split.parts import Shown
from smnb.errors import InvocationError

SHOWN = [Shown(6, 0.24), Shown(8, 0.32), Shown(10, 0.4)]


def told(results):
    return [(r.frame, r.time_s, r.part, r.value, r.frame_count) for r in results]


@pytest.mark.parametrize(
    "value", [["a", "b", "c"], ("a", "b", "c"), np.array(["a", "b", "c"])]
)
def test_packed_frames_have_one_prediction_each(value):
    assert told(answers.of_frames(4, SHOWN, value, packed=True)) == [
        (6, 0.24, 4, "a", 1),
        (8, 0.32, 4, "b", 1),
        (10, 0.4, 4, "c", 1),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param([1, 2], "answered 2", id="too few"),
        pytest.param({"a": 1}, "one answer, no list", id="a dict"),
        pytest.param("abc", "one answer, no list", id="text"),
        pytest.param(np.float32(3), "one answer, no list", id="a number"),
    ],
)
def test_packed_frames_without_a_prediction_each_are_told(value, said):
    with pytest.raises(InvocationError, match=said):
        answers.of_frames(0, SHOWN, value, packed=True)


def test_single_frame_keeps_a_list_whole():
    assert told(answers.of_frames(6, SHOWN[:1], [1, 2], packed=False)) == [
        (6, 0.24, 6, [1, 2], 1)
    ]


@pytest.mark.parametrize("value", ["a cat", [1, 2], {"a": 1}])
def test_segment_with_one_answer_keeps_it_once(value):
    assert told(answers.of_segment(2, SHOWN, value)) == [(6, 0.24, 2, value, 3)]


def test_segment_with_an_answer_for_each_frame_gives_it_to_each():
    assert [r.value for r in answers.of_segment(2, SHOWN, [1, 2, 3])] == [1, 2, 3]
