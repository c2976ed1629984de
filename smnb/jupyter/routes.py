"""The three routes of the server extension: commands, uploads, and the stream.

Every one is authenticated, and answers a problem in words where it cannot do what was
asked. They call the SDK alone, in threads.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

import orjson
from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado import web
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from smnb.errors import SmnbError
from smnb.jupyter import problems
from smnb.jupyter.checking import ShapeError, check
from smnb.jupyter.shapes import Watching

if TYPE_CHECKING:
    from smnb.jupyter.commands import Commands
    from smnb.jupyter.shapes import Snapshot
    from smnb.jupyter.uploads import Receiving

COMMANDS_SETTING: Final = "smnb_commands"
_RESOURCE: Final = "smnb"
# What is too large for a test is still read, and dropped: a browser hears no answer
# before it has sent all.
_MOST_READ_BYTES: Final = 64 * 1024**3
_NOT_UNDERSTOOD: Final = 1007  # WebSocket's code for data that is not what it should be


class _Handler(APIHandler):
    """What commands and uploads have in common."""

    auth_resource = _RESOURCE

    @property
    def commands(self) -> Commands:
        """What the server's routes share."""
        found: Commands = self.settings[COMMANDS_SETTING]
        return found

    def answer(self, value: object, status: int = 200) -> None:
        """Answer JSON; APIHandler forbids to keep it and to take it for anything else."""
        self.set_status(status)
        self.finish(orjson.dumps(value))

    async def refuse(self, error: Exception) -> None:
        """Answer what went wrong; what nobody foresaw goes to the server's log."""
        status, problem = await asyncio.to_thread(self.commands.problem, error)
        if status == problems.INTERNAL:
            self.log.error("smnb: %s", type(error).__name__, exc_info=error)
        self.answer({"problem": problem}, status)


class CommandHandler(_Handler):
    """``POST smnb/command``: do what a command says."""

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer the command's result, or a problem."""
        try:
            name, args = _command(self.request.body)
            result = await asyncio.to_thread(self.commands.run, name, args)
        except Exception as error:  # noqa: BLE001  the boundary: each becomes an answer
            await self.refuse(error)
        else:
            self.answer(result)


@web.stream_request_body
class UploadHandler(_Handler):
    """``POST smnb/upload?name=…``: keep a file for a test, for a while."""

    _receiving: Receiving | None = None
    _refused: Exception | None = None

    async def prepare(self, **options: Any) -> None:
        """Let whoever is signed in send a large file; nobody else any."""
        connection: Any = self.request.connection
        connection.set_max_body_size(_MOST_READ_BYTES)
        await super().prepare(**options)  # refuses whoever is not signed in
        if self.request.method != "POST" or self.current_user is None:
            return
        try:
            self._receiving = self.commands.uploads.begin(self.get_argument("name", ""))
        except SmnbError as error:
            self._refused = error

    def data_received(self, chunk: bytes) -> None:
        """Write what comes; once it is too much, let the rest pass by."""
        if self._receiving is None:
            return
        try:
            self._receiving.write(chunk)
        except (SmnbError, OSError) as error:
            self._refused = error
            self._drop()

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Answer what the file is."""
        if self._receiving is None:
            await self.refuse(self._refused or ShapeError("the body is missing"))
            return
        receiving, self._receiving = self._receiving, None
        receiving.keep()
        try:
            described = await asyncio.to_thread(self.commands.uploaded, receiving.id)
        except SmnbError as error:
            await self.refuse(error)
        else:
            self.answer(described)

    def on_finish(self) -> None:
        """Remove what was not kept."""
        self._drop()
        super().on_finish()

    def on_connection_close(self) -> None:
        """Remove what came of a file whose sender left."""
        self._drop()
        super().on_connection_close()

    def _drop(self) -> None:
        receiving, self._receiving = self._receiving, None
        if receiving is not None:
            receiving.drop()


class StreamHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """``WebSocket smnb/stream``: send what changes, as long as somebody looks."""

    auth_resource = _RESOURCE
    _loop: asyncio.AbstractEventLoop | None = None

    @ws_authenticated
    @authorized
    async def get(self, *args: Any, **options: Any) -> None:
        """Open the stream."""
        await super().get(*args, **options)

    @property
    def commands(self) -> Commands:
        """What the server's routes share."""
        found: Commands = self.settings[COMMANDS_SETTING]
        return found

    def open(self, *args: Any, **options: Any) -> None:
        """Send what is known, and what changes from now on."""
        super().open(*args, **options)
        self._loop = asyncio.get_running_loop()
        self.commands.poller.join(self)

    def on_message(self, message: str | bytes) -> None:
        """Note whether anybody sees it."""
        try:
            said = orjson.loads(message)
            check(said, Watching, "message")
        except ValueError as error:
            self.log.warning("smnb: a message on the stream is none: %s", error)
            self.close(_NOT_UNDERSTOOD)
        else:
            self.commands.poller.watching(self, visible=said["visible"])

    def on_close(self) -> None:
        """Send nothing any more."""
        self.commands.poller.leave(self)
        super().on_close()

    def is_there(self) -> bool:
        """Whether it is open: it leaves when it is closed."""
        return True

    def send(self, snapshot: Snapshot) -> None:
        """Send a snapshot; called by the poller's thread."""
        if self._loop is not None and not self._loop.is_closed():
            text = orjson.dumps(snapshot).decode()
            self._loop.call_soon_threadsafe(self._write, text)

    def _write(self, text: str) -> None:
        try:
            self.write_message(text)
        except WebSocketClosedError:
            self.commands.poller.leave(self)


def _command(body: bytes) -> tuple[object, object]:
    try:
        request = orjson.loads(body)
    except ValueError:
        raise ShapeError("the body is no JSON") from None
    if not isinstance(request, dict) or set(request) != {"name", "args"}:
        raise ShapeError('the body must be {"name": …, "args": …}')
    return request["name"], request["args"]


HANDLERS: Final[list[tuple[str, type]]] = [
    (r"/smnb/command", CommandHandler),
    (r"/smnb/upload", UploadHandler),
    (r"/smnb/stream", StreamHandler),
]
