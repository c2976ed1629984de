"""boto3's session: on the user's AWS settings, or apart from all of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from smnb._target import Target

LOCAL_REGION: Final = "us-east-1"
# What the environment or a file says of these is meant for AWS.
_NOT_FOR_LOCAL: Final = (
    *("profile", "ca_bundle"),
    *("use_fips_endpoint", "use_dualstack_endpoint"),
)


def make_session(target: Target, *, profile: str | None, region: str | None) -> Any:
    """Return a boto3 session whose clients call `target`."""
    import boto3
    import botocore.session

    if target.access_key is None:
        # Other SDKs of AWS read AWS_REGION; boto3 reads AWS_DEFAULT_REGION alone.
        region = region or os.environ.get("AWS_REGION") or None
        made = boto3.Session(profile_name=profile, region_name=region)
        if not made.region_name and target.is_loopback:
            return boto3.Session(profile_name=profile, region_name=LOCAL_REGION)
        return made
    alone = botocore.session.Session(
        session_vars={
            "config_file": (None, None, os.devnull, None),
            "credentials_file": (None, None, os.devnull, None),
            **dict.fromkeys(_NOT_FOR_LOCAL, (None, None, None, None)),
        }
    )
    return boto3.Session(
        aws_access_key_id=target.access_key,
        aws_secret_access_key=target.secret_key,
        region_name=region or LOCAL_REGION,
        botocore_session=alone,
    )
