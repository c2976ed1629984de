"""InvokeEndpoint through the local backend against a bare echo server, and a cold start.

Run: ``python tests/benchmarks/bench_invoke.py``. boto3 calls both by turns, in one run, so
that what else the machine does meets both alike; medians. Exits 1 if 1 KB takes more than
1.5 times as long, 5 MB more than 1.3 times, or a numpy model 1.5 s to be InService.
"""

import io
import signal
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import boto3
import uvicorn
from botocore.config import Config

from smnb import _runtime_file

MODELS = Path(__file__).parents[1] / "models"
SIZES = {"1 KB": (1024, 400, 1.5), "5 MB": (5_000_000, 40, 1.3)}
"""Bytes, rounds, and the most that the ratio may be."""
MOST_COLD_S = 1.5
COLD_STARTS = 3


async def echo(scope, receive, send):
    """Answer a request with its body: what any server has to do."""
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"".join(parts)
    headers = [
        (b"content-type", b"application/octet-stream"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def serve_echo():
    """Serve `echo` on a free port; the URL is printed first."""
    # With the protocol named, asyncio sets TCP_NODELAY, as for uvicorn's own sockets.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = uvicorn.Config(
        echo, lifespan="off", ws="none", access_log=False, log_config=None
    )
    uvicorn.Server(config).run(sockets=[listener])


def start(*command):
    """Start a server that prints its URL first; return its process and URL."""
    process = subprocess.Popen([sys.executable, *command], stdout=subprocess.PIPE)
    return process, process.stdout.readline().decode().strip()


def client(service, url, access_key="key", secret_key="secret"):  # noqa: S107 - the echo's
    """Return an unmodified client of boto3."""
    return boto3.client(
        service,
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


def archive(folder):
    """Return one of tests/models as a model.tar.gz."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        tar.add(MODELS / folder / "code" / "inference.py", "code/inference.py")
    return content.getvalue()


def deploy(sagemaker, s3, folder, name):
    """Create an endpoint; return the seconds until it is in service."""
    s3.put_object(Bucket="bench", Key=f"{name}.tar.gz", Body=archive(folder))
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn="arn:aws:iam::000000000000:role/bench",
        PrimaryContainer={"Image": "any", "ModelDataUrl": f"s3://bench/{name}.tar.gz"},
    )
    variant = {"VariantName": "A", "ModelName": name, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName=name,
        ProductionVariants=[{**variant, "InitialInstanceCount": 1}],
    )
    begun = time.perf_counter()
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=name)
    while (status := status_of(sagemaker, name)) == "Creating":
        time.sleep(0.01)
    assert status == "InService", status
    return time.perf_counter() - begun


def status_of(sagemaker, name):
    """Return an endpoint's status."""
    return sagemaker.describe_endpoint(EndpointName=name)["EndpointStatus"]


def milliseconds(runtime, body):
    """Invoke the echo once; return how long it took."""
    begun = time.perf_counter()
    answer = runtime.invoke_endpoint(EndpointName="echo", Body=body)["Body"].read()
    took = (time.perf_counter() - begun) * 1000
    assert answer == body
    return took


def compare(bare, ours, size, rounds):
    """Return the median milliseconds of both, called by turns."""
    body = bytes(size)
    for runtime in (bare, ours):
        milliseconds(runtime, body)
    pairs = [
        (milliseconds(bare, body), milliseconds(ours, body)) for _ in range(rounds)
    ]
    return [statistics.median(times) for times in zip(*pairs, strict=True)]


def measure(bare_url, url, keys):
    """Print the figures; return whether all are as promised."""
    clients = [
        client(service, url, keys.access_key, keys.secret_key)
        for service in ("sagemaker", "s3", "sagemaker-runtime")
    ]
    sagemaker, s3, ours = clients
    s3.create_bucket(Bucket="bench")
    deploy(sagemaker, s3, "echo", "echo")
    bare, kept = client("sagemaker-runtime", bare_url), True
    for label, (size, rounds, most) in SIZES.items():
        bare_ms, ours_ms = compare(bare, ours, size, rounds)
        ratio = ours_ms / bare_ms
        kept &= ratio <= most
        print(
            f"{label}: bare {bare_ms:.2f} ms, local backend {ours_ms:.2f} ms,"
            f" {ratio:.2f}x of at most {most}x (median of {rounds})"
        )
    cold_s = statistics.median(
        deploy(sagemaker, s3, "double", f"cold-{number}")
        for number in range(COLD_STARTS)
    )
    print(f"numpy model InService after {cold_s:.2f} s of at most {MOST_COLD_S} s")
    return kept and cold_s < MOST_COLD_S


def main():
    """Run both servers, measure, and end them."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder, "smnb")
        bare, bare_url = start(__file__, "echo")
        daemon, url = start("-m", "smnb.local", "serve", "--data-dir", str(data_dir))
        try:
            kept = measure(bare_url, url, _runtime_file.read(data_dir))
        finally:
            for process in (bare, daemon):
                process.send_signal(signal.SIGTERM)
                process.wait(60)
                process.stdout.close()
    return 0 if kept else 1


if __name__ == "__main__":
    if sys.argv[1:] == ["echo"]:
        serve_echo()
    else:
        sys.exit(main())
