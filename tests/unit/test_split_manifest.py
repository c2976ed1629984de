"""What was answered is on disk, is read again as it was, and goes when all is done."""

import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smnb._split import Manifest, key_of
from smnb._split.manifest import Answered
from smnb._split.parts import Shown

KEY = "k"
answers = st.builds(
    Answered,
    st.just(0),
    st.lists(st.builds(Shown, st.integers(0), st.floats(0, 1e5)), min_size=1).map(
        tuple
    ),
    st.binary(max_size=200),
    st.text(max_size=20),
    st.floats(0, 1e6),
    st.text(max_size=20),
)
ANSWER = Answered(0, (Shown(0, 0.0),), b'{"a": 1}', "application/json", 31.5, "id")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))
    return tmp_path / "videos"


def interrupted(*parts):
    """Write what a run that was killed leaves."""
    manifest = Manifest.open(KEY)
    for part in parts:
        manifest.add(part)
    manifest.close(complete=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(answers, max_size=6))
def test_answers_are_read_as_they_were(parts):
    parts = [part._replace(number=number) for number, part in enumerate(parts)]
    interrupted(*parts)
    manifest = Manifest.open(KEY)
    found = list(manifest.answered.values())
    manifest.close(complete=True)

    assert found == parts


def test_line_that_a_kill_has_halved_is_dropped_and_written_over(folder):
    interrupted(ANSWER, ANSWER._replace(number=1))
    path = folder / f"{KEY}.parts"
    path.write_bytes(path.read_bytes()[:-7])
    interrupted(ANSWER._replace(number=2))
    manifest = Manifest.open(KEY)

    assert sorted(manifest.answered) == [0, 2]
    manifest.close(complete=True)


def test_complete_manifest_is_removed(folder):
    manifest = Manifest.open(KEY)
    manifest.add(ANSWER)
    manifest.close(complete=True)

    assert list(folder.iterdir()) == []


def test_manifest_without_answers_is_removed(folder):
    Manifest.open(KEY).close(complete=False)

    assert list(folder.iterdir()) == []


def test_second_run_at_the_same_time_keeps_nothing():
    held = Manifest.open(KEY)

    assert Manifest.open(KEY) is None
    held.close(complete=True)


def test_old_manifests_are_pruned(folder):
    interrupted(ANSWER)
    path = folder / f"{KEY}.parts"
    fifteen_days_ago = time.time() - 15 * 24 * 3600
    os.utime(path, (fifteen_days_ago, fifteen_days_ago))
    other = Manifest.open("other")

    assert not path.exists()
    other.close(complete=True)


def test_folder_that_cannot_be_written_keeps_nothing(tmp_path):
    (tmp_path / "videos").write_text("a file")

    assert Manifest.open(KEY) is None


def test_full_disk_does_not_end_the_run(monkeypatch):
    manifest = Manifest.open(KEY)
    manifest.add(ANSWER)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    manifest.add(ANSWER)
    manifest.close(complete=False)
    monkeypatch.undo()


def test_key_depends_on_content_and_on_how_it_is_sent(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"video")

    assert key_of(path, "ep", "model") == key_of(b"video", "ep", "model")
    assert key_of(path, "ep", "model") != key_of(path, "ep", "other")
    assert key_of(path, "ep") != key_of(b"videp", "ep")
