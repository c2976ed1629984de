"""The walk of hosting a model by the unmodified AWS SDK for JavaScript."""

import json
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

JS = Path(__file__).parent / "js"
MODELS = Path(__file__).parents[1] / "models"


@pytest.fixture(scope="module")
def seen(backend, tmp_path_factory):
    """Run the JavaScript program once, and return what it got to see."""
    archive = tmp_path_factory.mktemp("js") / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(MODELS / "echo" / "code" / "inference.py", "code/inference.py")
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": backend.url,
        "AWS_ACCESS_KEY_ID": backend.runtime_file.access_key,
        "AWS_SECRET_ACCESS_KEY": backend.runtime_file.secret_key,
        "AWS_REGION": "us-east-1",
    }
    node = shutil.which("node")
    assert node, "no Node on PATH: `make test` sees to that"
    done = subprocess.run(
        [node, JS / "walk.mjs", archive],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        pytest.param("keys", ["in/1", "model.tar.gz"], id="objects-listed"),
        pytest.param("answer", "1,2,3", id="invoked"),
        pytest.param("contentType", "text/csv", id="content-type"),
        pytest.param("streamed", "4,5,6", id="streamed"),
        pytest.param("streamType", "text/csv", id="content-type-of-stream"),
        pytest.param("later", "later", id="invoked-asynchronously"),
        pytest.param("afterwards", "ValidationException", id="endpoint-gone"),
    ],
)
def test_javascript_walk_sees_what_aws_shows(seen, what, expected):
    assert seen[what] == expected


def test_lockfile_names_no_registry():
    lock = (JS / "package-lock.json").read_text()

    assert '"resolved"' not in lock
