"""Build the services and run them behind the gateway until a signal ends it."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from smnb import __version__, _runtime_file
from smnb._runtime_file import RuntimeFile
from smnb.local import launch
from smnb.local.activity import Activity
from smnb.local.connection import Connection
from smnb.local.expiry import Expiry
from smnb.local.gateway import Gateway
from smnb.local.protocols.operations import Operations
from smnb.local.services.async_queue import AsyncQueue
from smnb.local.services.autoscaling import AutoScalingService
from smnb.local.services.cloudwatch import CloudWatchService
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.endpoint_sampler import EndpointSampler
from smnb.local.services.fleet import Fleet
from smnb.local.services.iam import IamService
from smnb.local.services.log_store import LogStore
from smnb.local.services.logs import LogsService
from smnb.local.services.metric_store import MetricStore
from smnb.local.services.runtime import RuntimeService
from smnb.local.services.s3 import S3Service
from smnb.local.services.sagemaker.service import SageMakerService
from smnb.local.services.sts import StsService
from smnb.local.signing import Verifier
from smnb.local.state import SCHEMA, State

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable, Mapping, Sequence

    from smnb.local.request import Handler

_ENDING = (signal.SIGINT, signal.SIGTERM)
_KEEP_ALIVE_S = 120  # longer than a notebook's user thinks between two cells
_GRACE_S = 3  # for requests under way when it is stopped
_PROGRAM: Final = (Path(__file__), Path(sys.executable))
_log = logging.getLogger(__name__)


def build(
    state: State, serverless_idle_s: float = launch.SERVERLESS_IDLE_S
) -> tuple[Mapping[str, Handler], Sequence[object]]:
    """Return the handlers by signing name, and the services to start, in order.

    A service to start has ``async start()``, ``async stop()`` or both, and may say by
    ``busy`` that it has work.
    """
    s3 = S3Service(state)
    logs = LogStore(state)
    metrics = MetricStore(state)
    fleet = Fleet(serverless_idle_s)
    scaling = AutoScalingService(state, fleet)
    recorder = EndpointMetrics(metrics)
    fleet.on_usage = recorder.usage
    queue = AsyncQueue(
        state, s3.store, fleet, logs, recorder, scales_to_zero=scaling.scales_to_zero
    )
    scaling.on_change = queue.wake
    sagemaker = SageMakerService(state, s3.store, logs, fleet, queue)
    handlers: dict[str, Handler] = {
        "application-autoscaling": Operations("application-autoscaling", scaling),
        "iam": Operations("iam", IamService()),
        "logs": Operations("logs", LogsService(logs)),
        "monitoring": Operations("cloudwatch", CloudWatchService(state, metrics)),
        "s3": s3.handle,
        "sagemaker": Operations("sagemaker", sagemaker),
        "sagemaker-runtime": RuntimeService(fleet, queue, recorder),
        "sts": Operations("sts", StsService()),
    }
    sampler = EndpointSampler(fleet, queue, recorder)
    return handlers, (logs, metrics, sagemaker, queue, sampler)


def run(
    data_dir: Path,
    listener: socket.socket,
    idle: launch.IdleLimits,
    announce: Callable[[], None] = lambda: None,
) -> None:
    """Serve on `listener` until SIGTERM or SIGINT; the caller holds the lock.

    Parameters
    ----------
    idle
        The daemon's own limit ends it too.
    announce
        Called once, when requests are answered.

    Raises
    ------
    SystemExit
        With 0, after a signal and when every service has stopped.
    """
    # Also while it starts; uvicorn raises its signal again when it has stopped.
    for number in _ENDING:
        signal.signal(number, _end)
    with closing(State(data_dir)) as state:
        asyncio.run(_serve(state, listener, idle, announce))


def _end(*_: object) -> None:
    """End the program; whoever tells it again would disturb what is being stopped."""
    for number in _ENDING:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(0)


async def _serve(
    state: State,
    listener: socket.socket,
    idle: launch.IdleLimits,
    announce: Callable[[], None],
) -> None:
    handlers, services = build(state, idle.serverless_s)
    runtime_file = _new_runtime_file(state.data_dir, listener)
    services = [*services, Expiry(state, runtime_file)]
    activity = Activity(
        lambda: any(getattr(service, "busy", False) for service in services)
    )
    about = {
        "instance_id": runtime_file.instance_id,
        "version": runtime_file.version,
        "schema": runtime_file.schema,
        "since": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "idle_stop_s": idle.daemon_s,
        "serverless_idle_s": idle.serverless_s,
    }

    def tell() -> dict[str, Any]:
        if not all(path.exists() for path in _PROGRAM):
            # What is not loaded yet is gone. Whoever asks starts a daemon of their own.
            _log.warning("smnb was removed from %s: this daemon ends", sys.prefix)
            os.kill(os.getpid(), signal.SIGTERM)
            return {}
        changes = state.db.total_changes
        return {**about, "busy": activity.busy, "changes": changes}

    gateway = Gateway(
        handlers,
        Verifier(runtime_file.access_key, runtime_file.secret_key),
        tell,
        activity,
    )
    server = uvicorn.Server(_config(gateway))
    async with _running(services), _ending_when_idle(server, activity, idle.daemon_s):
        _runtime_file.write(state.data_dir, runtime_file)
        announce()
        _log.info("smnb %s answers at %s", __version__, runtime_file.url)
        await server.serve(sockets=[listener])


@asynccontextmanager
async def _ending_when_idle(
    server: uvicorn.Server, activity: Activity, idle_stop_s: float
) -> AsyncIterator[None]:
    """End the server in the block as a signal would, once nobody uses it."""

    async def end() -> None:
        await activity.ended(idle_stop_s)
        _log.info("nothing to do for %g s: the local backend stops", idle_stop_s)
        server.should_exit = True

    ending = asyncio.create_task(end()) if idle_stop_s else None
    try:
        yield
    finally:
        if ending is not None:
            ending.cancel()


@asynccontextmanager
async def _running(services: Sequence[object]) -> AsyncIterator[None]:
    """Start the services in order; stop those that were started in reverse."""
    async with AsyncExitStack() as stack:
        for service in services:
            if start := getattr(service, "start", None):
                await start()
            if stop := getattr(service, "stop", None):
                stack.push_async_callback(stop)
        yield


def _config(gateway: Gateway) -> uvicorn.Config:
    return uvicorn.Config(
        gateway,
        http=Connection,
        interface="asgi3",
        lifespan="off",
        ws="none",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="warning",
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_GRACE_S,
    )


def _new_runtime_file(data_dir: Path, listener: socket.socket) -> RuntimeFile:
    """Return this daemon's; its keys are those of every daemon of `data_dir`."""
    last = _runtime_file.read(data_dir)
    return RuntimeFile(
        url=launch.url_of(listener),
        access_key=last.access_key if last else f"SMNB{secrets.token_hex(8).upper()}",
        secret_key=last.secret_key if last else secrets.token_urlsafe(30),
        pid=os.getpid(),
        version=__version__,
        instance_id=secrets.token_hex(16),
        schema=SCHEMA,
    )
