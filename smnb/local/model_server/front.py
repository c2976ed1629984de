"""Stand before the model's processes on one TCP port, as a container on AWS does.

Each process is what runs a model locally too: ``python -m model_server --socket``. It has
the model loaded and takes one request at a time; one that ends is started again.
"""

from __future__ import annotations

import itertools
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from .wire import Reply, Request, read_request, send_reply

_AWS_PORT = "8080"
_READ_BYTES = 256 * 1024
_POLL_S = 0.02
_GRACE_S = 25.0  # AWS sends SIGKILL 30 s after SIGTERM
# Those that say how a message is framed, which it is anew.
_FRAMING = ("connection", "content-length", "expect", "transfer-encoding")
_MODEL_ENDED = b"The model's process ended before it answered."


def serve() -> int:
    """Serve on all addresses until SIGTERM; return the exit status.

    The port is that of SAGEMAKER_BIND_TO_PORT, else 8080; there are as many processes as
    SAGEMAKER_MODEL_SERVER_WORKERS says, else one for each processor.
    """
    port = int(os.environ.get("SAGEMAKER_BIND_TO_PORT") or _AWS_PORT)
    wanted = os.environ.get("SAGEMAKER_MODEL_SERVER_WORKERS", "")
    count = int(wanted) if wanted.isdecimal() else 0
    with (
        tempfile.TemporaryDirectory(prefix="smnb-") as folder,
        socket.create_server(("", port), backlog=128) as listener,
    ):
        return Front(listener, Path(folder), count or _processors()).run()


class _Worker(NamedTuple):
    """A process that has loaded the model, and where it listens."""

    process: subprocess.Popen[bytes]
    path: Path


class Front:
    """Gives each request to a process that is free; answers ``/ping`` by itself."""

    def __init__(self, listener: socket.socket, folder: Path, count: int) -> None:
        self._listener = listener
        self._folder = folder
        self._count = count
        self._numbers = itertools.count()
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._loaded: set[int] = set()
        # May hold one that ended while it was free; nobody listens at its path.
        self._free: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._at_work: set[threading.Thread] = set()
        self._stopping = False
        self._ended, self._end = socket.socketpair()
        self._end.setblocking(False)

    def run(self) -> int:
        """Serve until SIGTERM, or until a process cannot load the model."""
        signal.set_wakeup_fd(self._end.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        for slot in range(self._count):
            threading.Thread(target=self._keep, args=[slot], daemon=True).start()
        threading.Thread(target=self._accept, daemon=True).start()
        # A signal's number, or 0 from a thread.
        stopped = self._ended.recv(1) != b"\0"
        self._stop()
        return 0 if stopped else 1

    def _keep(self, slot: int) -> None:
        """Have a process in this place, one after another."""
        while not self._stopping:
            path = self._folder / str(next(self._numbers))
            process = self._running[slot] = subprocess.Popen(
                [
                    *(sys.executable, "-m", "model_server"),
                    *("--socket", str(path), "--exit-with-stdin"),
                ],
                cwd=Path(__file__).parents[1],
                stdin=subprocess.PIPE,  # ends with this process, however that ends
                start_new_session=True,
            )
            while process.poll() is None and not _listens(path):
                time.sleep(_POLL_S)
            if process.poll() is not None:
                self._end.send(b"\0")
                return
            self._loaded.add(slot)
            self._free.put(_Worker(process, path))
            process.wait()
            self._loaded.discard(slot)

    def _accept(self) -> None:
        with suppress(OSError):  # it was shut down
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                serving = threading.Thread(
                    target=self._serve, args=[connection], daemon=True
                )
                serving.start()

    def _serve(self, connection: socket.socket) -> None:
        """Serve one connection; a client that leaves, or speaks no HTTP, loses it."""
        with (
            suppress(OSError, ValueError),
            connection,
            connection.makefile("rb") as stream,
        ):
            while request := read_request(stream, connection):
                if (request.method, request.path) == ("POST", "/invocations"):
                    self._invoke(request, connection)
                    return
                if request.path == "/ping":
                    send_reply(connection, Reply(200 if self._loaded else 503, {}, b""))
                else:
                    send_reply(connection, Reply(404, {}, b""))

    def _invoke(self, request: Request, connection: socket.socket) -> None:
        """Let a process answer, and the connection end with the answer."""
        me = threading.current_thread()
        self._at_work.add(me)
        worker, link = self._borrow()
        try:
            with link:
                begun = _asked(link, request)
                if not begun:
                    ended = Reply(500, {"Connection": "close"}, _MODEL_ENDED)
                    send_reply(connection, ended)
                while begun:
                    connection.sendall(begun)
                    begun = link.recv(_READ_BYTES)
        finally:
            if worker.process.poll() is None:
                self._free.put(worker)
            self._at_work.discard(me)

    def _borrow(self) -> tuple[_Worker, socket.socket]:
        """Wait for a process that is free, and connect to it."""
        while True:
            worker = self._free.get()
            link = socket.socket(socket.AF_UNIX)
            try:
                link.connect(str(worker.path))
            except OSError:
                link.close()
            else:
                return worker, link

    def _stop(self) -> None:
        """Let what is under way finish, then end the processes."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + _GRACE_S
        for thread in list(self._at_work):
            thread.join(max(0, deadline - time.monotonic()))
        self._stopping = True
        processes = list(self._running.values())
        for process in processes:
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, deadline - time.monotonic()))


def _asked(link: socket.socket, request: Request) -> bytes:
    """Send the request on; return the first of its answer, nothing if there is none."""
    try:
        link.sendall(_message(request))
        return link.recv(_READ_BYTES)
    except OSError:  # so ends a process that had not read all of it
        return b""


def _message(request: Request) -> bytes:
    """Return the request as it goes on, whole and the last of its connection."""
    headers = {
        **{name: v for name, v in request.headers.items() if name not in _FRAMING},
        "content-length": len(request.body),
        "connection": "close",
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST /invocations HTTP/1.1\r\n{lines}\r\n"
    return head.encode("latin-1") + request.body


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        return probe.connect_ex(str(path)) == 0


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: those that this process may use
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
