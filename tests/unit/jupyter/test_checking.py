"""What comes from outside is checked against its shape, whatever it is."""

import json
import types
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.jupyter import shapes
from smnb.jupyter.checking import ShapeError, check

ARGUMENTS = [args for args, _ in shapes.COMMANDS.values()]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


def values_of(shape):
    """Return a strategy for what is of a shape."""
    if typing.is_typeddict(shape):
        fields = typing.get_type_hints(shape)
        return st.fixed_dictionaries({n: values_of(k) for n, k in fields.items()})
    origin, inner = typing.get_origin(shape), typing.get_args(shape)
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if origin in (types.UnionType, typing.Union):
        return st.one_of(*map(values_of, inner))
    if origin is list:
        return st.lists(values_of(inner[0]), max_size=4)
    plain = {
        str: st.text(max_size=8),
        int: st.integers(),
        float: st.integers() | st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        types.NoneType: st.none(),
    }
    return plain[shape]


@given(st.data(), st.sampled_from(ARGUMENTS))
def test_what_is_of_the_shape_passes(data, shape):
    check(data.draw(values_of(shape)), shape)


@given(JSON, st.sampled_from(ARGUMENTS))
def test_anything_else_is_refused_in_words(value, shape):
    fields = set(typing.get_type_hints(shape))
    if not isinstance(value, dict) or set(value) != fields:
        with pytest.raises(ShapeError, match=r"^args"):
            check(value, shape)


@given(st.data(), st.sampled_from([s for s in ARGUMENTS if s is not shapes.Nothing]))
def test_each_field_is_required_and_no_other_is_read(data, shape):
    value = data.draw(values_of(shape))
    name = data.draw(st.sampled_from(sorted(value)))
    with pytest.raises(ShapeError, match=f"has no {name}"):
        check({key: v for key, v in value.items() if key != name}, shape)
    with pytest.raises(ShapeError, match="nothing reads"):
        check({**value, "more": 1}, shape)


@pytest.mark.parametrize(
    ("value", "shape", "words"),
    [
        (True, int, "args is yes or no, and must be a whole number"),
        (1.0, int, "args is a number, and must be a whole number"),
        (float("nan"), float, "must be a number"),
        (float("inf"), float, "must be a number"),
        ("x", float, "args is 'x', and must be a number"),
        (None, str, "args is nothing, and must be text"),
        ({}, list[int], "args is an object, and must be a list"),
        ([1, "a"], list[int], r"args\[1\] is 'a'"),
        ("by air", shapes.RouteName, "one of direct, split, s3"),
        (3, str | None, "must be text or nothing"),
        (True, typing.Literal[1], "one of 1"),
        (
            {"kind": "path"},
            shapes.TestSource,
            "args has no path",
        ),
        ({"kind": "mail"}, shapes.TestSource, "args is an object"),
    ],
)
def test_words(value, shape, words):
    with pytest.raises(ShapeError, match=words):
        check(value, shape)


def test_long_text_is_not_repeated():
    with pytest.raises(ShapeError) as refused:
        check({"x" * 1000: 1}, shapes.OfEndpoint)
    assert len(str(refused.value)) < 100


def test_shapes_are_json():
    """Every result is of plain JSON kinds, as the TypeScript says."""
    for _, result in shapes.COMMANDS.values():
        hints = typing.get_type_hints(result)
        assert json.dumps(sorted(hints))
