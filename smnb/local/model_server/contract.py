"""Run the handler functions of a user's module, as AWS's inference toolkit does.

``model_fn``, ``input_fn``, ``predict_fn`` and ``output_fn``, or ``transform_fn``, each
with or without a last argument ``context``.
"""

from __future__ import annotations

import inspect
import itertools
import traceback
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from .formats import (
    BINARY,
    UnservedError,
    as_sent,
    decode,
    encode,
    media_type,
    to_json,
)
from .wire import Headers, Reply, Request

if TYPE_CHECKING:
    from types import ModuleType

# How many arguments each function takes without `context`.
_ARGUMENTS: Final = {
    "model_fn": 1,
    "input_fn": 2,
    "predict_fn": 2,
    "output_fn": 2,
    "transform_fn": 4,
}


class Context:
    """What a function can ask about its request, and set on the response.

    Names and arguments are those of the ``context`` that AWS's model servers pass; the
    index of a request within a batch is always 0.
    """

    def __init__(self, model_dir: str, headers: Headers) -> None:
        self.system_properties = {"model_dir": model_dir, "gpu_id": None}
        self.request_processor = [self]
        self.reply_status = 200
        self.reply_headers: dict[str, str] = {}
        self._headers = headers

    def get_request_properties(self) -> Headers:
        """Return the request's headers."""
        return self._headers

    def get_all_request_header(self, _index: int) -> Headers:
        """Return the request's headers."""
        return self._headers

    def get_request_header(self, _index: int, name: str) -> str | None:
        """Return one of the request's headers."""
        value: str | None = self._headers.get(name)
        return value

    def set_response_header(self, _index: int, name: str, value: str) -> None:
        """Send a header with the response."""
        self.reply_headers[name] = value

    def set_response_content_type(self, _index: int, value: str) -> None:
        """Set the response's content type, whatever output_fn says."""
        self.reply_headers["Content-Type"] = value

    def set_response_status(
        self, code: int = 200, _phrase: str = "", _index: int = 0
    ) -> None:
        """Set the response's HTTP status."""
        self.reply_status = code


class Model:
    """A loaded model and the functions that run it.

    Parameters
    ----------
    module
        The user's ``inference.py``.
    model_dir
        What ``model_fn`` is called with.
    default_accept
        Stands for a request without Accept, or with ``*/*``.

    Raises
    ------
    TypeError
        If a function is missing, excludes another, or takes a wrong number of arguments.
    """

    def __init__(self, module: ModuleType, model_dir: str, default_accept: str) -> None:
        bound = {name: _bind(module, name) for name in _ARGUMENTS}
        stages = [n for n in ("input_fn", "predict_fn", "output_fn") if bound[n]]
        load, self._transform = bound["model_fn"], bound["transform_fn"]
        if self._transform and stages:
            raise TypeError(f"transform_fn excludes {' and '.join(stages)}.")
        if not load and not self._transform:
            raise TypeError(f"{module.__name__}.py defines no model_fn(model_dir).")
        self._input = bound["input_fn"] or _input
        self._predict = bound["predict_fn"] or _predict
        self._output = bound["output_fn"] or _output
        self._dir = model_dir
        self._accept = default_accept
        self._model = load(model_dir, Context(model_dir, Headers())) if load else None

    def answer(self, request: Request) -> Reply:
        """Run the functions on one invocation; what they raise becomes the reply."""
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            return self._run(request)
        except UnservedError as error:
            return Reply(error.status_code, headers, str(error).encode())
        except Exception as error:  # noqa: BLE001 (a request's edge: logged and answered)
            traceback.print_exc()
            status = getattr(error, "status_code", 500)
            if not isinstance(status, int) or status not in range(400, 600):
                status = 500
            message = f"{type(error).__name__}: {error}"
            return Reply(status, headers, message.encode(errors="replace"))

    def _run(self, request: Request) -> Reply:
        content_type = request.headers.get("Content-Type", BINARY)
        accept = request.headers.get("Accept", "*/*")
        if media_type(accept) == "*/*":
            accept = self._accept
        context = Context(self._dir, request.headers)
        body = as_sent(request.body, content_type)
        if self._transform:
            result = self._transform(self._model, body, content_type, accept, context)
        else:
            data = self._input(body, content_type, context)
            prediction = self._predict(data, self._model, context)
            result = self._output(prediction, accept, context)
        result, kind = result if isinstance(result, tuple) else (result, accept)
        if isinstance(result, Iterator):
            # The first item may raise: it is made before anything is sent.
            first = list(itertools.islice(result, 1))
            kind = kind or _stream_type(first)
            items = itertools.chain(first, result)
            result = (_to_bytes(item, b"\n") for item in items)
        else:
            result = _to_bytes(result)
        headers = {
            "Content-Type": (kind or accept).split(",")[0],
            **context.reply_headers,
        }
        return Reply(context.reply_status, headers, result)


def _input(body: bytes | str, content_type: str, _context: Context) -> Any:
    return decode(body, content_type)


def _predict(data: Any, model: Any, _context: Context) -> Any:
    if hasattr(model, "predict"):
        return model.predict(data)
    if callable(model):
        return model(data)
    raise TypeError(
        f"A {type(model).__name__} is no function and has no predict(): "
        "define predict_fn(data, model)."
    )


def _output(prediction: Any, accept: str, _context: Context) -> Any:
    if isinstance(prediction, Iterator):
        return prediction, None  # known by its first item
    return encode(prediction, accept)


def _stream_type(first: list[Any]) -> str:
    if first and isinstance(first[0], str):
        return "text/plain; charset=utf-8"
    if first and isinstance(first[0], bytes):
        return BINARY
    return "application/jsonlines"


def _to_bytes(item: Any, end: bytes = b"") -> bytes:
    """Return bytes and texts as they are, anything else as JSON with `end` behind."""
    if isinstance(item, str):
        return item.encode()
    if isinstance(item, bytes | bytearray | memoryview):
        return bytes(item)
    return to_json(item) + end


def _bind(module: ModuleType, name: str) -> Callable[..., Any] | None:
    """Return a function of the module as one that takes `context`, if it is there."""
    function: Callable[..., Any] | None = getattr(module, name, None)
    if function is None:
        return None
    kinds = [p.kind for p in inspect.signature(function).parameters.values()]
    takes = len([k for k in kinds if k <= inspect.Parameter.POSITIONAL_OR_KEYWORD])
    if takes == _ARGUMENTS[name] + 1:
        return function
    if takes == _ARGUMENTS[name] or inspect.Parameter.VAR_POSITIONAL in kinds:
        return lambda *arguments: function(*arguments[:-1])
    raise TypeError(
        f"{name} takes {takes} arguments; it is called with {_ARGUMENTS[name]}, "
        f"or with {_ARGUMENTS[name] + 1} if the last is the context."
    )
