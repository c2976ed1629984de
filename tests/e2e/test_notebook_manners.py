"""In a real kernel: progress folds, reprs are static HTML, Stop is heard at once."""

import time
from contextlib import suppress
from queue import Empty

import pytest
from jupyter_client.manager import start_new_kernel

SLOW = """
import time

def model_fn(model_dir):
    return None

def predict_fn(data, model):
    time.sleep(data)
    return data
"""


class Notebook:
    """A kernel, and what its cells put out."""

    def __init__(self, manager, client):
        self._manager = manager
        self._client = client

    def start(self, code):
        """Run a cell; return the id of its request at once."""
        return self._client.execute(code)

    def finish(self, request_id, timeout_s=60):
        """Return the outputs of a cell by their display id or number, when it is done."""
        outputs = {}
        while True:
            message = self._client.get_iopub_msg(timeout=timeout_s)
            if message["parent_header"].get("msg_id") != request_id:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                return outputs
            if kind in ("display_data", "update_display_data", "execute_result"):
                key = content.get("transient", {}).get("display_id", len(outputs))
                outputs[key] = content["data"]
            elif kind == "error":
                outputs["error"] = content["ename"]
                outputs["traceback"] = "\n".join(content["traceback"])
            elif kind == "stream":
                text = outputs.get(content["name"], "") + content["text"]
                outputs[content["name"]] = text

    def run(self, code):
        return self.finish(self.start(code))

    def await_text(self, text):
        """Wait until a cell that runs has printed something."""
        while text not in str(self._client.get_iopub_msg(timeout=60)["content"]):
            pass

    def stop(self, request_id):
        """Press Stop until a cell ends; return its outputs, and how long the last took.

        Python drops what is raised while a response is freed, so that one press in
        hundreds goes unheard in a loop of nothing but calls.
        """
        while True:
            self._manager.interrupt_kernel()
            pressed = time.monotonic()
            with suppress(Empty):
                outputs = self.finish(request_id, timeout_s=5)
                return outputs, time.monotonic() - pressed


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slow")
    (folder / "code").mkdir()
    (folder / "code" / "inference.py").write_text(SLOW)
    manager, client = start_new_kernel()
    shown = Notebook(manager, client)
    shown.run("import smnb")
    shown.run("1 / 0")  # IPython's first traceback takes time that is not ours
    shown.deployed = shown.run(f"ep = smnb.deploy({str(folder)!r}, name='slow')\nep")
    yield shown
    shown.run("ep.delete()")
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_progress_is_one_output_and_folds(notebook):
    progress, card = notebook.deployed.values()

    assert progress["text/html"].startswith("<details")
    assert "✓ in service" in progress["text/html"].partition("</summary>")[0]
    assert "✓ uploaded" in progress["text/html"].partition("</summary>")[2]
    assert "stderr" not in notebook.deployed
    assert card["text/plain"].startswith("Endpoint slow · InService · local")


@pytest.mark.parametrize(
    "code",
    [
        "ep",
        "smnb.endpoints()",
        "ep.metrics()",
        "ep.logs()",
        "ep.explain()",
        "smnb.endpoint('slow')",
    ],
)
def test_value_of_a_cell_is_static_html(notebook, code):
    (shown,) = notebook.run(code).values()

    assert shown["text/plain"]
    for word in ("<script", "<style", "class=", "onclick", "http-equiv"):
        assert word not in shown["text/html"]


def test_error_shows_the_readers_line_and_the_message_alone(notebook):
    shown = notebook.run("x = 1\nep.invoke(print, content_type='text/csv')")

    assert "line 2" in shown["traceback"]
    assert "InvalidInputError: " in shown["traceback"]
    assert "smnb/_" not in shown["traceback"]


@pytest.mark.parametrize(
    ("code", "error"),
    [
        pytest.param("print('now'); ep.invoke(30)", "KeyboardInterrupt", id="invoke"),
        pytest.param("print('now'); ep.logs(follow=True)", None, id="follow"),
        pytest.param(
            "print('now')\nwhile True: ep.explain()", "KeyboardInterrupt", id="explain"
        ),
        pytest.param(
            "print('now')\nwhile True: repr(ep)", "KeyboardInterrupt", id="repr"
        ),
        pytest.param("print('now'); ep.stream(30)", "KeyboardInterrupt", id="stream"),
        pytest.param(
            "print('now')\nwhile True: smnb.endpoints()",
            "KeyboardInterrupt",
            id="endpoints",
        ),
    ],
)
def test_stop_is_heard_at_once_and_the_kernel_goes_on(notebook, code, error):
    took_s = []
    for _ in range(3):  # other processes may delay one
        running = notebook.start(code)
        notebook.await_text("now")
        time.sleep(0.3)
        outputs, stopped_in_s = notebook.stop(running)
        took_s.append(stopped_in_s)

    assert outputs.get("error") == error
    assert min(took_s) < 0.3
    assert notebook.run("ep.status")[0]["text/plain"] == "'InService'"
