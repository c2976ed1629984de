"""The command that signs in again is the one of the very profile in use."""

import pytest

from smnb import _credentials

CONFIG = """
[default]
region = eu-west-1
[profile work]
sso_session = office
sso_account_id = 123456789012
[profile old]
sso_start_url = https://example.com/start
[profile console]
login_session = arn:aws:iam::123456789012:user/ada
[profile assumed]
role_arn = arn:aws:iam::123456789012:role/x
source_profile = work
[profile circle]
source_profile = circle
[profile tool]
credential_process = /opt/keys --json
[sso-session office]
sso_start_url = https://example.com/start
"""


@pytest.mark.parametrize(
    ("profile", "command"),
    [
        ("work", "aws sso login --profile work"),
        ("old", "aws sso login --profile old"),
        ("console", "aws login --profile console"),
        ("assumed", "aws sso login --profile work"),
        ("circle", "aws configure --profile circle"),
        ("tool", "/opt/keys --json"),
        (None, "aws configure --profile default"),
        ("missing", "aws configure --profile missing"),
    ],
)
def test_sign_in_names_the_command(
    no_settings, tmp_path, monkeypatch, profile, command
):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    (tmp_path / "config").write_text(CONFIG)

    assert _credentials.sign_in(profile).endswith(command)


def test_sign_in_follows_the_environment(no_settings, tmp_path, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    monkeypatch.setenv("AWS_PROFILE", "work")
    (tmp_path / "config").write_text(CONFIG)

    assert _credentials.sign_in(None).endswith("--profile work")


def test_keys_of_the_environment_are_named(no_settings, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")

    assert "AWS_SESSION_TOKEN" in _credentials.sign_in(None)


def test_configuration_that_is_broken_hides_nothing(no_settings, tmp_path, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    (tmp_path / "config").write_text("[broken")

    assert _credentials.sign_in("work").endswith("aws configure --profile work")
