"""How a caller gets fresh AWS credentials: the very command of the profile in use."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEPTH = 5  # profiles that name each other as their source


def sign_in(profile: str | None) -> str:
    """Say how to sign in again, by what the AWS configuration holds.

    Parameters
    ----------
    profile
        Name of the profile that was asked for; None leaves it to the environment.
    """
    if _in_environment(profile):
        return (
            "The keys come from the environment: set AWS_ACCESS_KEY_ID, "
            "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN anew, or unset them."
        )
    return ": ".join(_of_profile(profile_name(profile), _profiles()))


def sign_in_command(profile: str | None) -> str | None:
    """Return the command that signs in again; None if there is none."""
    if _in_environment(profile):
        return None
    return _of_profile(profile_name(profile), _profiles())[1]


def _in_environment(profile: str | None) -> bool:
    return profile is None and bool(os.environ.get("AWS_ACCESS_KEY_ID"))


def profile_name(profile: str | None) -> str:
    """Return the name of the profile in use."""
    environment = os.environ.get("AWS_DEFAULT_PROFILE") or os.environ.get("AWS_PROFILE")
    return profile or environment or "default"


def _profiles() -> Mapping[str, Mapping[str, Any]]:
    import botocore.session
    from botocore.exceptions import BotoCoreError

    try:
        config = botocore.session.Session().full_config
    except BotoCoreError:  # the hint must not hide the error that it is for
        return {}
    profiles: Mapping[str, Mapping[str, Any]] = config.get("profiles", {})
    return profiles


def _of_profile(
    name: str, profiles: Mapping[str, Mapping[str, Any]]
) -> tuple[str, str]:
    """Return words and the command, of the profile that holds the credentials."""
    for _ in range(_DEPTH):
        values = profiles.get(name, {})
        source = values.get("source_profile", name)
        if source == name:
            break
        name = source
    if "sso_session" in values or "sso_start_url" in values:
        return "Sign in again", f"aws sso login --profile {name}"
    if "login_session" in values:
        return "Sign in again", f"aws login --profile {name}"
    if "credential_process" in values:
        return "Run it yourself to see why", str(values["credential_process"])
    return "Enter keys that are valid", f"aws configure --profile {name}"
