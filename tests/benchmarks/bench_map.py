"""How close `Endpoint.map` comes to what an endpoint can take, and the CPU time of `invoke`.

Run: ``python tests/benchmarks/bench_map.py``. The endpoint is a bare server in a process of
its own: it echoes, after 30 ms where `map` is measured, so that 16 in flight cannot be more
than 533 a second: the limit. What 16 connections reach that send ready-made bytes is printed
beside it, measured by turns. `invoke` is measured by turns with boto3's `invoke_endpoint` and `json`, in
CPU time of this process, 1 KB of JSON. Best of several runs, since what else the machine
does only ever makes a run slower. Exits 1 below 0.9 of the limit, or above 1.15 times boto3.
"""

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from functools import partial

import boto3
from botocore.config import Config

import smnb
from smnb._hosting import Described

DELAY_S = 0.030
IN_FLIGHT = 16
LIMIT = IN_FLIGHT / DELAY_S
LEAST_OF_LIMIT = 0.9
MOST_OF_BOTO3 = 1.15
ITEMS, MAP_RUNS = 1000, 7
CALLS, TURNS = 50, 25


class Echo(asyncio.Protocol):
    """HTTP, as far as boto3 needs it: answers a request with its body."""

    def __init__(self, delay_s):
        self.delay_s = delay_s
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport
        connection = transport.get_extra_info("socket")
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data):
        self.received += data
        head, end, rest = self.received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        size = int(length or 0)
        if not end or len(rest) < size:
            return
        self.received = rest[size:]
        loop = asyncio.get_running_loop()
        loop.call_later(self.delay_s, self.answer, rest[:size])

    def answer(self, body):
        head = (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d"
        )
        self.transport.write(head % len(body) + b"\r\n\r\n" + body)


async def serve(delay_s):
    """Serve until ended; the port is printed first."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Echo(delay_s), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Server:
    """An `Echo` in a process of its own, for the length of a block."""

    def __init__(self, delay_s):
        command = [sys.executable, __file__, str(delay_s)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return f"http://127.0.0.1:{self.process.stdout.readline().strip()}"

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.process.stdout.close()


def endpoint_at(url):
    """Return a handle on the server, as if AWS had described it."""
    endpoint = smnb.Endpoint("echo", session=smnb.Session(url, region="us-east-1"))
    endpoint._described = Described(
        name="echo",
        arn="arn:aws:sagemaker:us-east-1:000000000000:endpoint/echo",
        status="InService",
        reason="",
        created=datetime.now(timezone.utc),
        kind="realtime",
        compute="real-time ml.m5.large",
        memory_mb=None,
        concurrency=None,
        variant="AllTraffic",
        config="echo",
        models=("echo",),
    )
    return endpoint


async def ready_made(url, count):
    """Send `count` requests as bytes over as many connections as are in flight."""
    place = url.removeprefix("http://")
    host, port = place.split(":")
    head = f"POST /endpoints/echo/invocations HTTP/1.1\r\nHost: {place}\r\n"
    request = (head + "Content-Length: 7\r\n\r\n" + '{"x":1}').encode()
    left = iter(range(count))

    async def one_connection():
        reader, writer = await asyncio.open_connection(host, port)
        for _ in left:
            writer.write(request)
            await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(7)
        writer.close()

    await asyncio.gather(*(one_connection() for _ in range(IN_FLIGHT)))


def best_rates(url):
    """Return the most items a second: ready-made, by boto3 in threads, by `map`."""
    endpoint, runtime = endpoint_at(url), client(url)
    values = [{"x": i} for i in range(ITEMS)]
    endpoint.invoke({"x": 0})

    def rate(answers_of, expected=values):
        begun = time.perf_counter()
        answers = answers_of()
        taken_s = time.perf_counter() - begun
        assert answers == expected
        return ITEMS / taken_s

    with ThreadPoolExecutor(IN_FLIGHT) as threads:
        runs = [
            (
                rate(lambda: asyncio.run(ready_made(url, ITEMS)), None),
                rate(lambda: list(threads.map(partial(plain, runtime), values))),
                rate(lambda: endpoint.map(iter(values), concurrency=IN_FLIGHT)),
            )
            for _ in range(MAP_RUNS)
        ]
    return [max(rates) for rates in zip(*runs, strict=True)]


def client(url):
    """Return a client of boto3, changed in its number of connections alone."""
    config = Config(max_pool_connections=IN_FLIGHT)
    return boto3.client(
        "sagemaker-runtime", endpoint_url=url, region_name="us-east-1", config=config
    )


def plain(runtime, value):
    """Invoke as without smnb."""
    answer = runtime.invoke_endpoint(
        EndpointName="echo", ContentType="application/json", Body=json.dumps(value)
    )
    return json.loads(answer["Body"].read())


def compare(url):
    """Return the least CPU microseconds of a call by boto3 and by `invoke`."""
    endpoint, runtime = endpoint_at(url), client(url)
    value = {"data": [round(i * 1.37, 3) for i in range(140)]}
    assert plain(runtime, value) == endpoint.invoke(value) == value
    turns = [
        (cpu_us(lambda: plain(runtime, value)), cpu_us(lambda: endpoint.invoke(value)))
        for _ in range(TURNS)
    ]
    return [min(times) for times in zip(*turns, strict=True)]


def cpu_us(call):
    """Return the mean CPU time of a call in this process, microseconds."""
    begun = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - begun) / CALLS * 1e6


def main():
    """Print the figures; 0 if both are as promised."""
    os.environ |= {
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "SMNB_PROGRESS": "off",
    }
    with Server(0) as url:
        boto3_us, ours_us = compare(url)
    ratio = ours_us / boto3_us
    print(
        f"invoke, 1 KB of JSON: boto3 {boto3_us:.0f} µs of CPU, smnb {ours_us:.0f} µs,"
        f" {ratio:.2f}x of at most {MOST_OF_BOTO3}x (best of {TURNS} turns)"
    )
    with Server(DELAY_S) as url:
        ready_made_rate, boto3_rate, rate = best_rates(url)
    share = rate / LIMIT
    print(
        f"map, {IN_FLIGHT} in flight: {rate:.0f} a second, {share:.2f} of the limit"
        f" {LIMIT:.0f}, at least {LEAST_OF_LIMIT}; ready-made {ready_made_rate:.0f}, boto3 in {IN_FLIGHT} threads"
        f" {boto3_rate:.0f} a second (best of {MAP_RUNS} runs)"
    )
    return 0 if ratio <= MOST_OF_BOTO3 and share >= LEAST_OF_LIMIT else 1


if __name__ == "__main__":
    if sys.argv[1:]:
        asyncio.run(serve(float(sys.argv[1])))
    else:
        sys.exit(main())
