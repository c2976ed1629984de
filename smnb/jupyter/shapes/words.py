"""Words that several shapes use."""

from __future__ import annotations

from typing import Literal

Kind = Literal["serverless", "realtime", "async"]
Status = Literal[
    "OutOfService",
    "Creating",
    "Updating",
    "SystemUpdating",
    "RollingBack",
    "InService",
    "Deleting",
    "Failed",
    "UpdateRollbackFailed",
]
RouteName = Literal["direct", "split", "s3"]
