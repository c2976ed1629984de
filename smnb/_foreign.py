"""Models of the sagemaker SDK, versions 2 and 3, as options of ours.

Recognised by the names of their classes; nothing of that SDK is imported.
"""

from __future__ import annotations

from typing import Any

from smnb.errors import InvalidInputError

_SDK = "sagemaker"


def options_of(value: Any) -> dict[str, Any] | None:
    """Return what `smnb.Model` is made of; None if `value` is not of that SDK.

    Roles, buckets and VPCs are not taken along: they are the Session's.

    Raises
    ------
    InvalidInputError
        If it cannot be deployed as it is.
    """
    names = {
        f"{cls.__module__}.{cls.__name__}"
        for cls in type(value).__mro__
        if cls.__module__.partition(".")[0] == _SDK
    }
    if not names:
        return None
    short = {name.rpartition(".")[2] for name in names}
    if f"{_SDK}.core.resources.Model" in names:
        return {"model_name": value.model_name}
    if "ModelBuilder" in short:
        return _built(value)
    if f"{_SDK}.model.Model" in names:
        return _of_version_2(value)
    raise _refusal(
        value,
        "Give its model: estimator.create_model() in version 2, model_builder.build() "
        "in version 3.",
    )


def _built(builder: Any) -> dict[str, Any] | None:
    # Version 3 and version 2 keep what build() made under these names.
    built = getattr(builder, "built_model", None) or getattr(
        builder, "pysdk_model", None
    )
    if built is None:
        raise _refusal(builder, "Build it first: model = model_builder.build().")
    return options_of(built)


def _of_version_2(model: Any) -> dict[str, Any]:
    isolated = getattr(model, "_enable_network_isolation", None) is True
    package = getattr(model, "model_package_arn", None)
    if package is not None:
        return {
            "package": package,
            "environment": dict(model.env or {}),
            "network_isolation": isolated,
        }
    if getattr(model, "entry_point", None) or getattr(model, "source_dir", None):
        raise _refusal(
            model,
            "Its entry_point is packed by that SDK's own deploy(). Give the folder "
            "with the model's files and code/inference.py.",
        )
    data = model.model_data
    if data is not None and not isinstance(data, str):
        raise _refusal(model, "Its model_data must be the URI of one archive.")
    return {
        "data": data.removeprefix("file://") if data else None,
        "image": model.image_uri,
        "environment": dict(model.env or {}),
        "network_isolation": isolated,
    }


def _refusal(value: Any, hint: str) -> InvalidInputError:
    return InvalidInputError(
        f"This {type(value).__name__} of the sagemaker SDK cannot be deployed as it is.",
        hint=hint,
    )
