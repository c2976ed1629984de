"""The program: status, prune, stop and env, and what they do to the data."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from cli_program import started

from smnb import _runtime_file

AWS = Path(sys.executable).with_name("aws")


def test_status_says_what_runs(run, data_dir):
    found = started(run)
    said = run("status")

    assert found.url in said
    assert str(found.pid) in said
    assert str(data_dir) in said
    assert "endpoints  none" in said


def test_status_says_what_takes_the_space(run, data_dir):
    started(run)
    run("stop")
    (data_dir / "blobs" / "one").write_bytes(bytes(2_500_000))
    said = run("status", fails=True)

    assert "objects 2.5 MB, records" in said


def test_prune_deletes_what_nothing_needs_and_starts_the_daemon_again(run, data_dir):
    before = started(run, "--idle-stop-s", "600")
    left = [
        data_dir / "blobs/s3/a",
        data_dir / "endpoints/b",
        data_dir / "async/9.output",
    ]
    left[0].write_bytes(bytes(3_000_000))
    left[1].mkdir()
    left[2].touch()
    said = run("prune")
    after = _runtime_file.read(data_dir)

    assert said == "Freed 3.0 MB.\n"
    assert not [path for path in left if path.exists()]
    assert (after.url, after.pid == before.pid) == (before.url, False)
    assert _runtime_file.health(after)["idle_stop_s"] == 600


def test_prune_leaves_a_stopped_daemon_stopped(run, data_dir):
    started(run)
    run("stop")
    run("prune")

    assert "not running" in run("status", fails=True)


def test_prune_refuses_any_other_folder(run, data_dir):
    data_dir.mkdir()
    (data_dir / "thesis.tex").touch()

    assert "not a data directory" in run("prune", fails=True)


def test_status_says_that_nothing_runs(run):
    assert "not running" in run("status", fails=True)


def test_stop_ends_the_daemon_and_keeps_the_data(run, data_dir):
    found = started(run)

    assert run("stop") == "Stopped.\n"
    assert not _runtime_file.answers(found)
    assert (data_dir / "state.db").exists()


def test_purge_deletes_the_data(run, data_dir):
    started(run)
    run("stop", "--purge")

    assert not data_dir.exists()


def test_purge_refuses_any_other_folder(run, data_dir):
    data_dir.mkdir()
    (data_dir / "thesis.tex").touch()

    assert "not a data directory" in run("stop", "--purge", fails=True)
    assert (data_dir / "thesis.tex").exists()


def test_env_lets_any_client_in_the_shell_join_in(run, data_dir, tmp_path):
    """Also one with another profile, a stale token and a proxy that is dead."""
    script = (
        f'eval "$({sys.executable} -m smnb.local env --data-dir {data_dir})" && '
        f"{AWS} sts get-caller-identity"
    )
    stale = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AWS_PROFILE": "work",
        "AWS_SESSION_TOKEN": "expired",
        "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }
    shell = shutil.which("sh")
    done = subprocess.run(
        [shell, "-c", script], env=stale, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["Account"] == "000000000000"
