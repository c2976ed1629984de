"""A container without a process and a store without S3, for the tests of hosting."""

import asyncio
from types import SimpleNamespace

from smnb.local.container import StartFailedError
from smnb.local.errors import ServiceError


class FakeContainer:
    """Does what the class's attributes say, and notes what is asked of it.

    `failures` maps an image to why its container does not start; `answer` is an async
    function of (headers, body) that returns (status, content type, body).
    """

    def __init__(self, spec, work_dir, log):
        self.spec = spec
        self.work_dir = work_dir
        self.log = log
        self.stopped = False
        self.idle_s = 0.0
        self.made.append(self)

    async def start(self):
        if reason := self.failures.get(self.spec.image):
            raise StartFailedError(reason)

    def resize(self, spec):
        self.spec = spec

    async def stop(self):
        self.stopped = True

    async def invoke(self, headers, body, size):
        content = b"".join([chunk async for chunk in body])
        assert size == len(content)
        status, content_type, answer = await type(self).answer(headers, content)

        async def chunks():
            yield answer

        return SimpleNamespace(
            status=status, headers={"content-type": content_type}, body=chunks()
        )


def new_container_class():
    """Return a FakeContainer class of its own, which echoes."""

    async def echo(headers, body):
        return 200, headers.get("content-type", ""), body

    members = {"made": [], "failures": {}, "answer": staticmethod(echo)}
    return type("TestContainer", (FakeContainer,), members)


class FakeStore:
    """Objects by bucket and key, in memory."""

    def __init__(self, *buckets):
        self.buckets = {bucket: {} for bucket in buckets}

    def _find(self, bucket, key):
        if bucket not in self.buckets:
            raise ServiceError(
                "NoSuchBucket", "The specified bucket does not exist.", 404
            )
        if key not in self.buckets[bucket]:
            raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)
        return self.buckets[bucket][key]

    def head(self, bucket, key):
        content, content_type = self._find(bucket, key)
        return SimpleNamespace(size_bytes=len(content), content_type=content_type)

    def read(self, bucket, key):
        content, _ = self._find(bucket, key)
        return iter([content] if content else [])

    async def copy_to(self, bucket, key, path):
        path.write_bytes(self._find(bucket, key)[0])

    async def put_file(self, bucket, key, path, content_type):
        if bucket not in self.buckets:
            raise ServiceError(
                "NoSuchBucket", "The specified bucket does not exist.", 404
            )
        self.buckets[bucket][key] = (path.read_bytes(), content_type)


class FakeMetricStore:
    """Keeps the samples of each metric, by its name: (dimensions, unit, value)."""

    def __init__(self):
        self.samples = {}

    def series(self, metric, unit):
        def add(value):
            sample = dict(metric.dimensions), unit, value
            self.samples.setdefault(metric.name, []).append(sample)

        return SimpleNamespace(add=add)

    def values(self, name):
        return [value for _, _, value in self.samples.get(name, ())]


async def until(condition):
    """Let tasks run until `condition()` holds."""
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came true")
