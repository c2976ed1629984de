"""What is shown of a removal, and what does not keep it from what bills."""

from datetime import datetime, timezone

import pytest

import smnb
from smnb import _hosting, _removal, _scaling
from smnb._inventory import Part
from smnb._s3 import S3Uri
from smnb.errors import ConfigurationError

NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


@pytest.fixture
def session():
    """Return a session that nothing is asked of."""
    return smnb.Session("http://127.0.0.1:9", bucket="models")


@pytest.fixture
def endpoint():
    return _hosting.Described(
        name="faces",
        arn="arn:faces",
        status="InService",
        reason="",
        created=NOON,
        kind="serverless",
        compute="serverless 2048 MB",
        memory_mb=2048,
        concurrency=5,
        variant="AllTraffic",
        config="faces-0123abcd-4567",
        models=("faces-0123abcd-4567",),
        tags={"smnb:deployment": "0123abcd", "smnb:schedule": "smnb-0123abcd-main"},
    )


@pytest.fixture
def removal(session, endpoint):
    part = Part("model", "faces-0123abcd-4567", "arn:model", NOON, "0123abcd")
    return _removal.Removal(
        session,
        "faces",
        endpoints=(endpoint,),
        alarms=("smnb-0123abcd-faces-has-backlog",),
        places=(S3Uri("models", "smnb/faces/0123abcd"),),
        parts=(part,),
        stays=("log group <faces>",),
    )


def test_removal_shows_what_goes_in_order_and_what_stays(removal):
    assert repr(removal).splitlines() == [
        "Delete faces · http://127.0.0.1:9 · nothing deleted yet",
        "  1  endpoint faces (InService, serverless 2048 MB)",
        "  2  schedule smnb-0123abcd-main",
        "  3  alarm smnb-0123abcd-faces-has-backlog",
        "  4  objects below s3://models/smnb/faces/0123abcd",
        "  5  model faces-0123abcd-4567",
        "  stays: log group <faces>",
    ]


def test_removal_is_a_card_in_a_notebook(removal):
    shown = removal._repr_html_()

    assert "endpoint faces (InService" in shown
    assert "log group &lt;faces&gt;" in shown


def test_removal_of_what_is_gone_says_so(session):
    nothing = _removal.Removal(session, "faces")

    assert "nothing to delete" in repr(nothing)
    assert "nothing to delete" in nothing._repr_html_()


def test_alarms_that_may_not_be_listed_do_not_keep_what_bills(
    session, endpoint, monkeypatch
):
    def denied(*_):
        raise ConfigurationError("Looking for alarms: denied.", hint="Ask.")

    monkeypatch.setattr(_scaling, "alarms", denied)
    removal = _removal.of(session, "faces", [endpoint], [])

    assert removal.goes[0] == "endpoint faces (InService, serverless 2048 MB)"
    assert "your credentials may not list them" in removal.stays[-1]
