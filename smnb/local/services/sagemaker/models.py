"""Models: which archive, which image, which environment, and which Python runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb._limits import LIMITS
from smnb.local.errors import ServiceError
from smnb.local.services.s3_uri import S3Uri
from smnb.local.services.sagemaker.resources import ResourceTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb.local.request import Context
    from smnb.local.services.s3 import S3Store
    from smnb.local.services.sagemaker.tags import Tags
    from smnb.local.state import State


class Models:
    """CreateModel, DescribeModel, ListModels, DeleteModel."""

    def __init__(self, state: State, store: S3Store, tags: Tags) -> None:
        self._state = state
        self._store = store
        self._tags = tags
        self.table = ResourceTable(state, "model", "model")

    async def create_model(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep a model whose data is there; nothing runs yet."""
        self.table.require_absent(context, params["ModelName"])
        containers = _containers(params)
        for container in containers:
            self._check_container(container)
        _check_environments(containers)
        tags = params.pop("Tags", [])
        with self._state.transaction():
            model = self.table.insert(
                context,
                params["ModelName"],
                {"request": params, "python": context.caller_python},
            )
            self._tags.put(model.arn, tags)
        return {"ModelArn": model.arn}

    async def describe_model(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the model as it was created, with AWS's defaults filled in."""
        model = self.table.get(context, params["ModelName"])
        described: dict[str, Any] = {
            "EnableNetworkIsolation": False,
            **model.document["request"],
        }
        for container in _containers(described):
            container.setdefault("Mode", "SingleModel")
        return described | {
            "ModelName": model.name,
            "ModelArn": model.arn,
            "CreationTime": model.created_at,
        }

    async def list_models(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of models."""
        models, token = self.table.page(context.region, params)
        return {
            "Models": [
                {
                    "ModelName": model.name,
                    "ModelArn": model.arn,
                    "CreationTime": model.created_at,
                }
                for model in models
            ],
            "NextToken": token,
        }

    async def delete_model(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Forget the model; its data and the endpoints that run it stay."""
        self.table.delete(self.table.get(context, params["ModelName"]))
        return {}

    def _check_container(self, container: Mapping[str, Any]) -> None:
        """Raise AWS's error for a container with no image or with data that is not there."""
        if not (container.get("Image") or container.get("ModelPackageName")):
            raise ServiceError(
                "ValidationException",
                "A container definition needs an Image or a ModelPackageName.",
            )
        url = container.get("ModelDataUrl")
        if url is not None and container.get("Mode") != "MultiModel":
            require_model_data(self._store, url)


def require_model_data(store: S3Store, url: str) -> S3Uri:
    """Return where `url` points; raises ``ValidationException`` if nothing is there."""
    try:
        uri = S3Uri.parse(url)
        store.head(uri.bucket, uri.key)
    except (ValueError, ServiceError):
        raise ServiceError(
            "ValidationException", f"Could not find model data at {url}."
        ) from None
    return uri


def _check_environments(containers: Sequence[Mapping[str, Any]]) -> None:
    """Raise if the variables of all containers together are too large."""
    size_bytes = sum(
        len(name.encode()) + len(value.encode())
        for container in containers
        for name, value in container.get("Environment", {}).items()
    )
    limit_bytes = LIMITS["environment_bytes"].value
    if size_bytes > limit_bytes:
        raise ServiceError(
            "ValidationException",
            f"The keys and values of Environment are {size_bytes} bytes; they can be at"
            f" most {limit_bytes}.",
        )


def _containers(params: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the model's containers, of which there must be one or a list, not both."""
    primary, several = params.get("PrimaryContainer"), params.get("Containers")
    if bool(primary) == bool(several):
        raise ServiceError(
            "ValidationException",
            "A model needs either a PrimaryContainer or Containers, and not both.",
        )
    return [primary] if primary else list(several or ())
