"""A container that runs, asked as the services ask it."""

import json
import tarfile
from pathlib import Path

MODELS = Path(__file__).parents[1] / "models"


async def once(content):
    """Yield one chunk."""
    yield content


async def read(response):
    """Return a response's whole body."""
    return b"".join([chunk async for chunk in response.body])


class Hosted:
    """A container that was started."""

    def __init__(self, container, log):
        self.container = container
        self.log = log

    async def send(self, body, content_type="application/json", **options):
        """Return the response to a body of known size."""
        return await self.container.invoke(
            {"content-type": content_type}, once(body), len(body), **options
        )

    async def ask(self, value):
        """Return the prediction for a value, both JSON."""
        return json.loads(await read(await self.send(json.dumps(value).encode())))


def pack(code, archive):
    """Make an archive of some code, or of one of tests/models; return its path."""
    if isinstance(code, str):
        folder = archive.parent / "code"
        folder.mkdir()
        (folder / "inference.py").write_text(code)
    else:
        folder = code / "code"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, "code")
    return archive
