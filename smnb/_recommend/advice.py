"""`recommend`: gather what is known of a workload, and judge the options."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from smnb import _hosting, _metrics, prices
from smnb._model import Model, as_model, is_on_s3, pack
from smnb._recommend.history import history
from smnb._recommend.options import judged
from smnb._recommend.recommendation import Recommendation
from smnb._recommend.sizing import has_accelerator
from smnb._recommend.workload import MB, Workload
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._recommend.history import History
    from smnb._recommend.workload import Pattern

_MEASURED_SINCE = "15d"  # as long as CloudWatch keeps a value for each minute


def recommend(
    *,
    model: Any = None,
    payload_mb: float | None = None,
    calls_per_month: float | None = None,
    traffic: Any = None,
    latency_s: float | None = None,
    duration_s: float | None = None,
    batch: bool = False,
    gpu: bool | None = None,
) -> Recommendation:
    """Say how to host a model, with reasons, prices, and what rules the rest out.

    Nothing is deployed or sent. Whatever is not known is left out of the judgement.

    Parameters
    ----------
    model
        What `deploy` takes, for its unpacked size; an `Endpoint`, for its measured peak
        memory; or a list of several, to be hosted together.
    payload_mb
        Size of the largest request, MB of 1024 * 1024 bytes.
    calls_per_month
        Requests in a month of 730 hours; with `batch`, jobs.
    traffic
        How they are spread: ``"steady"``, ``"office hours"``, ``"bursts"`` or
        ``"intermittent"``. Or an `Endpoint`, whose last 30 days in CloudWatch give the
        calls, their duration and how they are spread; then it also says what each
        option would have cost in that time.
    latency_s
        How soon a caller needs the answer, seconds.
    duration_s
        How long the model works on one request, seconds; with `batch`, on one job.
    batch
        Whether all the data is there up front, and nobody waits for one answer.
    gpu
        Whether the model needs an accelerator. Default: whether its image is one of
        AWS's for GPUs, or its endpoint runs on an instance that has one.

    Returns
    -------
    Recommendation
        Its ``.compute`` is ready for `deploy`.

    Raises
    ------
    InvalidInputError
        If a number is negative, `traffic` is no pattern, or its endpoint had no calls.

    Examples
    --------
    >>> recommend(payload_mb=0.2, calls_per_month=300_000, duration_s=0.1).compute
    Serverless(memory_mb=2048, max_concurrency=5, provisioned_concurrency=None)
    >>> recommend(payload_mb=50).best.name
    'async'
    >>> recommend(gpu=True).compute.instance_type
    'ml.g4dn.xlarge'
    """
    seen = None if traffic is None or isinstance(traffic, str) else _seen(traffic)
    several = list(model) if isinstance(model, list | tuple) else [model]
    if not several:
        raise InvalidInputError("model=[] names no model.", hint="Leave it out.")
    needs = [_needs(one) for one in several]
    known_mb = [mb for mb, _, _ in needs if mb is not None]
    frameworks = {framework for _, _, framework in needs}
    bases = {basis for _, basis, _ in needs}
    workload = Workload(
        payload_bytes=None if payload_mb is None else payload_mb * MB,
        calls_per_month=seen.calls_per_month if seen else calls_per_month,
        pattern=seen.pattern if seen else cast("Pattern | None", traffic),
        latency_s=latency_s,
        duration_s=seen.mean_s if seen and seen.mean_s is not None else duration_s,
        batch=batch,
        memory_mb=max(known_mb, default=None),
        memory_basis=bases.pop() if len(bases) == 1 else "unpacked",
        gpu=any(map(_wants_gpu, several)) if gpu is None else gpu,
        models=len(several),
        frameworks=_count(frameworks) if len(several) > 1 else 1,
        memory_all_mb=sum(known_mb) or None,
    )
    region = _region([traffic, *several])
    return Recommendation(workload, judged(workload, region), region, seen)


def _count(frameworks: set[str | None]) -> int | None:
    """Return how many frameworks there are; None if it may be one, or more."""
    known = frameworks - {None}
    return None if None in frameworks and len(known) < 2 else len(known)  # noqa: PLR2004


def _region(sources: list[Any]) -> str | None:
    """Return the region of the first endpoint, if its prices are known."""
    regions = (one.session.region for one in sources if _is_endpoint(one))
    return next((one for one in regions if prices.known_instances(one)), None)


def _seen(endpoint: Any) -> History:
    """Read what an endpoint's metrics say of its traffic."""
    if not _is_endpoint(endpoint):
        raise InvalidInputError(
            f"traffic={endpoint!r} is neither a pattern nor an endpoint.",
            hint='Give "steady", "office hours", "bursts", "intermittent", or '
            "smnb.endpoint(name).",
        )
    return history(endpoint.session, _hosting.describe(endpoint.session, endpoint.name))


def _wants_gpu(model: Any) -> bool:
    """Say whether the model's image, or the instance that it runs on, is for GPUs."""
    if _is_endpoint(model):
        found = _hosting.describe(model.session, model.name)
        return found.instance_type is not None and has_accelerator(found.instance_type)
    return isinstance(model, Model) and "-gpu-" in (model.image or "")


def _is_endpoint(value: Any) -> bool:
    return hasattr(value, "session") and hasattr(value, "name")


def _needs(model: Any) -> tuple[float | None, str, str | None]:
    """Return the memory that a model needs, MB, how that is known, its framework."""
    if model is None:
        return None, "unknown", None
    if _is_endpoint(model):
        found = _hosting.describe(model.session, model.name)
        totals = _metrics.measure(model.session, found, since=_MEASURED_SINCE).totals
        peak_mb = totals.get("memory_peak_mb")
        return peak_mb, "unknown" if peak_mb is None else "measured", None
    model = as_model(model)
    if model.data is None or is_on_s3(model):
        return None, "unknown", None
    with tempfile.TemporaryDirectory(prefix="smnb-") as folder:
        artifact = pack(model, Path(folder), needs_code=False)
    size = artifact.unpacked_bytes
    if size is None:
        return None, "unknown", artifact.framework
    return size / MB, "unpacked", artifact.framework
