"""AWS Security Token Service: who the caller is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb.local.account import ROLE_NAME

if TYPE_CHECKING:
    from smnb.local.request import Context


class StsService:
    """Every caller is the one role of the one account."""

    async def get_caller_identity(
        self, context: Context, _params: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer with an assumed role, since the sagemaker SDKs look for a role."""
        account = context.account_id
        return {
            "UserId": f"AROA000000000SMNBLOC:{ROLE_NAME}",
            "Account": account,
            "Arn": f"arn:aws:sts::{account}:assumed-role/{ROLE_NAME}/{ROLE_NAME}",
        }
