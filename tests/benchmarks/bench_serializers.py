"""Speed of JSON and CSV serialization of 10,000 x 20 floats, against the sagemaker SDK.

Run: ``python tests/benchmarks/bench_serializers.py``. sagemaker (version 2) is measured in
the environment that ``make setup`` builds for it, on the same numbers in the same run. Where
that is missing, its place is taken by what its serializers call: ``json.dumps`` of
``array.tolist()``, and a ``csv.writer`` for each row. CPU time, median of 7 runs.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from smnb.deserializers import CSVDeserializer, JSONDeserializer
from smnb.serializers import CSVSerializer, JSONSerializer

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 7
SAGEMAKER_2 = Path(__file__).parents[2] / ".cache/clients/sagemaker_v2/bin/python"
JSON_TARGET, CSV_TARGET = 10, 6


SAGEMAKER_2_PROGRAM = """
import json, statistics, sys, time
import numpy as np
from sagemaker.serializers import CSVSerializer, JSONSerializer

array = np.random.default_rng(0).normal(size=(10_000, 20))
rows = array.tolist()
records = [{str(i): x for i, x in enumerate(row)} for row in rows]
to_json, to_csv = JSONSerializer().serialize, CSVSerializer().serialize

def median_ms(call, value):
    times = []
    for _ in range(int(sys.argv[1])):
        start = time.process_time()
        call(value)
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000

print(json.dumps({
    "JSON, array": median_ms(to_json, array),
    "JSON, lists": median_ms(to_json, rows),
    "JSON, records": median_ms(to_json, records),
    "CSV, array": median_ms(to_csv, array),
    "CSV, lists": median_ms(to_csv, rows),
}))
"""


@dataclass(frozen=True)
class Comparison:
    name: str
    ours: Callable[[], object]
    baseline: Callable[[], object]
    target: float | None = None  # times as fast; None where nothing was promised


def main() -> int:
    sagemaker_ms = measure_sagemaker_2()
    array = np.random.default_rng(0).normal(size=(10_000, 20))
    rows, frame = array.tolist(), pd.DataFrame(array)
    records = frame.rename(columns=str).to_dict("records")
    body = JSONSerializer().serialize(array).encode()
    table = CSVSerializer().serialize(array).encode()
    to_json, to_csv = JSONSerializer().serialize, CSVSerializer().serialize
    comparisons = [
        Comparison(
            "JSON, array",
            lambda: to_json(array),
            lambda: plain_json(array),
            JSON_TARGET,
        ),
        Comparison(
            "JSON, lists",
            lambda: to_json(rows),
            lambda: plain_json(rows),
            JSON_TARGET,
        ),
        Comparison(
            "JSON, records", lambda: to_json(records), lambda: plain_json(records)
        ),
        Comparison(
            "CSV, array", lambda: to_csv(array), lambda: plain_csv(array), CSV_TARGET
        ),
        Comparison(
            "CSV, lists", lambda: to_csv(rows), lambda: plain_csv(rows), CSV_TARGET
        ),
        Comparison(
            "CSV, DataFrame",
            lambda: to_csv(frame),
            lambda: frame.to_csv(header=False, index=False),
            CSV_TARGET,
        ),
        Comparison(
            "reading JSON",
            lambda: JSONDeserializer().deserialize(
                io.BytesIO(body), "application/json"
            ),
            lambda: json.loads(body),
        ),
        Comparison(
            "reading CSV",
            lambda: CSVDeserializer().deserialize(io.BytesIO(table), "text/csv"),
            lambda: list(csv.reader(table.decode().splitlines())),
        ),
    ]
    baseline = "sagemaker 2" if sagemaker_ms else "json.dumps and csv.writer"
    print(f"10,000 x 20 floats, CPU ms, median of {RUNS}; baseline: {baseline}")
    met = [report(c, sagemaker_ms.get(c.name)) for c in comparisons]
    return 0 if all(met) else 1


def measure_sagemaker_2() -> dict[str, float]:
    """Return CPU ms by name of comparison; nothing where sagemaker 2 is not set up."""
    if not SAGEMAKER_2.exists():
        return {}
    command = [str(SAGEMAKER_2), "-c", SAGEMAKER_2_PROGRAM, str(RUNS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def plain_json(data) -> str:
    return json.dumps(data.tolist() if hasattr(data, "tolist") else data)


def plain_csv(rows) -> str:
    lines = []
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        lines.append(line.getvalue().rstrip("\r\n"))
    return "\n".join(lines)


def report(comparison: Comparison, theirs: float | None) -> bool:
    """Print a line; tell whether the target is met."""
    ours, baseline = median_ms(comparison.ours), theirs
    if baseline is None:
        baseline = median_ms(comparison.baseline)
    ratio = baseline / ours
    met = comparison.target is None or ratio >= comparison.target
    target = "" if comparison.target is None else f"   target {comparison.target}x"
    print(
        f"{comparison.name:<24}{ours:8.2f}{baseline:9.2f}{ratio:7.1f}x{target}"
        f"{'' if met else '   MISSED'}"
    )
    return met


def median_ms(call: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1000


if __name__ == "__main__":
    sys.exit(main())
