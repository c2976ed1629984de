"""Time until the local backend answers, with its starter: less than 1 s.

Run: ``python tests/benchmarks/bench_start.py``; exits 1 if it is missed.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RUNS = 5
MOST_MS = 1000


def run(command, data_dir):
    """Run one command of the local backend; return its time in milliseconds."""
    program = [sys.executable, "-m", "smnb.local", command, "--data-dir", data_dir]
    started = time.perf_counter()
    subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - started) * 1000


def main():
    starts, finds = [], []
    with tempfile.TemporaryDirectory() as folder:
        data_dir = str(Path(folder, "smnb"))
        for _ in range(RUNS):
            starts.append(run("start", data_dir))
            finds.append(run("start", data_dir))
            run("stop", data_dir)
    start = statistics.median(starts)
    print(f"found when it runs: {statistics.median(finds):.0f} ms")
    print(f"started: {start:.0f} ms of at most {MOST_MS} ms (median of {RUNS})")
    return 0 if start < MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
