"""`Serverless`, `RealTime` and `Async` refuse what AWS would refuse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb._compute import Async, RealTime, Serverless, check_name, from_tag, to_tag
from smnb.errors import InvalidInputError


@pytest.mark.parametrize("memory_mb", [1024, 2048, 3072, 4096, 5120, 6144])
def test_serverless_takes_the_six_sizes(memory_mb):
    config = Serverless(memory_mb).variant()["ServerlessConfig"]

    assert config == {"MemorySizeInMB": memory_mb, "MaxConcurrency": 5}


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: Serverless(0), id="no-memory"),
        pytest.param(lambda: Serverless(2000), id="between-sizes"),
        pytest.param(lambda: Serverless(7168), id="too-much-memory"),
        pytest.param(lambda: Serverless(max_concurrency=0), id="no-concurrency"),
        pytest.param(
            lambda: Serverless(max_concurrency=201), id="too-much-concurrency"
        ),
        pytest.param(
            lambda: Serverless(max_concurrency=2, provisioned_concurrency=3),
            id="provisioned-over-max",
        ),
        pytest.param(lambda: RealTime("m5.xlarge"), id="no-ml-prefix"),
        pytest.param(lambda: RealTime("ml.m5"), id="no-size"),
        pytest.param(lambda: RealTime(count=0), id="no-instance"),
        pytest.param(lambda: RealTime(startup_timeout_s=59), id="startup-too-short"),
        pytest.param(lambda: Async(timeout_s=3601), id="timeout-too-long"),
        pytest.param(lambda: Async(concurrency=1001), id="async-concurrency"),
        pytest.param(lambda: Async(max_count=0), id="async-no-instance"),
        pytest.param(lambda: Serverless(2048.0), id="memory-as-float"),
        pytest.param(lambda: Serverless(max_concurrency=2.5), id="no-whole-number"),
        pytest.param(lambda: Serverless(max_concurrency=True), id="truth"),
        pytest.param(lambda: RealTime(count="2"), id="text-for-a-number"),
        pytest.param(lambda: RealTime(4), id="number-for-a-type"),
    ],
)
def test_compute_out_of_range_is_refused(make):
    with pytest.raises(InvalidInputError):
        make()


@pytest.mark.parametrize("name", ["a", "faces", "Faces-2", "a--b", "x" * 63])
def test_name_that_aws_takes(name):
    assert check_name(name) == name


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "a_b", "a.b", "ä", "x" * 64, "a b", "a\n", 5, b"a"]
)
def test_name_that_aws_refuses(name):
    with pytest.raises(InvalidInputError, match="63 letters"):
        check_name(name)


@given(
    st.one_of(
        st.builds(
            Serverless,
            st.sampled_from([1024, 2048, 3072, 4096, 5120, 6144]),
            st.integers(10, 200),
            st.one_of(st.none(), st.integers(1, 10)),
        ),
        st.builds(
            RealTime,
            st.sampled_from(["ml.m5.large", "ml.g5.12xlarge"]),
            st.integers(1, 9),
        ),
        st.builds(
            Async, st.just("ml.m5.xlarge"), st.integers(1, 9), st.integers(1, 1000)
        ),
    )
)
def test_tag_keeps_the_compute(compute):
    assert from_tag(to_tag(compute)) == compute
    assert len(to_tag(compute)) <= 256


@pytest.mark.parametrize("text", ["quantum qubits=3", "serverless memory=1"])
def test_tag_of_another_version_is_refused(text):
    with pytest.raises(InvalidInputError, match="no compute"):
        from_tag(text)
