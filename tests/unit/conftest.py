"""What unit tests share: an AWS of answers, apart from the developer's own settings."""

import pytest
from aws_answers import Aws
from hypothesis import settings

# How long an example takes depends on what else the machine does.
settings.register_profile("smnb", deadline=None)
settings.load_profile("smnb")

_SETTINGS = [
    *("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"),
    *("AWS_SESSION_TOKEN", "AWS_CA_BUNDLE", "SMNB_ROLE", "SMNB_BUCKET"),
    *("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"),
]


@pytest.fixture
def no_settings(monkeypatch, tmp_path):
    """Nothing of the developer's AWS settings is seen."""
    for name in _SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def aws(no_settings, monkeypatch):
    """Return a function that makes a session on an AWS of answers."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    return Aws
