"""`Serverless()` without a size: which one it takes, and what is remembered for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb import _measured
from smnb._compute import RealTime, Serverless
from smnb._quote import quote
from smnb._serverless_size import serverless_mb, sized
from smnb.errors import InvalidInputError

MIB = 1024 * 1024


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    """Nothing that was measured on this machine is seen."""
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))


def size_of(unpacked_mb=None, **known):
    unpacked = None if unpacked_mb is None else unpacked_mb * MIB
    compute, why = sized(Serverless(), digest="faces", unpacked_bytes=unpacked, **known)
    return compute.memory_mb, why


@pytest.mark.parametrize(
    ("peak_mb", "unpacked_mb", "size"),
    [
        pytest.param(None, None, 2048, id="nothing-known"),
        pytest.param(None, 100, 2048, id="small-files"),
        pytest.param(None, 1800, 3072, id="large-files"),
        pytest.param(1618, 1, 2048, id="measured"),
        pytest.param(1750, 1, 3072, id="measured-without-room"),
        pytest.param(900, 1800, 2048, id="measured-less-than-the-files-and-a-fifth"),
        pytest.param(900, 2100, 3072, id="never-below-the-files"),
    ],
)
def test_size_holds_the_peak_or_the_files_with_a_fifth_to_spare(
    peak_mb, unpacked_mb, size
):
    if peak_mb:
        _measured.keep("faces", peak_mb)

    assert size_of(unpacked_mb)[0] == size


@pytest.mark.parametrize(
    ("peak_mb", "unpacked_mb", "says"),
    [
        pytest.param(1618, 1, "measured peak of 1.58 GB", id="measured"),
        pytest.param(None, 1800, "1.76 GB of files", id="files"),
        pytest.param(None, 1, "the least that is chosen", id="least"),
    ],
)
def test_reason_of_the_size_is_said(peak_mb, unpacked_mb, says):
    if peak_mb:
        _measured.keep("faces", peak_mb)

    assert says in size_of(unpacked_mb)[1]


def test_endpoint_keeps_its_size_where_nothing_was_measured():
    assert size_of(now_mb=1024)[0] == 1024


def test_endpoint_gets_the_size_that_was_measured():
    _measured.keep("faces", 2600)

    assert size_of(now_mb=6144)[0] == 4096


@pytest.mark.parametrize("compute", [Serverless(1024), RealTime()])
def test_compute_that_was_named_in_full_stays(compute):
    assert sized(compute, digest="faces", unpacked_bytes=9000 * MIB) == (compute, "")


def test_model_that_no_size_holds_is_refused():
    with pytest.raises(InvalidInputError, match="largest has 6144") as caught:
        size_of(6000)

    assert "RealTime" in caught.value.hint


def test_quote_without_a_size_is_of_the_least_that_is_chosen():
    assert quote(Serverless(), duration_s=1) == quote(Serverless(2048), duration_s=1)


@given(st.floats(1, 5000), st.floats(0, 5000))
def test_more_memory_never_gives_a_smaller_size(memory_mb, more_mb):
    assert serverless_mb(memory_mb) <= (serverless_mb(memory_mb + more_mb) or 6144)


def test_highest_peak_is_remembered_by_digest():
    for peak_mb in (500, 1600, 700):
        _measured.keep("etag:a/b", peak_mb)

    assert _measured.peak_mb("etag:a/b") == 1600
    assert _measured.peak_mb("another") is None


def test_unreadable_memory_is_as_if_nothing_was_measured(tmp_path):
    _measured.keep("faces", 500)
    (kept,) = (tmp_path / "measured").iterdir()
    kept.write_text("{")

    assert _measured.peak_mb("faces") is None


def test_place_that_cannot_be_written_loses_the_peak_alone(tmp_path):
    (tmp_path / "measured").write_text("a file in the place of the folder")
    _measured.keep("faces", 500)

    assert _measured.peak_mb("faces") is None
