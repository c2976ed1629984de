"""AWS as a panel may find it: it answers, refuses as AWS does, or cannot be reached.

What it answers is the local backend's, by AWS's own protocols; a profile of the AWS
configuration leads here, so that the panel takes it for AWS.
"""

from __future__ import annotations

import json
import re
import threading
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

from jupyter_program import free_port

from smnb import _runtime_file

CONFIG = """
[profile work]
region = us-east-1
endpoint_url = http://127.0.0.1:{port}
aws_access_key_id = {keys.access_key}
aws_secret_access_key = {keys.secret_key}

[profile expired]
region = us-east-1
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Nobody
"""
_SERVICES = re.compile("/(sagemaker|iam)/aws4_request")
# A connection's own headers, and what is told anew of a body that was read whole.
_NOT_PASSED = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Refusal(NamedTuple):
    """An error of AWS."""

    code: str
    message: str

    def told(self, content_type: str) -> bytes:
        """Return it in the words of the protocol that a request speaks."""
        if "json" in content_type:
            words = {"__type": self.code, "message": self.message}
            return json.dumps(words).encode()
        words = f"<Code>{self.code}</Code><Message>{self.message}</Message>"
        return f"<ErrorResponse><Error>{words}</Error></ErrorResponse>".encode()


DENIED = Refusal(
    "AccessDeniedException",
    "User: arn:aws:iam::111122223333:user/ada is not authorized to perform: "
    "sagemaker:ListEndpoints because no identity-based policy allows the "
    "sagemaker:ListEndpoints action",
)
THROTTLED = Refusal("ThrottlingException", "Rate exceeded")


class AwsStandIn:
    """A server on loopback that stands between a profile and the local backend.

    With a `refusal` that is what SageMaker and IAM answer.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.refusal: Refusal | None = None
        self._server: ThreadingHTTPServer | None = None

    def config(self) -> str:
        """Return a configuration of AWS whose profile ``work`` leads here."""
        return CONFIG.format(port=self.port, keys=_backend())

    def start(self) -> None:
        """Answer, by what the local backend answers."""
        stand_in = self

        class Handler(_Handler):
            to = _backend().url.removeprefix("http://")

            @property
            def refusal(self) -> Refusal | None:
                return stand_in.refusal

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Be out of reach."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


def _backend() -> _runtime_file.RuntimeFile:
    found = _runtime_file.read(_runtime_file.data_dir())
    assert found is not None
    return found


class _Handler(BaseHTTPRequestHandler):
    to: str
    refusal: Refusal | None

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.refusal is not None and _SERVICES.search(self.headers["Authorization"]):
            self._answer(400, [], self.refusal.told(self.headers["Content-Type"]))
            return
        connection = HTTPConnection(self.to)
        connection.putrequest(self.command, self.path, skip_host=True)
        for name, value in self.headers.items():
            if name.lower() not in ("connection", "accept-encoding"):
                connection.putheader(name, value)
        connection.endheaders(body)
        answer: HTTPResponse = connection.getresponse()
        self._answer(answer.status, answer.getheaders(), answer.read())
        connection.close()

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST  # noqa: N815  the base class's names

    def _answer(
        self, status: int, headers: list[tuple[str, str]], content: bytes
    ) -> None:
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in _NOT_PASSED:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing on the terminal."""
