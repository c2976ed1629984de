"""The walk of hosting models by the unmodified sagemaker SDK, version 3."""

import pytest

DOUBLE = [[2.0, 4.0], [6.0, 8.0]]


@pytest.fixture(scope="module")
def seen(walk):
    return walk("sagemaker_v3")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param("listed", ["v3-realtime"], id="listed"),
        pytest.param("realtime", DOUBLE, id="realtime"),
        pytest.param("variant", "AllTraffic", id="variant"),
        pytest.param("updated", 2, id="updated"),
        pytest.param("async", DOUBLE, id="asynchronous"),
        pytest.param("serverless", DOUBLE, id="serverless"),
        pytest.param("left", [], id="deleted"),
    ],
)
def test_sagemaker_3_sees_what_aws_shows(seen, what, expected):
    assert seen[what] == expected
