"""The widget in a cell: it answers the same commands as the server, from the kernel."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import anywidget
import traitlets

from smnb import _lookup
from smnb._endpoint import Endpoint
from smnb._workers import Workers
from smnb.errors import SmnbError
from smnb.jupyter.checking import ShapeError, check
from smnb.jupyter.commands import Commands
from smnb.jupyter.shapes import OfEndpoint, Watching
from smnb.jupyter.widget import STATIC

if TYPE_CHECKING:
    from smnb._session import Session
    from smnb.jupyter.shapes import Snapshot, Uploaded

_AT_ONCE: Final = 8
# A browser that is gone does not always say so: on AWS somebody would pay for that.
_SILENT_S: Final = 3600.0


class Cell(anywidget.AnyWidget):
    """The panel in a cell.

    Parameters
    ----------
    session
        Where the endpoints live.
    start
        What is shown first: ``{"view": "list"}``, or an endpoint by its name.
    """

    _esm = STATIC / "widget.js"
    _css = STATIC / "widget.css"
    start = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session, start: dict[str, Any]) -> None:
        super().__init__(start=start)
        self._session = session
        self._commands = Commands(Path.cwd(), session)
        self._views: set[str] = set()
        self._audience = _Audience(self, bills=session.target.bills)
        self._workers = Workers(_AT_ONCE, "smnb-cell")
        self.on_msg(self._take)

    def close(self) -> None:
        """End it: its views go, and so does what it asks in the background."""
        self._commands.close()
        super().close()

    def _take(self, _: object, content: dict[str, Any], buffers: list[Any]) -> None:
        """Take a message of a view; threads do the work, so that cells go on."""
        if self._audience.heard():
            self._commands.poller.tell()
        if "watching" in content:
            self._watch(str(content.get("view", "")), content["watching"])
        elif "id" in content:
            self._workers.submit(self._answer, content, buffers)

    def _watch(self, view: str, watching: object) -> None:
        try:
            check(watching, Watching, "watching")
        except ShapeError:
            return
        poller = self._commands.poller
        if watching["visible"]:  # type: ignore[index]  # it was checked
            self._views.add(view)
            poller.join(self._audience)
        else:
            self._views.discard(view)
            poller.watching(self._audience, visible=bool(self._views))

    def _answer(self, content: dict[str, Any], buffers: list[Any]) -> None:
        name, args = content.get("name"), content.get("args")
        try:
            if name == "upload":
                result = self._upload(args, buffers)
            else:
                result = self._commands.run(name, args)
        except Exception as error:  # noqa: BLE001  the boundary: each becomes an answer
            problem = self._commands.problem(error).problem
            self.send({"id": content["id"], "problem": problem})
        else:
            self.send({"id": content["id"], "result": result})

    def _upload(self, args: object, buffers: list[Any]) -> Uploaded:
        check(args, OfEndpoint)  # a name alone
        if len(buffers) != 1:
            raise ShapeError("the upload has no content")
        name = args["name"]  # type: ignore[index]  # it was checked
        with self._commands.uploads.begin(name) as receiving:
            receiving.write(buffers[0])
            receiving.keep()
        return self._commands.uploaded(receiving.id)

    def _repr_mimebundle_(
        self, **options: Any
    ) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Return the live view, and what stands in for it where no script runs."""
        bundle = super()._repr_mimebundle_(**options)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, **self._static()}, metadata

    def _static(self) -> dict[str, str]:
        try:
            if self.start["view"] == "list":
                shown: Any = _lookup.endpoints(session=self._session)
            else:
                shown = Endpoint(self.start["name"], session=self._session)
            return {"text/plain": repr(shown), "text/html": shown._repr_html_()}
        except SmnbError as error:
            return {"text/plain": str(error)}


class _Audience:
    """All views of a cell, as one client of the poller.

    Parameters
    ----------
    bills
        Whether looking costs money: nobody may be there though no view has gone.
    """

    def __init__(self, cell: Cell, *, bills: bool) -> None:
        self._cell = cell
        self._bills = bills
        self._heard_at = time.monotonic()

    def heard(self) -> bool:
        """Note that somebody is there; say whether nobody seemed to be."""
        was_gone = not self.is_there()
        self._heard_at = time.monotonic()
        return was_gone

    def is_there(self) -> bool:
        """Whether a view was heard of in the last hour, where looking costs money."""
        return not self._bills or time.monotonic() - self._heard_at < _SILENT_S

    def send(self, snapshot: Snapshot) -> None:
        """Send a snapshot to all views."""
        self._cell.send({"snapshot": snapshot})
