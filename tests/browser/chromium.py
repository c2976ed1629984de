"""Find Chromium, or get it: with apt as root, else the one that playwright brings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

# As root, in little shared memory, and with no network but the tests' own.
ARGUMENTS = [
    *("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-quic"),
    *(
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
    ),
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Return the path of a Chromium that starts; None for playwright's own."""
    for name in NAMES:
        path = shutil.which(name)
        # Ubuntu's `chromium-browser` may be a script that only asks for a snap.
        if path and _runs([path, "--version"]):
            return path
    return None


def _runs(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def get() -> None:
    """See to it that there is one.

    Raises
    ------
    SystemExit
        If there is none and it cannot be installed; says how to.
    """
    if find():
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run([apt, *command], env=environment, check=False)
        if find():
            return
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(own, check=False).returncode != 0:
        sys.exit(
            "The browser tests need Chromium, and it could not be installed.\n"
            "Install it (Debian: `sudo apt-get install chromium`), then run this again."
        )


if __name__ == "__main__":
    get()
