"""The one account, role and default region that the local backend stands for."""

from __future__ import annotations

from typing import Final

ACCOUNT_ID: Final = "000000000000"
REGION: Final = "us-east-1"
ROLE_NAME: Final = "smnb-local"
ROLE_ARN: Final = f"arn:aws:iam::{ACCOUNT_ID}:role/{ROLE_NAME}"
