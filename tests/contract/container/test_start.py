"""A container starts with the model's own code and variables, or says why not."""

import tarfile
import time
from pathlib import Path

import pytest
from running_container import MODELS, pack, read

from smnb.local.container import ArchiveError, StartFailedError


def test_numpy_model_starts_in_a_second_and_a_half(host):
    started = time.perf_counter()

    async def steps(hosted):
        took_s = time.perf_counter() - started
        return await hosted.ask([1, 2]), took_s

    answer, took_s = host(MODELS / "double", steps)

    assert answer == [2.0, 4.0]
    assert took_s < 1.5


def test_model_sees_its_own_environment_and_not_the_daemon_s(host, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the daemon's")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")

    async def steps(hosted):
        return await hosted.ask({}), hosted.log

    seen, log = host(MODELS / "environment", steps, environment={"MODE": "fast"})

    environment = seen["environment"]
    assert environment["MODE"] == "fast"
    assert environment["SM_MODEL_DIR"] == seen["cwd"]
    assert environment["SAGEMAKER_BASE_DIR"] == str(Path(seen["cwd"]).parent)
    assert not {"AWS_SECRET_ACCESS_KEY", "PYTHONPATH"} & set(environment)
    assert seen["files"] == ["code"]
    assert seen["path"][0] == f"{seen['cwd']}/code"
    assert log == [b"loading", b"predicting"]


def test_submit_directory_and_program_say_which_code_runs(host, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "serve.py").write_text(
        "def model_fn(d): return lambda data: 'elsewhere'"
    )

    async def steps(hosted):
        return await hosted.ask({})

    answer = host(
        MODELS / "echo",
        steps,
        environment={
            "SAGEMAKER_PROGRAM": "serve.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": str(tmp_path / "elsewhere"),
        },
    )

    assert answer == "elsewhere"


def test_submit_directory_on_s3_is_passed_over(host):
    async def steps(hosted):
        return await read(await hosted.send(b"x"))

    environment = {"SAGEMAKER_SUBMIT_DIRECTORY": "s3://bucket/sourcedir.tar.gz"}
    assert host(MODELS / "echo", steps, environment=environment) == b"x"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(
            "\nimport no_such_module",
            "ModuleNotFoundError: No module named 'no_such_module' (inference.py, line 2)",
            id="missing module",
        ),
        pytest.param(
            "def model_fn(:\n",
            "SyntaxError: invalid syntax (inference.py, line 1)",
            id="syntax error",
        ),
        pytest.param(
            "x = 1",
            "TypeError: inference.py defines no model_fn(model_dir).",
            id="no handler",
        ),
        pytest.param(
            "def model_fn(model_dir):\n    return open('/no/model')",
            "FileNotFoundError: [Errno 2] No such file or directory: '/no/model'"
            " (inference.py, line 2)",
            id="model_fn raises",
        ),
        pytest.param(
            "import os\nprint('half way', flush=True)\nos._exit(3)",
            "The model's process exited with status 3. Its last line: half way",
            id="exits",
        ),
        pytest.param(
            "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
            "The model's process was ended by SIGSEGV.",
            id="crashes",
        ),
    ],
)
def test_start_that_fails_says_why(host, code, reason):
    with pytest.raises(StartFailedError) as caught:
        host(code, None)

    assert str(caught.value) == reason


def test_start_without_code_says_what_is_missing(host, tmp_path):
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass

    with pytest.raises(StartFailedError, match=r"has no code/inference\.py"):
        host(MODELS / "echo", None, archive=tmp_path / "empty.tar.gz")


def test_start_with_an_archive_that_is_cut_says_so(host, tmp_path):
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(pack(MODELS / "echo", tmp_path / "whole.tar.gz").read_bytes()[:-20])

    with pytest.raises(ArchiveError, match="cannot be unpacked"):
        host(MODELS / "echo", None, archive=cut)


def test_start_with_a_python_that_is_gone_names_it(host):
    with pytest.raises(StartFailedError, match="/no/python: No such file"):
        host(MODELS / "echo", None, python="/no/python")


def test_start_that_takes_too_long_is_ended(host):
    with pytest.raises(StartFailedError, match=r"did not answer /ping within 0\.5 s"):
        host("import time\ntime.sleep(60)", None, startup_timeout_s=0.5)
