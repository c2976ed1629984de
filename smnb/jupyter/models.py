"""What a path in the deploy form names: a folder, an archive, something on AWS."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from smnb._model import Model
from smnb.errors import InvalidInputError

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

    Raises
    ------
    InvalidInputError
        If it names nothing, or `root` itself.
    """
    if _PACKAGE.fullmatch(path):
        return Named(Model(package=path), f'smnb.Model(package="{path}")')
    if found := _MODEL.fullmatch(path):
        name = found[1]
        return Named(Model.from_sagemaker(name), f'smnb.Model.from_sagemaker("{name}")')
    if path.startswith("s3://"):
        return Named(Model(path), repr(path).replace("'", '"'))
    plain = path.strip().removeprefix("./")
    if plain.strip("/") in ("", "."):
        raise InvalidInputError(
            "No model is named.", hint="Choose a folder, an archive, or an s3:// URI."
        )
    # A path of the file browser begins at the server's root, with or without a slash.
    place, code = root / plain.lstrip("/"), plain.strip("/")
    if not place.exists() and plain.startswith(("/", "~")):
        place, code = type(root)(plain).expanduser(), plain.rstrip("/")
    return Named(Model(str(place)), f'"{code}"')
