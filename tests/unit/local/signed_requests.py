"""Requests signed by botocore, as its clients would send them."""

from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

ACCESS_KEY = "SMNBACCESSKEY0000000"
SECRET_KEY = "only+a/test="  # noqa: S105 - signs nothing but these tests
URL = "http://127.0.0.1:4000"


def sign(
    method="POST", path="/", body=b"", headers=None, service="sts", secret=SECRET_KEY
):
    """Return the headers, by lower-case name, that botocore sends with a request."""
    request = AWSRequest(method, f"{URL}{path}", headers=headers or {}, data=body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(ACCESS_KEY, secret), service, "us-east-1").add_auth(request)
    sent = {name.lower(): str(value) for name, value in request.headers.items()}
    return {"host": urlsplit(URL).netloc, **sent}
