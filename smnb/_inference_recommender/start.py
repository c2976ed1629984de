"""`load_test`: say what it takes and costs, ask, and start a job."""

from __future__ import annotations

import io
import secrets
import sys
import tarfile
from typing import TYPE_CHECKING, Any

from smnb import _hosting, _s3, _values, prices
from smnb._compute import RealTime
from smnb._endpoint import Endpoint
from smnb._inference_recommender.job import (
    LoadTest,
    aws_alone,
    check_job_name,
    payload_folder,
)
from smnb._inference_recommender.request import LoadPlan, container_config
from smnb._limits import LIMITS
from smnb._model import as_model
from smnb._payload import Payload
from smnb._progress import Progress
from smnb._rate import hour_text
from smnb._session import Session, default_session
from smnb._stop import stoppable
from smnb._text import bytes_text, seconds_text
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb._compute import Serverless
    from smnb._inference_recommender.request import Phase


@stoppable
def load_test(  # noqa: PLR0913  AWS's own options, each by its name
    model: Any,
    payload: Any,
    *,
    on: Sequence[RealTime | Serverless] = (),
    phases: Sequence[Phase] = (),
    environment: Mapping[str, Sequence[str]] | None = None,
    stop_at_ms: int | None = None,
    stop_at_calls: int | None = None,
    max_duration_s: int = 7200,
    container: Mapping[str, Any] | None = None,
    name: str | None = None,
    session: Session | None = None,
    confirm: bool | None = None,
    wait: bool = True,
) -> LoadTest:
    """Let AWS's Inference Recommender test a model under load, on many computes.

    Without `on` a Default job: AWS chooses instances and load, and is done within
    45 minutes. With it an Advanced one, 2 hours on average (SageMaker Developer Guide).
    What the instances cost meanwhile is billed; what is known of that is said first,
    and whoever sits at the keyboard is asked.

    The job makes endpoints, and removes them; its role needs more than an endpoint's:
    AWS names the policy AmazonSageMakerFullAccess.

    Parameters
    ----------
    model
        An `Endpoint` on AWS, whose model is tested while it serves on;
        `Model.from_sagemaker`; or ``Model(package=…)``.
    payload
        What `invoke` takes, and fits one request; or a list of such, of one type.
    on
        Up to 10 `RealTime` (their type counts) and `Serverless` with a size.
    phases
        Of the load on each, one after the other. Default ``[Phase()]``: two minutes in
        which one user becomes three.
    environment
        Up to 3 values to try for each of up to 5 variables of the container, on
        instances.
    stop_at_ms, stop_at_calls
        End the test of a compute when 95 % of calls take as long as that, ms, or when
        it has that many calls a minute.
    max_duration_s
        Of an Advanced job as a whole, up to 18,000 s.
    container
        Fields of AWS's RecommendationJobContainerConfig that are known better than by
        default: ``{"Domain": "COMPUTER_VISION", "Task": "OBJECT_DETECTION",
        "NearestModelName": "yolov4"}``.
    name
        Of the job. Default: the model's, with a suffix.
    session
        On AWS; default the endpoint's, or the default one.
    confirm
        True starts without asking, and is needed where nobody can be asked.
    wait
        Return when the job is over. Stop ends the following; the job goes on.

    Returns
    -------
    LoadTest
        ``.rows``, ``.best``, ``.deploy(model)``; ``LoadTest(name)`` finds it again.

    Raises
    ------
    ConfigurationError
        On the local backend, where ``ep.benchmark`` measures.
    InvalidInputError
        If an argument is wrong, or nobody agreed to the cost; nothing was started.

    Examples
    --------
    ::

        test = smnb.load_test(ep, "astronaut.png", on=[smnb.RealTime("ml.c6i.large")])
        test.deploy("faces/", name="faces-tuned")
    """
    found_session = getattr(model, "session", None)
    session = aws_alone(session or found_session or default_session())
    plan = LoadPlan(on, phases, environment, stop_at_ms, stop_at_calls, max_duration_s)
    target, accepts, image, label = _target(session, model)
    archive, content_type = _archive(payload, accepts)
    name = check_job_name(name or f"{label[:50].rstrip('-')}-{secrets.token_hex(4)}")
    progress = Progress()
    progress.line(f"{name} · {session.label} · {plan.job_type} load test of {label}")
    for line in expected(session, plan):
        progress.line(line)
    _agree(confirm)
    session.bucket()
    place = payload_folder(session, name) / "payload.tar.gz"
    request = {
        "JobName": name,
        "JobType": plan.job_type,
        "RoleArn": session.role(),
        "InputConfig": {
            **target,
            **plan.input(),
            **_network(session),
            "ContainerConfig": container_config(
                image, str(place), content_type, container or {}
            ),
        },
        "Tags": _hosting.tag_list(session.tags),
    }
    if stopping := plan.stopping():
        request["StoppingConditions"] = stopping
    _s3.upload(session, archive, place)
    try:
        with session.translated(f"Starting the load test {name}"):
            session.client("sagemaker").create_inference_recommendations_job(**request)
    except SmnbError:
        _s3.delete_prefix(session, payload_folder(session, name))
        raise
    progress.done(f'✓ started; to find it again: smnb.LoadTest("{name}")')
    test = LoadTest(name, session=session)
    return test.wait() if wait else test


def expected(session: Session, plan: LoadPlan) -> list[str]:
    """Say how long the job takes and what it costs, as far as that is known."""
    if not plan.on:
        billed = "AWS chooses the instances, and bills them by the hour meanwhile"
        return [
            "Time: up to 45 min (SageMaker Developer Guide)",
            f"Cost: unknown; {billed}",
        ]
    rates = []
    for compute in plan.on:
        if isinstance(compute, RealTime):
            price = prices.instance_hour(compute.instance_type, session.region)
            usd = "price unknown" if price is None else f"{hour_text(price.usd)}/h"
            rates.append(f"{compute.instance_type} {usd}")
        else:
            rates.append(f"{compute} by the second")
    most_h = plan.max_duration_s / 3600
    load = f"{seconds_text(plan.load_s)} of load on each of {len(plan.on)}"
    billed = f"{', '.join(rates)} ({session.region})"
    return [
        f"Time: {load}; 2 h on average, {most_h:.3g} h at most",
        f"Cost: unknown in sum; billed while tested: {billed}",
    ]


def _target(
    session: Session, source: Any
) -> tuple[dict[str, str], tuple[str, ...] | None, str, str]:
    """Return what AWS is to test, the types it accepts, its image, and its label."""
    if isinstance(source, Endpoint):
        found = _hosting.describe(session, source.name)
        if not found.models:
            raise InvalidInputError(
                f"The configuration of {found.name} was deleted, and with it what tells "
                "its model.",
                hint="Name the model: smnb.Model.from_sagemaker(…)",
            )
        name = found.models[0]
        return {"ModelName": name}, found.accepts, _image(session, name), found.name
    model = as_model(source)
    if model.model_name is not None:
        image = _image(session, model.model_name)
        return {"ModelName": model.model_name}, model.declared, image, model.model_name
    if model.package is not None:
        label = model.package.partition("model-package/")[2].replace("/", "-")
        package = {"ModelPackageVersionArn": model.package}
        return package, model.declared, "", label or "package"
    raise InvalidInputError(
        f"AWS tests what SageMaker has, and {model.label} is not there yet.",
        hint="Deploy it first; serverless costs nothing while idle: "
        "smnb.load_test(smnb.deploy(model, session=…), payload)",
    )


def _image(session: Session, model_name: str) -> str:
    with session.translated(f"Looking for the model {model_name}"):
        answer = session.client("sagemaker").describe_model(ModelName=model_name)
    return str(answer.get("PrimaryContainer", {}).get("Image", ""))


def _archive(payload: Any, accepts: tuple[str, ...] | None) -> tuple[Payload, str]:
    """Return the payloads in the archive that AWS wants, and their type."""
    several = payload if isinstance(payload, list) else [payload]
    encoded = [_values.encode(one, accepts=accepts) for one in several]
    types = {one.content_type for one in encoded}
    if len(types) != 1:
        raise InvalidInputError(
            f"A load test sends one type, and these are {', '.join(sorted(types)) or 'none'}.",
            hint="Give payloads of one type.",
        )
    most = LIMITS["realtime_payload_bytes"].value
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for number, one in enumerate(encoded):
            if one.size_bytes > most:
                raise InvalidInputError(
                    f"{one.label} has {bytes_text(one.size_bytes)}; a request takes "
                    f"{bytes_text(most)}.",
                    hint="Give what fits one request, for example a single frame.",
                )
            member = tarfile.TarInfo(f"payload-{number}")
            member.size = one.size_bytes
            with one.open() as content:
                archive.addfile(member, content)
    made = Payload.of_bytes(packed.getvalue(), "application/gzip", "the payload")
    return made, types.pop()


def _network(session: Session) -> dict[str, Any]:
    """Return what the session says of keys and network, in the job's words."""
    options: dict[str, Any] = {}
    if session.kms_key:
        options["VolumeKmsKeyId"] = session.kms_key
    if session.vpc is not None:
        options["VpcConfig"] = {
            "Subnets": list(session.vpc.subnets),
            "SecurityGroupIds": list(session.vpc.security_groups),
        }
    return options


def _agree(confirm: bool | None) -> None:
    """Go on if it is agreed to; ask where a person can answer."""
    if confirm is None:
        confirm = _is_wanted()
    if not confirm:
        raise InvalidInputError(
            "The load test was not started: nobody agreed to its cost.",
            hint="Agree: smnb.load_test(…, confirm=True)",
        )


def _is_wanted() -> bool:
    if "ipykernel" not in sys.modules and not (sys.stdin and sys.stdin.isatty()):
        return False
    try:
        return input("Start it? [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, NotImplementedError):  # a notebook that runs by itself
        return False
