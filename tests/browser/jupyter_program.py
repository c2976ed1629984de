"""A Jupyter server of the tests: with a token, below a base URL, in folders of its own."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

STARTS_WITHIN_S = 60
STOPS_WITHIN_S = 20
# JupyterLab asks for news on the network, and its pop-up covers what is looked at.
QUIET = {"fetchNews": "false", "checkForUpdates": False}


class Jupyter:
    """JupyterLab or Notebook as a user has it, and what it needs beside the files."""

    def __init__(self, folder: Path, base_url: str = "/user/alice/") -> None:
        self.root = folder / "root"
        self.root.mkdir(parents=True)
        self.token = secrets.token_hex(8)
        self.base_url = base_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{base_url}"
        self.log = folder / "jupyter.log"
        settings = folder / "config" / "labconfig"
        settings.mkdir(parents=True)
        (settings / "default_setting_overrides.json").write_text(
            json.dumps({"@jupyterlab/apputils-extension:notification": QUIET})
        )
        self._environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; return when it answers."""
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            f"--ServerApp.port={self.port}",
            "--ServerApp.port_retries=0",
            f"--ServerApp.base_url={self.base_url}",
            f"--IdentityProvider.token={self.token}",
            f"--ServerApp.root_dir={self.root}",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            "--ServerApp.log_level=WARN",
        ]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=self._environment, cwd=self.root
            )
        ends_at = time.monotonic() + STARTS_WITHIN_S
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends_at:
                raise RuntimeError(self.log.read_text())
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, with its kernels."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=STOPS_WITHIN_S)
            except subprocess.TimeoutExpired:
                # Jupyter may wait for ever for a thread of its own, when all else has ended.
                self._process.kill()
                self._process.wait()
            self._process = None

    def command(self, name: str, args: dict[str, object]) -> object:
        """Have the server extension do a command of the panel."""
        answer = requests.post(
            f"{self.url}smnb/command",
            headers={"Authorization": f"token {self.token}"},
            json={"name": name, "args": args},
            timeout=STARTS_WITHIN_S,
        )
        answer.raise_for_status()
        return answer.json()

    @property
    def pid(self) -> int:
        """The process that serves."""
        assert self._process is not None
        return self._process.pid

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}api", timeout=2).ok
        except requests.RequestException:
            return False


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
