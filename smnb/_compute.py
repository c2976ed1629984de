"""What a model runs on: value objects with their own rules, free of any network."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any, ClassVar, TypeAlias

from smnb._limits import LIMITS
from smnb.errors import InvalidInputError

_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
_INSTANCE_TYPE = re.compile(r"ml\.[a-z0-9-]+\.(?:\d*x?large|medium|metal)")


@dataclass(frozen=True)
class Serverless:
    """Serverless inference: scaled to zero by AWS, billed by the millisecond.

    Parameters
    ----------
    memory_mb
        1024, 2048, 3072, 4096, 5120 or 6144 MB; a request and its answer take up
        to 4 MB, an answer up to 60 s (SageMaker Developer Guide). None: `deploy`
        takes the smallest, from 2048 MB, that has a fifth to spare above the peak
        that ``ep.benchmark`` measured, or above the model's files.
    max_concurrency
        Requests worked on at the same time, 1 to 200; more are refused.
    provisioned_concurrency
        Requests kept warm, 1 to `max_concurrency`; billed while idle.

    Raises
    ------
    InvalidInputError
        If a number is out of its range.

    Examples
    --------
    >>> Serverless(memory_mb=3072)
    Serverless(memory_mb=3072, max_concurrency=5, provisioned_concurrency=None)
    """

    kind: ClassVar[str] = "serverless"

    memory_mb: int | None = None
    max_concurrency: int = 5
    provisioned_concurrency: int | None = None

    def __post_init__(self) -> None:
        sizes = range(
            LIMITS["serverless_memory_min_mb"].value,
            LIMITS["serverless_memory_max_mb"].value + 1,
            LIMITS["serverless_memory_step_mb"].value,
        )
        memory_mb: object = self.memory_mb  # AWS takes 2048, and not 2048.0
        if memory_mb is not None and not (
            isinstance(memory_mb, int) and memory_mb in sizes
        ):
            raise InvalidInputError(
                f"memory_mb={memory_mb!r} is no serverless size.",
                hint=f"Choose one of {', '.join(map(str, sizes))}.",
            )
        most = LIMITS["serverless_concurrency_max"].value
        _within("max_concurrency", self.max_concurrency, 1, most)
        if self.provisioned_concurrency is not None:
            _within(
                "provisioned_concurrency",
                self.provisioned_concurrency,
                1,
                self.max_concurrency,
            )

    def __str__(self) -> str:
        return "serverless" + (f" {self.memory_mb} MB" if self.memory_mb else "")

    def variant(self) -> dict[str, Any]:
        """Return this compute's part of a production variant; it has a size by now."""
        config = {
            "MemorySizeInMB": self.memory_mb,
            "MaxConcurrency": self.max_concurrency,
        }
        if self.provisioned_concurrency is not None:
            config["ProvisionedConcurrency"] = self.provisioned_concurrency
        return {"ServerlessConfig": config}


@dataclass(frozen=True)
class RealTime:
    """A real-time endpoint: instances that run, and cost, until deleted.

    Parameters
    ----------
    instance_type
        For example ``"ml.m5.xlarge"``; a request takes up to 6 MiB, an answer up
        to 60 s (API model, SageMaker Developer Guide).
    count
        Instances, at least 1.
    startup_timeout_s
        How long the container may take to answer its health check, 60 to 3600 s.

    Raises
    ------
    InvalidInputError
        If the type is no hosting instance type or a number is out of its range.
    """

    kind: ClassVar[str] = "realtime"

    instance_type: str = "ml.m5.xlarge"
    count: int = 1
    startup_timeout_s: int | None = None

    def __post_init__(self) -> None:
        _check_instance_type(self.instance_type)
        _within("count", self.count, 1, 1000)
        if self.startup_timeout_s is not None:
            _within("startup_timeout_s", self.startup_timeout_s, 60, 3600)

    def __str__(self) -> str:
        return f"real-time {self.instance_type}" + (
            f" x {self.count}" if self.count > 1 else ""
        )

    def variant(self) -> dict[str, Any]:
        """Return this compute's part of a production variant."""
        return _instances(self.instance_type, self.count, self.startup_timeout_s)


@dataclass(frozen=True)
class Async:
    """An asynchronous endpoint: requests up to 1 GB through S3, scaled to zero.

    Parameters
    ----------
    instance_type
        For example ``"ml.m5.xlarge"``.
    max_count
        Most instances that it scales to; it scales to 0 when its queue is empty.
    concurrency
        Requests that one instance works on at the same time, 1 to 1000.
    timeout_s
        How long one request may take, 1 to 3600 s; AWS's default is 900 s.
    startup_timeout_s
        How long the container may take to answer its health check, 60 to 3600 s.

    Raises
    ------
    InvalidInputError
        If the type is no hosting instance type or a number is out of its range.
    """

    kind: ClassVar[str] = "async"

    instance_type: str = "ml.m5.xlarge"
    max_count: int = 1
    concurrency: int = 4
    timeout_s: int = 900
    startup_timeout_s: int | None = None

    def __post_init__(self) -> None:
        _check_instance_type(self.instance_type)
        _within("max_count", self.max_count, 1, 1000)
        _within("concurrency", self.concurrency, 1, 1000)
        most = LIMITS["async_timeout_max_s"].value
        _within("timeout_s", self.timeout_s, 1, most)
        if self.startup_timeout_s is not None:
            _within("startup_timeout_s", self.startup_timeout_s, 60, 3600)

    def __str__(self) -> str:
        return f"async {self.instance_type}"

    def variant(self) -> dict[str, Any]:
        """Return this compute's part of a production variant."""
        return _instances(self.instance_type, 1, self.startup_timeout_s)


@dataclass(frozen=True)
class Batch:
    """Batch transform: instances that run, and cost, from a job's start to its end.

    Parameters
    ----------
    instance_type
        For example ``"ml.m5.xlarge"``.
    count
        Instances of one job, 1 to 100 (API model).

    Raises
    ------
    InvalidInputError
        If the type is no instance type or the number is out of its range.
    """

    kind: ClassVar[str] = "batch"

    instance_type: str = "ml.m5.xlarge"
    count: int = 1

    def __post_init__(self) -> None:
        _check_instance_type(self.instance_type)
        _within("count", self.count, 1, 100)

    def __str__(self) -> str:
        times = f" x {self.count}" if self.count > 1 else ""
        return f"batch {self.instance_type}{times}"


Compute: TypeAlias = Serverless | RealTime | Async


def check_compute(compute: object, *, batch: bool = False) -> None:
    """Refuse what is no compute.

    Parameters
    ----------
    batch
        Whether `Batch`, on which no endpoint runs, is one too.

    Raises
    ------
    InvalidInputError
        If it is none of `Serverless`, `RealTime` and `Async`.
    """
    if isinstance(compute, Serverless | RealTime | Async):
        return
    if not (batch and isinstance(compute, Batch)):
        raise InvalidInputError(
            f"{compute!r} is nothing that a model runs on.",
            hint="Use smnb.Serverless(…), smnb.RealTime(…) or smnb.Async(…).",
        )


def check_name(name: str, *, what: str = "endpoint") -> str:
    """Return `name` if AWS takes it as the name of an endpoint.

    Raises
    ------
    InvalidInputError
        If it is not 1 to 63 letters, digits and hyphens, with no hyphen at an end.
    """
    given: object = name  # also what no type checker has seen
    if not isinstance(given, str) or not _NAME.fullmatch(name):
        raise InvalidInputError(
            f"{name!r} cannot be the name of an {what}.",
            hint="AWS takes 1 to 63 letters, digits and hyphens, no hyphen at an end.",
        )
    return name


def to_tag(compute: Compute) -> str:
    """Write `compute` as the value of a tag.

    Examples
    --------
    >>> to_tag(Serverless(2048))
    'serverless memory_mb=2048 max_concurrency=5'
    """
    values = ((f.name, getattr(compute, f.name)) for f in fields(compute))
    words = [f"{name}={value}" for name, value in values if value is not None]
    return " ".join([compute.kind, *words])


def from_tag(text: str) -> Compute:
    """Read back what `to_tag` wrote.

    Raises
    ------
    InvalidInputError
        If the text names no compute.

    Examples
    --------
    >>> from_tag("serverless memory_mb=2048 max_concurrency=5") == Serverless(2048)
    True
    """
    kind, *words = text.split()
    classes: dict[str, type[Compute]] = {
        "serverless": Serverless,
        "realtime": RealTime,
        "async": Async,
    }
    pairs = (word.partition("=")[::2] for word in words)
    values = {name: int(v) if v.isdecimal() else v for name, v in pairs}
    try:
        return classes[kind](**values)  # type: ignore[arg-type]  # checked by the class
    except (KeyError, TypeError) as error:
        raise InvalidInputError(
            f"The tag {text!r} describes no compute that this version knows.",
            hint="The endpoint was deployed by another version: pip install -U smnb",
        ) from error


def _within(name: str, value: int, least: int, most: int) -> None:
    given: object = value  # also what no type checker has seen
    is_whole = isinstance(given, int) and not isinstance(given, bool)
    if not is_whole or not least <= value <= most:
        raise InvalidInputError(
            f"{name}={value!r} is out of range.",
            hint=f"Choose a whole number, {least} to {most}.",
        )


def _check_instance_type(instance_type: str) -> None:
    given: object = instance_type  # also what no type checker has seen
    if not isinstance(given, str) or not _INSTANCE_TYPE.fullmatch(instance_type):
        raise InvalidInputError(
            f"{instance_type!r} is no hosting instance type.",
            hint='They look like "ml.m5.xlarge" or "ml.g5.2xlarge".',
        )


def _instances(instance_type: str, count: int, startup_s: int | None) -> dict[str, Any]:
    variant: dict[str, Any] = {
        "InstanceType": instance_type,
        "InitialInstanceCount": count,
        "InitialVariantWeight": 1.0,
    }
    if startup_s is not None:
        variant["ContainerStartupHealthCheckTimeoutInSeconds"] = startup_s
    return variant
