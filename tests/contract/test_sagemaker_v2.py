"""The walk of hosting models by the unmodified sagemaker SDK, version 2."""

import pytest


@pytest.fixture(scope="module")
def seen(walk):
    return walk("sagemaker_v2")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param("json", [[2.0, 4.0], [6.0, 8.0]], id="json"),
        pytest.param("csv", [["3.0", "4.0"], ["6.0", "8.0"]], id="csv"),
        pytest.param("refused", "ModelError", id="error-of-the-model"),
        pytest.param("updated", 2, id="updated"),
        pytest.param("stream", "one two three", id="streamed"),
        pytest.param("serverless", [["1", "2"]], id="serverless"),
        pytest.param("async", "[2.0, 4.0]", id="asynchronous"),
        pytest.param("left", [], id="deleted"),
    ],
)
def test_sagemaker_2_sees_what_aws_shows(seen, what, expected):
    assert seen[what] == expected


def test_sagemaker_2_raises_the_failure_of_an_asynchronous_request(seen):
    assert "Received server error (500) from primary" in seen["async-failure"]
