"""The doctor tells the truth of a real local backend, and sends nothing."""

import time

import pytest

import smnb
from smnb._doctor import check_before_deploy
from smnb._model import Artifact


@pytest.fixture
def calls():
    """Note what is called on the backend."""
    session = smnb.Session("local")
    seen = []
    for service in ("sagemaker", "s3", "sts"):
        events = session.client(service).meta.events
        events.register("before-call", lambda model, **_: seen.append(model.name))
    return session, seen


def statuses(report):
    return {finding.check: finding.status for finding in report}


def test_doctor_finds_a_good_model_fine(write_model):
    report = smnb.doctor(model=write_model(), compute=smnb.Serverless(), name="echo")
    found = statuses(report)

    assert report.problems == []
    assert len(report) >= 20
    for check in ("local backend", "bucket", "layout", "handlers", "name is free"):
        assert found[check] == "ok"
    assert found["quota"] == "unknown"


def test_doctor_names_what_is_wrong(write_model):
    folder = write_model("def model_fn(model_dir) return 1")
    (problem,) = smnb.doctor(model=folder, compute=smnb.Serverless()).problems

    assert problem.check == "layout"
    assert "inference.py" in problem.what
    assert problem.fix


def test_doctor_sees_that_a_name_is_taken(write_model, nothing_left):
    with smnb.deploy(write_model(), name="taken"):
        report = smnb.doctor(name="taken", compute=smnb.Serverless())

    assert statuses(report)["name is free"] == "warning"


def test_doctor_only_reads(write_model, calls):
    session, seen = calls
    smnb.doctor(session, model=write_model(), compute=smnb.Serverless(), name="echo")

    assert seen
    assert all(name.startswith(("Describe", "Get", "Head", "List")) for name in seen)


def test_deploys_own_checks_are_quick_and_silent(calls):
    session, seen = calls
    options = {"artifact": Artifact(None, None, "0", 1, 1), "image": "smnb.local/x"}
    started = time.perf_counter()
    lines = check_before_deploy(
        session, smnb.Model("m/"), smnb.Serverless(), "echo", **options
    )

    assert lines == []
    assert seen == []
    assert time.perf_counter() - started < 0.02


def test_backend_that_is_gone_is_said():
    report = smnb.doctor(smnb.Session("http://127.0.0.1:9"))

    assert statuses(report)["local backend"] == "problem"
