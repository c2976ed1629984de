"""How a model's answer is written in the panel."""

import json

import pytest

from smnb.jupyter.views.answers import text_of


def test_numbers_of_a_list_stand_in_one_line():
    text = text_of([{"label": "car", "box": [26, 84.5, -1e30]}])
    assert '"box": [26, 84.5, -1e+30]' in text
    assert '    "label": "car",\n' in text


@pytest.mark.parametrize(
    "value",
    [
        [[1, 2], [3, 4]],
        {"a": [], "b": [1], "c": ["[\n1,\n2\n]", 1], "d": [None, True]},
        "plain",
    ],
)
def test_the_text_is_still_the_answer(value):
    text = text_of(value)
    assert (text if isinstance(value, str) else json.loads(text)) == value
