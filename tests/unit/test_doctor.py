"""The doctor's report, and the table of checks that none of them can spoil."""

import pytest

from smnb import _doctor
from smnb._compute import RealTime, Serverless
from smnb._doctor import check_before_deploy, doctor
from smnb._doctor.report import Finding, Report
from smnb._doctor.subject import Check, bad, fine, unknown, warn
from smnb._model import Artifact, Model
from smnb._session import Session
from smnb._target import Target
from smnb._vpc import Vpc
from smnb.errors import ConfigurationError, InvalidInputError

LOCAL = Target(
    "local",
    "http://127.0.0.1:4566",
    "AKIDLOCAL",
    "secret",
    role="arn:aws:iam::000000000000:role/x",
    image="smnb.local/python:latest",
    bills=False,
)
REPORT = Report(
    "local · faces/",
    (
        Finding("role", "ok", "there is one"),
        Finding("bucket", "problem", "there is none", "aws s3 mb s3://x"),
        Finding("key", "unknown", "not asked on local"),
        Finding("size", "warning", "large <b>", "Make it smaller."),
    ),
)


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setattr("smnb._target.resolve", lambda _=None: LOCAL)
    return Session("local")


@pytest.fixture
def with_checks(monkeypatch):
    """Return a function that puts checks of the test's own into the table."""

    def replace(*checks):
        monkeypatch.setattr(_doctor, "_CHECKS", checks)

    return replace


def test_report_reads_as_aligned_lines():
    assert repr(REPORT).splitlines() == [
        "local · faces/",
        "✓ role    there is one",
        "✗ bucket  there is none",
        "          → aws s3 mb s3://x",
        "? key     not asked on local",
        "! size    large <b>",
        "          → Make it smaller.",
        "1 problem, 1 warning, 1 not known, 1 fine",
    ]


def test_report_is_a_sequence_of_findings():
    assert len(REPORT) == 4
    assert REPORT[1] in REPORT
    assert list(REPORT[:1]) == [REPORT[0]]
    assert REPORT.problems == [REPORT[1]]


def test_report_shows_as_html_without_markup_of_its_findings():
    html = REPORT._repr_html_()

    assert "aws s3 mb s3://x" in html
    assert "<b>" not in html


def test_finding_reads_as_one_line_and_its_fix():
    assert str(REPORT[1]) == "✗ bucket: there is none\n  → aws s3 mb s3://x"


def failing(error):
    def look(_):
        raise error

    return look


def test_check_that_fails_hides_no_other(session, with_checks):
    with_checks(
        Check("raises", failing(ConfigurationError("no role", hint="make one"))),
        Check("breaks", failing(ZeroDivisionError("by zero"))),
        Check("works", lambda _: fine("well")),
    )

    assert [(f.check, f.status, f.fix) for f in doctor(session)] == [
        ("raises", "problem", "make one"),
        ("breaks", "unknown", ""),
        ("works", "ok", ""),
    ]


@pytest.mark.parametrize(
    ("needs", "status"),
    [
        pytest.param("aws", "unknown", id="only-on-aws"),
        pytest.param("model", None, id="no-model-named"),
        pytest.param("compute", None, id="no-compute-named"),
        pytest.param("local", "ok", id="local"),
    ],
)
def test_check_is_made_where_it_applies(session, with_checks, needs, status):
    with_checks(Check("c", lambda _: fine("yes"), frozenset({needs})))
    found = doctor(session)

    assert [finding.status for finding in found] == ([status] if status else [])


def test_model_that_is_wrong_is_reported_once(session, tmp_path):
    report = doctor(session, model=tmp_path / "none", compute=Serverless())
    about_it = [f for f in report.problems if "There is no" in f.what]

    assert [finding.check for finding in about_it] == ["layout"]


def test_model_that_cannot_be_packed_hides_nothing_else(session, monkeypatch):
    monkeypatch.setattr("smnb._source.artifact_of", lambda *_: 1 // 0)
    report = doctor(session, model=Model("faces/"), compute=Serverless())
    found = {finding.check: finding.status for finding in report}

    assert found["layout"] == "unknown"
    assert found["price"] == "ok"
    assert "memory" not in found


def test_report_on_local_asks_aws_nothing(session, tmp_path):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "inference.py").write_text("def model_fn(d): ...")
    report = doctor(session, model=tmp_path, compute=Serverless())
    on_aws = [f.check for f in report if f.what == "not asked on local"]

    assert {"credentials", "quota", "role's trust", "you may"} <= set(on_aws)
    assert len(report) >= 20


def test_every_check_has_a_name_of_its_own():
    names = [check.name for check in _doctor._CHECKS]

    assert len(names) == len(set(names)) >= 30


ARTIFACT = Artifact(None, None, "0" * 64, 1000, unpacked_bytes=2000)


def before(session, compute=None, model=None, **options):
    options = {"artifact": ARTIFACT, "image": "smnb.local/python:latest", **options}
    model = model or Model("faces/")
    return check_before_deploy(
        session, model, compute or Serverless(), "faces", **options
    )


def test_deploy_that_is_well_has_no_lines(session):
    assert before(session) == []


def test_deploy_that_is_doubtful_gives_lines(session):
    lines = before(session, Serverless(provisioned_concurrency=1))

    assert len(lines) == 1
    assert lines[0].startswith("! pre-warming: 1 containers are kept warm")


@pytest.mark.parametrize("compute", [Serverless(), Serverless(memory_mb=6144)])
def test_deploy_that_would_fail_is_refused(session, compute):
    session.vpc = Vpc(("subnet-1",), ("sg-1",))

    with pytest.raises(InvalidInputError, match="VPC") as caught:
        before(session, compute)
    assert "RealTime" in caught.value.hint


def test_deploy_without_a_role_is_refused(aws):
    found = aws().knows_caller()

    with pytest.raises(ConfigurationError, match="needs a role"):
        before(found.session, RealTime())


def test_model_that_sagemaker_has_needs_no_role(aws):
    model = Model.from_sagemaker("churn")

    assert before(aws().session, RealTime(), model, image="", isolated=False) == []


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param(unknown("nobody knows"), [], id="unknown-is-kept-quiet"),
        pytest.param(fine("well"), [], id="fine"),
        pytest.param(None, [], id="does-not-apply"),
        pytest.param(warn("hm", "Do x."), ["! c: hm. Do x."], id="warning"),
    ],
)
def test_outcome_becomes_a_line(session, with_checks, outcome, expected):
    with_checks(Check("c", lambda _: outcome, is_cheap=True))

    assert before(session) == expected


def test_checks_that_take_long_are_not_made_by_deploy(session, with_checks):
    with_checks(Check("c", lambda _: bad("slow", "Wait.")))

    assert before(session) == []
