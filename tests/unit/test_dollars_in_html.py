"""No dollars in any HTML repr are typeset: JupyterLab takes two for mathematics."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from aws_answers import ACCOUNT, REGION, ROLE, Aws
from load_test_answers import LARGE, XLARGE, described, job

import smnb
from smnb import _hosting, _lookup, _metrics, _progress, _video
from smnb._benchmark.result import Benchmark, Row
from smnb._container import ContainerFolder
from smnb._doctor.report import Finding as Check
from smnb._doctor.report import Report
from smnb._endpoint import Endpoint
from smnb._expenses import Expense, Spending
from smnb._explain.explanation import Explanation, Finding
from smnb._figures import Metrics
from smnb._iam import IamPolicy
from smnb._invocation import Reply
from smnb._logs import LogLines
from smnb._metrics import Readings
from smnb._removal import Removal
from smnb._results import FrameResult, VideoResult
from smnb._routes import Direct

TWO = "$1 and $2"
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
BILLED = SimpleNamespace(
    label=TWO, region="us-east-1", target=SimpleNamespace(bills=True)
)
SDK = Path(smnb.__file__).parent


class Texts(HTMLParser):
    """The stretches of text that no tag interrupts."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)
        self.close()

    def handle_data(self, data):
        self.found.append(data)


def endpoint(**changes):
    values = {
        "name": "churn",
        "arn": f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/churn",
        "status": "Failed",
        "reason": TWO,
        "created": NOW,
        "kind": "serverless",
        "compute": "serverless 2048 MB",
        "memory_mb": 2048,
        "concurrency": 5,
        "variant": "AllTraffic",
        "config": "c",
        "models": (),
        "tags": {"smnb:compute": "serverless memory_mb=2048 max_concurrency=5"},
    }
    return _hosting.Described(**{**values, **changes})


@pytest.fixture(autouse=True)
def _aws(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    read = Readings(NOW, NOW + timedelta(hours=1), 60, {}, {"memory_peak_mb": 900})
    monkeypatch.setattr(_metrics, "measure", lambda *_args, **_options: read)
    monkeypatch.setattr(_lookup._metrics, "last_calls", lambda *_: [None])
    monkeypatch.setattr(_hosting, "find", lambda *_: endpoint())


def shown_benchmark(on_aws):
    rows = tuple(
        Row(
            "serverless",
            mb,
            1,
            50,
            p50_ms=90,
            billed_ms=80,
            usd_per_million=usd,
            note=TWO,
        )
        for mb, usd in ((1024, 1.6), (2048, 3.2))
    )
    return Benchmark(TWO, rows, 700, "cost", on_aws=on_aws, prices=TWO)


def shown_spending():
    row = Expense(TWO, TWO, 1.5, 0.5, 9.0, True, timedelta(hours=2), 0.4)
    return Spending([row, row], session=BILLED)


def shown_recommendation():
    return smnb.recommend(payload_mb=0.2, calls_per_month=300_000, duration_s=0.1)


def shown_metrics():
    series = {"invocations": [(NOW, 3.0)]}
    read = Readings(NOW, NOW + timedelta(hours=1), 60, series, {"invocations": 3})
    return Metrics(BILLED, endpoint(name=TWO), read)


def shown_video():
    info = _video.VideoInfo(*[1] * len(_video.VideoInfo.__dataclass_fields__))
    return VideoResult(TWO, info, [FrameResult(0, 0.0, 0, TWO)], b"")


def shown_job():
    reply = Reply(TWO, Direct(1, TWO), TWO, 1, 1, 1.0, 0.1, ())
    with ThreadPoolExecutor(1) as workers:
        return smnb.Job(TWO, lambda _: reply, workers)


MADE = {
    "Benchmark": lambda: shown_benchmark(on_aws=True),
    "ContainerFolder": lambda: ContainerFolder(Path(TWO), TWO, TWO),
    "Endpoint": lambda: Endpoint("churn", session=BILLED),
    "Endpoints": lambda: _lookup.Endpoints(BILLED, [endpoint()]),
    "Explanation": lambda: Explanation(TWO, (Finding("x", TWO, (TWO,), TWO),), (TWO,)),
    "IamPolicy": lambda: IamPolicy({"a": TWO}, {"b": TWO}, {"c": TWO}),
    "Job": shown_job,
    "LoadTest": lambda: job(
        Aws(role=ROLE), *[described(rows=[XLARGE, LARGE], FailureReason=TWO)]
    ),
    "LogLines": lambda: LogLines([TWO]),
    "Metrics": shown_metrics,
    "Quote": lambda: smnb.quote(
        smnb.RealTime(), calls_per_month=9e5, duration_s=1, payload_mb=1
    ),
    "Recommendation": shown_recommendation,
    "Removal": lambda: Removal(BILLED, TWO, alarms=(TWO,), stays=(TWO,)),
    "_Shown": lambda: Direct(1, TWO),
    "Reply": lambda: Reply(TWO, Direct(1, TWO), TWO, 1, 1, 1.0, 0.1, ()),
    "Report": lambda: Report(TWO, (Check(TWO, "problem", TWO, TWO),)),
    "Session": lambda: smnb.Session("aws", profile=TWO, bucket=TWO),
    "Spending": shown_spending,
    "VideoResult": shown_video,
}


def classes_with_html():
    """Return the names of the SDK's classes that are shown as HTML."""
    return {
        found.name
        for path in SDK.rglob("*.py")
        for found in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(found, ast.ClassDef)
        and any(getattr(one, "name", "") == "_repr_html_" for one in found.body)
    }


def is_typeset(page):
    """Say whether a stretch of text has what JupyterLab takes for mathematics.

    Of a notebook that is not trusted it removes the elements of pictures, not their words.
    """
    untrusted = re.sub(r"</?(svg|g|path|line|rect|circle|text|title)\b[^>]*>", "", page)
    return any(
        text.count("$") > 1 for one in (page, untrusted) for text in Texts(one).found
    )


def test_every_class_that_is_shown_as_html_is_looked_at_here():
    assert classes_with_html() - {"Looking"} == set(MADE) - {"Endpoint"}


@pytest.mark.parametrize("name", MADE)
def test_dollars_of_a_repr_are_not_typeset(name):
    page = MADE[name]()._repr_html_()

    assert "$" in page or name in {"Endpoints", "Metrics"}
    assert not is_typeset(page)


def test_dollars_of_a_benchmark_here_are_not_typeset():
    assert not is_typeset(shown_benchmark(on_aws=False)._repr_html_())


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(_progress._open([TWO, TWO]), id="open"),
        pytest.param(_progress._folded([TWO, TWO]), id="folded"),
    ],
)
def test_dollars_of_the_progress_are_not_typeset(page):
    assert "$" in page
    assert not is_typeset(page)


@pytest.mark.parametrize(
    "page", [f"<p>{TWO}</p>", "<svg><text>$1</text><text>$2</text></svg>"]
)
def test_two_dollars_in_one_stretch_would_be_found(page):
    assert is_typeset(page)
