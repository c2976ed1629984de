"""What a path in the deploy form names: a folder, an archive, something on AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from smnb._model import Model

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE: Final = re.compile(r"arn:aws[\w-]*:sagemaker:[\w-]*:\d{12}:model-package/.+")
_MODEL: Final = re.compile(r"arn:aws[\w-]*:sagemaker:[\w-]*:\d{12}:model/(.+)")


class Named(NamedTuple):
    """A model, and how code names it."""

    model: Model
    code: str


def named(path: str, root: Path) -> Named:
    """Return the model that a path names.

    Parameters
    ----------
    path
        A folder or an archive, relative to `root` or absolute; an ``s3://`` URI; the
        ARN of a model package, or of a model that SageMaker has.
    """
    if _PACKAGE.fullmatch(path):
        return Named(Model(package=path), f'smnb.Model(package="{path}")')
    if found := _MODEL.fullmatch(path):
        name = found[1]
        return Named(Model.from_sagemaker(name), f'smnb.Model.from_sagemaker("{name}")')
    if path.startswith("s3://"):
        return Named(Model(path), repr(path).replace("'", '"'))
    plain = path.strip().removeprefix("./")
    # A path of the file browser begins at the server's root, with or without a slash.
    place = root / plain.lstrip("/")
    if not place.exists() and plain.startswith(("/", "~")):
        place = type(root)(plain).expanduser()
    return Named(Model(str(place)), f'"{plain.rstrip("/")}"')
