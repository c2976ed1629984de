"""deploy and delete against the local backend: whatever happens, nothing is left."""

import io
import subprocess
import sys
import tarfile
import textwrap

import pytest

import smnb
from smnb import _deploy, _hosting, _removal, _session, _wait, errors
from smnb._control import Silent

pytestmark = pytest.mark.usefixtures("nothing_left")

NO_PREDICT = "def model_fn(model_dir): raise RuntimeError('weights are missing')"
MISSING_MODULE = "import surely_not_installed\ndef model_fn(d): ..."


def test_deploy_invoke_delete(write_model):
    ep = smnb.deploy(write_model(), name="echo")

    assert ep.status == "InService"
    assert repr(ep) == "Endpoint echo · InService · local · serverless 2048 MB"
    assert "serverless 2048 MB" in ep._repr_html_()
    assert ep.invoke({"x": 1}) == {"type": "application/json", "size": 8}
    assert smnb.invoke("echo", {"x": 1}) == {"type": "application/json", "size": 8}
    assert [e.name for e in smnb.endpoints()] == ["echo"]
    ep.delete()
    assert repr(ep) == "Endpoint echo · gone · local"


def test_deploy_takes_an_archive(write_model, tmp_path):
    archive = tmp_path / "echo.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(write_model(), arcname=".")

    with smnb.deploy(archive) as ep:
        assert ep.name == "echo"
        assert ep.invoke([1]) == {"type": "application/json", "size": 3}


def test_deploy_takes_an_archive_on_s3(write_model, tmp_path):
    session = _session.default_session()
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        tar.add(write_model(), arcname=".")
    s3 = session.client("s3")
    s3.put_object(Bucket=session.bucket(), Key="echo.tar.gz", Body=content.getvalue())

    with smnb.deploy(f"s3://{session.bucket()}/echo.tar.gz") as ep:
        assert ep.invoke([1]) == {"type": "application/json", "size": 3}
    # What the user put there is the user's.
    assert s3.head_object(Bucket=session.bucket(), Key="echo.tar.gz")
    s3.delete_object(Bucket=session.bucket(), Key="echo.tar.gz")


def test_same_deploy_again_returns_the_running_endpoint(write_model, capsys):
    with smnb.deploy(write_model(), name="echo") as first:
        second = smnb.deploy(write_model(), name="echo")

        assert second.name == first.name
        assert "already in service, unchanged" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ({"code": "# another\ndef model_fn(d): ...\n"}, "the model's archive"),
        ({"compute": smnb.Serverless(3072)}, "its compute"),
        ({"environment": {"A": "1"}}, "its image, environment or accepts"),
        ({"overflow": smnb.Async()}, "its overflow"),
    ],
)
def test_different_deploy_of_a_taken_name_is_refused(write_model, change, differs):
    with smnb.deploy(write_model(), name="echo") as ep:
        folder = write_model(**({"code": change["code"]} if "code" in change else {}))
        model = smnb.Model(folder, environment=change.get("environment", {}))

        with pytest.raises(errors.NameTakenError, match=differs) as caught:
            smnb.deploy(
                model,
                change.get("compute", smnb.Serverless()),
                name="echo",
                overflow=change.get("overflow"),
            )
        assert "ep.update" in caught.value.hint
        assert ep.status == "InService"


@pytest.mark.parametrize(
    ("code", "cause", "hint"),
    [
        pytest.param(
            NO_PREDICT, "weights are missing", "deploy again", id="model-fn-raises"
        ),
        pytest.param(
            MISSING_MODULE,
            "No module named 'surely_not_installed'",
            "Add surely_not_installed to code/requirements.txt",
            id="missing-module",
        ),
    ],
)
def test_deploy_that_fails_explains_and_undoes(write_model, code, cause, hint):
    with pytest.raises(errors.DeploymentFailedError) as caught:
        smnb.deploy(write_model(code), name="broken")

    assert cause in caught.value.what
    assert "did not pass the ping health check" in caught.value.what
    assert hint in caught.value.hint
    assert "Nothing was left behind." in caught.value.hint


def test_deploy_that_is_stopped_says_what_remains_until_reaped(
    write_model, monkeypatch, capsys
):
    slow = "import time\ndef model_fn(d): time.sleep(1)\ndef predict_fn(x, m): return x"

    def stop(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(_deploy._wait, "until_settled", stop)
    with pytest.raises(KeyboardInterrupt):
        smnb.deploy(write_model(slow), name="slow")
    monkeypatch.undo()

    shown = capsys.readouterr().err
    assert "there remain: endpoint slow, configuration slow-" in shown
    assert "smnb.reap()" in shown
    assert "$0.00004 a second" in shown
    assert smnb.reap() == ["slow"]


def test_endpoint_that_took_the_name_of_one_that_was_to_go_stays(
    write_model, monkeypatch
):
    slow = "import time\ndef model_fn(d): time.sleep(1)\ndef predict_fn(x, m): return x"
    smnb.deploy(write_model(slow), name="echo", wait=False)
    removal = _removal.plan(_session.default_session(), "echo")
    until_settled = _wait.until_settled

    def replace_it(session, name, progress):  # while AWS refuses to delete it
        until_settled(session, name, progress)
        monkeypatch.setattr(_wait, "until_settled", until_settled)
        smnb.endpoint(name).delete()
        smnb.deploy(write_model(), name=name)

    monkeypatch.setattr(_wait, "until_settled", replace_it)
    _removal.carry_out(removal, Silent())

    ep = smnb.endpoint("echo")
    assert ep.invoke([1]) == {"type": "application/json", "size": 3}
    ep.delete()


def test_delete_can_be_repeated(write_model):
    ep = smnb.deploy(write_model(), name="echo")
    ep.delete()
    ep.delete()

    assert smnb.endpoints() == []


def test_delete_that_is_stopped_while_it_waits_has_removed_everything(
    write_model, monkeypatch
):
    ep = smnb.deploy(write_model(), name="echo")

    def stop(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(_removal, "_await_gone", stop)
    with pytest.raises(KeyboardInterrupt):
        ep.delete()
    monkeypatch.undo()
    ep.delete()  # nothing_left looks at the rest


def test_delete_works_from_a_new_process(write_model):
    smnb.deploy(write_model(), name="echo")
    program = "import smnb; smnb.endpoint('echo').delete()"
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)

    assert smnb.endpoints() == []


def test_endpoint_made_elsewhere_is_usable_and_its_parts_stay(write_model):
    ours = smnb.deploy(write_model(), name="ours")
    sagemaker = ours.session.client("sagemaker")
    config = sagemaker.describe_endpoint(EndpointName="ours")["EndpointConfigName"]
    sagemaker.create_endpoint(EndpointName="theirs", EndpointConfigName=config)

    theirs = smnb.endpoint("theirs").wait()
    assert theirs.invoke([1]) == {"type": "application/json", "size": 3}
    theirs.delete()
    assert ours.invoke([1]) == {"type": "application/json", "size": 3}
    ours.delete()


@pytest.mark.parametrize("changes", ["compute", "model"])
def test_update_of_an_endpoint_made_elsewhere_leaves_nothing_of_ours(
    write_model, changes
):
    ours = smnb.deploy(write_model(), smnb.RealTime("ml.m5.large"), name="ours")
    sagemaker = ours.session.client("sagemaker")
    config = sagemaker.describe_endpoint(EndpointName="ours")["EndpointConfigName"]
    sagemaker.create_endpoint(EndpointName="theirs", EndpointConfigName=config)
    theirs = smnb.endpoint("theirs").wait()
    compute = smnb.RealTime("ml.m5.large", 2)
    if changes == "compute":
        theirs.update(compute)
    else:
        theirs.update(compute, model=lambda x: x)
    theirs.delete()

    left = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    assert [row["EndpointConfigName"] for row in left] == [config]
    assert ours.invoke([1]) == {"type": "application/json", "size": 3}
    ours.delete()


def test_two_processes_that_deploy_one_name_end_with_one_endpoint(write_model):
    program = textwrap.dedent(
        f"""
        import smnb
        try:
            print(smnb.deploy({str(write_model())!r}, name="raced").invoke([1])["size"])
        except smnb.errors.NameTakenError:
            print("taken")
        """
    )
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [racer.communicate(timeout=60)[0].strip() for racer in racers]

    assert "3" in said
    assert set(said) <= {"3", "taken"}
    assert [e.name for e in smnb.endpoints()] == ["raced"]
    smnb.endpoint("raced").delete()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: smnb.deploy(m / "no"), errors.NotFoundError, "There is no"),
        (lambda m: smnb.deploy(m, name="a_b"), errors.InvalidInputError, "63 letters"),
        (
            lambda m: smnb.deploy(m, "serverless"),
            errors.InvalidInputError,
            "nothing that a model",
        ),
        (lambda m: smnb.deploy(m, ttl="2"), errors.InvalidInputError, "time to live"),
        (lambda m: smnb.deploy(m, budget_usd=-5), errors.InvalidInputError, "dollars"),
        (
            lambda m: smnb.deploy(m, smnb.Async(), overflow=smnb.Async()),
            errors.InvalidInputError,
            "Leave overflow= out",
        ),
        (
            lambda _: smnb.deploy("s3://no-such-bucket/m.tar.gz"),
            errors.NotFoundError,
            "no-such-bucket",
        ),
        (lambda _: smnb.endpoint("nowhere"), errors.NotFoundError, "smnb.endpoints()"),
        (lambda _: smnb.invoke("nowhere", 1), errors.NotFoundError, "nowhere"),
        (
            lambda _: smnb.invoke("x", 1, rout="s3"),
            errors.InvalidInputError,
            "no option rout",
        ),
    ],
)
def test_bad_input_is_refused_before_anything_is_created(
    write_model, call, error, message
):
    with pytest.raises(error, match=message):
        call(write_model())


def test_realtime_endpoint_runs_on_an_instance(write_model):
    with smnb.deploy(write_model(), smnb.RealTime("ml.m5.large", 2), name="rt") as ep:
        assert ep.kind == "realtime"
        assert "real-time ml.m5.large x 2" in repr(ep)


def test_async_endpoint_scales_to_zero(write_model):
    with smnb.deploy(write_model(), smnb.Async("ml.m5.large"), name="slow") as ep:
        scaling = ep.session.client("application-autoscaling")
        targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")[
            "ScalableTargets"
        ]

        assert [(t["MinCapacity"], t["MaxCapacity"]) for t in targets] == [(0, 1)]
        assert ep.invoke([1]) == {"type": "application/json", "size": 3}
    after = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")[
        "ScalableTargets"
    ]
    assert after == []


def test_tags_let_any_machine_know_what_the_model_takes(write_model):
    code = "ACCEPTS = ('text/csv',)\ndef model_fn(d): ...\n"
    session = smnb.Session(tags={"team": "vision"})
    with smnb.deploy(write_model(code), name="tagged", session=session) as ep:
        tags = _hosting.describe(session, "tagged").tags

        assert ep.accepts == ("text/csv",)
        assert tags["team"] == "vision"
        assert set(tags) >= {
            "smnb:deployment",
            "smnb:sha256",
            "smnb:compute",
            "smnb:accepts",
        }


def test_update_changes_the_memory_without_downtime(write_model, capsys):
    with smnb.deploy(write_model(), name="echo") as ep:
        before = _hosting.describe(ep.session, "echo")
        ep.update(memory_mb=4096)

        said = capsys.readouterr().err
        assert "serverless 2048 MB → serverless 4096 MB" in said
        assert "$0 idle (us-east-1, price of 2026-09-09) → $0.00008 a second" in said
        assert repr(ep).endswith("serverless 4096 MB")
        assert ep.invoke([1]) == {"type": "application/json", "size": 3}
        with pytest.raises(errors.NotFoundError):
            _hosting.delete_config(ep.session, before.config)


def test_update_changes_the_model(write_model):
    with smnb.deploy(write_model(), name="echo") as ep:
        other = "def model_fn(d): ...\ndef predict_fn(x, m): return 'new'"
        ep.update(model=write_model(other))

        assert ep.invoke([1]) == "new"
        # The same deploy as the update is now the endpoint's own.
        assert smnb.deploy(write_model(other), name="echo").name == "echo"


def test_update_that_fails_leaves_the_old_version_in_service(write_model):
    with smnb.deploy(write_model(), name="echo") as ep:
        with pytest.raises(errors.DeploymentFailedError, match="weights are missing"):
            ep.update(model=write_model(NO_PREDICT))

        assert ep.status == "InService"
        assert ep.invoke([1]) == {"type": "application/json", "size": 3}


def test_serverless_moves_to_realtime_and_not_back(write_model):
    with smnb.deploy(write_model(), name="echo") as ep:
        ep.to_realtime("ml.m5.large")

        assert ep.kind == "realtime"
        with pytest.raises(
            errors.InvalidInputError, match="does not move echo from real-time"
        ) as caught:
            ep.update(smnb.Serverless(3072))
        assert (
            'smnb.deploy(model, smnb.Serverless(memory_mb=3072), name="echo-new")'
            in (caught.value.hint)
        )


@pytest.mark.parametrize("changes", [{"memory": 4096}, {"memory_mb": 4000}])
def test_update_refuses_what_the_compute_does_not_have(write_model, changes):
    with smnb.deploy(write_model(), name="echo") as ep:
        with pytest.raises(errors.InvalidInputError):
            ep.update(**changes)

        assert ep.status == "InService"


def test_logs_show_what_the_model_printed(write_model):
    code = (
        "def model_fn(d): print('loading the weights')\ndef predict_fn(x, m): return x"
    )
    with smnb.deploy(write_model(code), name="chatty") as ep:
        ep.invoke([1])

        assert "loading the weights" in ep.logs()
