"""The local backend under load, at rest, and while somebody lists many endpoints.

Run: ``python tests/benchmarks/bench_load.py``. Exits 1 if a raw client with 8 connections
gets less than 0.3 times the requests a second of a bare uvicorn echo (by turns, medians), if
the idle daemon takes more than 90 MiB or 1 % of a core, or if listing 500 endpoints over and
over slows invocations by more than 10 % (by turns, medians).
"""

import contextlib
import http.client
import io
import os
import signal
import statistics
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from bench_invoke import client, deploy, milliseconds, serve_echo, start
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from smnb import _runtime_file

CONNECTIONS, SECONDS, ROUNDS = 8, 2.0, 5
LEAST_RATIO, MOST_IDLE_MIB, MOST_IDLE_CPU, MOST_SLOWER = 0.3, 90, 0.01, 1.1
ENDPOINTS, INVOCATIONS, IDLE_S = 500, 1000, 20
PATH, BODY = "/endpoints/echo/invocations", b"x" * 1024


def signed_headers(url, keys):
    """Return headers that are valid for every repetition of one request."""
    request = AWSRequest("POST", url + PATH, {"content-type": "text/plain"}, BODY)
    SigV4Auth(Credentials(*keys), "sagemaker", "us-east-1").add_auth(request)
    return dict(request.headers)


def requests_a_second(url, headers):
    """Repeat one request on 8 connections at once."""
    end, counts = time.perf_counter() + SECONDS, []

    def work():
        connection, count = http.client.HTTPConnection(urlsplit(url).netloc), 0
        while time.perf_counter() < end:
            connection.request("POST", PATH, BODY, headers)
            answer = connection.getresponse()
            assert len(answer.read()) == len(BODY), answer.status
            count += 1
        counts.append(count)

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / SECONDS


def load(urls, keys):
    """Compare requests a second, by turns."""
    headers = {name: signed_headers(url, keys) for name, url in urls.items()}
    rates = {name: [] for name in urls}
    for _ in range(ROUNDS):
        for name, url in urls.items():
            rates[name].append(requests_a_second(url, headers[name]))
    bare, ours = (statistics.median(rates[name]) for name in ("bare", "ours"))
    ratio = ours / bare
    print(f"{CONNECTIONS} connections: bare {bare:.0f}/s, local backend {ours:.0f}/s,")
    print(f"  {ratio:.2f}x of at least {LEAST_RATIO}x (median of {ROUNDS})")
    return ratio >= LEAST_RATIO


def idle(pid):
    """Look at a daemon that nobody calls."""
    ticks = os.sysconf("SC_CLK_TCK")
    stat = Path(f"/proc/{pid}/stat")

    def cpu_s():
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / ticks

    before = cpu_s()
    time.sleep(IDLE_S)
    share = (cpu_s() - before) / IDLE_S
    status = Path(f"/proc/{pid}/status").read_text()
    mib = int(status.partition("VmRSS:")[2].split()[0]) / 1024
    print(f"idle: {mib:.0f} MiB of at most {MOST_IDLE_MIB}, ", end="")
    print(f"{share:.2%} of a core of at most {MOST_IDLE_CPU:.0%} (over {IDLE_S} s)")
    return mib <= MOST_IDLE_MIB and share <= MOST_IDLE_CPU


def make_many(sagemaker, s3):
    """Create endpoints that cannot start: they are listed, and take no process each."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("weights"))
    s3.put_object(Bucket="bench", Key="empty.tar.gz", Body=content.getvalue())
    container = {"Image": "any", "ModelDataUrl": "s3://bench/empty.tar.gz"}
    role = "arn:aws:iam::000000000000:role/bench"
    sagemaker.create_model(
        ModelName="empty", ExecutionRoleArn=role, PrimaryContainer=container
    )
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 1}
    variant = {"VariantName": "A", "ModelName": "empty", "ServerlessConfig": serverless}
    sagemaker.create_endpoint_config(
        EndpointConfigName="empty", ProductionVariants=[variant]
    )
    for number in range(ENDPOINTS):
        sagemaker.create_endpoint(
            EndpointName=f"empty-{number}", EndpointConfigName="empty"
        )


@contextlib.contextmanager
def listing(url, keys):
    """List every endpoint over and over in a process of its own."""
    program = (
        "import itertools, sys, time; sys.path.insert(0, sys.argv[1]);"
        "from bench_invoke import client;"
        "pages = client('sagemaker', *sys.argv[2:]).get_paginator('list_endpoints');"
        "[(list(pages.paginate()), number or print(flush=True), time.sleep(1))"
        " for number in itertools.count()]"
    )
    command = [sys.executable, "-c", program, str(Path(__file__).parent), url, *keys]
    lister = subprocess.Popen(command, stdout=subprocess.PIPE)
    lister.stdout.readline()  # boto3 is loaded, and the first list is there
    try:
        yield
    finally:
        lister.kill()
        lister.wait()
        lister.stdout.close()


def crowd(runtime, sagemaker, s3, url, keys):
    """Compare invocations with and without somebody who lists, by turns."""
    make_many(sagemaker, s3)
    alone, beside = [], []
    for _ in range(ROUNDS):
        alone += [milliseconds(runtime, BODY) for _ in range(INVOCATIONS)]
        with listing(url, keys):
            beside += [milliseconds(runtime, BODY) for _ in range(INVOCATIONS)]
    ratio = statistics.median(beside) / statistics.median(alone)
    print(
        f"{ENDPOINTS} endpoints listed once a second: invocations take {ratio:.2f}x ",
        end="",
    )
    print(f"of at most {MOST_SLOWER}x (median of {ROUNDS * INVOCATIONS})")
    return ratio <= MOST_SLOWER


def main():
    with tempfile.TemporaryDirectory() as folder:
        bare, bare_url = start(__file__, "echo")
        serve = ("-m", "smnb.local", "serve", "--port", "0", "--data-dir", folder)
        daemon, url = start(*serve)
        try:
            found = _runtime_file.read(Path(folder))
            keys = (found.access_key, found.secret_key)
            sagemaker, s3 = client("sagemaker", url, *keys), client("s3", url, *keys)
            runtime = client("sagemaker-runtime", url, *keys)
            s3.create_bucket(Bucket="bench")
            deploy(sagemaker, s3, "echo", "echo")
            milliseconds(runtime, BODY)
            return all(
                [
                    load({"bare": bare_url, "ours": url}, keys),
                    idle(daemon.pid),
                    crowd(runtime, sagemaker, s3, url, keys),
                ]
            )
        finally:
            bare.kill()
            daemon.send_signal(signal.SIGTERM)
            daemon.wait()


if __name__ == "__main__":
    if sys.argv[1:] == ["echo"]:
        serve_echo()
    else:
        sys.exit(not main())
