"""What SageMaker Studio, or a notebook instance, says of itself on its disk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_METADATA: Final = Path("/opt/ml/metadata/resource-metadata.json")
_REGION_OF_ARN: Final = 3


@dataclass(frozen=True)
class Notebook:
    """The place that this process runs in.

    Parameters
    ----------
    role
        ARN of its execution role, where the file names it.
    region
        Its AWS region, or the empty string.
    instance
        Name of a notebook instance; empty in Studio.
    domain, user_profile
        Of Studio; empty on a notebook instance.
    """

    role: str = ""
    region: str = ""
    instance: str = ""
    domain: str = ""
    user_profile: str = ""


def notebook(path: Path = _METADATA) -> Notebook | None:
    """Return where this process runs; None if that is not SageMaker."""
    try:
        says = json.loads(path.read_bytes())
        arn = str(says.get("ResourceArn") or "").split(":")
    except (OSError, ValueError, AttributeError):
        return None
    domain = str(says.get("DomainId") or "")
    return Notebook(
        role=str(says.get("ExecutionRoleArn") or ""),
        region=arn[_REGION_OF_ARN] if len(arn) > _REGION_OF_ARN else "",
        instance="" if domain else str(says.get("ResourceName") or ""),
        domain=domain,
        user_profile=str(says.get("UserProfileName") or ""),
    )
