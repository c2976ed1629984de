"""A session finds its target; secrets never show."""

import importlib
import sys

import pytest

from smnb import _target
from smnb._session import Session, default_session
from smnb._vpc import Vpc
from smnb.errors import ConfigurationError, InvalidInputError, LocalBackendError

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


def test_profile_that_is_missing_is_explained(monkeypatch):
    monkeypatch.delenv("AWS_PROFILE", raising=False)

    with pytest.raises(ConfigurationError, match="list-profiles"):
        _ = Session("aws", profile="no-such-profile").region


@pytest.mark.parametrize(
    ("place", "region"),
    [
        ("argument", "eu-west-1"),
        ("AWS_REGION", "eu-west-2"),
        ("AWS_DEFAULT_REGION", "eu-west-3"),
        ("profile", "eu-north-1"),
    ],
)
def test_region_is_found_in_order(no_settings, monkeypatch, tmp_path, place, region):
    (tmp_path / "config").write_text("[default]\nregion = eu-north-1\n")
    if place != "profile":
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    if place in ("argument", "AWS_REGION"):
        monkeypatch.setenv("AWS_REGION", "eu-west-2")
    session = Session("aws", region=region if place == "argument" else None)

    assert session.region == region


def test_region_of_a_backend_on_this_machine_has_a_default(no_settings):
    assert Session(URL).region == "us-east-1"


def test_region_that_is_missing_is_asked_for(no_settings):
    with pytest.raises(ConfigurationError, match="aws configure set region"):
        _ = Session("aws").region


@pytest.mark.parametrize(
    ("region", "partition", "host"),
    [
        ("eu-west-1", "aws", "api.sagemaker.eu-west-1.amazonaws.com"),
        ("cn-north-1", "aws-cn", "api.sagemaker.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "aws-us-gov", "api.sagemaker.us-gov-west-1.amazonaws.com"),
    ],
)
def test_partition_follows_the_region(aws, region, partition, host):
    session = aws(region=region).session

    assert session.partition == partition
    assert session.client("sagemaker").meta.endpoint_url == f"https://{host}"


def http(client):
    """Return the part of a client that opens connections."""
    return client._endpoint.http_session


def test_aws_client_honours_proxy_and_certificates(aws, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/example/ca.pem")
    client = aws().session.client("sagemaker")

    assert http(client)._proxy_config.proxy_url_for("https://x") == (
        "http://proxy.example:3128"
    )
    assert http(client)._verify == "/etc/example/ca.pem"


def test_loopback_client_ignores_what_is_meant_for_aws(no_settings, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("AWS_CA_BUNDLE", "/etc/example/ca.pem")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    target = _target.Target("local", URL, "AKIDLOCAL", "secret", bills=False)
    monkeypatch.setattr(_target, "_local", lambda: target)
    client = Session("local").client("s3")

    assert http(client)._proxy_config.proxy_url_for(URL) is None
    assert http(client)._verify != "/etc/example/ca.pem"
    assert client.meta.region_name == "us-east-1"
    assert not client.meta.config.use_fips_endpoint


def test_settings_of_the_profile_have_no_say_on_loopback(no_settings, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    target = _target.Target("local", URL, "AKIDLOCAL", "secret", bills=False)
    monkeypatch.setattr(_target, "_local", lambda: target)

    assert Session("local").profile_setting("smnb_bucket") is None


def test_local_target_on_windows_names_the_way_out(monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")

    with pytest.raises(LocalBackendError, match="WSL"):
        _target.resolve("local")


def test_local_program_on_windows_names_the_way_out(monkeypatch):
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.delitem(sys.modules, "smnb.local", raising=False)

    with pytest.raises(SystemExit, match="WSL"):
        importlib.import_module("smnb.local")


@pytest.mark.parametrize(
    ("subnets", "groups"), [("subnet-1", "sg-1"), (["subnet-1"], ("sg-1",))]
)
def test_network_has_ids_one_or_several(subnets, groups):
    assert Vpc(subnets, groups) == Vpc(("subnet-1",), ("sg-1",))


@pytest.mark.parametrize(
    ("subnets", "groups"), [((), ("sg-1",)), (["subnet-1"] * 17, "sg-1"), ("s", [])]
)
def test_network_with_more_or_fewer_ids_than_aws_takes_is_refused(subnets, groups):
    with pytest.raises(InvalidInputError, match="AWS takes 1 to"):
        Vpc(subnets, groups)


def test_session_given_by_its_name_is_refused():
    with pytest.raises(InvalidInputError, match=r"session=smnb\.Session\('aws'\)"):
        default_session("aws")
