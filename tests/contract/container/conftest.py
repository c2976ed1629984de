"""Containers as the services use them, with processes that really run."""

import asyncio
import sys

import pytest
from running_container import Hosted, pack

from smnb.local.container import Container, ContainerSpec


@pytest.fixture
def host(tmp_path):
    """Return a function that runs an async function of a started container."""

    def host(code, steps, **changes):
        options = {
            "endpoint_name": "faces",
            "variant_name": "AllTraffic",
            "archive": pack(code, tmp_path / "model.tar.gz"),
            "environment": {},
            "image": "",
            "python": sys.executable,
            "memory_mb": 0,
            "workers": 1,
            "timeout_s": 30,
            "startup_timeout_s": 30,
        }
        spec = ContainerSpec(**{**options, **changes})
        log = []

        async def main():
            container = Container(spec, tmp_path / "work", log.append)
            try:
                await container.start()
                return await steps(Hosted(container, log))
            finally:
                await container.stop()

        return asyncio.run(main())

    return host
