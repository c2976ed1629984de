"""Lists in pages, addresses by host name, and the AWS CLI."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from s3_requests import LARGE, keys

AWS = Path(sys.executable).with_name("aws")
MIB = 1024 * 1024


@pytest.fixture
def aws(backend, tmp_path):
    """Return a function that runs awscli and returns what it prints."""
    environment = {
        "AWS_ENDPOINT_URL": backend.url,
        "AWS_ACCESS_KEY_ID": backend.runtime_file.access_key,
        "AWS_SECRET_ACCESS_KEY": backend.runtime_file.secret_key,
        "AWS_DEFAULT_REGION": "us-east-1",
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }
    return lambda *arguments: (
        subprocess.run(
            [AWS, "s3", *arguments],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout
    )


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_list_is_whole_whatever_the_page_size(s3, bucket, put, operation, page_size):
    for key in ("a", "b/1", "b/2", "c d/1", "ü"):
        put(key)

    pages = s3.get_paginator(operation).paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": page_size}
    )
    listed, prefixes = [], []
    for page in pages:
        listed += keys(page)
        prefixes += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]

    assert listed == ["a", "ü"]
    assert prefixes == ["b/", "c d/"]


def test_list_is_narrowed_by_prefix_and_start(s3, bucket, put):
    for key in ("a/1", "a/2", "a/3", "b"):
        put(key, b"xy")

    answer = s3.list_objects_v2(
        Bucket=bucket, Prefix="a/", StartAfter="a/1", FetchOwner=True
    )

    assert keys(answer) == ["a/2", "a/3"]
    assert (answer["KeyCount"], answer["IsTruncated"]) == (2, False)
    assert answer["Contents"][0]["Size"] == 2
    assert answer["Contents"][0]["Owner"]["ID"]


def test_list_with_a_token_of_nobody_is_refused(s3, bucket, refused):
    error = refused(s3.list_objects_v2, Bucket=bucket, ContinuationToken="é")

    assert error["Code"] == "InvalidArgument"


def test_bucket_is_reached_by_its_host_name(backend, bucket, put, monkeypatch):
    put("a/b", b"content")
    resolve = socket.getaddrinfo
    monkeypatch.setattr(  # not every resolver knows the names below localhost
        socket,
        "getaddrinfo",
        lambda _, *others, **more: resolve("127.0.0.1", *others, **more),
    )
    s3 = boto3.client(
        "s3",
        endpoint_url=backend.url.replace("127.0.0.1", "localhost"),
        region_name="us-east-1",
        aws_access_key_id=backend.runtime_file.access_key,
        aws_secret_access_key=backend.runtime_file.secret_key,
        config=Config(s3={"addressing_style": "virtual"}, proxies={}),
    )

    answer = s3.get_object(Bucket=bucket, Key="a/b")

    assert answer["Body"].read() == b"content"
    assert keys(s3.list_objects_v2(Bucket=bucket)) == ["a/b"]


def test_awscli_copies_lists_and_removes(aws, s3, bucket, large_file, tmp_path):
    folder = f"s3://{bucket}/folder"

    aws("cp", str(large_file), f"{folder}/large")
    aws("cp", f"{folder}/large", str(tmp_path / "back"))
    listed = aws("ls", f"{folder}/")
    aws("rm", folder, "--recursive")

    assert (tmp_path / "back").read_bytes() == LARGE
    assert listed.split()[2:] == [str(len(LARGE)), "large"]
    assert keys(s3.list_objects_v2(Bucket=bucket)) == []


def test_awscli_syncs_only_what_is_new(aws, bucket, tmp_path):
    (tmp_path / "folder").mkdir()
    for name in ("a", "b"):
        (tmp_path / "folder" / name).write_bytes(b"x")
        # S3 tells whole seconds: a file of this very second is newer than its copy.
        os.utime(tmp_path / "folder" / name, (0, time.time() - 10))
    sync = ("sync", str(tmp_path / "folder"), f"s3://{bucket}")

    first, second = aws(*sync), aws(*sync)

    assert first.count("upload:") == 2
    assert second == ""
