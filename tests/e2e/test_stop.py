"""Stop, at any stage of deploy, update and delete: heard at once, and the truth is told."""

import subprocess
import sys
import textwrap
import time
from types import SimpleNamespace

import pytest

import smnb
from smnb import _deploy, _hosting, _session, _wait

pytestmark = pytest.mark.usefixtures("nothing_left")

# On a free machine 0.3 s; several test runs at once share this one's two cores.
HEARD_WITHIN_S = 2.0
SLOW = "import time\ndef model_fn(d): time.sleep(1.5)\ndef predict_fn(x, m): return x"

PROGRAM = """
import os, signal, sys, threading, time
import smnb
from smnb._session import default_session

service, event, delay_s, model = sys.argv[1:]
waited, pressed = [], []

def press():
    pressed.append(time.monotonic())
    os.kill(os.getpid(), signal.SIGINT)

def stop(**_):
    if not waited:  # the event may come more than once
        waited.append(True)
        threading.Timer(float(delay_s), press).start() if float(delay_s) else press()

default_session().client(service).meta.events.register(event, stop)
try:
    {call}
except KeyboardInterrupt:
    print(time.monotonic() - pressed[0])
"""


@pytest.fixture
def stop():
    """Return what makes a call in another process, stopped at an event of botocore."""

    def stopped(call, service, event, delay_s, model=""):
        program = textwrap.dedent(PROGRAM).format(call=call)
        done = subprocess.run(
            [sys.executable, "-c", program, service, event, str(delay_s), str(model)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout, "it was not stopped"
        assert float(done.stdout) < HEARD_WITHIN_S
        return done.stderr

    return stopped


def until_gone(name):
    """Wait until AWS has deleted an endpoint that it was told to."""
    session = _session.default_session()
    while _hosting.find(session, name):
        time.sleep(0.05)


DEPLOY = 'smnb.deploy(model, name="halted")'


@pytest.mark.parametrize(
    ("service", "event"),
    [
        pytest.param("s3", "before-send.s3.PutObject", id="uploading"),
        pytest.param("s3", "after-call.s3.PutObject", id="uploaded"),
        pytest.param("sagemaker", "before-send.sagemaker.CreateModel", id="model"),
        pytest.param("sagemaker", "after-call.sagemaker.CreateModel", id="model-made"),
        pytest.param(
            "sagemaker", "after-call.sagemaker.CreateEndpointConfig", id="config-made"
        ),
        pytest.param(
            "sagemaker", "before-send.sagemaker.CreateEndpoint", id="endpoint"
        ),
    ],
)
def test_deploy_stopped_before_its_endpoint_leaves_nothing(
    stop, write_model, service, event
):
    said = stop(DEPLOY, service, event, 0, write_model())

    assert "Stopped. Nothing was left behind." in said


@pytest.mark.parametrize(
    "delay_s", [pytest.param(0, id="just-created"), pytest.param(0.4, id="waiting")]
)
def test_deploy_stopped_after_it_says_what_remains(stop, write_model, delay_s):
    event = "after-call.sagemaker.CreateEndpoint"
    said = stop(DEPLOY, "sagemaker", event, delay_s, write_model(SLOW))

    assert "there remain: endpoint halted, configuration halted-" in said
    assert _hosting.describe(_session.default_session(), "halted").expires is not None
    assert smnb.reap() == ["halted"]


def test_deploy_stopped_again_leaves_what_reap_still_finds(stop, write_model):
    model = write_model(SLOW.replace("1.5", "8"))
    stop(DEPLOY, "sagemaker", "after-call.sagemaker.CreateEndpoint", 0, model)
    said = stop(DEPLOY, "sagemaker", "after-call.sagemaker.DeleteTags", 0.1, model)

    assert "halted remains, and is tagged again" in said
    assert smnb.reap() == ["halted"]


def test_update_stopped_while_it_waits_goes_on_and_is_known(stop, write_model):
    smnb.deploy(write_model(SLOW), name="halted")
    said = stop(
        'smnb.endpoint("halted").update(memory_mb=4096)',
        "sagemaker",
        "after-call.sagemaker.UpdateEndpoint",
        0.3,
    )
    ep = smnb.endpoint("halted").wait()

    assert "AWS goes on with the update" in said
    assert repr(ep).endswith("serverless 4096 MB")
    again = smnb.deploy(write_model(SLOW), smnb.Serverless(4096), name="halted")
    again.update(memory_mb=3072)
    assert again.invoke([1]) == [1]
    again.delete()


def test_update_stopped_before_it_begins_leaves_it_as_it_was(stop, write_model):
    ep = smnb.deploy(write_model(), name="halted")
    said = stop(
        'smnb.endpoint("halted").update(memory_mb=4096)',
        "sagemaker",
        "after-call.sagemaker.CreateEndpointConfig",
        0,
    )

    assert "halted is as it was" in said
    assert (
        len(ep.session.client("sagemaker").list_endpoint_configs()["EndpointConfigs"])
        == 1
    )
    ep.delete()


def test_call_stopped_while_it_makes_a_twin_leaves_one_that_the_next_takes(
    stop, write_model, tmp_path
):
    code = SLOW.replace("return x", "return len(x)")
    ep = smnb.deploy(
        write_model(code), name="halted", overflow=smnb.Async("ml.m5.large")
    )
    large = tmp_path / "large.json"
    large.write_text("[" + "1," * 2_499_999 + "1]")
    said = stop(
        'smnb.endpoint("halted").invoke(model)',
        "sagemaker",
        "after-call.sagemaker.CreateEndpoint",
        0.2,
        large,
    )

    assert "AWS does not delete halted-async while it is Creating" in said
    assert ep.invoke(large) == 2_500_000
    assert smnb.endpoint("halted-async").expires is None
    ep.delete()


@pytest.mark.parametrize(
    ("service", "event"),
    [
        ("sagemaker", "after-call.sagemaker.DeleteEndpoint"),
        ("s3", "after-call.s3.DeleteObjects"),
        ("sagemaker", "after-call.sagemaker.DeleteEndpointConfig"),
        ("sagemaker", "after-call.sagemaker.DeleteModel"),
    ],
)
@pytest.mark.parametrize("finish", ["delete", "reap"])
def test_delete_stopped_is_finished_by_the_next(
    stop, write_model, service, event, finish
):
    smnb.deploy(write_model(), name="halted")
    said = stop('smnb.endpoint("halted").delete()', service, event, 0)

    assert 'Call it again: smnb.Endpoint("halted").delete()' in said
    smnb.Endpoint("halted").delete() if finish == "delete" else smnb.reap()
    until_gone("halted")


def test_deploy_stopped_again_while_it_removes_leaves_nothing(
    write_model, monkeypatch, capsys
):
    delete_config = _hosting.delete_config

    def stop(session, name, progress):
        _wait.until_settled(session, name, progress)  # none is deleted while Creating
        raise KeyboardInterrupt

    def press_once_more(*_args):
        monkeypatch.setattr(_hosting, "delete_config", delete_config)
        raise KeyboardInterrupt

    monkeypatch.setattr(_hosting, "delete_config", press_once_more)
    monkeypatch.setattr(_deploy, "_wait", SimpleNamespace(until_settled=stop))
    with pytest.raises(KeyboardInterrupt):
        smnb.deploy(write_model(), name="echo")

    assert _hosting.delete_config is delete_config
    assert "Stopped. Nothing was left behind." in capsys.readouterr().err
    while _hosting.find(_session.default_session(), "echo"):  # until it is deleted
        time.sleep(0.05)
