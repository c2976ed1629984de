"""boto3's S3 client and a bucket of the test's own."""

from uuid import uuid4

import pytest
from s3_requests import LARGE


@pytest.fixture(scope="module")
def s3(backend):
    return backend.client("s3")


@pytest.fixture
def bucket(s3):
    name = f"bucket-{uuid4().hex}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def put(s3, bucket):
    """Return a function that puts an object into the test's bucket."""
    return lambda key, body=b"", **options: s3.put_object(
        Bucket=bucket, Key=key, Body=body, **options
    )


@pytest.fixture
def get(s3, bucket):
    """Return a function that gets the content of an object of the test's bucket."""
    return lambda key, **options: s3.get_object(Bucket=bucket, Key=key, **options)[
        "Body"
    ].read()


@pytest.fixture
def large_file(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    return path
