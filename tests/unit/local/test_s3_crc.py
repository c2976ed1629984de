"""CRCs: against their published check values and against a loop over bits."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.services.s3.crc import CRC32, CRC32C, CRC64NVME, crc32c, crc64nvme

FAST = [
    pytest.param(CRC32C, crc32c, id="crc32c"),
    pytest.param(CRC64NVME, crc64nvme, id="crc64nvme"),
]


def slow(generator, data):
    """Return the CRC by its definition, a bit at a time."""
    inversion = (1 << generator.width) - 1
    register = inversion
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (generator.polynomial * (register & 1))
    return register ^ inversion


@pytest.mark.parametrize(
    ("function", "value"),
    [
        pytest.param(crc32c, 0xE3069283, id="crc32c"),
        pytest.param(crc64nvme, 0xAE8B14860A799888, id="crc64nvme"),
    ],
)
def test_crc_gives_the_published_check_value(function, value):
    assert function(b"123456789") == value


@pytest.mark.parametrize(("generator", "function"), FAST)
@given(data=st.binary(max_size=64), repeats=st.integers(1, 200))
def test_crc_equals_its_definition_at_any_length(generator, function, data, repeats):
    assert function(data * repeats) == slow(generator, data * repeats)


@pytest.mark.parametrize(("generator", "function"), FAST)
def test_crc_equals_its_definition_above_one_batch(generator, function):
    data = bytes(range(256)) * 600 + b"tail"

    assert function(data) == slow(generator, data)


@pytest.mark.parametrize(("generator", "function"), FAST)
@given(first=st.binary(), second=st.binary(), repeats=st.integers(1, 300))
def test_crc_goes_on_where_the_last_piece_ended(
    generator, function, first, second, repeats
):
    second *= repeats

    assert function(second, function(first)) == function(first + second)


@pytest.mark.parametrize(
    ("generator", "function"), [*FAST, pytest.param(CRC32, zlib.crc32, id="crc32")]
)
@given(first=st.binary(), second=st.binary())
def test_join_gives_the_crc_of_both_pieces(generator, function, first, second):
    joined = generator.join(function(first), function(second), len(second))

    assert joined == function(first + second)
