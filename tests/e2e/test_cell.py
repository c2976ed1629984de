"""The panel in a cell of a real kernel: live by messages, a table where no script runs."""

import json

import pytest
from jupyter_client.manager import start_new_kernel

import smnb

SETUP = """
import pathlib, smnb
from smnb.jupyter import widget
widget.STATIC = pathlib.Path({static!r})
cell = smnb.panel()
sent = []
cell.send = lambda content, buffers=None: sent.append(content)
def tell(buffers=(), **content):
    cell._take(None, content, list(buffers))
"""


class Kernel:
    """A kernel that evaluates expressions, as JupyterLab has it do for the panel."""

    def __init__(self, client):
        self._client = client

    def run(self, code, **expressions):
        request = self._client.execute(code, user_expressions=expressions)
        while True:
            answer = self._client.get_shell_msg(timeout=60)
            if answer["parent_header"]["msg_id"] == request:
                break
        content = answer["content"]
        assert content["status"] == "ok", content
        return {k: v.get("data", v) for k, v in content["user_expressions"].items()}

    def value(self, expression):
        """Return a value that is written as JSON."""
        shown = self.run("import json", value=f"json.dumps({expression})")
        return json.loads(eval(shown["value"]["text/plain"]))  # noqa: S307  its repr

    def ask(self, function, *args):
        """Return what the panel's side in the kernel answers."""
        module = '__import__("importlib").import_module("smnb.jupyter.kernel")'
        call = f"{module}.{function}({', '.join(map(repr, args))})"
        return self.run("", answer=call)["answer"]["application/json"]

    def wait(self, condition):
        """Wait until something holds in the kernel."""
        self.run(
            "import time\nfor _ in range(200):\n"
            f"    if {condition}: break\n    time.sleep(0.05)\nelse: raise TimeoutError"
        )


def of_variable(name):
    source = {"kind": "variable", "name": name}
    return {"name": "doubler", "source": source, "route": None}


@pytest.fixture(scope="module")
def doubler(tmp_path_factory):
    code = tmp_path_factory.mktemp("doubler") / "code"
    code.mkdir()
    (code / "inference.py").write_text(
        "def model_fn(d): return None\n"
        "def predict_fn(x, m): return {'double': 2 * x['x']}\n"
    )
    with smnb.deploy(code.parent, name="doubler") as ep:
        yield ep


@pytest.fixture(scope="module")
def kernel(doubler, tmp_path_factory):
    static = tmp_path_factory.mktemp("static")
    (static / "widget.js").write_text("export default {};")
    (static / "widget.css").write_text("")
    manager, client = start_new_kernel()
    kernel = Kernel(client)
    kernel.run(SETUP.format(static=str(static)))
    yield kernel
    kernel.run("cell.close()")
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def test_cell_is_a_table_where_no_script_runs(kernel):
    (shown,) = kernel.run("", shown="cell._repr_mimebundle_()[0]").values()

    bundle = eval(shown["text/plain"])  # noqa: S307  the kernel's repr of a dict
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert "doubler" in bundle["text/plain"]
    assert "doubler" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]


def test_watched_endpoint_is_a_card_where_no_script_runs(kernel):
    code = "one = smnb.endpoint('doubler').watch()\nstart = one.start"
    (shown,) = kernel.run(
        code, shown="one._repr_mimebundle_()[0]['text/plain']"
    ).values()

    assert "Endpoint doubler · InService · local" in shown["text/plain"]
    assert kernel.value("start") == {"view": "endpoint", "name": "doubler"}
    kernel.run("one.close()")


def test_nothing_is_asked_before_a_view_can_be_seen(kernel):
    kernel.run("import threading\nnames = [t.name for t in threading.enumerate()]")

    assert "smnb-poller" not in kernel.value("names")


def test_view_gets_all_then_answers_to_its_own_requests(kernel):
    kernel.run("sent.clear()\ntell(view='a', watching={'visible': True})")
    kernel.wait("any('snapshot' in one for one in sent)")
    snapshot = kernel.value("[o['snapshot'] for o in sent if 'snapshot' in o][0]")
    assert snapshot["full"]
    assert [row["name"] for row in snapshot["rows"]] == ["doubler"]

    source = {"kind": "text", "text": '{"x": 3}', "content_type": None}
    args = {"name": "doubler", "source": source, "route": None}
    kernel.run(f"tell(id='a-1', name='test', args={args})")
    kernel.wait("any(one.get('id') == 'a-1' for one in sent)")
    (reply,) = kernel.value("[o for o in sent if o.get('id') == 'a-1']")
    assert json.loads(reply["result"]["reply"]["text"]) == {"double": 6}


def test_problem_of_a_request_is_told(kernel):
    kernel.run("tell(id='a-2', name='facts', args={'name': 'nobody'})")
    kernel.wait("any(one.get('id') == 'a-2' for one in sent)")
    (reply,) = kernel.value("[o for o in sent if o.get('id') == 'a-2']")

    assert reply["problem"]["code"] == "gone"


def test_upload_is_kept(kernel):
    kernel.run("tell([b'{}'], id='a-3', name='upload', args={'name': 'x.json'})")
    kernel.wait("any(one.get('id') == 'a-3' for one in sent)")
    (reply,) = kernel.value("[o for o in sent if o.get('id') == 'a-3']")

    assert (reply["result"]["name"], reply["result"]["bytes"]) == ("x.json", 2)


def test_hidden_view_is_sent_nothing(kernel):
    kernel.run("tell(view='a', watching={'visible': False})\nsent.clear()")
    kernel.run("smnb.endpoint('doubler').invoke({'x': 1})\nimport time\ntime.sleep(2)")

    assert kernel.value("len(sent)") == 0


@pytest.mark.parametrize(
    "content",
    [{}, {"watching": 1}, {"view": "a", "watching": {"visible": "yes"}}, {"name": "x"}],
)
def test_message_that_is_none_does_nothing(kernel, content):
    kernel.run(f"sent.clear()\ntell(**{content})")

    assert kernel.value("len(sent)") == 0


def test_variables_are_planned_and_sent(kernel):
    kernel.run("data = {'x': 21}\nimport math")
    names = kernel.ask("variables")["result"]
    assert "data" in names
    assert not {"math", "In", "smnb", "tell"} & set(names)

    args = json.dumps(of_variable("data"))
    plan = kernel.ask("command", "plan_test", args)["result"]
    assert (plan["route"], plan["parts"]) == ("direct", 1)
    sent = kernel.ask("command", "test", args)["result"]
    assert json.loads(sent["reply"]["text"]) == {"double": 42}
    of_sent = json.dumps({"name": "doubler", "id": sent["id"]})
    assert kernel.ask("command", "pending", of_sent)["result"] == sent
    assert kernel.ask("command", "stop_test", of_sent)["result"] == {}


@pytest.mark.parametrize(
    ("name", "args", "words"),
    [
        ("test", "{}", "has no name"),
        ("deploy", "{}", "no command 'deploy'"),
        (
            "test",
            json.dumps(
                {
                    "name": "doubler",
                    "source": {"kind": "path", "path": "x"},
                    "route": None,
                }
            ),
            "no variable",
        ),
    ],
)
def test_what_is_no_command_of_a_kernel_is_refused(kernel, name, args, words):
    problem = kernel.ask("command", name, args)["problem"]

    assert problem["code"] == "invalid"
    assert words in problem["text"]


def test_variable_that_is_gone_is_told(kernel):
    args = json.dumps(of_variable("nothing"))
    problem = kernel.ask("command", "test", args)["problem"]

    assert problem["code"] == "gone"
    assert "no variable 'nothing'" in problem["text"]


def test_widget_that_is_not_built_says_how(monkeypatch, tmp_path):
    from smnb.jupyter import widget

    monkeypatch.setattr(widget, "STATIC", tmp_path)
    with pytest.raises(smnb.errors.MissingExtraError, match="make panel"):
        smnb.panel()
