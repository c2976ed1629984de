"""Find Chromium, or get it: with apt as root, else the one that playwright brings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Return the path of a Chromium that starts; None for playwright's own."""
    for name in NAMES:
        path = shutil.which(name)
        # Ubuntu's `chromium-browser` may be a script that only asks for a snap.
        if path and subprocess.run([path, "--version"], capture_output=True).returncode == 0:
            return path
    return None


def get() -> None:
    """See to it that there is one.

    Raises
    ------
    SystemExit
        If there is none and it cannot be installed; says how to.
    """
    if find():
        return
    if shutil.which("apt-get") and os.geteuid() == 0:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(["apt-get", *command], env=environment)
        if find():
            return
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(own).returncode != 0:
        sys.exit(
            "The browser tests need Chromium, and it could not be installed.\n"
            "Install it (Debian: `sudo apt-get install chromium`), then run this again."
        )


if __name__ == "__main__":
    get()
