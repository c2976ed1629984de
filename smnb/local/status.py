"""What ``python -m smnb.local status`` says."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smnb import _runtime_file
from smnb.local.account import REGION

if TYPE_CHECKING:
    from smnb._runtime_file import RuntimeFile

_OTHER: Final = "other"
_KINDS: Final = {
    "blobs": "objects",
    "endpoints": "models",
    "environments": "models",
    "async": "asynchronous answers",
    "state.db": "records, logs and metrics",
    "state.db-wal": "records, logs and metrics",
    "state.db-shm": "records, logs and metrics",
    "daemon.log": "the backend's own log",
}
"""What the names in a data directory stand for."""


def lines(found: RuntimeFile | None, data_dir: Path) -> list[str]:
    """Return the lines for the daemon of `data_dir`; None if it does not run."""
    sizes = disk_use(data_dir)
    kinds = [f"{name} {_size(size)}" for name, size in sizes.items() if size]
    kept = f"  data       {data_dir} ({_size(sum(sizes.values()))})"
    if kinds:
        kept += f"\n             {', '.join(kinds)}"
    if found is None:
        return ["The local backend is not running.", kept]
    about = _runtime_file.health(found) or {}
    return [
        f"The local backend is running: smnb {found.version}",
        f"  url        {found.url}",
        f"  process    {found.pid}, since {about.get('since')}",
        kept,
        f"  endpoints  {_endpoints(found)} ({REGION})",
    ]


def disk_use(data_dir: Path) -> dict[str, int]:
    """Return the bytes that each kind of data takes."""
    sizes = dict.fromkeys((*_KINDS.values(), _OTHER), 0)
    for parent, _, names in os.walk(data_dir):
        inside = Path(parent).relative_to(data_dir).parts
        for name in names:
            kind = _KINDS.get(inside[0] if inside else name, _OTHER)
            # Something may be deleted while we look.
            with suppress(FileNotFoundError):
                sizes[kind] += Path(parent, name).lstat().st_size
    return sizes


def _size(size_bytes: int) -> str:
    return f"{size_bytes / 1e6:,.1f} MB"


def _endpoints(found: RuntimeFile) -> str:
    """Ask the API, as any client would."""
    from botocore.config import Config
    from botocore.session import Session

    # The user's AWS configuration has no say here, broken or not.
    nothing = (None, None, None, None)
    session = Session({"profile": nothing, "config_file": nothing})
    client = session.create_client(
        "sagemaker",
        region_name=REGION,
        endpoint_url=found.url,
        aws_access_key_id=found.access_key,
        aws_secret_access_key=found.secret_key,
        config=Config(proxies={}),
    )
    pages = client.get_paginator("list_endpoints").paginate()
    count = Counter(
        endpoint["EndpointStatus"] for page in pages for endpoint in page["Endpoints"]
    )
    return (
        ", ".join(f"{number} {name}" for name, number in count.most_common()) or "none"
    )
