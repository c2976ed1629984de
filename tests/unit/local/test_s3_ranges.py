"""The Range header: what it selects is what slicing selects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.errors import ServiceError
from smnb.local.services.s3.ranges import parse_range

CONTENT = st.binary(min_size=1, max_size=50)
OFFSET = st.integers(0, 60)


def ranged(content, header):
    span = parse_range(header, len(content))
    return content if span is None else content[slice(*span)]


@given(content=CONTENT, first=OFFSET, length=OFFSET)
def test_range_from_first_to_last_equals_slicing(content, first, length):
    expected = content[first : first + length + 1]
    if expected:
        assert ranged(content, f"bytes={first}-{first + length}") == expected
    else:
        with pytest.raises(ServiceError):
            ranged(content, f"bytes={first}-{first + length}")


@given(content=CONTENT, first=st.integers(0, 49))
def test_range_without_end_equals_slicing(content, first):
    first %= len(content)

    assert ranged(content, f"bytes={first}-") == content[first:]


@given(content=CONTENT, count=st.integers(1, 60))
def test_range_of_a_suffix_equals_slicing(content, count):
    assert ranged(content, f"bytes=-{count}") == content[-count:]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "bytes=-",
        "bytes=3-1",
        "bytes=0-1,4-5",
        "lines=0-1",
        "bytes=a-b",
        "bytes=\u0661-",
    ],
)
def test_header_that_is_no_range_is_ignored(header):
    assert parse_range(header, 10) is None


@pytest.mark.parametrize(
    ("header", "size_bytes"),
    [
        pytest.param("bytes=10-", 10, id="behind-the-end"),
        pytest.param("bytes=10-12", 10, id="both-behind-the-end"),
        pytest.param("bytes=-0", 10, id="no-bytes"),
        pytest.param("bytes=0-", 0, id="of-nothing"),
    ],
)
def test_range_outside_of_the_object_is_refused(header, size_bytes):
    with pytest.raises(ServiceError) as caught:
        parse_range(header, size_bytes)

    assert (caught.value.code, caught.value.status) == ("InvalidRange", 416)
    assert caught.value.members == {
        "RangeRequested": header,
        "ActualObjectSize": size_bytes,
    }
