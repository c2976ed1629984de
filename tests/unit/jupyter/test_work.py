"""A job tells how far it is, stops where the SDK says its next word, and how it ended."""

import pytest

from smnb._progress import Progress
from smnb.errors import DeploymentFailedError, InvalidInputError, NotFoundError
from smnb.jupyter.jobs import Jobs, Work

LINES = [
    ("line", "faces · local · serverless 2048 MB", 1, "Checking the model"),
    ("line", "On AWS: $0.23/h · $167.90 a month", 1, "Checking the model"),
    ("now", "uploading · 3 MB of 9 MB", 1, "Uploading 3 MB of 9 MB"),
    ("done", "✓ uploaded to s3://b", 2, "Creating model and configuration"),
    ("now", "faces is Creating · 2 s", 3, "Starting container"),
]


def work(call, deed="deploy", changed=lambda: None):
    return Work(deed, "faces", call, "Deploying faces", changed)


def test_deploy_tells_its_step():
    seen = []

    def call():
        progress = Progress()
        for method, text, *_ in LINES:
            getattr(progress, method)(text)
            phase = one.shape["phase"]
            seen.append((phase["index"], phase["label"]))
        return "faces is in service."

    one = work(call)
    one.run()

    assert seen == [(index, label) for _, _, index, label in LINES]
    assert one.shape["state"] == "done"
    assert one.shape["text"] == "faces is in service."
    assert one.shape["phase"] is None
    assert one.shape["ended_at"] >= one.shape["started_at"]


def test_stop_raises_once_and_keeps_the_last_words():
    undone = []

    def call():
        progress = Progress()
        progress.line("faces · local")
        one.stop()
        assert one.shape["text"].startswith("Stopping: ")
        assert not one.shape["can_stop"]
        try:
            progress.now("faces is Creating · 2 s")
        except KeyboardInterrupt:
            progress.now("removing")  # what is undone is not disturbed
            undone.append(True)
            progress.done("Stopped. Nothing was left behind.")
            raise

    one = work(call)
    assert one.shape["can_stop"]
    one.run()

    assert undone == [True]
    assert one.shape["state"] == "stopped"
    assert one.shape["text"] == "faces was stopped. Nothing was left behind."


def test_measuring_tells_the_words_of_the_sdk():
    said = []

    def call():
        Progress().now("faces · 1 at a time · call 7 of 20")
        said.append(one.shape["text"])
        one.stop()
        Progress().now("removing what was made")

    one = work(call, deed="measure")
    one.run()

    assert said == ["Deploying faces: 1 at a time · call 7 of 20"]
    assert one.shape["text"] == "Measuring faces was stopped."


def test_delete_cannot_be_stopped():
    one = work(lambda: "gone", deed="delete")
    one.stop()
    one.run()

    assert one.shape["state"] == "done"


def test_failure_is_told_with_its_cause():
    log = (
        "faces: did not pass the ping.\n  | ModuleNotFoundError: No module named 'cv2'"
    )

    def call():
        told = "inference.py imports cv2, which is not installed in the container."
        raise DeploymentFailedError(
            log, hint=f"{told} Add it. Nothing was left behind."
        )

    one = work(call)
    one.run()

    assert one.shape["state"] == "failed"
    assert one.shape["text"].startswith("faces did not start: ")
    assert "cv2" in one.shape["text"]
    assert one.shape["fix"].endswith("Nothing was left behind.")


def test_other_failure_is_its_first_line():
    def call():
        raise InvalidInputError("faces: memory: too small.\nmore", hint="Take more.")

    one = work(call)
    one.run()

    assert one.shape["text"] == "faces did not start: memory: too small."
    assert one.shape["fix"] == "Take more."


def test_fault_is_told_by_its_kind():
    def call():
        raise RuntimeError("a secret")

    one = work(call, deed="update")
    with pytest.raises(RuntimeError):
        one.run()

    assert one.shape["state"] == "failed"
    assert "RuntimeError" in one.shape["text"]
    assert "a secret" not in one.shape["text"]


def test_what_others_show_is_not_told_to_a_job(capsys):
    work(lambda: "done").run()
    Progress().line("mine")

    assert "mine" in capsys.readouterr().err


def test_each_change_is_told_on():
    told = []
    one = work(lambda: Progress().line("✓ uploaded") or "done", changed=told.append)
    one._changed = lambda: told.append(one.shape["state"])
    one.run()

    assert told == ["running", "done"]


def test_unknown_job_is_gone():
    with pytest.raises(NotFoundError):
        Jobs(lambda: None).stop("0")
