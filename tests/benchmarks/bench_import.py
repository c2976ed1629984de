"""CPU time of ``import smnb``, net of the interpreter: at most 100 ms.

Run: ``python tests/benchmarks/bench_import.py``; exits 1 if it is missed.
"""

import os
import subprocess
import sys

RUNS = 7
MOST_MS = 100


def cpu_ms(program):
    """CPU time of a new interpreter that runs `program`, in milliseconds."""
    before = os.times()
    subprocess.run([sys.executable, "-c", program], check=True)
    after = os.times()
    user = after.children_user - before.children_user
    system = after.children_system - before.children_system
    return (user + system) * 1000


def main():
    pairs = [(cpu_ms("pass"), cpu_ms("import smnb")) for _ in range(RUNS)]
    bare = min(pair[0] for pair in pairs)
    full = min(pair[1] for pair in pairs)
    print(f"interpreter {bare:.0f} ms, with import smnb {full:.0f} ms")
    print(f"net {full - bare:.0f} ms of at most {MOST_MS} ms (minimum of {RUNS})")
    return 0 if full - bare <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
