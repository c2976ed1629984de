"""What can go wrong, as a table: the cause, the exception, what it says, the next step.

A cause is a function of a `World`, which holds a session of a local backend with short
limits, two endpoints, and means to make the rest fail.
"""

import io
import os
import shlex
import subprocess
import sys
import tarfile
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from botocore.exceptions import ClientError

import smnb
from smnb import errors
from smnb.deserializers import PandasDeserializer

ECHO = """
import json, os, time

ACCEPTS = ("application/json", "application/octet-stream")

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return body

def predict_fn(data, model):
    if "sleep" in str(data):
        time.sleep(9)
    if "die" in str(data):
        os._exit(3)
    if "grow" in str(data):
        return len(bytearray(3 * 2**30))
    if "raise" in str(data):
        raise KeyError("no such column")
    return "unreadable" if "unreadable" in str(data) else "echo"

def output_fn(prediction, accept):
    return "{" if prediction == "unreadable" else json.dumps(prediction)
"""
SICK = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_error(500)

HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
ROLE = "arn:aws:iam::111122223333:role/models"
QUOTA = (
    "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances, "
    "with current utilization of 0 Instances and a request delta of 1 Instances."
)
SSO = b"""
[profile work]
sso_start_url = https://example.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111122223333
sso_role_name = Nobody
region = eu-west-1
"""
DENIED = (
    "User: arn:aws:iam::1:user/u is not authorized to perform: sagemaker:CreateModel"
)


@dataclass(frozen=True)
class Failure:
    """One row: calling `cause` raises `error`; `what` and `hint` are parts of it."""

    name: str
    cause: Callable[["World"], object]
    error: type[errors.SmnbError]
    what: str
    hint: str


class World:
    """A backend that is in a hurry, and what the causes need of it."""

    def __init__(self, folder):
        self.folder = folder
        self.session = smnb.Session("local")
        self.patch = pytest.MonkeyPatch()

    @contextmanager
    def restored(self):
        """Take back in the end what a cause changed in this process."""
        try:
            yield
        finally:
            self.patch.undo()

    def start(self):
        """Deploy the endpoints that the causes share."""
        self.echo = self.deploy(self.model(), smnb.Serverless(1024), name="shared")
        self.queue = self.deploy(
            self.model(), smnb.Async("ml.m5.large"), name="shared-queue"
        )

    def model(self, code=ECHO, **files):
        """Write a model's folder."""
        folder = self.folder / "model"
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (folder / "code").mkdir(parents=True, exist_ok=True)
        if code is not None:
            (folder / "code" / "inference.py").write_text(code)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return folder

    def deploy(self, model, compute=None, name="failing", **options):
        """Deploy on this backend, to instances unless told otherwise."""
        compute = compute or smnb.RealTime("ml.m5.large")
        options = {"session": self.session, **options}
        return smnb.deploy(model, compute, name=name, **options)

    def trying(self, use, *arguments, **options):
        """Deploy, use the endpoint in a way that fails, and delete it."""
        with self.deploy(*arguments, **options) as ep:
            return use(ep)

    def file(self, name, size_bytes=0, content=b""):
        """Write a file, or a large one that takes no room on disk."""
        path = self.folder / name
        path.write_bytes(content)
        if size_bytes:
            os.truncate(path, size_bytes)
        return path

    def archive(self, *members, cut=0):
        """Write an archive of members that have a name, or a name and a link."""
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as tar:
            for name, target in members:
                info = tarfile.TarInfo(name)
                if target:
                    info.type, info.linkname = tarfile.SYMTYPE, target
                tar.addfile(info)
        whole = content.getvalue()
        return self.file("model.tar.gz", content=whole[: len(whole) - cut])

    def refusing(self, call, code, message, status=400, session=None):
        """Return a session for which one call fails as AWS lets it fail."""
        service, operation = call.split(".")
        answer = {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": status},
        }

        def fail(**_):
            raise ClientError(answer, operation)

        session = session or smnb.Session("local")
        name = session.client(service).meta.service_model.service_id.hyphenize()
        session.client(service).meta.events.register_first(
            f"before-parameter-build.{name}.{operation}", fail
        )
        return session

    def aws(self, variables=(), **options):
        """Return a session on AWS of somebody who has only these variables set."""
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            self.patch.delenv(name)
        settings = {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        for name, value in (settings | dict(variables)).items():
            self.patch.setenv(name, value)
        return smnb.Session("aws", **options)

    def keys(self, **options):
        """Return a session on AWS with keys and a region."""
        keys = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
        session = self.aws(keys, **{"region": "eu-west-1", **options})
        session._identity = {"Account": "111122223333", "Arn": "arn:aws:iam::1:user/u"}
        return session

    def sso(self):
        """Return a session on AWS of a profile that nobody has signed in to."""
        profile = self.file("config", content=SSO)
        return self.aws({"AWS_CONFIG_FILE": str(profile)}, profile="work")

    def sick(self):
        """Return a model of an image whose program answers 500 to /ping."""
        program = f"{shlex.quote(sys.executable)} -c {shlex.quote(SICK)} {{port}}"
        add = [sys.executable, "-m", "smnb.local", "images", "add", "sick"]
        subprocess.run([*add, "--command", program], check=True)
        return smnb.Model(self.model(), image="sick:1")

    def hidden(self, module):
        """Let a module seem not to be installed."""
        self.patch.setitem(sys.modules, module, None)

    def break_config(self, ep):
        """Delete the configuration of an endpoint, as AWS lets one do, and update it."""
        self.session.client("sagemaker").delete_endpoint_config(
            EndpointConfigName=ep._facts().config
        )
        ep.update(count=2)

    def break_object(self, ep):
        """Delete the archive of an endpoint's model, and move to other instances."""
        s3, bucket = self.session.client("s3"), self.session.bucket()
        for row in s3.list_objects_v2(Bucket=bucket)["Contents"]:
            if row["Key"].startswith("smnb/failing/"):
                s3.delete_object(Bucket=bucket, Key=row["Key"])
        ep.update(instance_type="ml.m5.xlarge")


_DEPLOY_FAILED, _INVALID = errors.DeploymentFailedError, errors.InvalidInputError
_MISSING, _CONFIGURATION = errors.NotFoundError, errors.ConfigurationError
_MODEL_FAILED, _TAKEN = errors.ModelFailedError, errors.NameTakenError
_TOO_LARGE, _SERVICE = errors.PayloadTooLargeError, errors.ServiceError
MODEL = [
    Failure("no-folder", lambda w: w.deploy(w.folder / "no"), _MISSING, "There is no", "Paths are relative to"),
    Failure("empty-folder", lambda w: w.deploy(w.model(None)), _INVALID, "empty", "code/inference.py"),
    Failure("no-code", lambda w: w.deploy(w.model(None, weights=b"1")), _INVALID, "code/inference.py", "inference.py"),
    Failure("code-at-the-root", lambda w: w.deploy(w.model(None, **{"inference.py": b""})), _INVALID, "inference.py", "code"),
    Failure("syntax-error", lambda w: w.deploy(w.model("def model_fn(:")), _INVALID, "line 1", "Correct it"),
    Failure("no-handler", lambda w: w.deploy(w.model("x = 1")), _INVALID, "defines no handler", "model_fn(model_dir)"),
    Failure("cut-archive", lambda w: w.deploy(w.archive(("code/inference.py", ""), cut=20)), _INVALID, "no whole .tar.gz", "tar -czf"),
    Failure("link-in-archive", lambda w: w.deploy(w.archive(("code/inference.py", "/etc/passwd"))), _INVALID, "a link", "tar -czhf"),
    Failure("archive-leaves-its-folder", lambda w: w.deploy(w.archive(("../x", ""))), _INVALID, "'../x'", "from inside the folder"),
    Failure("bad-accepts", lambda w: smnb.Model(w.model(), accepts="png"), _INVALID, "'png'", "image/jpeg"),
    Failure("bad-environment", lambda w: smnb.Model(w.model(), environment={"A": 1}), _INVALID, "'A'", "1024"),
    Failure("bad-image", lambda w: w.deploy(smnb.Model(w.model(), image="no image")), _DEPLOY_FAILED, "primaryContainer.image", "Nothing was left behind"),
    Failure("no-object", lambda w: w.deploy("s3://nowhere/model.tar.gz"), _MISSING, "s3://nowhere/model.tar.gz", "aws s3 ls"),
]  # fmt: skip
DEPLOY = [
    Failure("bad-name", lambda w: w.deploy(w.model(), name="a_b"), _INVALID, "a_b", "63"),
    Failure("bad-compute", lambda w: w.deploy(w.model(), "serverless"), _INVALID, "serverless", "Serverless"),
    Failure("bad-memory", lambda _: smnb.Serverless(1000), _INVALID, "1000", "1024"),
    Failure("bad-instance", lambda w: w.deploy(w.model(), smnb.RealTime("ml.t3.medium")), _DEPLOY_FAILED, "ml.t3.medium", "Nothing was left behind"),
    Failure("overflow-of-another-kind", lambda w: w.deploy(w.model(), overflow=smnb.RealTime()), _INVALID, "overflow=", "smnb.Async"),
    Failure("overflow-of-async", lambda w: w.deploy(w.model(), smnb.Async(), overflow=smnb.Async()), _INVALID, "overflow=", "Leave overflow= out"),
    Failure("name-taken", lambda w: w.deploy(w.model(), smnb.Serverless(3072), name="shared"), _TAKEN, "compute", "ep.update"),
    Failure("import-error", lambda w: w.deploy(w.model("import nowhere_to_be_found\n" + ECHO)), _DEPLOY_FAILED, "nowhere_to_be_found", "code/requirements.txt"),
    Failure("bad-requirement", lambda w: w.deploy(w.model(**{"code/requirements.txt": b"==="})), _DEPLOY_FAILED, "requirements.txt", "Nothing was left"),
    Failure("model-fn-raises", lambda w: w.deploy(w.model("def model_fn(d): raise OSError('weights')")), _DEPLOY_FAILED, "weights", "deploy again"),
    Failure("ping-answers-500", lambda w: w.deploy(w.sick(), smnb.Serverless(1024)), _DEPLOY_FAILED, "ping health check", "Nothing was left"),
    Failure("exits-at-start", lambda w: w.deploy(w.model("import sys\nprint('bye')\nsys.exit(3)\ndef model_fn(d): ...")), _DEPLOY_FAILED, "SystemExit", "deploy again"),
    Failure("file-missing", lambda w: w.deploy(w.model("def model_fn(d): open(d + '/no')")), _DEPLOY_FAILED, "No such file", "model_dir"),
    Failure("out-of-memory", lambda w: w.deploy(w.model("def model_fn(d): return bytearray(3 * 2**30)"), smnb.Serverless(1024)), _DEPLOY_FAILED, "emory", "memory_mb"),
    Failure("slow-start", lambda w: w.deploy(w.model("import time\ntime.sleep(60)\n" + ECHO), smnb.Serverless(1024)), _DEPLOY_FAILED, "within 8 s", "Load less at the start"),
    Failure("quota", lambda w: w.deploy(w.model(), session=w.refusing("sagemaker.CreateEndpoint", "ResourceLimitExceeded", QUOTA)), _DEPLOY_FAILED, "service limit", "Service Quotas"),
    Failure("denied", lambda w: w.deploy(w.model(), session=w.refusing("sagemaker.CreateModel", "AccessDeniedException", DENIED)), _CONFIGURATION, "not authorized", "CreateModel"),
]  # fmt: skip
CHANGE = [
    Failure("back-to-serverless", lambda w: w.trying(lambda ep: ep.update(smnb.Serverless()), w.model()), _INVALID, "does not move", "second endpoint"),
    Failure("unknown-change", lambda w: w.echo.update(cores=3), _INVALID, "cores", "memory_mb"),
    Failure("worse-version", lambda w: w.trying(lambda ep: ep.update(model=w.model("import nowhere_to_be_found\n" + ECHO)), w.model()), _DEPLOY_FAILED, "nowhere_to_be_found", "requirements.txt"),
    Failure("configuration-deleted", lambda w: w.trying(w.break_config, w.model()), _MISSING, "configuration", "ep.update(model=…)"),
    Failure("object-deleted", lambda w: w.trying(w.break_object, w.model()), _DEPLOY_FAILED, "Could not find model data", "Upload it again"),
]  # fmt: skip
INVOKE = [
    Failure("no-endpoint", lambda w: smnb.endpoint("nowhere", session=w.session), _MISSING, "nowhere", "smnb.endpoints()"),
    Failure("unknown-option", lambda w: smnb.invoke("shared", 1, rout="s3", session=w.session), _INVALID, "no option rout", "route"),
    Failure("unknown-route", lambda w: w.echo.invoke(1, route="pigeon"), _INVALID, "pigeon", "s3"),
    Failure("route-not-there", lambda w: w.echo.invoke(1, route="s3"), _INVALID, "no asynchronous twin", "overflow="),
    Failure("wrong-content-type", lambda w: w.echo.invoke(b"x", content_type="image/png"), _INVALID, "shared takes application/json", "ACCEPTS"),
    Failure("no-file", lambda w: w.echo.invoke("no/such.png"), _MISSING, "no/such.png", "Relative paths start at"),
    Failure("not-serializable", lambda w: w.echo.invoke(object()), _INVALID, "type object", "serializer="),
    Failure("too-large-for-serverless", lambda w: w.echo.invoke(bytes(5 * 2**20)), _TOO_LARGE, "4 MB", "overflow"),
    Failure("too-large-for-instances", lambda w: w.trying(lambda ep: ep.invoke(bytes(7 * 2**20)), w.model()), _TOO_LARGE, "6 MB", "overflow"),
    Failure("too-large-for-a-queue", lambda w: w.queue.invoke(w.file("large.bin", 2**30 + 1), content_type="application/octet-stream"), _TOO_LARGE, "1 GB", "pieces"),
    Failure("model-raises", lambda w: w.echo.invoke({"raise": 1}), _MODEL_FAILED, "no such column", "ep.logs()"),
    Failure("model-times-out", lambda w: w.echo.invoke({"sleep": 5}), _MODEL_FAILED, "timed out", "too slow"),
    Failure("model-dies", lambda w: w.echo.invoke({"die": 1}), _MODEL_FAILED, "failed", "died"),
    Failure("model-outgrows-its-memory", lambda w: w.echo.invoke({"grow": 1}), _MODEL_FAILED, "insufficient memory", "died"),
    Failure("unreadable-answer", lambda w: w.echo.invoke("unreadable"), errors.UnreadableResponseError, "cannot be read as JSON", ".body"),
    Failure("queued-model-raises", lambda w: w.trying(lambda ep: ep.submit({"raise": 1}).result(30), w.model(), smnb.Async()), _MODEL_FAILED, "no such column", "input is kept"),
    Failure("throttled", lambda w: smnb.endpoint("shared", session=w.refusing("sagemaker.DescribeEndpoint", "ThrottlingException", "Rate exceeded")), _SERVICE, "Rate exceeded", "send fewer"),
    Failure("bucket-deleted", lambda w: smnb.endpoint("shared-queue", session=w.refusing("s3.PutObject", "NoSuchBucket", "The specified bucket does not exist", 404)).invoke(1), _MISSING, "bucket does not exist", "bucket"),
    Failure("endpoint-deleted", lambda w: w.trying(lambda ep: (ep.delete(), ep.invoke(1)), w.model()), _MISSING, "failing", "smnb.endpoints()"),
]  # fmt: skip
AWS = [
    Failure("bad-target", lambda _: smnb.Session("azure"), _CONFIGURATION, "azure", "SMNB_TARGET"),
    Failure("target-elsewhere", lambda _: smnb.Session("http://example.com"), _CONFIGURATION, "not on this machine", "SMNB_TARGET=aws"),
    Failure("backend-not-there", lambda w: w.keys() and smnb.endpoints(session=smnb.Session("http://127.0.0.1:9", region="us-east-1")), errors.LocalBackendError, "127.0.0.1:9", "python -m smnb.local"),
    Failure("no-region", lambda w: w.aws().region, _CONFIGURATION, "region", "AWS_REGION"),
    Failure("bad-region", lambda w: smnb.endpoints(session=w.keys(region="not a region")), _CONFIGURATION, "not a region", "region="),
    Failure("no-credentials", lambda w: smnb.endpoints(session=w.aws(region="eu-west-1")), _CONFIGURATION, "credentials", "aws"),
    Failure("no-profile", lambda w: w.aws(profile="nobody").region, _CONFIGURATION, "nobody", "aws configure"),
    Failure("expired-token", lambda w: smnb.endpoints(session=w.refusing("sagemaker.ListEndpoints", "ExpiredTokenException", "The security token included in the request is expired", 403, w.keys())), _CONFIGURATION, "expired", "AWS_SESSION_TOKEN anew"),
    Failure("not-signed-in", lambda w: smnb.endpoints(session=w.sso()), _CONFIGURATION, "single sign-on", "aws sso login --profile work"),
    Failure("no-bucket", lambda w: w.refusing("s3.HeadBucket", "404", "Not Found", 404, w.keys(create_bucket=False)).bucket(), _MISSING, "no bucket sagemaker-eu-west-1-111122223333", "aws s3 mb"),
    Failure("bucket-of-another", lambda w: w.refusing("s3.HeadBucket", "403", "Forbidden", 403, w.keys()).bucket(), _CONFIGURATION, "another account", "smnb.iam_policy()"),
    Failure("no-role", lambda w: w.keys().role(), _CONFIGURATION, "role", "smnb.iam_policy()"),
    Failure("no-image", lambda w: w.deploy(w.model(), session=w.keys(role=ROLE)), _CONFIGURATION, "image", "image="),
    Failure("no-extra", lambda w: (w.hidden("pandas"), w.echo.invoke(1, deserializer=PandasDeserializer())), errors.MissingExtraError, "needs pandas", "pip install"),
]  # fmt: skip
FAILURES = [*MODEL, *DEPLOY, *CHANGE, *INVOKE, *AWS]
