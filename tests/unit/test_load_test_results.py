"""A job of Inference Recommender: followed, read, stopped, its winner deployed."""

import pandas as pd
import pytest
from aws_answers import BUCKET, ROLE, Aws
from load_test_answers import (
    IMAGE,
    LARGE,
    PLACE,
    SERVERLESS,
    XLARGE,
    described,
    job,
    knows_model,
    step,
    steps,
)

import smnb
from smnb import _wait
from smnb._benchmark.result import Benchmark, Row
from smnb._inference_recommender import job as job_module
from smnb.errors import InvalidInputError, ServiceError


@pytest.fixture(autouse=True)
def _keys(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(_wait, "nap", lambda _: None)


@pytest.fixture
def aws():
    return Aws(role=ROLE, bucket=BUCKET)


def test_rows_are_read_cheapest_call_first(aws):
    test = job(aws, described(rows=[XLARGE, LARGE, SERVERLESS]))

    assert [str(row.compute) for row in test.rows] == [
        "real-time ml.m5.large x 2",
        "real-time ml.m5.xlarge",
        "serverless 2048 MB",
    ]
    assert test.best.environment == {"OMP_NUM_THREADS": "1"}
    assert test.best.usd_per_million == pytest.approx(3.2)


def test_figures_that_aws_writes_as_nan_are_unknown(aws):
    (row,) = job(aws, described(rows=[XLARGE])).rows

    assert (row.cpu_percent, row.memory_percent) == (81.5, None)


def test_repr_is_a_table_with_the_best(aws):
    shown = repr(job(aws, described(rows=[XLARGE, SERVERLESS])))

    assert "per million" in shown
    assert "$4.00" in shown
    assert "OMP_NUM_THREADS=2" in shown
    assert "Cheapest call: real-time ml.m5.xlarge" in shown
    assert "first call" in shown


def test_frame_has_a_row_for_each_compute(aws):
    frame = job(aws, described(rows=[XLARGE, LARGE])).to_frame()

    assert list(frame["compute"]) == [
        "real-time ml.m5.large x 2",
        "real-time ml.m5.xlarge",
    ]


def test_frame_goes_below_that_of_a_benchmark(aws):
    measured = Row("serverless 2048 MB", 2048, 1, calls=9, usd_per_million=7.5)
    benchmark = Benchmark("churn", (measured,), None, "cost", on_aws=True)
    tested = job(aws, described(rows=[LARGE, SERVERLESS]))

    both = pd.concat([benchmark.to_frame(), tested.to_frame()])

    assert list(both["usd_per_million"]) == pytest.approx([7.5, 3.2, 9.0])
    assert set(tested.to_frame().columns) - set(benchmark.to_frame().columns) == {
        "environment",
        "usd_per_hour",
        "model_ms",
        "cpu_percent",
        "memory_percent",
    }


def test_following_says_how_many_tests_are_done(aws, capsys, monkeypatch):
    said = []
    monkeypatch.setattr(job_module.Progress, "now", lambda _, text: said.append(text))
    test = job(aws, described("IN_PROGRESS"))
    steps(aws, step("COMPLETED"), step("IN_PROGRESS", "ml.c5.large"))
    job(aws, described(rows=[LARGE]))
    steps(aws, step("COMPLETED"), step("COMPLETED"))
    test.wait()

    assert "IN_PROGRESS · 1 of 2 tests done, now ml.c5.large" in said[0]
    assert test.status == "COMPLETED"
    assert "try is COMPLETED: 1 computes" in capsys.readouterr().err


def test_failed_tests_are_named(aws, capsys):
    test = job(aws, described(rows=[LARGE]))
    steps(aws, step("FAILED", "ml.c5.large", FailureReason="no capacity"))
    test.wait()

    assert "✗ ml.c5.large: no capacity" in capsys.readouterr().err


def test_failed_job_is_an_error_with_the_reason(aws):
    test = job(
        aws, described("FAILED", FailureReason="Provided role ARN cannot be assumed")
    )
    steps(aws)

    with pytest.raises(ServiceError, match="cannot be assumed") as caught:
        test.wait()
    assert "AmazonSageMakerFullAccess" in caught.value.hint


def test_stop_button_says_that_the_job_goes_on(aws, capsys, monkeypatch):
    def stop(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_wait, "nap", stop)
    test = job(aws, described("PENDING"))
    steps(aws)
    with pytest.raises(KeyboardInterrupt):
        test.wait()

    said = capsys.readouterr().err
    assert "AWS goes on with try, and bills" in said
    assert 'smnb.LoadTest("try").stop()' in said


def test_payload_is_removed_when_the_job_is_over(aws):
    config = {"PayloadConfig": {"SamplePayloadUrl": PLACE}}
    test = job(aws, described(InputConfig={"ContainerConfig": config}))
    steps(aws)
    key = "smnb/load-tests/try/payload.tar.gz"
    aws.answers("s3", "list_objects_v2", {"Contents": [{"Key": key}]})
    aws.answers("s3", "delete_objects", {})
    aws.answers("s3", "list_multipart_uploads", {})
    test.wait()

    assert aws.all_asked()


def test_stop_ends_the_job(aws):
    aws.answers(
        "sagemaker", "stop_inference_recommendations_job", {}, {"JobName": "try"}
    )
    smnb.LoadTest("try", session=aws.session).stop()

    assert aws.all_asked()


@pytest.fixture
def deployed(monkeypatch):
    """Keep what `deploy` is called with, in place of deploying."""
    calls = []
    monkeypatch.setattr(
        job_module, "deploy", lambda *args, **options: calls.append((args, options))
    )
    return calls


def test_winner_is_deployed_with_its_environment(aws, deployed):
    test = job(aws, described(rows=[XLARGE, LARGE]))
    test.deploy(smnb.Model("faces/", environment={"LANG": "C"}), name="tuned")
    ((model, compute), options) = deployed[0]

    assert model.environment == {"LANG": "C", "OMP_NUM_THREADS": "1"}
    assert compute == smnb.RealTime("ml.m5.large", 2)
    assert options["name"] == "tuned"


def test_model_that_sagemaker_has_is_made_anew_with_the_environment(aws, deployed):
    test = job(aws, described(rows=[LARGE]))
    knows_model(aws, ModelDataUrl="s3://b/churn.tar.gz", Environment={"LANG": "C"})
    test.deploy(smnb.Model.from_sagemaker("churn"))
    ((model, _), _options) = deployed[0]

    assert (model.data, model.image) == ("s3://b/churn.tar.gz", IMAGE)
    assert model.environment == {"LANG": "C", "OMP_NUM_THREADS": "1"}


def test_deploying_without_a_result_is_refused(aws, deployed):
    test = job(aws, described("PENDING"), described("PENDING"))

    with pytest.raises(InvalidInputError, match="recommends nothing yet"):
        test.deploy("faces/")
