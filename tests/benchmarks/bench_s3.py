"""1 GiB up to and down from the local backend's S3, with boto3's defaults.

Run by hand: ``python tests/benchmarks/bench_s3.py``. The upload is compared with one to
a server that discards it, in the same run; machines differ, the ratio hardly does.
Exits with 1 if the upload takes more than 1.6 times as long or the daemon's memory
peaks above 128 MiB.
"""

import json
import os
import signal
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
MAX_RATIO = 1.6
MAX_PEAK_MIB = 128
ROUNDS = 5


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


def measure(folder):
    """Return the best times of some rounds, and the daemon's peak."""
    source, target = folder / "source", folder / "target"
    write_file(source)
    sink, sink_url = start(__file__, "sink")
    data_dir = folder / "data"
    daemon, url = start("-m", "smnb.local", "serve", "--data-dir", str(data_dir))
    try:
        keys = _runtime_file.read(data_dir)
        s3 = client(url, keys.access_key, keys.secret_key)
        discarding = client(sink_url)
        s3.create_bucket(Bucket="bench")
        rounds = [
            (
                seconds(discarding.upload_file, str(source), "bench", "key"),
                seconds(s3.upload_file, str(source), "bench", "key"),
                seconds(s3.download_file, "bench", "key", str(target)),
            )
            for _ in range(ROUNDS)
        ]
        peak = peak_mib(daemon.pid)
    finally:
        stop(daemon)
        stop(sink)
    sink_s, upload_s, download_s = map(min, zip(*rounds, strict=True))
    return {
        "sink_s": round(sink_s, 2),
        "upload_s": round(upload_s, 2),
        "upload_ratio": round(upload_s / sink_s, 2),
        "download_s": round(download_s, 2),
        "daemon_peak_mib": round(peak, 1),
        "rounds": [[round(value, 2) for value in times] for times in rounds],
    }


def main():
    """Measure, print, judge."""
    with tempfile.TemporaryDirectory() as folder:
        figures = measure(Path(folder))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    too_slow = figures["upload_ratio"] > MAX_RATIO
    too_large = figures["daemon_peak_mib"] > MAX_PEAK_MIB
    sys.exit(1 if too_slow or too_large else 0)


if __name__ == "__main__":
    serve_sink() if sys.argv[1:] == ["sink"] else main()
