"""Many videos share what an endpoint takes: all right, none waits for the others."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import barcode
import pytest
from flaky_endpoint import Endpoint, serving

from smnb.errors import NotFoundError

LENGTHS = [40, 70, 55, 20, 90, 30]


class Slow(Endpoint):
    slowest_s = 0.05


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with videos, one of them deeper, and another file."""
    folder = tmp_path_factory.mktemp("videos")
    (folder / "f").mkdir()
    (folder / "notes.txt").write_text("no video")
    for name, count in zip("abcde", LENGTHS, strict=False):
        barcode.write(folder / f"{name}.mp4", count)
    barcode.write(folder / "f" / "g.mp4", LENGTHS[-1])
    return folder


@pytest.fixture
def far(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with serving(Slow) as served:
        yield served


def are_right(results):
    return [[r.value["frame"] for r in result] for result in results] == [
        list(range(count)) for count in LENGTHS
    ]


def test_folder_of_videos_is_mapped_within_the_bound(far, folder):
    server, endpoint = far

    assert are_right(endpoint.map(folder))
    assert 8 <= server.most_busy <= 16


def test_videos_have_a_fair_share(far, folder):
    server, endpoint = far
    endpoint.map([folder / "b.mp4", folder / "e.mp4"], concurrency=8)

    # Frame 20 of both comes at about the same time; one by one, 70 would lie between.
    first, second = (place for place, i in enumerate(server.order) if i == 20)
    assert second - first < 35


def processes():
    return ProcessPoolExecutor(2, get_context("spawn"))


@pytest.mark.parametrize(
    "pool", [lambda: ThreadPoolExecutor(3), processes], ids=["threads", "processes"]
)
def test_any_executor_takes_videos(far, folder, pool):
    server, endpoint = far
    with pool() as executor:
        results = endpoint.map(str(folder), executor=executor)

    assert are_right(results)
    assert server.most_busy <= 16


def test_folder_without_a_video_is_told(far, tmp_path):
    with pytest.raises(NotFoundError, match="no video in"):
        far[1].map(tmp_path)
