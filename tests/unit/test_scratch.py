"""A temporary folder is gone after its block, and a large one keeps nobody waiting."""

import shutil
import threading

import pytest

from smnb import _scratch


def test_folder_is_gone_after_its_block():
    with _scratch.folder() as folder:
        (folder / "archive").write_bytes(b"x")

    assert not folder.exists()


def test_folder_is_gone_after_a_failure():
    with pytest.raises(KeyboardInterrupt), _scratch.folder() as folder:
        raise KeyboardInterrupt

    assert not folder.exists()


def test_nobody_waits_for_what_takes_long_to_remove(monkeypatch):
    waits = threading.Event()
    remove = shutil.rmtree
    monkeypatch.setattr(
        "shutil.rmtree", lambda *given: waits.wait(30) and remove(*given)
    )
    with _scratch.folder() as folder:
        pass
    still_there = folder.exists()
    waits.set()
    (removal,) = [t for t in threading.enumerate() if t.name == "smnb-scratch"]
    removal.join()

    assert still_there
    assert not folder.exists()
