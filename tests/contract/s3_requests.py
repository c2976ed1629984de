"""A large object, and a request for S3 that is signed and sent by hand."""

import http.client
import os
from contextlib import contextmanager
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

MIB = 1024 * 1024
LARGE = os.urandom(MIB) * 20  # above boto3's 8 MiB, from where it sends parts


def keys(page):
    return [entry["Key"] for entry in page.get("Contents", [])]


class Signer(S3SigV4Auth):
    """Signs what it is told to say of the payload."""

    def __init__(self, backend, payload):
        keys = backend.runtime_file
        credentials = Credentials(keys.access_key, keys.secret_key)
        super().__init__(credentials, "s3", "us-east-1")
        self.said = payload

    def payload(self, request):  # noqa: ARG002 - the interface of botocore
        return self.said


def signed(backend, path, headers, payload, method="PUT"):
    """Return the headers of a request, with its signature."""
    request = AWSRequest(method, backend.url + path, headers=headers)
    Signer(backend, payload).add_auth(request)
    return dict(request.headers)


@contextmanager
def sent(backend, path, body, headers, payload):
    """Send a signed PUT in ways that boto3 would not; yield its connection."""
    connection = http.client.HTTPConnection(urlsplit(backend.url).netloc)
    try:
        connection.request("PUT", path, body, signed(backend, path, headers, payload))
        yield connection
    finally:
        connection.close()
