"""What a container runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smnb._limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from smnb.local.container.requirements import Environments
    from smnb.local.images import Images


@dataclass(frozen=True)
class ContainerSpec:
    """What a container runs, and its limits.

    Parameters
    ----------
    archive
        ``model.tar.gz`` on disk; None for a model without data.
    environment
        Variables of the model, on top of those of the container contract.
    image
        The image's URI, which says what runs; see `Container`.
    python
        Interpreter that runs the model server.
    memory_mb
        MiB that each worker may take; 0 for no limit.
    workers
        Processes, each with the model loaded and one request at a time. The first is
        started at once, another whenever a request finds all of them busy.
    timeout_s
        Seconds that an invocation may take, its wait for a worker included.
    startup_timeout_s
        Seconds until the first worker answers ``/ping``.
    max_concurrency
        Requests under way from which more are refused; None for no limit.
    disk_bytes
        Most that the archive's files may take.
    environments
        Where those of models with a `requirements.txt` are; None: it is not looked at.
    images
        What the user runs in the place of images; None: nothing.
    """

    endpoint_name: str
    variant_name: str
    archive: Path | None
    environment: Mapping[str, str]
    image: str
    python: str
    memory_mb: int
    workers: int
    timeout_s: float
    startup_timeout_s: float
    max_concurrency: int | None = None
    disk_bytes: int = LIMITS["serverless_disk_bytes"].value
    environments: Environments | None = None
    images: Images | None = None
