"""Deploy, invoke and watch Amazon SageMaker endpoints from a notebook.

Names are loaded when they are first used, so that ``import smnb`` is instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smnb import deserializers, errors, prices, serializers
    from smnb._compute import Async, RealTime, Serverless
    from smnb._deploy import deploy
    from smnb._endpoint import Endpoint
    from smnb._invocation import Reply
    from smnb._jobs import Job
    from smnb._lookup import endpoint, endpoints, invoke
    from smnb._model import Model
    from smnb._reap import reap
    from smnb._results import FrameResult, VideoResult
    from smnb._routing import Direct, Route, Split, ViaS3
    from smnb._session import Session, Vpc

__version__ = "0.1.0"

__all__ = [
    "Async",
    "Direct",
    "Endpoint",
    "FrameResult",
    "Job",
    "Model",
    "RealTime",
    "Reply",
    "Route",
    "Serverless",
    "Session",
    "Split",
    "ViaS3",
    "VideoResult",
    "Vpc",
    "deploy",
    "deserializers",
    "endpoint",
    "endpoints",
    "errors",
    "invoke",
    "prices",
    "reap",
    "serializers",
]

_MODULE_OF = {
    "Async": "_compute",
    "Direct": "_routing",
    "Endpoint": "_endpoint",
    "FrameResult": "_results",
    "Job": "_jobs",
    "Model": "_model",
    "RealTime": "_compute",
    "Reply": "_invocation",
    "Route": "_routing",
    "Serverless": "_compute",
    "Session": "_session",
    "Split": "_routing",
    "ViaS3": "_routing",
    "VideoResult": "_results",
    "Vpc": "_session",
    "deploy": "_deploy",
    "endpoint": "_lookup",
    "endpoints": "_lookup",
    "invoke": "_lookup",
    "reap": "_reap",
}


def __getattr__(name: str) -> Any:
    if name in _MODULE_OF:
        value = getattr(import_module(f"smnb.{_MODULE_OF[name]}"), name)
        globals()[name] = value
        return value
    if name in __all__:
        return import_module(f"smnb.{name}")
    raise AttributeError(f"module 'smnb' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
