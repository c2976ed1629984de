"""A bare endpoint for tests, which answers the frame it got, as badly as it is told to."""

import json
import random
import threading
import time
from collections import Counter
from contextlib import contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import barcode

import smnb
from smnb._hosting import Described


class Endpoint(ThreadingHTTPServer):
    """Answers which frame it got, after what its subclass does first."""

    daemon_threads = True
    request_queue_size = 64
    room = 1000
    fault_share = 0.0
    slowest_s = 0.0

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.chance = random.Random(3)
        self.lock = threading.Lock()
        self.busy = self.most_busy = self.throttled = self.faults = 0
        self.order = []
        self.faulted = Counter()

    def fate(self, index):
        """Return status and error code of a request; 200 if it is answered."""
        with self.lock:
            if self.busy > self.room:
                self.throttled += 1
                return 400, "ThrottlingException"
            # The SDK tries four times: a frame that had three faults is spared a fourth.
            may_fail = self.faulted[index] < 3
            if may_fail and self.chance.random() < self.fault_share:
                self.faulted[index] += 1
                self.faults += 1
                return 503, "ServiceUnavailable"
        return 200, ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        index, server = barcode.read(body), self.server
        with server.lock:
            server.busy += 1
            server.most_busy = max(server.busy, server.most_busy)
        status, code = server.fate(index)
        if status == 200:
            time.sleep(server.chance.uniform(0, server.slowest_s))
        with server.lock:
            server.busy -= 1
            if status == 200:
                server.order.append(index)
        answer = {"frame": index} if status == 200 else {"message": None}
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        if code:
            self.send_header("x-amzn-ErrorType", code)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass


@contextmanager
def serving(kind):
    """Serve in a thread for the length of a block; yield the server and a handle on it."""
    server = kind()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    endpoint = smnb.Endpoint("far", session=smnb.Session(url, region="us-east-1"))
    endpoint._described = Described(
        name="far",
        arn="arn:aws:sagemaker:us-east-1:000000000000:endpoint/far",
        status="InService",
        reason="",
        created=datetime.now(timezone.utc),
        kind="realtime",
        compute="real-time ml.m5.large",
        memory_mb=None,
        concurrency=None,
        variant="AllTraffic",
        config="far",
        models=("far",),
    )
    try:
        yield server, endpoint
    finally:
        server.shutdown()
        server.server_close()
