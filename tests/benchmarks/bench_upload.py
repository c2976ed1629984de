"""1 GiB up to the local backend's S3: smnb's own upload beside boto3's, tuned.

Run: ``python tests/benchmarks/bench_upload.py``. By turns in one run: boto3's transfers with
parts of 16 and 64 MiB, 8 and 16 at a time, without checksums that nobody asked for; and
`smnb`'s upload. Medians; the best of boto3's is what is compared with. The memory is the
peak of a process that does nothing else. Exits 1 below what is promised.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

import smnb
from smnb import _s3
from smnb._payload import Payload
from smnb._s3 import S3Uri

MIB = 1024 * 1024
SIZE_BYTES = 1024 * MIB
ROUNDS = 5
BUCKET = "bench-upload"
TUNINGS = [(16, 8), (64, 8), (64, 16)]  # MiB a part, at a time
LEAST_SPEED, MOST_MEMORY_MB = 0.9, 150


def by_boto3(session, path, part_mib, at_once):
    """Upload as boto3 does it, tuned."""
    target = session.target
    client = boto3.client(
        "s3",
        endpoint_url=target.endpoint_url,
        region_name="us-east-1",
        aws_access_key_id=target.access_key,
        aws_secret_access_key=target.secret_key,
        config=Config(
            request_checksum_calculation="when_required",
            max_pool_connections=at_once,
            proxies={},
        ),
    )
    config = TransferConfig(
        multipart_chunksize=part_mib * MIB,
        multipart_threshold=part_mib * MIB,
        max_concurrency=at_once,
    )
    client.upload_file(str(path), BUCKET, "by-boto3", Config=config)


def by_smnb(session, path):
    """Upload as `invoke` does it."""
    payload = Payload.of_file(path, "application/octet-stream")
    _s3.upload(session, payload, S3Uri(BUCKET, "by-smnb"), on_bytes=lambda _: None)


def seconds(upload, *arguments):
    """Return how long an upload takes, when nothing of the last one has still to be written."""
    os.sync()
    begun = time.perf_counter()
    upload(*arguments)
    return time.perf_counter() - begun


def compare(session, path):
    """Print the speeds; return ours as a share of boto3's best."""
    ways = [partial(by_boto3, session, path, *tuning) for tuning in TUNINGS]
    ways.append(partial(by_smnb, session, path))
    taken_s = [[] for _ in ways]
    order = list(range(len(ways)))
    for _ in range(ROUNDS):
        for way in order:
            taken_s[way].append(seconds(ways[way]))
        order.append(order.pop(0))
    *theirs, ours = map(statistics.median, taken_s)
    for (part_mib, at_once), taken_s in zip(TUNINGS, theirs, strict=True):
        print(f"boto3, {at_once} parts of {part_mib} MiB at a time: {1024 / taken_s:.0f} MiB/s")  # fmt: skip
    share = min(theirs) / ours
    print(f"smnb: {1024 / ours:.0f} MiB/s, {share:.2f} of the best (at least {LEAST_SPEED})")  # fmt: skip
    return share


def peak_mb(path):
    """Print and return the peak memory of a process that uploads the file."""
    command = [sys.executable, __file__, "alone", str(path)]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    peak = float(output.stdout)
    print(f"memory: at most {peak:.0f} MB (of {MOST_MEMORY_MB})")
    return peak


def main():
    """Measure, print, judge."""
    os.environ["SMNB_TARGET"] = "local"
    with tempfile.TemporaryDirectory() as name:
        os.environ["SMNB_DATA_DIR"] = f"{name}/data"
        path = Path(name) / "large.bin"
        with path.open("wb") as file:
            for _ in range(SIZE_BYTES // MIB):
                file.write(os.urandom(MIB))
        session = smnb.Session()
        session.client("s3").create_bucket(Bucket=BUCKET)
        try:
            kept = compare(session, path) >= LEAST_SPEED
            kept &= peak_mb(path) <= MOST_MEMORY_MB
        finally:
            stop = [sys.executable, "-m", "smnb.local", "stop", "--purge"]
            subprocess.run(stop, check=True, stdout=subprocess.DEVNULL)
    return 0 if kept else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["alone"]:
        by_smnb(smnb.Session(), Path(sys.argv[2]))
        status = Path("/proc/self/status").read_text()
        print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
    else:
        sys.exit(main())
