"""A model: what is deployed, checked and packed into SageMaker's model.tar.gz."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from smnb import _archive
from smnb._limits import LIMITS
from smnb.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

ModelSource: TypeAlias = "Model | str | os.PathLike[str]"

_TAG_LENGTH = LIMITS["tag_value_length"].value


@dataclass(frozen=True)
class Model:
    """A model and the container options that belong to it.

    Parameters
    ----------
    data
        A folder with ``code/inference.py`` and the model's files, a ``.tar.gz`` of
        such a folder, or the ``s3://`` URI of one.
    image
        Image URI of the container. The local backend needs none: any image runs
        whose archive has ``code/inference.py``.
    environment
        Variables of the container; up to 100 of up to 1024 characters (API model).
    accepts
        Content types that the model takes, for example ``("image/jpeg",)``;
        ``"multipart/form-data"`` among them allows packing several images or frames
        into one request. Default: ``ACCEPTS`` in ``inference.py``, read and not run;
        without that, nothing is assumed but that a request holds a single value.

    Raises
    ------
    InvalidInputError
        If the environment or a content type is not what AWS takes.

    Examples
    --------
    >>> Model("model/", accepts=("image/jpeg", "image/png")).accepts
    ('image/jpeg', 'image/png')
    """

    data: str | os.PathLike[str]
    image: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    accepts: tuple[str, ...] | str | None = None

    def __post_init__(self) -> None:
        _check_environment(self.environment)
        object.__setattr__(
            self, "environment", MappingProxyType(dict(self.environment))
        )
        if self.accepts is not None:
            object.__setattr__(self, "accepts", self.declared)
            check_accepts(self.declared or ())

    @property
    def declared(self) -> tuple[str, ...] | None:
        """The accepted content types as a tuple; None if none are declared."""
        return (self.accepts,) if isinstance(self.accepts, str) else self.accepts


@dataclass(frozen=True)
class Artifact:
    """A checked model archive, ready to be uploaded or already on S3.

    Parameters
    ----------
    path
        The archive on disk; None if it lies on S3.
    s3_uri
        Where it lies on S3; None if it is still to be uploaded.
    digest
        SHA-256 of the archive, hexadecimal; of one on S3, its ETag.
    size_bytes, unpacked_bytes
        Size of the archive, and of the files in it (None if it was not read).
    handlers
        Handler functions that ``inference.py`` defines.
    accepts
        Content types declared in ``inference.py``; None if undeclared.
    """

    path: Path | None
    s3_uri: str | None
    digest: str
    size_bytes: int
    unpacked_bytes: int | None = None
    handlers: tuple[str, ...] = ()
    accepts: tuple[str, ...] | None = None


def as_model(source: ModelSource) -> Model:
    """Return `source` as a `Model`."""
    return source if isinstance(source, Model) else Model(source)


def is_on_s3(model: Model) -> bool:
    """Say whether the model's archive is named by an ``s3://`` URI."""
    return isinstance(model.data, str) and model.data.startswith("s3://")


def pack(model: Model, into: Path) -> Artifact:
    """Check the model's files and make the archive that SageMaker unpacks.

    Parameters
    ----------
    into
        Folder that receives the archive if the model is a folder.

    Raises
    ------
    NotFoundError
        If there is no such file or folder.
    InvalidInputError
        If its layout, its code or the archive is not one that can be deployed.
    """
    path = Path(os.fspath(model.data)).expanduser()
    if not path.exists():
        raise NotFoundError(
            f"There is no {path}.",
            hint=f"Paths are relative to {Path.cwd()}; give a folder or a .tar.gz.",
        )
    needs_code = model.image is None and "SAGEMAKER_PROGRAM" not in model.environment
    if path.is_dir():
        layout = _archive.check_folder(path, needs_code=needs_code)
        archive = _archive.pack_folder(path, into / "model.tar.gz")
    else:
        layout = _archive.check_archive(path, needs_code=needs_code)
        archive = path
    if layout.accepts is not None:
        check_accepts(layout.accepts)
    return Artifact(
        path=archive,
        s3_uri=None,
        digest=_sha256(archive),
        size_bytes=archive.stat().st_size,
        unpacked_bytes=layout.unpacked_bytes,
        handlers=layout.handlers,
        accepts=layout.accepts,
    )


def options_digest(model: Model, image: str, accepts: tuple[str, ...] | None) -> str:
    """Return 12 hexadecimal digits that differ when the container's options do."""
    options = [image, sorted(model.environment.items()), accepts]
    return hashlib.sha256(json.dumps(options).encode()).hexdigest()[:12]


def check_accepts(accepts: tuple[str, ...]) -> None:
    """Refuse what is no content type, or more than a tag of the endpoint can keep.

    Raises
    ------
    InvalidInputError
        If one is not of the form ``type/subtype``, or all exceed 256 characters.
    """
    for content_type in accepts:
        main, slash, sub = content_type.partition("/")
        if not (main and slash and sub) or set(content_type) & set(" ;,*"):
            raise InvalidInputError(
                f"{content_type!r} is no content type that a model can accept.",
                hint='Use the plain form, for example ("image/jpeg", "text/csv").',
            )
    if len(" ".join(accepts)) > _TAG_LENGTH:
        raise InvalidInputError(
            f"accepts= is longer than {_TAG_LENGTH} characters.",
            hint="Name fewer content types: it is kept in one tag of the endpoint.",
        )


def _check_environment(environment: Mapping[str, str]) -> None:
    most = LIMITS["environment_entries"].value
    longest = LIMITS["environment_value_length"].value
    if len(environment) > most:
        raise InvalidInputError(
            f"environment has {len(environment)} variables.",
            hint=f"AWS takes up to {most}.",
        )
    for name, value in environment.items():
        is_text = isinstance(value, str)  # not so where the caller is not type-checked
        if not is_text or len(value) > longest or not name:
            raise InvalidInputError(
                f"environment[{name!r}] is not what AWS takes.",
                hint=f"Values are strings of up to {longest} characters.",
            )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
