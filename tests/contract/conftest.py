"""A local backend for the contract tests, and unmodified boto3 to talk to it."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from smnb import _runtime_file

MODELS = Path(__file__).parents[1] / "models"
CLIENTS = Path(__file__).parents[2] / ".cache" / "clients"
BUCKET = "contract"
INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}

collect_ignore_glob = ["sagemaker_v*/*"]  # run by other interpreters


class Backend:
    """A daemon in the foreground, with a data directory of its own."""

    def __init__(self, data_dir, *options):
        self.data_dir = data_dir
        self.options = options
        self.start()

    def start(self):
        """Start it, the first time or again, and wait until it answers."""
        serve = [sys.executable, "-m", "smnb.local", "serve", "--data-dir"]
        self.process = subprocess.Popen(
            [*serve, str(self.data_dir), *self.options], stdout=subprocess.PIPE
        )
        self.url = self.process.stdout.readline().decode().strip()
        self.runtime_file = _runtime_file.read(self.data_dir)

    def stop(self, number=signal.SIGTERM):
        """Send it a signal and wait for its end."""
        self.process.send_signal(number)
        self.process.wait(60)
        self.process.stdout.close()

    def client(self, service, region="us-east-1", **config):
        """Return boto3's client, which knows nothing of smnb."""
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id=self.runtime_file.access_key,
            aws_secret_access_key=self.runtime_file.secret_key,
            config=Config(retries={"total_max_attempts": 1}, proxies={}, **config),
        )


class Hosting:
    """The steps of hosting a model, each a few plain calls."""

    image = "763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.5"
    role = "arn:aws:iam::000000000000:role/smnb"

    def __init__(self, backend):
        self._created = []
        self.sagemaker = backend.client("sagemaker")
        self.runtime = backend.client("sagemaker-runtime", read_timeout=90)
        self.s3 = backend.client("s3")
        self.logs = backend.client("logs")
        self.s3.create_bucket(Bucket=BUCKET)

    @contextmanager
    def headers_sent(self, client, headers):
        """Send further headers with the client's requests, as the SDK does."""

        def add(request, **_):
            for name, value in headers.items():
                request.headers[name] = value

        client.meta.events.register("before-sign", add)
        yield
        client.meta.events.unregister("before-sign", add)

    def create_model(self, folder, name=None, environment=None):
        """Upload one of tests/models and make it a model; return its name."""
        name = name or f"{folder.replace('_', '-')}-{uuid4().hex[:8]}"
        key = f"models/{name}/model.tar.gz"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=archive(folder))
        self.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=self.role,
            PrimaryContainer={
                "Image": self.image,
                "ModelDataUrl": f"s3://{BUCKET}/{key}",
                "Environment": environment or {},
            },
        )
        return name

    def create_config(self, model, compute=INSTANCE, name=None, asynchronous=None):
        """Make a configuration of one variant; return its name."""
        name = name or f"{model}-{uuid4().hex[:8]}"
        variant = {"VariantName": "AllTraffic", "ModelName": model, **compute}
        queue = {"AsyncInferenceConfig": asynchronous} if asynchronous else {}
        self.sagemaker.create_endpoint_config(
            EndpointConfigName=name, ProductionVariants=[variant], **queue
        )
        return name

    def create_endpoint(self, folder, compute=INSTANCE, name=None, **config):
        """Create everything that an endpoint takes and return its name at once."""
        model = self.create_model(folder, environment=config.pop("environment", None))
        config_name = self.create_config(model, compute, **config)
        return self.start_endpoint(name or model, config_name)

    def start_endpoint(self, name, config_name):
        """Create an endpoint that is deleted in the end; return its name at once."""
        self.sagemaker.create_endpoint(
            EndpointName=name, EndpointConfigName=config_name
        )
        self._created.append(name)
        return name

    def deploy(self, folder, compute=INSTANCE, **config):
        """Create an endpoint and wait until it is in service; return its name."""
        name = self.create_endpoint(folder, compute, **config)
        self.wait(name)
        return name

    def deploy_async(self, folder, client_config=None, **config):
        """Deploy a model behind a queue; answers go to out/, failures to failed/."""
        asynchronous = {
            "OutputConfig": {
                "S3OutputPath": f"s3://{BUCKET}/out",
                "S3FailurePath": f"s3://{BUCKET}/failed",
            },
            "ClientConfig": client_config or {"MaxConcurrentInvocationsPerInstance": 1},
        }
        return self.deploy(folder, asynchronous=asynchronous, **config)

    def wait(self, name, waiter="endpoint_in_service"):
        """Wait as boto3 does, though not for half a minute at a time."""
        patience = {"Delay": 0.1, "MaxAttempts": 300}
        self.sagemaker.get_waiter(waiter).wait(EndpointName=name, WaiterConfig=patience)

    def settled(self, name):
        """Return the endpoint's description once nothing is in progress."""
        return until(
            lambda: self.sagemaker.describe_endpoint(EndpointName=name),
            lambda found: not found["EndpointStatus"].endswith("ing"),
        )

    def invoke(self, name, body, content_type="application/json", **options):
        """Return the body of the answer."""
        answer = self.runtime.invoke_endpoint(
            EndpointName=name, Body=body, ContentType=content_type, **options
        )
        return answer["Body"].read()

    def submit(self, name, body, content_type="application/json", **options):
        """Upload an input and send its request; return the answer of the runtime."""
        key = f"in/{uuid4().hex}"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body, ContentType=content_type)
        return self.runtime.invoke_endpoint_async(
            EndpointName=name, InputLocation=f"s3://{BUCKET}/{key}", **options
        )

    def get(self, location, seconds=30):
        """Wait for the object at an s3:// location and return it."""
        bucket, _, key = location.removeprefix("s3://").partition("/")
        return until(lambda: self.find(bucket, key), seconds=seconds)

    def find(self, bucket, key):
        """Return an object, None if it is not there."""
        try:
            return self.s3.get_object(Bucket=bucket, Key=key)
        except self.s3.exceptions.NoSuchKey:
            return None

    def log(self, name):
        """Return the messages in the endpoint's log group."""
        group = f"/aws/sagemaker/Endpoints/{name}"
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=group
        )
        return [event["message"] for page in pages for event in page["events"]]

    def wait_for_log(self, name, message):
        """Wait until the endpoint's log has a message."""
        until(lambda: message in self.log(name))

    def delete(self, name):
        """Delete the endpoint and wait until it is gone."""
        self.sagemaker.delete_endpoint(EndpointName=name)
        self.wait(name, "endpoint_deleted")
        self._created.remove(name)

    def delete_all(self):
        """Delete the endpoints that are still there, since each runs a model."""
        for name in list(self._created):
            self.settled(name)
            self.delete(name)


def until(read, ready=bool, seconds=30):
    """Return what `read` gives once it is `ready`."""
    deadline = time.monotonic() + seconds
    while not ready(found := read()):
        assert time.monotonic() < deadline, f"still {found!r} after {seconds} s"
        time.sleep(0.05)
    return found


def archive(folder):
    """Return one of tests/models as the bytes of a model.tar.gz."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        for path in sorted((MODELS / folder).rglob("*.py")):
            tar.add(path, path.relative_to(MODELS / folder))
    return content.getvalue()


@pytest.fixture(scope="session")
def backend(tmp_path_factory):
    """One daemon for the whole run."""
    backend = Backend(tmp_path_factory.mktemp("smnb"))
    yield backend
    backend.stop()


@pytest.fixture
def own_backend(tmp_path):
    """Run a daemon of the test's own, which it may kill."""
    backend = Backend(tmp_path / "smnb")
    yield backend
    if backend.process.poll() is None:
        backend.stop()


@pytest.fixture
def backend_on():
    """Return what runs a daemon of the test's own, with options."""
    with ExitStack() as started:

        def backend_on(data_dir, *options):
            backend = Backend(data_dir, *options)
            started.callback(lambda: backend.process.poll() is None and backend.stop())
            return backend

        yield backend_on


@pytest.fixture
def impatient_backend(tmp_path, backend_on):
    """Run a daemon that ends when nothing was to do for three seconds."""
    return backend_on(tmp_path / "smnb", "--idle-stop-s", "3")


@pytest.fixture(scope="module")
def module_hosting(backend):
    """Hosting for the fixtures of a module, whose endpoints its tests share."""
    hosting = Hosting(backend)
    yield hosting
    hosting.delete_all()


@pytest.fixture
def hosting(backend):
    """Hosting on the shared daemon."""
    hosting = Hosting(backend)
    yield hosting
    hosting.delete_all()


@pytest.fixture
def hosting_on():
    """Return what makes hosting on a daemon of the test's own."""
    return Hosting


@pytest.fixture
def refused():
    """Return a function that makes a call and returns the error it must raise."""

    def refused(call, **params):
        with pytest.raises(ClientError) as caught:
            call(**params)
        return caught.value.response["Error"]

    return refused


@pytest.fixture(scope="session")
def joined(backend, tmp_path_factory):
    """Return the environment of a shell that joined in, and of no other program."""
    join = f"{sys.executable} -m smnb.local env --data-dir {backend.data_dir}"
    done = subprocess.run(
        [shutil.which("sh"), "-c", f'eval "$({join})" && env -0'],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path_factory.mktemp("home"))},
        stdout=subprocess.PIPE,
        check=True,
    )
    variables = done.stdout.decode().rstrip("\0").split("\0")
    return dict(variable.split("=", 1) for variable in variables)


@pytest.fixture(scope="session")
def walk(joined, tmp_path_factory):
    """Return a function that runs a client's walk, and returns what it got to see."""

    def walk(client):
        python = CLIENTS / client / "bin" / "python"
        assert python.exists(), f"no {python}: `make test` sees to that"
        seen = tmp_path_factory.mktemp(client) / "seen.json"
        done = subprocess.run(
            [python, Path(__file__).parent / client / "walk.py", MODELS, seen],
            env=joined,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(seen.read_text())

    return walk
