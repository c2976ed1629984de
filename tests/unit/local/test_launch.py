"""Who may start, and what may be deleted."""

import errno
import os
from pathlib import Path

import pytest

from smnb.local import launch


def test_lock_is_held_by_one_at_a_time(tmp_path):
    data_dir = tmp_path / "new" / "smnb"
    held = launch.lock(data_dir)

    assert held is not None
    assert launch.lock(data_dir) is None

    os.close(held)
    again = launch.lock(data_dir)

    assert again is not None
    os.close(again)


def test_lock_makes_a_private_folder(tmp_path):
    os.close(launch.lock(tmp_path / "smnb"))

    assert (tmp_path / "smnb").stat().st_mode & 0o777 == 0o700


def test_lock_of_a_file_that_was_purged_is_not_held(tmp_path, monkeypatch):
    real_open = os.open

    def open_then_purge(path, *arguments):
        descriptor = real_open(path, *arguments)
        Path(path).unlink()
        return descriptor

    monkeypatch.setattr(os, "open", open_then_purge)

    assert launch.lock(tmp_path) is None


def test_lock_refuses_a_folder_with_other_files(tmp_path):
    (tmp_path / "thesis.tex").touch()

    with pytest.raises(launch.LaunchError, match="has other files in it"):
        launch.lock(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_lock_refuses_what_is_not_a_folder(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(launch.LaunchError, match="cannot be used"):
        launch.lock(tmp_path / "file")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_lock_in_a_home_that_takes_no_files_is_explained(number, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)

    with pytest.raises(launch.LaunchError, match="SMNB_DATA_DIR"):
        launch.lock(tmp_path / "smnb")


def test_lock_on_a_file_system_without_locks_is_explained(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refuse)

    with pytest.raises(launch.LaunchError, match=r"No locks available.*SMNB_DATA_DIR"):
        launch.lock(tmp_path)


def test_purge_refuses_what_is_no_data_directory(tmp_path):
    (tmp_path / "thesis.tex").touch()

    with pytest.raises(launch.LaunchError, match="not a data directory"):
        launch.purge(tmp_path)
    assert (tmp_path / "thesis.tex").exists()


@pytest.mark.parametrize("folder", ["", "missing"])
def test_purge_leaves_what_was_never_used(folder, tmp_path):
    launch.purge(tmp_path / folder)

    assert tmp_path.exists()


def test_purge_deletes_a_data_directory(tmp_path):
    data_dir = tmp_path / "smnb"
    os.close(launch.lock(data_dir))
    (data_dir / "blobs").mkdir()

    launch.purge(data_dir)

    assert list(tmp_path.iterdir()) == []


def test_stop_without_a_daemon_is_false(tmp_path):
    assert launch.stop(tmp_path) is False
