"""Boxes are found in the forms that detectors answer in, and in nothing else."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.jupyter.views.boxes import boxes_in

CORNERS = [10, 20, 110, 70]
PLACE = (10.0, 20.0, 100.0, 50.0)


def places(value):
    return [(b["x"], b["y"], b["width"], b["height"]) for b in boxes_in(value)]


@pytest.mark.parametrize(
    "item",
    [
        {"box": CORNERS},
        {"bbox": tuple(CORNERS)},
        {"box": {"x": 10, "y": 20, "width": 100, "height": 50}},
        {"box": {"x": 10, "y": 20, "w": 100, "h": 50}},
        {"box": {"left": 10, "top": 20, "right": 110, "bottom": 70}},
        {"box": {"xmin": 10, "ymin": 20, "xmax": 110, "ymax": 70}},
        {"box": [110, 70, 10, 20]},
        {"x1": 10, "y1": 20, "x2": 110, "y2": 70, "label": "cat"},
        {"left": 10, "top": 20, "width": 100, "height": 50},
    ],
)
def test_one_box_in_any_form(item):
    assert places([item]) == [PLACE]
    assert places({"detections": [item]}) == [PLACE]
    assert places(item) == [PLACE]


def test_label_and_score():
    (box,) = boxes_in([{"box": CORNERS, "class": "dog", "confidence": 0.5}])

    assert (box["label"], box["score"]) == ("dog", 0.5)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "box",
        7,
        [],
        {},
        {"diagnosis": "benign"},
        [1, 2, 3, 4],
        [[10, 20, 110, 70]],
        [{"box": [1, 2, 3]}],
        [{"box": [1, 2, 3, "4"]}],
        [{"box": [1, 2, 3, math.nan]}],
        [{"box": [True, False, True, False]}],
        [{"x": 1, "y": 2}],
    ],
)
def test_no_box(value):
    assert boxes_in(value) == []


NUMBERS = st.floats(-1e6, 1e6)


@given(st.lists(st.lists(NUMBERS, min_size=4, max_size=4), max_size=5))
def test_sizes_are_never_negative(corners):
    boxes = boxes_in([{"box": one} for one in corners])

    assert len(boxes) == len(corners)
    assert all(box["width"] >= 0 and box["height"] >= 0 for box in boxes)
