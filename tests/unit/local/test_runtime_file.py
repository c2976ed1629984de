"""The file by which clients find the daemon."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb import _runtime_file, _target
from smnb._runtime_file import RuntimeFile
from smnb.errors import LocalBackendError
from smnb.local.__main__ import main

FOUND = RuntimeFile("http://127.0.0.1:4000", "AK", "SK", 12, "0.1.0", "instance")


def test_read_returns_what_was_written(tmp_path):
    _runtime_file.write(tmp_path, FOUND)

    assert _runtime_file.read(tmp_path) == FOUND


def test_write_lets_only_the_owner_read(tmp_path):
    previous = os.umask(0)
    _runtime_file.write(tmp_path, FOUND)
    os.umask(previous)

    [path] = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


def test_write_replaces_an_older_file(tmp_path):
    _runtime_file.write(tmp_path, FOUND)
    _runtime_file.write(tmp_path, replace(FOUND, pid=13))

    assert _runtime_file.read(tmp_path).pid == 13
    assert len(list(tmp_path.iterdir())) == 1


def test_read_without_a_file_is_none(tmp_path):
    assert _runtime_file.read(tmp_path / "none") is None


@pytest.mark.parametrize("content", [b"", b"[]", b"null", b'{"url": "x"}', b"\xff"])
def test_read_of_a_damaged_file_is_none(content, tmp_path):
    (tmp_path / "runtime.json").write_bytes(content)

    assert _runtime_file.read(tmp_path) is None


def test_read_keeps_the_keys_of_a_version_that_told_no_schema(tmp_path):
    _runtime_file.write(tmp_path, FOUND)
    path = tmp_path / "runtime.json"
    path.write_text(path.read_text().replace(', "schema": 1', ""))

    assert "schema" not in path.read_text()
    assert _runtime_file.read(tmp_path) == FOUND


def test_read_ignores_what_a_newer_version_adds(tmp_path):
    _runtime_file.write(tmp_path, FOUND)
    path = tmp_path / "runtime.json"
    path.write_text(path.read_text().replace("{", '{"new": 1, ', 1))

    assert _runtime_file.read(tmp_path) == FOUND


def test_repr_keeps_the_secret():
    assert "SK" not in repr(FOUND)


@given(
    answer=st.none() | st.just({}) | st.builds(lambda x: {"instance_id": x}, st.text())
)
def test_answers_only_if_it_is_the_same_instance(answer):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_runtime_file, "ask", lambda *_, **__: answer)

        assert not _runtime_file.answers(replace(FOUND, instance_id="x" * 99))


def test_answers_if_the_instance_is_the_one(monkeypatch):
    monkeypatch.setattr(
        _runtime_file, "ask", lambda *_, **__: {"instance_id": "instance"}
    )

    assert _runtime_file.answers(FOUND)


def test_data_dir_is_what_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))

    assert _runtime_file.data_dir() == tmp_path


@pytest.fixture
def homeless(monkeypatch):
    """Run as a user that has neither HOME nor an entry in the password database."""
    monkeypatch.delenv("SMNB_DATA_DIR", raising=False)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("os.getuid", lambda: 2**31 - 7)


def test_data_dir_without_a_home_is_explained(homeless):
    with pytest.raises(_runtime_file.NoHomeError, match="SMNB_DATA_DIR"):
        _runtime_file.data_dir()


def test_session_without_a_home_is_explained(homeless):
    with pytest.raises(LocalBackendError) as caught:
        _target.resolve("local")

    assert "SMNB_DATA_DIR" in caught.value.hint


def test_program_without_a_home_is_explained(homeless, capsys):
    assert main(["status"]) == 1
    assert "SMNB_DATA_DIR" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "folder"),
    [
        ("linux", ".local/share/smnb"),
        ("darwin", "Library/Application Support/smnb"),
    ],
)
def test_data_dir_is_the_users_own(platform, folder, monkeypatch):
    monkeypatch.delenv("SMNB_DATA_DIR", raising=False)
    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.setenv("HOME", "/home/ada")

    assert _runtime_file.data_dir() == Path("/home/ada", folder)
