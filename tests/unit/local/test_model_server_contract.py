import json
from types import SimpleNamespace

import numpy as np
import pytest

from smnb.local.model_server.contract import Model
from smnb.local.model_server.wire import Headers, Request


def model(default_accept="application/json", **functions):
    """Return the model of a module that has these functions."""
    module = SimpleNamespace(__name__="inference", **functions)
    return Model(module, "/opt/ml/model", default_accept)


def invoke(model, body=b"[1, 2]", content_type="application/json", **headers):
    """Return the model's reply to one invocation."""
    sent = {"content-type": content_type, **headers}
    return model.answer(Request("POST", "/invocations", Headers(sent), body))


def doubler(**functions):
    """Return a model that doubles a list."""
    return model(
        model_fn=lambda model_dir: 2, predict_fn=lambda x, n: x * n, **functions
    )


class RejectedError(Exception):
    def __init__(self, status_code):
        super().__init__("not this one")
        self.status_code = status_code


def test_functions_are_called_with_what_the_ones_before_returned():
    calls = []

    def noting(name):
        return lambda *arguments: calls.append((name, *arguments)) or f"{name}'s result"

    names = ("model_fn", "input_fn", "predict_fn", "output_fn")
    reply = invoke(model(**{name: noting(name) for name in names}), accept="text/x")

    assert calls == [
        ("model_fn", "/opt/ml/model"),
        ("input_fn", "[1, 2]", "application/json"),
        ("predict_fn", "input_fn's result", "model_fn's result"),
        ("output_fn", "predict_fn's result", "text/x"),
    ]
    assert reply == (200, {"Content-Type": "text/x"}, b"output_fn's result")


def test_transform_fn_alone_does_everything():
    def transform_fn(model, body, content_type, accept):
        return f"{model} {body} {content_type} {accept}", "text/plain"

    reply = invoke(model(transform_fn=transform_fn), b"\xff", "image/png", accept="a/b")

    assert reply == (
        200,
        {"Content-Type": "text/plain"},
        b"None b'\\xff' image/png a/b",
    )


def test_defaults_do_json_to_json():
    reply = invoke(doubler())

    assert reply == (200, {"Content-Type": "application/json"}, b"[1, 2, 1, 2]")


@pytest.mark.parametrize(
    "loaded",
    [
        pytest.param(sum, id="callable"),
        pytest.param(SimpleNamespace(predict=sum), id="with predict"),
    ],
)
def test_model_without_predict_fn_predicts_by_itself(loaded):
    assert invoke(model(model_fn=lambda model_dir: loaded)).body == b"3"


def test_model_that_cannot_predict_by_itself_is_a_clear_error():
    reply = invoke(model(model_fn=lambda model_dir: {}))

    assert reply.status == 500
    assert b"A dict is no function" in reply.body
    assert b"define predict_fn(data, model)" in reply.body


@pytest.mark.parametrize("accept", [{}, {"accept": "*/*"}], ids=["none", "any"])
def test_default_accept_stands_for_no_wish(accept):
    reply = invoke(
        model(
            default_accept="text/csv",
            model_fn=lambda model_dir: None,
            predict_fn=lambda data, model: data,
        ),
        **accept,
    )

    assert reply == (200, {"Content-Type": "text/csv"}, b"1\n2\n")


@pytest.mark.parametrize(
    ("result", "body", "content_type"),
    [
        pytest.param("text", b"text", "a/b", id="text"),
        pytest.param(bytearray(b"\x00"), b"\x00", "a/b", id="bytearray"),
        pytest.param(("x", "c/d"), b"x", "c/d", id="with a type"),
        pytest.param({"a": np.int64(1)}, b'{"a": 1}', "a/b", id="object"),
    ],
)
def test_output_fn_may_return_a_body_or_a_body_and_its_type(result, body, content_type):
    reply = invoke(
        doubler(output_fn=lambda prediction, accept: result), accept="a/b, c"
    )

    assert reply == (200, {"Content-Type": content_type}, body)


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        pytest.param({}, r"inference.py defines no model_fn\(model_dir\)", id="none"),
        pytest.param(
            {"predict_fn": lambda data, model: data}, "no model_fn", id="no model_fn"
        ),
        pytest.param(
            {"transform_fn": lambda a, b, c, d: a, "input_fn": lambda a, b: a},
            "transform_fn excludes input_fn",
            id="transform_fn and another",
        ),
        pytest.param(
            {"model_fn": lambda: None},
            "model_fn takes 0 arguments; it is called with 1, or with 2",
            id="too few arguments",
        ),
        pytest.param(
            {"model_fn": lambda a: a, "predict_fn": lambda a, b, c, d: a},
            "predict_fn takes 4 arguments",
            id="too many arguments",
        ),
    ],
)
def test_module_that_breaks_the_contract_is_refused(functions, message):
    with pytest.raises(TypeError, match=message):
        model(**functions)


@pytest.mark.parametrize(
    ("raised", "status", "body"),
    [
        pytest.param(ValueError("no"), 500, b"ValueError: no", id="any"),
        pytest.param(
            RejectedError(422), 422, b"RejectedError: not this one", id="status"
        ),
        pytest.param(
            RejectedError(200), 500, b"RejectedError: not this one", id="success"
        ),
        pytest.param(
            RejectedError("x"), 500, b"RejectedError: not this one", id="no number"
        ),
    ],
)
def test_what_a_function_raises_is_the_reply_and_is_logged(
    raised, status, body, capsys
):
    def predict_fn(data, model):
        raise raised

    reply = invoke(model(model_fn=lambda model_dir: None, predict_fn=predict_fn))

    assert (reply.status, reply.body) == (status, body)
    assert "in predict_fn\n    raise raised\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content_type", "body", "accept", "status"),
    [
        pytest.param("image/png", b"", "*/*", 415, id="type without input_fn"),
        pytest.param(
            "application/json", b"[]", "image/png", 406, id="wish without output_fn"
        ),
        pytest.param("application/json", b"[", "*/*", 400, id="no json"),
        pytest.param("application/json", b"\xff", "*/*", 400, id="no utf-8"),
    ],
)
def test_what_the_defaults_cannot_serve_is_the_client_s_error(
    content_type, body, accept, status, capsys
):
    reply = invoke(doubler(), body, content_type, accept=accept)

    assert reply.status == status
    assert capsys.readouterr().err == ""


def test_context_tells_of_the_request_and_sets_the_reply():
    def output_fn(prediction, accept, context):
        context.set_response_status(202)
        context.set_response_header(
            0, "X-Extra", context.get_request_header(0, "X-SENT")
        )
        return "made", "text/plain"

    reply = invoke(doubler(output_fn=output_fn), **{"x-sent": "yes"})

    assert reply == (202, {"Content-Type": "text/plain", "X-Extra": "yes"}, b"made")


def test_context_has_what_aws_s_model_servers_give():
    seen = {}

    def transform_fn(model, body, content_type, accept, context):
        properties = context.request_processor[0].get_request_properties()
        seen["accept"] = properties.get("Accept")
        seen["dir"] = context.system_properties["model_dir"]
        seen["all"] = context.get_all_request_header(0)["X-Amzn-SageMaker-Inference-Id"]
        context.set_response_content_type(0, "text/x")
        return "made", "text/plain"

    sent = {"accept": "a/b", "x-amzn-sagemaker-inference-id": "i"}
    reply = invoke(model(transform_fn=transform_fn), **sent)

    assert seen == {"accept": "a/b", "dir": "/opt/ml/model", "all": "i"}
    assert reply.headers == {"Content-Type": "text/x"}


@pytest.mark.parametrize(
    ("items", "content_type", "chunks"),
    [
        pytest.param(["a", "b"], "text/plain; charset=utf-8", [b"a", b"b"], id="texts"),
        pytest.param([b"\0"], "application/octet-stream", [b"\0"], id="bytes"),
        pytest.param(
            [{"n": 1}, 2], "application/jsonlines", [b'{"n": 1}\n', b"2\n"], id="json"
        ),
        pytest.param([], "application/jsonlines", [], id="nothing"),
    ],
)
def test_generator_is_streamed(items, content_type, chunks):
    def predict_fn(data, model):
        yield from items

    reply = invoke(model(model_fn=lambda model_dir: None, predict_fn=predict_fn))

    assert reply.headers == {"Content-Type": content_type}
    assert list(reply.body) == chunks


def test_generator_of_output_fn_has_its_own_type():
    reply = invoke(doubler(output_fn=lambda x, accept: (iter(["{", "}"]), "a/b")))

    assert reply.headers == {"Content-Type": "a/b"}
    assert list(reply.body) == [b"{", b"}"]


def test_generator_that_raises_at_once_is_an_error_and_no_stream(capsys):
    def predict_fn(data, model):
        raise ValueError("too early")
        yield

    reply = invoke(model(model_fn=lambda model_dir: None, predict_fn=predict_fn))

    assert (reply.status, reply.body) == (500, b"ValueError: too early")
    assert "too early" in capsys.readouterr().err


def test_prediction_of_numpy_is_json():
    reply = invoke(
        model(
            model_fn=lambda model_dir: np.array([1.5, 2.5]),
            predict_fn=lambda data, model: {"scores": model, "best": model.argmax()},
        )
    )

    assert json.loads(reply.body) == {"scores": [1.5, 2.5], "best": 1}
