"""A session finds its target; secrets never show."""

import pytest

from smnb import _target
from smnb._session import Session
from smnb.errors import ConfigurationError

URL = "http://127.0.0.1:4566"


def test_target_is_local_unless_named_otherwise(monkeypatch):
    monkeypatch.delenv("SMNB_TARGET", raising=False)
    monkeypatch.setattr(_target, "_local", lambda: _target.Target("local", bills=False))

    assert _target.resolve().label == "local"


@pytest.mark.parametrize(
    ("name", "label", "bills", "loopback"),
    [("aws", "aws", True, False), (URL, URL, False, True)],
)
def test_target_is_taken_from_the_environment(
    monkeypatch, name, label, bills, loopback
):
    monkeypatch.setenv("SMNB_TARGET", name)
    target = _target.resolve()

    assert (target.label, target.bills, target.is_loopback) == (label, bills, loopback)


@pytest.mark.parametrize(
    "name", ["azure", "http://", "http://example.com", "ftp://127.0.0.1"]
)
def test_target_that_is_none_is_refused(name):
    with pytest.raises(ConfigurationError):
        _target.resolve(name)


def test_loopback_client_ignores_proxies_and_profiles(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    target = _target.Target("local", URL, "AKIDLOCAL", "secret", bills=False)
    monkeypatch.setattr(_target, "_local", lambda: target)
    client = Session("local").client("sagemaker")

    assert client.meta.endpoint_url == URL
    assert client.meta.config.proxies == {}


def test_repr_shows_no_key(monkeypatch):
    target = _target.Target("local", URL, "AKIDLOCAL", "the-secret", bills=False)
    monkeypatch.setattr(_target, "_local", lambda: target)

    assert "the-secret" not in repr(Session("local")) + repr(target)
    assert repr(Session("local")) == "Session local · us-east-1"


def test_role_is_asked_for_on_aws(monkeypatch):
    monkeypatch.delenv("SMNB_ROLE", raising=False)

    with pytest.raises(ConfigurationError, match="role="):
        Session("aws").role()


def test_role_is_taken_from_the_environment(monkeypatch):
    monkeypatch.setenv("SMNB_ROLE", "arn:aws:iam::123456789012:role/x")

    assert Session("aws").role() == "arn:aws:iam::123456789012:role/x"


def test_profile_that_is_missing_is_explained(monkeypatch):
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    with pytest.raises(ConfigurationError, match="list-profiles"):
        _ = Session("aws", profile="no-such-profile").region


def test_region_that_is_missing_is_asked_for(monkeypatch, tmp_path):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(ConfigurationError, match="region="):
        _ = Session("aws").region
