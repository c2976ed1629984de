"""Boxes in a model's answer, in the forms that detectors commonly answer in."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, Final

from smnb.jupyter.shapes import Box

_LISTS: Final = ("boxes", "detections", "predictions", "objects", "faces", "results")
_PLACES: Final = ("box", "bbox", "bounding_box", "boundingBox")
_LABELS: Final = ("label", "class", "class_name", "name", "category")
_SCORES: Final = ("score", "confidence", "probability")
_CORNERS: Final = (
    ("left", "top", "right", "bottom"),
    ("x0", "y0", "x1", "y1"),
    ("x1", "y1", "x2", "y2"),
    ("xmin", "ymin", "xmax", "ymax"),
)
_SIZES: Final = (
    ("x", "y", "width", "height"),
    ("left", "top", "width", "height"),
    ("x", "y", "w", "h"),
)
_MOST: Final = 500


def boxes_in(value: object) -> list[Box]:
    """Return the boxes of an answer; none if it holds none.

    A box is ``[left, top, right, bottom]`` in pixels, or an object with corners or with
    a corner and a size; it stands in an item's ``"box"`` or ``"bbox"``, or is the item
    itself. The items are a list, or stand in an object as its ``"detections"`` and the
    like.

    Examples
    --------
    >>> boxes_in([{"box": [1, 2, 11, 22], "score": 0.9}])[0]["height"]
    20.0
    >>> boxes_in({"diagnosis": "benign"})
    []
    """
    items = _items(value)
    found = [_box(item) for item in items[:_MOST]]
    return [box for box in found if box is not None]


def _items(value: object) -> Sequence[object]:
    if isinstance(value, Mapping):
        for name in _LISTS:
            if isinstance(value.get(name), list):
                return list(value[name])
        return [value]
    return value if isinstance(value, list) else []


def _box(item: object) -> Box | None:
    if not isinstance(item, Mapping):
        return None
    place = next((item[name] for name in _PLACES if name in item), item)
    edges = _edges(place)
    if edges is None:
        return None
    left, top, right, bottom = edges
    label = next((item[name] for name in _LABELS if name in item), "")
    score = next((item[name] for name in _SCORES if name in item), None)
    return Box(
        x=min(left, right),
        y=min(top, bottom),
        width=abs(right - left),
        height=abs(bottom - top),
        label=str(label) if isinstance(label, str | int) else "",
        score=_number(score),
    )


def _edges(place: object) -> tuple[float, float, float, float] | None:
    """Return left, top, right and bottom."""
    if isinstance(place, list | tuple) and len(place) == len(_CORNERS[0]):
        return _four(place)
    if not isinstance(place, Mapping):
        return None
    for names in _SIZES:
        if all(name in place for name in names):
            four = _four([place[name] for name in names])
            if four is None:
                return None
            x, y, width, height = four
            return x, y, x + width, y + height
    for names in _CORNERS:
        if all(name in place for name in names):
            return _four([place[name] for name in names])
    return None


def _four(values: Sequence[Any]) -> tuple[float, float, float, float] | None:
    numbers = [_number(value) for value in values]
    a, b, c, d = numbers
    if a is None or b is None or c is None or d is None:
        return None
    return a, b, c, d


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, Real):
        return None
    number = float(value)
    return number if math.isfinite(number) else None
