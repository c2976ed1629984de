"""The URI of AWS's image for a framework, as the sagemaker SDK lists them.

The one module that imports it, either generation; its lists are files, so nothing is
asked over the network.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from smnb.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smnb._compute import Compute
    from smnb._session import Session

_MODULES: Final = ("sagemaker.image_uris", "sagemaker.core.image_uris")  # v2, v3
_NAMES: Final = {
    "huggingface": "huggingface",
    "mxnet": "mxnet",
    "pytorch": "pytorch",
    "sklearn": "sklearn",
    "tensorflow": "tensorflow",
    "triton": "sagemaker-tritonserver",
    "xgboost": "xgboost",
}
_ONE_CPU: Final = "ml.m5.xlarge"  # serverless runs the images for processors
_GRAVITON: Final = re.compile(r"ml\.[a-z]+\d+g[a-z]*\.")
_OWN_IMAGE: Final = (
    'name an image, smnb.Model(…, image="…dkr.ecr….amazonaws.com/…"), or write one with '
    'smnb.container(model, "dir/").'
)


def framework_image(
    session: Session, framework: str, version: str | None, compute: Compute
) -> str:
    """Return the URI of AWS's inference image.

    Parameters
    ----------
    framework
        ``"pytorch"``, ``"tensorflow"``, ``"mxnet"``, ``"sklearn"``, ``"xgboost"``,
        ``"huggingface"`` or ``"triton"``.
    version
        For example ``"2.5.1"``; an image of the same major and minor version does.
        None takes the newest that runs this Python, else the newest.
    compute
        Decides whether the image is one for processors or for GPUs.

    Raises
    ------
    ConfigurationError
        If AWS has no such image, or the SDK that lists them is not installed; the
        hint names the other ways.
    """
    name = _NAMES.get(framework)
    if name is None:
        raise ConfigurationError(
            f"AWS has no image for {framework}.", hint=f"Instead, {_OWN_IMAGE}"
        )
    with _quiet():
        sdk = _sdk()
        instance_type = getattr(compute, "instance_type", _ONE_CPU)
        listed = _listed(sdk.config_for_framework(name), instance_type)
        chosen = _choose(framework, listed, version)
        base, entry = _base(listed[chosen])
        try:
            return str(
                sdk.retrieve(
                    name,
                    session.region,
                    version=chosen,
                    base_framework_version=base,
                    py_version=_python(entry),
                    instance_type=instance_type,
                    image_scope="inference",
                )
            )
        except ValueError as error:
            raise ConfigurationError(
                f"AWS has no image of {framework} {chosen} for {instance_type} in "
                f"{session.region}: {str(error).splitlines()[0]}",
                hint=f"Choose another compute or region, or {_OWN_IMAGE}",
            ) from error


def _sdk() -> Any:
    for module in _MODULES:
        try:
            return import_module(module)
        except ModuleNotFoundError as error:
            if not module.startswith(str(error.name)):
                raise  # something that the SDK itself needs
    raise ConfigurationError(
        "AWS needs the image of the container that runs the model.",
        hint='To have AWS\'s own found: pip install "smnb[sagemaker]". '
        f"Or {_OWN_IMAGE}",
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the SDK's talk about its own settings off the screen."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)


def _listed(config: Mapping[str, Any], instance_type: str) -> Mapping[str, Any]:
    """Return the entry of each version that has an image for inference."""
    scope = "inference"
    if _GRAVITON.match(instance_type) and "inference_graviton" in config:
        scope = "inference_graviton"
    versions: Mapping[str, Any] = config.get(scope, config)["versions"]
    return {name: versions[name] for name in versions if len(_numbers(name)) > 1}


def _choose(framework: str, listed: Mapping[str, Any], version: str | None) -> str:
    newest_first = sorted(listed, key=_numbers, reverse=True)
    if version is None:
        fitting = [v for v in newest_first if _runs_this_python(_base(listed[v])[1])]
        return (fitting or newest_first)[0]
    if version in listed:
        return version
    wanted = _numbers(version)[:2]
    for candidate in newest_first:
        if _numbers(candidate)[:2] == wanted:
            return candidate
    raise ConfigurationError(
        f"AWS has no image of {framework} {version}; the newest are "
        f"{', '.join(newest_first[:4])}.",
        hint=f"Use one of these versions, or {_OWN_IMAGE}",
    )


def _base(entry: Mapping[str, Any]) -> tuple[str | None, Mapping[str, Any]]:
    """Return what a Hugging Face image is built on, and the entry of that."""
    bases = [name for name in entry if re.match(r"(pytorch|tensorflow)\d", name)]
    if not bases:
        return None, entry
    # PyTorch where there is a choice: most models are published for it.
    base = max(bases, key=lambda name: (name.startswith("pytorch"), _numbers(name)))
    return base, entry[base]


def _python(entry: Mapping[str, Any]) -> str | None:
    offered = entry.get("py_versions") or []
    return _this_python() if _this_python() in offered else (offered or [None])[-1]


def _runs_this_python(entry: Mapping[str, Any]) -> bool:
    return _this_python() in (entry.get("py_versions") or [])


def _this_python() -> str:
    return f"py{sys.version_info.major}{sys.version_info.minor}"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(
        int(number) for number in re.findall(r"\d+", version.partition("+")[0])
    )
