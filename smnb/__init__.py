"""Deploy, invoke and watch Amazon SageMaker endpoints from a notebook.

Names are loaded when they are first used, so that ``import smnb`` is instant.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smnb import deserializers, errors, prices, serializers
    from smnb._benchmark import Benchmark
    from smnb._compute import Async, Batch, RealTime, Serverless
    from smnb._container import container
    from smnb._deploy import deploy
    from smnb._doctor import doctor
    from smnb._endpoint import Endpoint
    from smnb._expenses import Spending, spending
    from smnb._iam import iam_policy
    from smnb._inference_recommender import LoadTest, Phase, load_test
    from smnb._invocation import Reply
    from smnb._job_lookup import job
    from smnb._jobs import Job
    from smnb._lookup import endpoint, endpoints, invoke
    from smnb._model import Model
    from smnb._quote import Quote, quote
    from smnb._reap import reap
    from smnb._recommend import Recommendation, recommend
    from smnb._results import FrameResult, VideoResult
    from smnb._routes import Direct, Route, Split, ViaS3
    from smnb._session import Session
    from smnb._spending import Budget
    from smnb._stream import ServerSentEvent, Stream
    from smnb._video import Video
    from smnb._vpc import Vpc
    from smnb.jupyter.widget import panel

__version__ = "0.1.0"

__all__ = [
    "Async",
    "Batch",
    "Benchmark",
    "Budget",
    "Direct",
    "Endpoint",
    "FrameResult",
    "Job",
    "LoadTest",
    "Model",
    "Phase",
    "Quote",
    "RealTime",
    "Recommendation",
    "Reply",
    "Route",
    "ServerSentEvent",
    "Serverless",
    "Session",
    "Spending",
    "Split",
    "Stream",
    "ViaS3",
    "Video",
    "VideoResult",
    "Vpc",
    "container",
    "deploy",
    "deserializers",
    "doctor",
    "endpoint",
    "endpoints",
    "errors",
    "iam_policy",
    "invoke",
    "job",
    "load_test",
    "panel",
    "prices",
    "quote",
    "reap",
    "recommend",
    "serializers",
    "spending",
]

_MODULE_OF = {
    "Async": "_compute",
    "Batch": "_compute",
    "Benchmark": "_benchmark",
    "Budget": "_spending",
    "Direct": "_routes",
    "Endpoint": "_endpoint",
    "FrameResult": "_results",
    "Job": "_jobs",
    "LoadTest": "_inference_recommender",
    "Model": "_model",
    "Phase": "_inference_recommender",
    "Quote": "_quote",
    "RealTime": "_compute",
    "Recommendation": "_recommend",
    "Reply": "_invocation",
    "Route": "_routes",
    "Serverless": "_compute",
    "ServerSentEvent": "_stream",
    "Session": "_session",
    "Spending": "_expenses",
    "Split": "_routes",
    "Stream": "_stream",
    "ViaS3": "_routes",
    "Video": "_video",
    "VideoResult": "_results",
    "Vpc": "_vpc",
    "container": "_container",
    "deploy": "_deploy",
    "doctor": "_doctor",
    "endpoint": "_lookup",
    "endpoints": "_lookup",
    "iam_policy": "_iam",
    "invoke": "_lookup",
    "load_ipython_extension": "_magics",
    "load_test": "_inference_recommender",
    "job": "_job_lookup",
    "panel": "jupyter.widget",
    "quote": "_quote",
    "reap": "_reap",
    "recommend": "_recommend",
    "spending": "_expenses",
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
