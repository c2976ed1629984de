"""The signature of a request, held against botocore's own."""

import io
from datetime import datetime, timezone

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from smnb import _signature

NOON = datetime(2026, 11, 22, 12, 0, 5, tzinfo=timezone.utc)
HOST = "runtime.sagemaker.eu-west-1.amazonaws.com"


class Clock(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, *_):
        return NOON


@pytest.fixture(scope="module", autouse=True)
def noon():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_signature, "datetime", Clock)
        patch.setattr("botocore.auth.get_current_datetime", lambda *_: NOON)
        yield


def by_botocore(credentials, path, headers, body):
    request = AWSRequest("POST", f"https://{HOST}{path}", headers=headers, data=body)
    SigV4Auth(credentials, "sagemaker", "eu-west-1").add_auth(request)
    return dict(request.headers.items())


words = st.text("abcXYZ019 ;=/-", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(
    body=st.binary(max_size=300),
    content_type=words,
    token=st.none() | st.text("abcDEF0+/=", min_size=1, max_size=40),
    path=st.sampled_from(["/endpoints/e/invocations", "/endpoints/a%20b/invocations"]),
)
def test_signature_is_botocores(body, content_type, token, path):
    credentials = ReadOnlyCredentials("AKIDEXAMPLE", "secret", token)
    headers = {"Content-Type": content_type, "Host": HOST}

    made = _signature.signed(
        credentials, ("eu-west-1", "sagemaker"), path, headers, body
    )

    assert (
        made["Authorization"]
        == (by_botocore(credentials, path, headers, body)["Authorization"])
    )


def test_signature_of_a_file_leaves_it_at_its_start():
    credentials = ReadOnlyCredentials("AKIDEXAMPLE", "secret", None)
    args = (credentials, ("eu-west-1", "sagemaker"), "/", {"Host": HOST})
    file = io.BytesIO(b"x" * 3_000_000)

    made = _signature.signed(*args, file)

    assert file.tell() == 0
    assert made == _signature.signed(*args, file.getvalue())
