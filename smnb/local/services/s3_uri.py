"""The forms in which AWS's APIs name an S3 object."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

_PATH_STYLE_HOST = re.compile(r"s3[.-][a-z0-9-]+\.amazonaws\.com|s3\.amazonaws\.com")
_VIRTUAL_HOST = re.compile(r"(?P<bucket>.+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com")


class S3Uri(NamedTuple):
    """One object, or with an empty or ``/``-terminated key one prefix, in S3.

    Examples
    --------
    >>> S3Uri.parse("s3://models/faces/model.tar.gz")
    S3Uri(bucket='models', key='faces/model.tar.gz')
    >>> S3Uri.parse("https://s3-us-east-1.amazonaws.com/models/faces/")
    S3Uri(bucket='models', key='faces/')
    >>> print(S3Uri("models", "faces").joined("model.tar.gz"))
    s3://models/faces/model.tar.gz
    """

    bucket: str
    key: str

    @classmethod
    def parse(cls, url: str) -> S3Uri:
        """Read an ``s3://`` URI or an ``https://`` URL, path or virtual-host style.

        Raises
        ------
        ValueError
            `url` is neither, or names no bucket.
        """
        scheme, _, rest = url.partition("://")
        host, _, path = rest.partition("/")
        if scheme == "s3" and host:
            return cls(host, path)
        if scheme == "https":
            path = unquote(path)
            if virtual := _VIRTUAL_HOST.fullmatch(host):
                return cls(virtual["bucket"], path)
            bucket, _, key = path.partition("/")
            if _PATH_STYLE_HOST.fullmatch(host) and bucket:
                return cls(bucket, key)
        raise ValueError(f"{url!r} is not the URI of an S3 object")

    def joined(self, *parts: str) -> S3Uri:
        """Return the key below this one made of `parts`."""
        prefix = [self.key.rstrip("/")] if self.key.strip("/") else []
        return S3Uri(self.bucket, "/".join([*prefix, *parts]))

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"
