"""A container: the model's processes, started, watched and spoken to."""

from smnb.local.container.container import Container
from smnb.local.container.errors import (
    ArchiveError,
    ModelDiedError,
    ModelTimeoutError,
    NoProgramError,
    OutOfMemoryError,
    RequirementsError,
    StartFailedError,
    StartTimeoutError,
    TooManyRequestsError,
)
from smnb.local.container.requirements import Environments
from smnb.local.container.response import ContainerResponse
from smnb.local.container.spec import ContainerSpec

__all__ = [
    "ArchiveError",
    "Container",
    "ContainerResponse",
    "ContainerSpec",
    "Environments",
    "ModelDiedError",
    "ModelTimeoutError",
    "NoProgramError",
    "OutOfMemoryError",
    "RequirementsError",
    "StartFailedError",
    "StartTimeoutError",
    "TooManyRequestsError",
]
