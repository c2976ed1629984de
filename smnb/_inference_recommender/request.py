"""What AWS is asked to test: the input of a job, checked; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smnb._compute import RealTime, Serverless
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_COMPUTES: Final = 10
_MOST_RANGES: Final = 5
_MOST_VALUES: Final = 3
_MOST_DURATION_S: Final = 18_000
# By a word of the image's name. AWS takes OTHER for what it has no name for.
_FRAMEWORKS: Final = {
    "scikit-learn": "SAGEMAKER-SCIKIT-LEARN",
    "xgboost": "XGBOOST",
    "pytorch": "PYTORCH",
    "tensorflow": "TENSORFLOW",
}
_VERSION: Final = re.compile(r":(\d\.\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Phase:
    """A stretch of a load test, in which more and more users send requests in a loop.

    Parameters
    ----------
    users
        At its start, 1 to 3.
    users_per_minute
        That come in addition each minute, 0 to 3.
    duration_s
        120 to 3600 s. Ranges as in the SageMaker Developer Guide.

    Raises
    ------
    InvalidInputError
        If a number is out of its range.
    """

    users: int = 1
    users_per_minute: int = 1
    duration_s: int = 120

    def __post_init__(self) -> None:
        within("users", self.users, 1, 3)
        within("users_per_minute", self.users_per_minute, 0, 3)
        within("duration_s", self.duration_s, 120, 3600)


@dataclass(frozen=True)
class LoadPlan:
    """The computes and the load of an Advanced job; without computes a Default one.

    Parameters
    ----------
    on
        What is tested.
    phases
        One after the other, on each of them.
    environment
        Values to try for the container's variables.
    stop_at_ms, stop_at_calls
        Latency (95th percentile) and calls a minute that end the test of a compute.
    max_duration_s
        Of the whole job.
    """

    on: Sequence[RealTime | Serverless] = ()
    phases: Sequence[Phase] = ()
    environment: Mapping[str, Sequence[str]] | None = None
    stop_at_ms: int | None = None
    stop_at_calls: int | None = None
    max_duration_s: int = 7200

    def __post_init__(self) -> None:
        given = self.phases or self.environment or self.stop_at_ms or self.stop_at_calls
        if given and not self.on:
            raise InvalidInputError(
                "A load of one's own needs the computes to test.",
                hint='Name them: on=[smnb.RealTime("ml.m5.large")]. Without any of '
                "this AWS chooses instances and load.",
            )
        _check_computes(self.on)
        _check_ranges(self.environment or {})
        within("max_duration_s", self.max_duration_s, 120, _MOST_DURATION_S)
        if self.load_s > self.max_duration_s:
            raise InvalidInputError(
                f"The phases take {self.load_s} s, longer than the whole job.",
                hint=f"Shorten them, or max_duration_s={self.load_s} or more.",
            )

    @property
    def job_type(self) -> str:
        """AWS's name of the kind of job."""
        return "Advanced" if self.on else "Default"

    @property
    def load_s(self) -> int:
        """How long the load on one compute is, seconds."""
        return sum(phase.duration_s for phase in self.phases or (Phase(),))

    def input(self) -> dict[str, Any]:
        """Return its part of AWS's RecommendationJobInputConfig."""
        if not self.on:
            return {}
        return {
            "JobDurationInSeconds": self.max_duration_s,
            "TrafficPattern": {
                "TrafficType": "PHASES",
                "Phases": [
                    {
                        "InitialNumberOfUsers": phase.users,
                        "SpawnRate": phase.users_per_minute,
                        "DurationInSeconds": phase.duration_s,
                    }
                    for phase in self.phases or (Phase(),)
                ],
            },
            "EndpointConfigurations": [self._tested(compute) for compute in self.on],
        }

    def stopping(self) -> dict[str, Any]:
        """Return AWS's StoppingConditions."""
        conditions: dict[str, Any] = {}
        if self.stop_at_calls is not None:
            conditions["MaxInvocations"] = self.stop_at_calls
        if self.stop_at_ms is not None:
            conditions["ModelLatencyThresholds"] = [
                {"Percentile": "P95", "ValueInMilliseconds": self.stop_at_ms}
            ]
        return conditions

    def _tested(self, compute: RealTime | Serverless) -> dict[str, Any]:
        if isinstance(compute, Serverless):
            return compute.variant()
        tested: dict[str, Any] = {"InstanceType": compute.instance_type}
        if self.environment:
            ranges = [
                {"Name": name, "Value": list(values)}
                for name, values in self.environment.items()
            ]
            tested["EnvironmentParameterRanges"] = {
                "CategoricalParameterRanges": ranges
            }
        return tested


def container_config(
    image: str, payload_url: str, content_type: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """Return AWS's RecommendationJobContainerConfig.

    Parameters
    ----------
    image
        Tells the framework, if it is one of AWS's; empty if it is not known.
    given
        Fields that win.

    Examples
    --------
    >>> made = container_config("1.dkr.ecr/pytorch-inference:2.5.1-cpu", "s3://b/k", "x/y", {})
    >>> made["Framework"], made["FrameworkVersion"], made["Task"]
    ('PYTORCH', '2.5.1', 'OTHER')
    """
    repository = image.rsplit("/", 1)[-1]
    known = (name for word, name in _FRAMEWORKS.items() if word in repository)
    config: dict[str, Any] = {
        "Domain": "MACHINE_LEARNING",
        "Task": "OTHER",
        "Framework": next(known, "OTHER"),
        "PayloadConfig": {
            "SamplePayloadUrl": payload_url,
            "SupportedContentTypes": [content_type],
        },
    }
    if config["Framework"] != "OTHER" and (found := _VERSION.search(repository)):
        config["FrameworkVersion"] = found.group(1)
    return config | dict(given)


def within(name: str, value: int, least: int, most: int) -> None:
    """Refuse a number that AWS does not take."""
    if not least <= value <= most:
        raise InvalidInputError(
            f"{name}={value} is out of range.", hint=f"Choose {least} to {most}."
        )


def _check_computes(on: Sequence[RealTime | Serverless]) -> None:
    if len(on) > _MOST_COMPUTES:
        raise InvalidInputError(
            f"{len(on)} computes are too many.",
            hint=f"AWS tests up to {_MOST_COMPUTES}.",
        )
    for compute in on:
        if not isinstance(compute, RealTime | Serverless):
            raise InvalidInputError(
                f"{compute!r} is nothing that AWS tests.",
                hint='Use smnb.RealTime("ml.m5.large") or smnb.Serverless(2048).',
            )
        if isinstance(compute, Serverless) and compute.memory_mb is None:
            raise InvalidInputError(
                "Serverless() to be tested needs its size.",
                hint="For example smnb.Serverless(2048).",
            )
        if isinstance(compute, RealTime) and compute.instance_type.startswith("ml.t2."):
            raise InvalidInputError(
                f"AWS does not load-test {compute.instance_type}: what it can do changes "
                "with time.",
                hint="Take another family, for example ml.m5.large.",
            )


def _check_ranges(ranges: Mapping[str, Sequence[str]]) -> None:
    if len(ranges) > _MOST_RANGES:
        raise InvalidInputError(
            f"environment= has {len(ranges)} variables.",
            hint=f"AWS varies up to {_MOST_RANGES}.",
        )
    for name, values in ranges.items():
        if isinstance(values, str) or not 1 <= len(values) <= _MOST_VALUES:
            raise InvalidInputError(
                f"environment[{name!r}]={values!r} is no list of values to try.",
                hint=f'Give 1 to {_MOST_VALUES} strings: {{"{name}": ["1", "2"]}}.',
            )
