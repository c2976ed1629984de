"""AWS Identity and Access Management: just enough to look a role up."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from smnb.local.request import Context

_CREATED: Final = datetime(2026, 1, 1, tzinfo=timezone.utc)
# As AWS sends it: JSON, percent-encoded.
_TRUST: Final = quote(
    json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "sagemaker.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ],
        }
    )
)


class IamService:
    """Every role exists, since nothing here depends on what a role may do."""

    async def get_role(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer for any name; the sagemaker SDKs turn a role's name into its ARN."""
        name = params["RoleName"]
        return {
            "Role": {
                "Path": "/",
                "RoleName": name,
                "RoleId": "AROA000000000SMNBLOC",
                "Arn": f"arn:aws:iam::{context.account_id}:role/{name}",
                "CreateDate": _CREATED,
                "AssumeRolePolicyDocument": _TRUST,
            }
        }
