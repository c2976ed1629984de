"""AWS as the unit tests see it: sessions with keys, and answers in full shape."""

from contextlib import ExitStack

from botocore.loaders import create_loader
from botocore.stub import Stubber

from smnb._session import Session

LOADER = create_loader()  # reading AWS's models again for each test takes long
ACCOUNT = "123456789012"
REGION = "eu-west-1"
BUCKET = f"sagemaker-{REGION}-{ACCOUNT}"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/models/runs"
USER = f"arn:aws:iam::{ACCOUNT}:user/ada"
ASSUMED = f"arn:aws:sts::{ACCOUNT}:assumed-role/runs/ada"

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
NO_TRUST = {"Version": "2012-10-17", "Statement": []}


def identity(arn=USER, account=ACCOUNT, headers=None):
    answer = {"UserId": "AIDA", "Account": account, "Arn": arn}
    if headers:
        answer["ResponseMetadata"] = {"HTTPStatusCode": 200, "HTTPHeaders": headers}
    return answer


class Aws:
    """A session on AWS whose clients answer what the test says."""

    def __init__(self, **arguments):
        arguments = {"region": REGION, **arguments}
        self.session = Session("aws", **arguments)
        boto = self.session._boto_session()
        boto._session.register_component("data_loader", LOADER)
        self._stubbers = {}
        self._open = ExitStack()

    def _stubber(self, service):
        if service not in self._stubbers:
            stubber = Stubber(self.session.client(service))
            self._stubbers[service] = self._open.enter_context(stubber)
        return self._stubbers[service]

    def answers(self, service, operation, answer, expected=None):
        self._stubber(service).add_response(operation, answer, expected)
        return self

    def refuses(self, service, operation, code, message="no", status=400):
        self._stubber(service).add_client_error(operation, code, message, status)
        return self

    def knows_caller(self, arn=USER, **options):
        return self.answers("sts", "get_caller_identity", identity(arn, **options))

    def all_asked(self):
        """Every answer was called for; calls without one have failed already."""
        for stubber in self._stubbers.values():
            stubber.assert_no_pending_responses()
        return True
