"""1 GiB up to and down from the local backend's S3, with boto3's defaults.

Run: ``make bench``, or this file once ``make .cache/clients/moto/.done`` is. The upload is
compared with one to a server that discards it, by turns in one run (medians); machines
differ, the ratio hardly does. moto takes part in that; it gives the file back only once,
since that takes it two minutes. Exits with 1 if the upload takes more than 1.6 times as long as the discarded one
or 0.4 times as long as moto's, the download more than 0.1 times as long as moto's, or if
the daemon's memory peaks above 128 MiB.
"""

import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import uvicorn
from botocore.config import Config

from smnb import _runtime_file

MIB = 1024 * 1024
SIZE_BYTES = 1024 * MIB
ROUNDS = 5
MOTO_SERVER = Path(__file__).parents[2] / ".cache/clients/moto/bin/moto_server"
BOUNDS = {
    "upload_to_sink": 1.6,
    "upload_to_moto": 0.4,
    "download_to_moto": 0.1,
    "daemon_peak_mib": 128,
}
"""The most that a figure may be."""


async def discard(scope, receive, send):
    """Read a request and answer what a multipart upload expects."""
    if scope["type"] == "lifespan":
        return
    while (await receive()).get("more_body"):
        pass
    body = b"<R><UploadId>1</UploadId><ETag>1</ETag></R>"
    length = (b"content-length", str(len(body)).encode())
    headers = [length, (b"etag", b'"1"')]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def serve_sink():
    """Serve `discard` on a free port, printed first."""
    server = uvicorn.Server(
        uvicorn.Config(discard, port=0, log_level="critical", lifespan="off")
    )
    config = server.config
    listener = config.bind_socket()
    sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    server.run(sockets=[listener])


def start(*command):
    """Start a server and return its process and URL."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE)
    return process, process.stdout.readline().decode().strip()


def start_moto():
    """Start moto's server, once it listens; return its process and URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [MOTO_SERVER, "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL
    )
    while socket.socket().connect_ex(("127.0.0.1", port)):
        assert process.poll() is None, "moto_server ended"
        time.sleep(0.1)
    return process, f"http://127.0.0.1:{port}"


def stop(process):
    """End a server that `start` started."""
    process.send_signal(signal.SIGTERM)
    process.wait(30)


def client(url, access_key="key", secret_key="secret"):  # noqa: S107 - the sink's
    """Return boto3's S3 client with its default transfers."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def seconds(call, *arguments):
    """Return how long a call takes."""
    before = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - before


def peak_mib(pid):
    """Return the peak of a process's resident memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def write_file(path):
    """Write a file of the benchmark's size."""
    with path.open("wb") as file:
        for _ in range(SIZE_BYTES // MIB):
            file.write(os.urandom(MIB))


def rounds_of(sink, ours, moto, source, target):
    """Return the seconds of each round: up to the sink, up to us, up to moto, and down."""
    for s3 in (ours, moto):
        s3.create_bucket(Bucket="bench")
    return [
        (
            seconds(sink.upload_file, source, "bench", "key"),
            seconds(ours.upload_file, source, "bench", "key"),
            seconds(moto.upload_file, source, "bench", "key"),
            seconds(ours.download_file, "bench", "key", target),
        )
        for _ in range(ROUNDS)
    ]


def measure(folder):
    """Return the times, what they are compared with, and the daemon's peak."""
    write_file(folder / "source")
    files = str(folder / "source"), str(folder / "target")
    data_dir = folder / "data"
    sink, sink_url = start(__file__, "sink")
    moto, moto_url = start_moto()
    daemon, url = start("-m", "smnb.local", "serve", "--data-dir", str(data_dir))
    try:
        keys = _runtime_file.read(data_dir)
        ours = client(url, keys.access_key, keys.secret_key)
        clients = client(sink_url), ours, client(moto_url)
        rounds = rounds_of(*clients, *files)
        peak = peak_mib(daemon.pid)
        moto_down_s = seconds(clients[2].download_file, "bench", "key", files[1])
    finally:
        for process in (daemon, sink, moto):
            stop(process)
    medians = map(statistics.median, zip(*rounds, strict=True))
    sink_s, upload_s, moto_s, download_s = medians
    return {
        "rounds_s": [" ".join(f"{value:.2f}" for value in times) for times in rounds],
        "moto_download_s": round(moto_down_s, 2),
        "upload_to_sink": round(upload_s / sink_s, 2),
        "upload_to_moto": round(upload_s / moto_s, 2),
        "download_to_moto": round(download_s / moto_down_s, 3),
        "daemon_peak_mib": round(peak, 1),
    }


def main():
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    sys.exit(any(figures[name] > most for name, most in BOUNDS.items()))


if __name__ == "__main__":
    serve_sink() if sys.argv[1:] == ["sink"] else main()
