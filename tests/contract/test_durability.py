"""What was acknowledged is there after kill -9 of the daemon, and answered once."""

import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from cli_program import PROGRAM
from processes import is_running

import smnb
from smnb import _runtime_file
from smnb.local import pruning


def test_endpoint_objects_tags_and_logs_survive_a_kill(own_backend, hosting_on):
    hosting = hosting_on(own_backend)
    name = hosting.deploy("environment")
    arn = hosting.sagemaker.describe_endpoint(EndpointName=name)["EndpointArn"]
    hosting.sagemaker.add_tags(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}])
    hosting.invoke(name, b"{}")
    before = hosting.log(name)

    own_backend.stop(signal.SIGKILL)
    own_backend.start()
    hosting = hosting_on(own_backend)

    described = hosting.sagemaker.describe_endpoint(EndpointName=name)
    assert described["EndpointStatus"] == "InService"
    assert hosting.sagemaker.list_tags(ResourceArn=arn)["Tags"] == [
        {"Key": "a", "Value": "1"}
    ]
    assert hosting.log(name)[: len(before)] == before
    assert hosting.invoke(name, b"{}")


def test_endpoint_killed_while_creating_comes_into_service(own_backend, hosting_on):
    name = hosting_on(own_backend).create_endpoint("echo")

    own_backend.stop(signal.SIGKILL)
    own_backend.start()
    hosting = hosting_on(own_backend)
    hosting.wait(name)

    assert hosting.invoke(name, b"[1]") == b"[1]"


@pytest.mark.parametrize("pause_s", [0, 0.15, 0.4])
def test_queued_requests_survive_a_kill_at_any_stage(own_backend, hosting_on, pause_s):
    hosting = hosting_on(own_backend)
    name = hosting.deploy_async("slow")
    accepted = [hosting.submit(name, b"0.1") for _ in range(6)]
    time.sleep(pause_s)

    own_backend.stop(signal.SIGKILL)
    own_backend.start()
    hosting = hosting_on(own_backend)
    outputs = [hosting.get(one["OutputLocation"])["Body"].read() for one in accepted]
    listed = hosting.s3.list_objects_v2(Bucket="contract")

    assert outputs == [b'{"slept_s": 0.1}'] * 6
    assert not [
        item for item in listed["Contents"] if item["Key"].startswith("failed/")
    ]


def test_answer_that_was_seen_stays_the_same_after_a_kill(own_backend, hosting_on):
    hosting = hosting_on(own_backend)
    name = hosting.deploy_async("crash")  # answers with its process id: new each time
    accepted = [hosting.submit(name, b"{}") for _ in range(20)]
    first = hosting.get(accepted[0]["OutputLocation"])["Body"].read()

    own_backend.stop(signal.SIGKILL)
    own_backend.start()
    hosting = hosting_on(own_backend)
    for one in accepted:
        hosting.get(one["OutputLocation"])

    assert hosting.get(accepted[0]["OutputLocation"])["Body"].read() == first


def test_idle_backend_stops_once_its_queue_is_empty(impatient_backend, hosting_on):
    hosting = hosting_on(impatient_backend)
    name = hosting.deploy_async("slow")
    accepted = hosting.submit(name, b"4")
    since = time.monotonic()
    code = impatient_backend.process.wait(30)
    took_s = time.monotonic() - since
    impatient_backend.process.stdout.close()
    impatient_backend.start()
    bucket, _, key = accepted["OutputLocation"].removeprefix("s3://").partition("/")
    output = hosting_on(impatient_backend).find(bucket, key)

    assert (code, took_s > 4) == (0, True)
    assert output["Body"].read() == b'{"slept_s": 4}'


def test_prune_keeps_what_is_there_and_its_logs(own_backend, hosting_on):
    hosting = hosting_on(own_backend)
    kept, gone = hosting.deploy("environment"), hosting.deploy("environment")
    for name in (kept, gone):
        hosting.invoke(name, b"{}")
    before = hosting.s3.list_objects_v2(Bucket="contract")["KeyCount"]
    hosting.delete(gone)
    own_backend.stop()

    pruning.prune(own_backend.data_dir)
    own_backend.start()
    hosting = hosting_on(own_backend)
    groups = hosting.logs.describe_log_groups()["logGroups"]

    assert [group["logGroupName"] for group in groups] == [
        f"/aws/sagemaker/Endpoints/{kept}"
    ]
    assert hosting.s3.list_objects_v2(Bucket="contract")["KeyCount"] == before
    assert hosting.invoke(kept, b"{}")


def test_stop_leaves_no_model_behind(own_backend, hosting_on):
    hosting = hosting_on(own_backend)
    name = hosting.deploy("crash")
    pid = int(hosting.invoke(name, b"{}").split(b":")[1].strip(b" }"))

    own_backend.stop()

    assert not is_running(pid)


def test_kill_leaves_no_model_behind(own_backend, hosting_on):
    hosting = hosting_on(own_backend)
    name = hosting.deploy("crash")
    pid = int(hosting.invoke(name, b"{}").split(b":")[1].strip(b" }"))

    own_backend.stop(signal.SIGKILL)

    deadline = time.monotonic() + 10
    while is_running(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_daemon_whose_program_was_removed_leaves_its_place(tmp_path):
    copy, data_dir = tmp_path / "copy", tmp_path / "data"
    shutil.copytree(Path(smnb.__file__).parent, copy / "smnb")

    def start(**environment):
        command = [*PROGRAM, "start", "--data-dir", str(data_dir)]
        done = subprocess.run(
            command, env={**os.environ, **environment}, capture_output=True, check=True
        )
        return _runtime_file.RuntimeFile(**json.loads(done.stdout))

    before = start(PYTHONPATH=str(copy))
    shutil.rmtree(copy)
    after = start()

    assert not is_running(before.pid)
    assert _runtime_file.answers(after)
    assert (before.access_key, before.url) == (after.access_key, after.url)
    subprocess.run([*PROGRAM, "stop", "--data-dir", str(data_dir)], check=True)
