"""Hosting a model from a shell, by the unmodified AWS command line."""

import json
import os
import subprocess
import sys
import tarfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

AWS = Path(sys.executable).with_name("aws")
MODELS = Path(__file__).parents[1] / "models"
ROLE = "arn:aws:iam::000000000000:role/shell"
IMAGE = "763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.5"
VARIANT = {
    "VariantName": "AllTraffic",
    "ModelName": "cli",
    "InstanceType": "ml.m5.large",
    "InitialInstanceCount": 1,
}
QUEUE = {"OutputConfig": {"S3OutputPath": "s3://cli/out"}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the folder that the commands run in, with a model and a request."""
    folder = tmp_path_factory.mktemp("awscli")
    with tarfile.open(folder / "model.tar.gz", "w:gz") as tar:
        tar.add(MODELS / "environment" / "code", "code")
    (folder / "request.json").write_text("{}")
    return folder


@pytest.fixture(scope="module")
def aws(joined, folder):
    """Return a function that runs one command and returns what it printed."""

    def aws(*arguments, fails=False):
        done = subprocess.run(
            [AWS, *arguments],
            env=joined,
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert bool(done.returncode) == fails, done.stderr
        if fails:
            return done.stderr
        return json.loads(done.stdout) if done.stdout[:1] == "{" else done.stdout

    return aws


@pytest.fixture(scope="module")
def bucket(aws):
    """Return a bucket that is deleted with all that is in it."""
    aws("s3", "mb", "s3://cli")
    yield "s3://cli"
    aws("s3", "rb", "s3://cli", "--force")


@pytest.fixture(scope="module")
def deploy(aws, bucket):
    """Return a function that makes endpoints of one model, gone in the end."""
    aws("s3", "cp", "model.tar.gz", f"{bucket}/models/")
    container = {"Image": IMAGE, "ModelDataUrl": f"{bucket}/models/model.tar.gz"}
    aws(
        *("sagemaker", "create-model", "--model-name", "cli"),
        *("--execution-role-arn", ROLE, "--primary-container", json.dumps(container)),
    )
    created = []

    def deploy(name, *options):
        config = ("--endpoint-config-name", name)
        variants = ("--production-variants", json.dumps([VARIANT]))
        aws("sagemaker", "create-endpoint-config", *config, *variants, *options)
        aws("sagemaker", "create-endpoint", "--endpoint-name", name, *config)
        created.append(name)
        settle(aws, name)
        return name

    yield deploy
    for name in created:
        aws("sagemaker", "delete-endpoint-config", "--endpoint-config-name", name)
    aws("sagemaker", "delete-model", "--model-name", "cli")


def settle(aws, name):
    """Wait for the endpoint; the command's own waiter would ask each 30 s."""
    question = ("--endpoint-name", name, "--query", "EndpointStatus")
    for _ in range(60):
        if "ing" not in aws("sagemaker", "describe-endpoint", *question):
            break
    aws("sagemaker", "wait", "endpoint-in-service", "--endpoint-name", name)


@pytest.fixture(scope="module")
def endpoint(aws, deploy):
    """Return an endpoint that was invoked once."""
    name = deploy("cli")
    aws(
        *("sagemaker-runtime", "invoke-endpoint", "--endpoint-name", name),
        *("--content-type", "application/json", "--body", "fileb://request.json"),
        "answer.json",
    )
    yield name
    aws("sagemaker", "delete-endpoint", "--endpoint-name", name)


def test_file_is_copied_there_and_back_in_parts(aws, bucket, folder):
    content = bytes(range(256)) * 40_000  # the command splits from 8 MiB on
    (folder / "large").write_bytes(content)
    aws("s3", "cp", "large", f"{bucket}/parts/large")
    aws("s3", "cp", f"{bucket}/parts/large", "large.back")

    assert (folder / "large.back").read_bytes() == content


def test_listing_shows_folders_and_sizes(aws, bucket):
    for key in ("listing/one.txt", "listing/more/two.txt"):
        aws("s3", "cp", "request.json", f"{bucket}/{key}")
    listed = aws("s3", "ls", f"{bucket}/listing/").split()

    assert listed[:2] == ["PRE", "more/"]
    assert listed[-2:] == ["2", "one.txt"]


def test_sync_copies_what_changed_and_deletes_what_went(aws, bucket, folder):
    tree = folder / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "kept").write_text("kept")
    (tree / "deep" / "gone").write_text("gone")
    # S3 tells whole seconds: a file of this second would look newer than its copy.
    os.utime(tree / "kept", (time.time() - 10,) * 2)
    aws("s3", "sync", "tree", f"{bucket}/tree")
    (tree / "deep" / "gone").unlink()
    (tree / "new").write_text("new")
    second = aws("s3", "sync", "tree", f"{bucket}/tree", "--delete", "--no-progress")
    aws("s3", "sync", f"{bucket}/tree", "back")

    assert sorted(line.split()[0] for line in second.splitlines()) == [
        "delete:",
        "upload:",
    ]
    assert sorted(path.name for path in (folder / "back").rglob("*")) == ["kept", "new"]


def test_objects_are_removed_by_prefix(aws, bucket):
    for name in ("one", "two"):
        aws("s3", "cp", "request.json", f"{bucket}/removed/{name}")
    aws("s3", "rm", f"{bucket}/removed/", "--recursive")

    aws("s3", "ls", f"{bucket}/removed/", fails=True)  # it fails if it finds nothing


def test_endpoint_answers(endpoint, folder):
    answer = json.loads((folder / "answer.json").read_text())

    assert answer["files"] == ["code"]


def test_endpoint_is_listed(aws, endpoint):
    listed = aws("sagemaker", "list-endpoints", "--name-contains", endpoint)

    assert [one["EndpointName"] for one in listed["Endpoints"]] == [endpoint]


def test_models_print_is_in_the_log(aws, endpoint):
    group = ("--log-group-name", f"/aws/sagemaker/Endpoints/{endpoint}")
    streams = aws("logs", "describe-log-streams", *group)["logStreams"]
    stream = ("--log-stream-name", streams[0]["logStreamName"])
    events = aws("logs", "get-log-events", *group, *stream)["events"]

    assert [event["message"] for event in events] == ["loading", "predicting"]


def test_invocation_is_counted(aws, endpoint):
    now = datetime.now(timezone.utc)
    counted = aws(
        *("cloudwatch", "get-metric-statistics", "--namespace", "AWS/SageMaker"),
        *("--metric-name", "Invocations", "--statistics", "Sum", "--period", "3600"),
        *("--start-time", str(now - timedelta(hours=1))),
        *("--end-time", str(now + timedelta(hours=1)), "--dimensions"),
        *(f"Name=EndpointName,Value={endpoint}", "Name=VariantName,Value=AllTraffic"),
    )

    assert sum(point["Sum"] for point in counted["Datapoints"]) == 1


def test_endpoint_is_updated(aws, endpoint):
    name = ("--endpoint-name", endpoint)
    capacity = {"VariantName": "AllTraffic", "DesiredInstanceCount": 2}
    aws(
        *("sagemaker", "update-endpoint-weights-and-capacities", *name),
        *("--desired-weights-and-capacities", json.dumps([capacity])),
    )
    settle(aws, endpoint)
    (variant,) = aws("sagemaker", "describe-endpoint", *name)["ProductionVariants"]

    assert variant["CurrentInstanceCount"] == 2


def test_asynchronous_request_is_answered_in_s3(aws, deploy, bucket, folder):
    name = deploy("cli-async", "--async-inference-config", json.dumps(QUEUE))
    aws("s3", "cp", "request.json", f"{bucket}/in/")
    accepted = aws(
        *("sagemaker-runtime", "invoke-endpoint-async", "--endpoint-name", name),
        *("--input-location", f"{bucket}/in/request.json"),
    )
    location = accepted["OutputLocation"]
    key = location.removeprefix(f"{bucket}/")
    aws("s3api", "wait", "object-exists", "--bucket", "cli", "--key", key)
    aws("s3", "cp", location, "later.json")
    aws("sagemaker", "delete-endpoint", "--endpoint-name", name)

    assert json.loads((folder / "later.json").read_text())["files"] == ["code"]


def test_deleted_endpoint_is_gone(aws, deploy):
    name = ("--endpoint-name", deploy("cli-deleted"))
    aws("sagemaker", "delete-endpoint", *name)
    aws("sagemaker", "wait", "endpoint-deleted", *name)
    said = aws("sagemaker", "describe-endpoint", *name, fails=True)

    assert "(ValidationException) when calling the DescribeEndpoint operation" in said
    assert "Could not find endpoint" in said
