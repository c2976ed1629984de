"""A job of Inference Recommender: followed, stopped, read, and its winner deployed."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from smnb import _html, _s3, _wait
from smnb._deploy import deploy
from smnb._frame import frame_of
from smnb._inference_recommender.result import cells_of, rows_in
from smnb._model import Model, as_model
from smnb._progress import Progress
from smnb._session import Session, default_session
from smnb._stop import stoppable
from smnb._text import seconds_text, text_table
from smnb.errors import ConfigurationError, InvalidInputError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._endpoint import Endpoint
    from smnb._inference_recommender.result import LoadTestRow
    from smnb._model import ModelSource

_OVER: Final = frozenset({"COMPLETED", "FAILED", "STOPPED", "DELETED"})
_LOOK_EVERY_S: Final = 15.0
_NAME: Final = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,63}")
_NOT_HERE: Final = (
    "ep.benchmark(payload) measures an endpoint here: memory, processor time, "
    'throughput. For AWS: session=smnb.Session("aws").'
)


class LoadTest:
    """A job of SageMaker Inference Recommender; its name is all that finds it again.

    Parameters
    ----------
    name
        1 to 64 letters, digits and hyphens; made by `load_test`.
    session
        On AWS, in the region of the job.

    Raises
    ------
    ConfigurationError
        If the session's target is the local backend.
    InvalidInputError
        If no job can have the name.
    """

    def __init__(self, name: str, *, session: Session | None = None) -> None:
        self.session = aws_alone(session or default_session())
        self.name = check_job_name(name)
        self._settled: dict[str, Any] | None = None

    @property
    def status(self) -> str:
        """AWS's word: PENDING, IN_PROGRESS, COMPLETED, FAILED, STOPPING or STOPPED."""
        return str(self._described()["Status"])

    @property
    def rows(self) -> tuple[LoadTestRow, ...]:
        """A row for each recommended compute, the cheapest call first."""
        return rows_in(self._described())

    @property
    def best(self) -> LoadTestRow | None:
        """The one whose calls cost least; None if there is none (yet)."""
        return next(iter(self.rows), None)

    @stoppable
    def wait(self) -> LoadTest:
        """Follow the job to its end; the Stop button ends the following alone.

        Then the payload that was kept on S3 for it is removed.

        Raises
        ------
        ServiceError
            If AWS says that it failed.
        """
        progress, began = Progress(), time.monotonic()
        try:
            while (answer := self._described())["Status"] not in _OVER:
                waited = seconds_text(time.monotonic() - began)
                progress.now(
                    f"{self.name} is {answer['Status']}{self._tests()} · {waited}"
                )
                _wait.nap(_LOOK_EVERY_S)
        except KeyboardInterrupt:
            progress.done(
                f"No longer following: AWS goes on with {self.name}, and bills. To end "
                f'it: smnb.LoadTest("{self.name}").stop(); to follow it: .wait()'
            )
            raise
        for compute, reason in self._failures():
            progress.line(f"✗ {compute}: {reason}")
        self._remove_payload(answer)
        if answer["Status"] == "FAILED":
            progress.done()
            raise ServiceError(
                f"The load test {self.name} failed: {answer.get('FailureReason', '')}",
                hint="Its role needs more than an endpoint's: AWS names the policy "
                "AmazonSageMakerFullAccess. Logs of the endpoints that it made are in "
                "CloudWatch.",
            )
        progress.done(f"{self.name} is {answer['Status']}: {len(self.rows)} computes")
        return self

    def stop(self) -> None:
        """End the job; what it made on AWS is removed by AWS."""
        with self.session.translated(f"Stopping the load test {self.name}"):
            self.session.client("sagemaker").stop_inference_recommendations_job(
                JobName=self.name
            )

    def deploy(
        self,
        model: ModelSource,
        *,
        row: LoadTestRow | None = None,
        name: str | None = None,
        ttl: str | None = None,
    ) -> Endpoint:
        """Deploy `model` as the test found best: on its compute, with its environment.

        Parameters
        ----------
        model
            What `deploy` takes.
        row
            One of `rows`; default `best`.
        name, ttl
            As of `deploy`.

        Raises
        ------
        InvalidInputError
            If there is no result.
        """
        row = row or self.best
        if row is None:
            raise InvalidInputError(
                f"{self.name} is {self.status} and recommends nothing yet.",
                hint="Wait for its end: .wait()",
            )
        tuned = _tuned(self.session, as_model(model), row.environment)
        return deploy(tuned, row.compute, name=name, ttl=ttl, session=self.session)

    def to_frame(self) -> Any:
        """Return a DataFrame: a row for each compute; the unit ends a column's name.

        What a benchmark tells too has its columns: ``pandas.concat`` puts both together.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        rows = [
            {
                **vars(row),
                "compute": str(row.compute),
                "memory_mb": getattr(row.compute, "memory_mb", None),
                "environment": {**row.environment},
            }
            for row in self.rows
        ]
        return frame_of(rows, purpose="A DataFrame of a load test")

    def __repr__(self) -> str:
        lines = [self._title()]
        if self.rows:
            lines.append(text_table(*cells_of(self.rows)))
        return "\n".join([*lines, *self._findings()])

    def _repr_html_(self) -> str:
        table = (
            _html.table(*cells_of(self.rows), wraps="environment") if self.rows else ""
        )
        findings = "".join(
            f"<div>{_html.safe(line)}</div>" for line in self._findings()
        )
        title = f"<div><strong>{_html.safe(self._title())}</strong></div>"
        return f"{title}{table}{findings}"

    def _title(self) -> str:
        answer = self._described()
        return (
            f"{self.name} · {answer['JobType']} load test on AWS · {answer['Status']}"
        )

    def _findings(self) -> list[str]:
        answer, best = self._described(), self.best
        if reason := answer.get("FailureReason"):
            return [reason]
        if best is None:
            going_on = answer["Status"] not in _OVER
            return ["Follow it: .wait()   end it: .stop()"] if going_on else []
        return [
            f"Cheapest call: {best.compute}. Deploy it: .deploy(model)",
            "Dollars are AWS's estimates at the highest rate that was reached.",
        ]

    def _described(self) -> dict[str, Any]:
        if self._settled is not None:
            return self._settled
        with self.session.translated(f"Looking for the load test {self.name}"):
            client = self.session.client("sagemaker")
            answer: dict[str, Any] = client.describe_inference_recommendations_job(
                JobName=self.name
            )
        if answer["Status"] in _OVER:
            self._settled = answer
        return answer

    def _steps(self) -> list[dict[str, Any]]:
        """Return the tests of the job, of which AWS tells 100 at most at once."""
        with self.session.translated(f"Reading the tests of {self.name}"):
            client = self.session.client("sagemaker")
            answer = client.list_inference_recommendations_job_steps(
                JobName=self.name, MaxResults=100
            )
        steps: list[dict[str, Any]] = answer.get("Steps", [])
        return steps

    def _tests(self) -> str:
        steps = self._steps()
        if not steps:
            return ""
        over = sum(step["Status"] in _OVER for step in steps)
        running = [_tested(step) for step in steps if step["Status"] == "IN_PROGRESS"]
        now = f", now {', '.join(running)}" if running else ""
        return f" · {over} of {len(steps)} tests done{now}"

    def _failures(self) -> list[tuple[str, str]]:
        return [
            (_tested(step), step.get("InferenceBenchmark", {}).get("FailureReason", ""))
            for step in self._steps()
            if step["Status"] == "FAILED"
        ]

    def _remove_payload(self, answer: Mapping[str, Any]) -> None:
        """Remove the payload, if it is where `load_test` puts it."""
        container = answer["InputConfig"].get("ContainerConfig", {})
        url = container.get("PayloadConfig", {}).get("SamplePayloadUrl", "")
        place = payload_folder(self.session, self.name)
        if url.startswith(f"{place}/"):
            _s3.delete_prefix(self.session, place)


def payload_folder(session: Session, job_name: str) -> _s3.S3Uri:
    """Return where the payload of a job is kept until it is over."""
    return _s3.S3Uri(session.bucket_name(), f"smnb/load-tests/{job_name}")


def aws_alone(session: Session) -> Session:
    """Return the session if it is one on AWS.

    Raises
    ------
    ConfigurationError
        If it is not.
    """
    if session.target.bills:
        return session
    raise ConfigurationError(
        f"Inference Recommender is AWS's, and this session's target is {session.label}.",
        hint=_NOT_HERE,
    )


def check_job_name(name: str) -> str:
    """Return `name` if AWS takes it as the name of a job."""
    if not _NAME.fullmatch(name) or len(name) > 64:  # noqa: PLR2004  AWS's limit
        raise InvalidInputError(
            f"{name!r} cannot be the name of a load test.",
            hint="AWS takes 1 to 64 letters, digits and hyphens, no hyphen at an end.",
        )
    return name


def _tested(step: Mapping[str, Any]) -> str:
    compute = step.get("InferenceBenchmark", {}).get("EndpointConfiguration", {})
    if serverless := compute.get("ServerlessConfig"):
        return f"serverless {serverless['MemorySizeInMB']} MB"
    return str(compute.get("InstanceType", "a test"))


def _tuned(session: Session, model: Model, environment: Mapping[str, str]) -> Model:
    """Return the model with further variables; one that SageMaker has is made anew."""
    if not environment:
        return model
    if model.model_name is None:
        return replace(model, environment={**model.environment, **environment})
    with session.translated(f"Looking for the model {model.model_name}"):
        answer = session.client("sagemaker").describe_model(ModelName=model.model_name)
    container = answer["PrimaryContainer"]
    variables = {**container.get("Environment", {}), **environment}
    if package := container.get("ModelPackageName"):
        return Model(package=package, environment=variables, accepts=model.accepts)
    return Model(
        container.get("ModelDataUrl"),
        image=container["Image"],
        environment=variables,
        accepts=model.accepts,
    )
