"""The lines that a shell evaluates."""

import json
import subprocess
from pathlib import Path

import pytest

from smnb._runtime_file import RuntimeFile
from smnb.local import environment

FOUND = RuntimeFile("http://127.0.0.1:4000", "AK", "S'K $x", 12, "0.1.0", "instance")


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """Return what a shell's environment is after it has evaluated the lines."""

    def evaluate(**before):
        for name, value in before.items():
            monkeypatch.setenv(name, value)
        lines = "\n".join(environment.shell_lines(FOUND, tmp_path))
        script = f"{lines}\nenv -0"
        done = subprocess.run(
            ["/bin/sh", "-c", script], check=True, capture_output=True
        )
        pairs = done.stdout.decode().rstrip("\0").split("\0")
        return dict(pair.split("=", 1) for pair in pairs)

    return evaluate


def test_exports_point_at_the_backend(shell):
    found = shell()

    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4000"
    assert (found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"]) == (
        "AK",
        "S'K $x",
    )
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "us-east-1"


@pytest.mark.parametrize(
    "name",
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"],
)
def test_what_would_win_over_them_is_unset(name, shell):
    assert name not in shell(**{name: "stale"})


def test_loopback_is_added_to_what_bypasses_the_proxy(shell):
    found = shell(NO_PROXY="intranet.example,localhost")

    assert found["NO_PROXY"] == found["no_proxy"]
    assert found["NO_PROXY"] == "intranet.example,localhost,127.0.0.1"


def test_sagemaker_finds_a_bucket_and_a_role(shell):
    found = shell()

    defaults = json.loads(Path(found["SAGEMAKER_USER_CONFIG_OVERRIDE"]).read_text())
    assert defaults["SchemaVersion"] == "1.0"
    session = defaults["SageMaker"]["PythonSDK"]["Modules"]["Session"]
    assert session == {"DefaultS3Bucket": "sagemaker-us-east-1-000000000000"}
    assert found["SAGEMAKER_VALIDATE_ROLE"] == "false"
