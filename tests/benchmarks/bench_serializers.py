"""Speed of JSON and CSV serialization of 10,000 x 20 floats, against the sagemaker SDK.

Run: ``python tests/benchmarks/bench_serializers.py``. Where sagemaker (version 2) is not
installed, the baselines are what its serializers call: ``json.dumps(array.tolist())``, and
a ``csv.writer`` for each row. CPU time, median of 7 runs.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from smnb.deserializers import CSVDeserializer, JSONDeserializer
from smnb.serializers import CSVSerializer, JSONSerializer

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS = 7
JSON_TARGET, CSV_TARGET = 10, 6


@dataclass(frozen=True)
class Comparison:
    name: str
    ours: Callable[[], object]
    baseline: Callable[[], object]
    target: float | None = None  # times as fast; None where nothing was promised


def main() -> int:
    json_baseline, csv_baseline, baseline = baselines()
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
            lambda: json_baseline(array),
            JSON_TARGET,
        ),
        Comparison(
            "JSON, lists",
            lambda: to_json(rows),
            lambda: json_baseline(rows),
            JSON_TARGET,
        ),
        Comparison(
            "JSON, records", lambda: to_json(records), lambda: json_baseline(records)
        ),
        Comparison(
            "CSV, array", lambda: to_csv(array), lambda: csv_baseline(array), CSV_TARGET
        ),
        Comparison(
            "CSV, lists", lambda: to_csv(rows), lambda: csv_baseline(rows), CSV_TARGET
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
    print(f"10,000 x 20 floats, CPU ms, median of {RUNS}; baseline: {baseline}")
    met = [report(comparison) for comparison in comparisons]
    return 0 if all(met) else 1


def baselines() -> tuple[Callable, Callable, str]:
    try:
        from sagemaker import serializers
    except ImportError:
        return (
            plain_json,
            plain_csv,
            "json.dumps and csv.writer (sagemaker v2 not installed)",
        )
    return (
        serializers.JSONSerializer().serialize,
        serializers.CSVSerializer().serialize,
        "sagemaker",
    )


def plain_json(data) -> str:
    return json.dumps(data.tolist() if hasattr(data, "tolist") else data)


def plain_csv(rows) -> str:
    lines = []
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow(row)
        lines.append(line.getvalue().rstrip("\r\n"))
    return "\n".join(lines)


def report(comparison: Comparison) -> bool:
    """Print a line; tell whether the target is met."""
    ours, baseline = median_ms(comparison.ours), median_ms(comparison.baseline)
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
