"""Under which key the upload of a payload was begun, so that the next try goes on with it.

What is kept is a line in a file of its own, held while it is uploaded: two that upload the
same at the same time do not get in each other's way.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from smnb import _held_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._payload import Payload
    from smnb._s3 import S3Uri

_FOLDER = "uploads"
_LOOKED_AT_BYTES = 1024 * 1024
_LONGEST_KEY = 4096


@contextmanager
def key_for(payload: Payload, place: S3Uri, new: S3Uri) -> Iterator[S3Uri]:
    """Give the key to upload a payload to: that of a try that failed, else the new one.

    It is forgotten when the block ends well, or is stopped; not if it fails.

    Parameters
    ----------
    place
        Below it the key is looked for.
    new
        The key where there was no such try, or it is still at work.
    """
    held = _held_file.hold(_FOLDER, _fingerprint(payload, place))
    if held is None:
        yield new
        return
    path, descriptor = held
    is_over = True
    try:
        begun = os.read(descriptor, _LONGEST_KEY).decode(errors="replace")
        if begun.startswith(f"{place}/"):
            yield type(new).parse(begun)
        else:
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, str(new).encode())
            yield new
    except Exception:
        is_over = False
        raise
    finally:
        if is_over:
            with suppress(OSError):
                path.unlink()
        os.close(descriptor)


def _fingerprint(payload: Payload, place: S3Uri) -> str:
    """Return what a payload is known by, without reading all of it.

    That the parts that S3 has are its own is seen when they are compared.
    """
    digest = hashlib.sha256(f"{place} {payload.size_bytes}\n".encode())
    with payload.open() as content:
        digest.update(content.read(_LOOKED_AT_BYTES))
        content.seek(max(0, payload.size_bytes - _LOOKED_AT_BYTES))
        digest.update(content.read(_LOOKED_AT_BYTES))
    return digest.hexdigest()
