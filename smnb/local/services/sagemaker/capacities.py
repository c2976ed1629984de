"""The weights and capacities that UpdateEndpointWeightsAndCapacities asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb.local.errors import ServiceError
from smnb.local.services.sagemaker.options import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb.local.services.fleet import Kind


def changed_variants(
    config: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the configuration's production variants as they shall be.

    Parameters
    ----------
    changes
        ``DesiredWeightsAndCapacities``; a variant that is not in it stays as it is.

    Raises
    ------
    ServiceError
        ``ValidationException``: a variant that is unknown or named twice, or a
        capacity that is not of the endpoint's hosting option.
    """
    kind = kind_of(config)
    variants = {
        variant["VariantName"]: variant for variant in config["ProductionVariants"]
    }
    changed: dict[str, dict[str, Any]] = {}
    for change in changes:
        name = change["VariantName"]
        if name in changed:
            raise _invalid(
                f'The variant name "{name}" was non-unique within the request.'
            )
        if name not in variants:
            raise _invalid(
                f'The variant name(s) "{name}" is/are not present within endpoint'
                f' configuration "{config["EndpointConfigName"]}".'
            )
        changed[name] = _changed(kind, variants[name], change)
    return [changed.get(name, variant) for name, variant in variants.items()]


def _changed(
    kind: Kind, variant: Mapping[str, Any], change: Mapping[str, Any]
) -> dict[str, Any]:
    wanted = {
        "InitialVariantWeight": change.get("DesiredWeight"),
        "InitialInstanceCount": change.get("DesiredInstanceCount"),
    }
    if "ServerlessUpdateConfig" in change:
        wanted["ServerlessConfig"] = {
            **variant.get("ServerlessConfig", {}),
            **change["ServerlessUpdateConfig"],
        }
    if reason := _objection(kind, wanted):
        raise _invalid(f"Production variant {variant['VariantName']}: {reason}")
    given = {member: value for member, value in wanted.items() if value is not None}
    return {**variant, **given}


def _objection(kind: Kind, wanted: Mapping[str, Any]) -> str | None:
    """Return why a variant of this kind can't have that, None if it can."""
    count, serverless = wanted["InitialInstanceCount"], wanted.get("ServerlessConfig")
    if kind == "serverless" and count is not None:
        return "DesiredInstanceCount is not supported with ServerlessConfig."
    if kind != "serverless" and serverless is not None:
        return "ServerlessUpdateConfig is for variants with ServerlessConfig."
    if kind == "realtime" and count == 0:
        return "DesiredInstanceCount 0 is for asynchronous endpoints."
    if serverless and (
        serverless.get("ProvisionedConcurrency", 0) > serverless["MaxConcurrency"]
    ):
        return "ProvisionedConcurrency must be less than or equal to MaxConcurrency."
    return None


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
