"""Several programs share one local backend: other Pythons, proxies, plain boto3."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import smnb
from smnb import _hosting, _session

WHERE = """
import sys

def model_fn(model_dir):
    return None

def predict_fn(data, model):
    return sys.prefix
"""


def run(program, python=sys.executable, **environment):
    done = subprocess.run(
        [python, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module", autouse=True)
def daemon():
    """Have the daemon run in the tests' own Python, whichever test comes first."""
    _session.default_session()


@pytest.fixture
def other_environment(tmp_path):
    """Make a second environment, which finds smnb and boto3 through a path file."""
    venv.create(tmp_path / "other", with_pip=False, symlinks=True)
    python = tmp_path / "other" / "bin" / "python"
    find = "import sysconfig; print(sysconfig.get_path('purelib'))"
    paths = [sysconfig.get_path("purelib"), str(Path(smnb.__file__).parents[1])]
    (Path(run(find, python)) / "shared.pth").write_text("\n".join(paths))
    return python


def test_model_runs_in_the_python_that_deployed_it(write_model, other_environment):
    deploy = f"import smnb; print(smnb.deploy({str(write_model(WHERE))!r}, name='where').name)"
    run(deploy, other_environment)

    with smnb.endpoint("where") as ep:
        assert ep.invoke([1]) == str(other_environment.parents[1])


def test_model_of_another_client_runs_in_the_python_of_the_daemon(
    write_model, other_environment
):
    session = _session.default_session()
    with smnb.deploy(write_model(WHERE), name="ours") as ours:
        config = _hosting.describe(session, "ours")
        data = session.client("sagemaker").describe_model(ModelName=config.models[0])
        program = f"""
import boto3
sagemaker = boto3.client("sagemaker", endpoint_url={session.target.endpoint_url!r})
container = {{"Image": "any/image:1", "ModelDataUrl": {data["PrimaryContainer"]["ModelDataUrl"]!r}}}
sagemaker.create_model(ModelName="plain", PrimaryContainer=container,
                       ExecutionRoleArn="arn:aws:iam::000000000000:role/any")
sagemaker.create_endpoint_config(EndpointConfigName="plain", ProductionVariants=[
    {{"VariantName": "a", "ModelName": "plain",
      "ServerlessConfig": {{"MemorySizeInMB": 1024, "MaxConcurrency": 1}}}}])
sagemaker.create_endpoint(EndpointName="plain", EndpointConfigName="plain")
"""
        run(
            program,
            other_environment,
            AWS_ACCESS_KEY_ID=session.target.access_key,
            AWS_SECRET_ACCESS_KEY=session.target.secret_key,
            AWS_DEFAULT_REGION="us-east-1",
        )
        plain = smnb.endpoint("plain").wait()

        # boto3 ran in the other environment, and must not have brought it along.
        assert plain.invoke([1]) == ours.invoke([1]) == sys.prefix
        plain.delete()
    _hosting.delete_config(session, "plain")
    _hosting.delete_model(session, "plain")


def test_local_backend_is_reached_past_a_dead_proxy(write_model):
    dead = "http://127.0.0.1:1"
    program = f"""
import smnb
with smnb.deploy({str(write_model(WHERE))!r}, name="proxied") as ep:
    print(ep.invoke([1]))
"""

    assert run(program, HTTP_PROXY=dead, http_proxy=dead, ALL_PROXY=dead) == sys.prefix


def test_credentials_of_aws_stay_out_of_the_model(write_model):
    code = WHERE.replace("sys.prefix", "dict(__import__('os').environ)")
    with smnb.deploy(write_model(code), name="environment") as ep:
        environment = ep.invoke([1])

    target = _session.default_session().target
    assert target.secret_key not in str(environment)
    assert not [name for name in environment if name.startswith("AWS_SECRET")]
