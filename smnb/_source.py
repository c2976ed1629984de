"""Where a model comes from: its archive, its image, and what AWS says of either."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _s3
from smnb._model import Artifact, Model, is_on_s3, pack
from smnb.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

    from smnb._compute import Compute
    from smnb._session import Session

# No image of AWS's own; one that runs code/inference.py, for each Python, does.
_RUN_BY_ANY = {"onnx", "python"}
_ANY = "pytorch"


def artifact_of(model: Model, session: Session, folder: Path) -> Artifact:
    """Return the model's archive, made in `folder` if need be; empty if it has none.

    Raises
    ------
    InvalidInputError, NotFoundError
        If it cannot be deployed as it is.
    """
    if model.model_name is not None:
        _describe_model(session, model.model_name)
        return Artifact(None, None, f"model:{model.model_name}", 0)
    if model.data is None:
        return Artifact(None, None, model.package or "none", 0)
    if not is_on_s3(model):
        # An image that stands in for all others runs code/inference.py.
        return pack(model, folder, needs_code=session.target.image is not None)
    uri = str(model.data)
    found = _s3.head(session, _s3.S3Uri.parse(uri))
    etag = found["ETag"].strip('"')
    return Artifact(None, uri, f"etag:{etag}", found["ContentLength"])


def image_of(
    model: Model, session: Session, artifact: Artifact, compute: Compute
) -> str:
    """Return the image of the container; empty if the model brings its own.

    Raises
    ------
    ConfigurationError
        If none is named and none is found.
    """
    if model.package is not None or model.model_name is not None:
        return ""
    image = model.image or session.target.image
    if image is not None:
        return image
    framework, version = artifact.framework, artifact.version
    if framework is None:
        raise ConfigurationError(
            "AWS needs the image of the container that runs the model.",
            hint='Name it: smnb.Model(data, image="…dkr.ecr….amazonaws.com/…"). Or write '
            'one that runs the model as it runs here: smnb.container(model, "dir/")',
        )
    if framework in _RUN_BY_ANY:
        framework, version = _ANY, None
    from smnb._images import framework_image

    return framework_image(session, framework, version, compute)


def is_isolated(model: Model, session: Session) -> bool:
    """Say whether the container is cut off from the network, by wish or by AWS's rule."""
    if model.network_isolation:
        return True
    if model.model_name is not None:
        described = _describe_model(session, model.model_name)
        return bool(described.get("EnableNetworkIsolation"))
    return model.package is not None and _is_from_marketplace(session, model.package)


def _describe_model(session: Session, name: str) -> dict[str, Any]:
    with session.translated(f"Looking for the model {name}"):
        found: dict[str, Any] = session.client("sagemaker").describe_model(
            ModelName=name
        )
    return found


def _is_from_marketplace(session: Session, package: str) -> bool:
    """Say whether a package is a product: AWS isolates those that are."""
    with session.translated(f"Looking for the model package {package}"):
        found = session.client("sagemaker").describe_model_package(
            ModelPackageName=package
        )
    containers = found.get("InferenceSpecification", {}).get("Containers", [])
    return any(container.get("ProductId") for container in containers)
