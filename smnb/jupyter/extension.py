"""The server extension: its routes, and what it does in the background."""

from __future__ import annotations

import asyncio
import os
import threading
from pathlib import Path
from typing import Any, Final

from jupyter_server.extension.application import ExtensionApp

from smnb import _runtime_file
from smnb._control import Silent
from smnb._progress import told_to
from smnb._reap import reap
from smnb.errors import SmnbError
from smnb.jupyter.commands import Commands
from smnb.jupyter.routes import COMMANDS_SETTING, HANDLERS

_REAP_EVERY_S: Final = 3600.0


class PanelExtension(ExtensionApp):
    """The panel's side in the Jupyter server."""

    name = "smnb"
    load_other_extensions = True

    def initialize_settings(self) -> None:
        """Make what the routes share; nothing is asked of AWS before somebody looks."""
        server: Any = self.serverapp
        root = Path(str(server.root_dir)).expanduser()
        self.commands = Commands(root)
        self.settings[COMMANDS_SETTING] = self.commands
        self._ending = threading.Event()
        threading.Thread(target=self._reap, name="smnb-reap", daemon=True).start()

    def initialize_handlers(self) -> None:
        """Add the routes."""
        self.handlers.extend(HANDLERS)

    async def stop_extension(self) -> None:
        """End all that goes on in the background."""
        self._ending.set()
        await asyncio.to_thread(self.commands.close)

    def _reap(self) -> None:
        """Delete what is over, now and each hour, unless ``SMNB_REAP=off``."""
        while os.environ.get("SMNB_REAP") != "off":
            try:
                self._reap_once()
            except SmnbError as error:  # nobody asked for it: `smnb.reap` says more
                self.log.debug("smnb: nothing was reaped: %s", error.what)
            except Exception:
                self.log.exception("smnb: reaping failed")
            if self._ending.wait(_REAP_EVERY_S):
                return

    def _reap_once(self) -> None:
        place = self.commands.place
        if place.note.target == "local":
            found = place.local_daemon()
            if found is None or _runtime_file.health(found) is None:
                return  # what is over goes when it is started
        with told_to(Silent()):
            names = reap(session=place.looking())
        if names:
            self.log.info("smnb: deleted, since over: %s", ", ".join(names))
