"""Checks of the container's image: found, reachable, fit for what is put into it."""

from __future__ import annotations

import json
import platform
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from smnb._aws_errors import is_denied
from smnb._doctor.subject import Check, Outcome, Subject, bad, fine, unknown, warn
from smnb._text import bytes_text
from smnb.errors import ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

_BOTH: Final = frozenset({"model", "compute"})
_FOUND: Final = frozenset({"model", "compute", "archive", "image"})
_ON_AWS: Final = _FOUND | {"aws", "caller"}
_ECR: Final = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[\w-]+)\.[^/]+/"
    r"(?P<repository>[^:@]+)(?:@(?P<digest>sha256:\w+)|:(?P<tag>[\w.-]+))?"
)
# Repositories of AWS's own images, and whose version their tags begin with.
_FRAMEWORKS: Final = {
    "sagemaker-scikit-learn": "sklearn",
    "sagemaker-xgboost": "xgboost",
    "pytorch-inference": "pytorch",
    "tensorflow-inference": "tensorflow",
    "mxnet-inference": "mxnet",
}
_SERVERLESS_IMAGE_BYTES: Final = 10 * 1024**3  # SageMaker Developer Guide
_CPU_ARCHITECTURE: Final = "amd64"
_MANIFESTS: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)


class Ecr(NamedTuple):
    """An image on AWS's registry."""

    account: str
    region: str
    repository: str
    digest: str | None
    tag: str | None

    @property
    def id(self) -> dict[str, str]:
        """As ECR's own calls name it."""
        if self.digest:
            return {"imageDigest": self.digest}
        return {"imageTag": self.tag or "latest"}


def parse(image: str) -> Ecr | None:
    """Return the parts of an image on ECR; None if it is elsewhere.

    Examples
    --------
    >>> parse("123456789012.dkr.ecr.eu-west-1.amazonaws.com/faces:2").repository
    'faces'
    """
    found = _ECR.fullmatch(image)
    return Ecr(**found.groupdict()) if found else None


def _image(subject: Subject) -> Outcome | None:
    if not subject.image:
        return None
    if subject.session.target.image == subject.image:
        return fine("none needed: this Python runs code/inference.py")
    return fine(subject.image)


def _registry(subject: Subject) -> Outcome | None:
    if not subject.image or not subject.session.target.bills:
        return None
    ecr = parse(subject.image)
    if ecr is None:
        if subject.is_serverless:
            return bad(
                "serverless endpoints take images from Amazon ECR alone",
                "Push it to a repository of yours: aws ecr create-repository "
                "--repository-name NAME",
            )
        return warn(
            "the image is not on Amazon ECR",
            "SageMaker reaches other registries only through a VPC: Session(vpc=…).",
        )
    if ecr.region != subject.session.region:
        return bad(
            f"the image is in {ecr.region}, the endpoint in {subject.session.region}",
            f"Push it to {subject.session.region}, or use "
            f'Session(region="{ecr.region}").',
        )
    return fine(f"{ecr.repository}, in {ecr.region}")


def _in_ecr(subject: Subject) -> Outcome | None:
    """Look at an image in the caller's own account."""
    ecr, session = parse(subject.image), subject.session
    if ecr is None:
        return None
    if ecr.account != session.account:
        return unknown(f"account {ecr.account} is not asked about its image")
    try:
        with session.translated(f"Looking for the image {subject.image}"):
            answer = session.client("ecr").describe_images(
                repositoryName=ecr.repository, imageIds=[ecr.id]
            )
    except NotFoundError as error:
        return bad(error.what, f"docker push {subject.image}")
    except ConfigurationError as error:
        if not is_denied(error):
            raise
        return unknown(error.what, error.hint)
    size = answer["imageDetails"][0].get("imageSizeInBytes", 0)
    if subject.is_serverless and size > _SERVERLESS_IMAGE_BYTES:
        return bad(
            f"the image is {bytes_text(size)}; serverless takes up to "
            f"{bytes_text(_SERVERLESS_IMAGE_BYTES)}",
            'Make it smaller, or deploy on an instance: smnb.RealTime("ml.m5.large").',
        )
    return fine(f"{bytes_text(size)} in {ecr.repository}")


def _architecture(subject: Subject) -> Outcome | None:
    ecr, session = parse(subject.image), subject.session
    if ecr is None or ecr.account != session.account:
        return None
    with session.translated(f"Looking for the image {subject.image}"):
        answer = session.client("ecr").batch_get_image(
            repositoryName=ecr.repository,
            imageIds=[ecr.id],
            acceptedMediaTypes=list(_MANIFESTS),
        )
    found = set(_architectures(answer.get("images", [])))
    if not found:
        return unknown(
            "the image does not say for which processor it was built",
            f"docker inspect --format '{{{{.Architecture}}}}' {subject.image}",
        )
    wanted = "arm64" if _is_graviton(subject.instance_type) else _CPU_ARCHITECTURE
    if wanted not in found:
        return bad(
            f"built for {', '.join(sorted(found))}; it would run on {wanted}",
            f"docker build --platform linux/{wanted} …",
        )
    return fine(", ".join(sorted(found)))


def _architectures(images: Iterable[dict[str, Any]]) -> Iterable[str]:
    for image in images:
        for manifest in json.loads(image["imageManifest"]).get("manifests", []):
            name = manifest.get("platform", {}).get("architecture", "unknown")
            if name != "unknown":  # build records stand in the list, too
                yield name


def _is_graviton(instance_type: str | None) -> bool:
    return bool(re.match(r"ml\.[a-z]+\d+g[a-z]*\.", instance_type or ""))


def _python(subject: Subject) -> Outcome | None:
    """Code of functions is kept as bytecode: only the same Python reads it."""
    made_with = subject.artifact.python
    if made_with is None:
        return None
    if not subject.session.target.bills or not subject.image:
        return fine(f"Python {made_with}, as here")
    found = re.search(r"py(3)(\d+)", subject.image)
    if not found:
        return unknown(
            f"it was made with Python {made_with}; the image does not name its own",
            'One that has it: smnb.container(model, "dir/")',
        )
    there = ".".join(found.groups())
    if there != made_with:
        return bad(
            f"it was made with Python {made_with}, and the image has {there}",
            f"Make it with Python {there}, or take an image with {made_with}: "
            'smnb.container(model, "dir/")',
        )
    return fine(f"Python {there} here and in the image")


def _libraries(subject: Subject) -> Outcome | None:
    """Objects are pickled: another version of their library may not read them."""
    artifact = subject.artifact
    ecr = parse(subject.image)
    if ecr is None or artifact.version is None:
        return None
    if _FRAMEWORKS.get(ecr.repository) != artifact.framework:
        return None
    there = _minor(ecr.tag or "")
    here = _minor(artifact.version)
    name = artifact.framework
    if not there or there == here:
        return fine(f"{name} {artifact.version}, as in the image")
    return warn(
        f"made with {name} {artifact.version}, and the image has {'.'.join(there)}",
        f"Make it with {name} {'.'.join(there)}, or take an image with yours: "
        'smnb.container(model, "dir/")',
    )


def _minor(version: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", version)[:2])


def _requirements(subject: Subject) -> Outcome | None:
    """On AWS, pip runs while the container starts."""
    model = subject.model
    if model is None or not model.requirements:
        return None
    if subject.is_serverless and subject.session.target.bills:
        return warn(
            "they are installed during each cold start",
            'Put them into an image: smnb.container(model, "dir/")',
        )
    return fine(
        f"{len(model.requirements)} named, for Python {platform.python_version()}"
    )


CHECKS: Final = (
    Check("image", _image, _BOTH | {"archive"}),
    Check("registry", _registry, _FOUND, is_cheap=True),
    Check("image in ECR", _in_ecr, _ON_AWS),
    Check("architecture", _architecture, _ON_AWS),
    Check("python in image", _python, _FOUND, is_cheap=True),
    Check("libraries", _libraries, _FOUND, is_cheap=True),
    Check("requirements", _requirements, _BOTH),
)
