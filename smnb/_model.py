"""A model: what is deployed, checked and packed into SageMaker's model.tar.gz."""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field, fields, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from smnb import _archive, _foreign, _layout, _objects, _scratch
from smnb._limits import LIMITS
from smnb.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

ModelSource: TypeAlias = Any
"""A `Model`, or what one can be made of: a path, an ``s3://`` URI, an object."""

_VARIABLE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,1023}")  # API model
_TAG_LENGTH = LIMITS["tag_value_length"].value


@dataclass(frozen=True, repr=False)
class Model:
    """A model and the container options that belong to it.

    Parameters
    ----------
    data
        A folder in its framework's layout, a ``.tar.gz`` of one, the ``s3://`` URI of
        such an archive, an ``.onnx`` file; or an object: a fitted scikit-learn
        estimator, an XGBoost booster or estimator, a PyTorch module, an ONNX model, or
        a Python function ``f(x)``, which gets each request's content decoded by its
        type. None if `image` or `package` has the model in it.
    image
        Image URI of the container. The local backend needs none: it runs any model
        with ``code/inference.py`` by itself, and others by the program that
        ``python -m smnb.local images add`` names. On AWS the framework's own is the
        default.
    environment
        Variables of the container; up to 100 of up to 1024 characters (API model).
    accepts
        Content types that the model takes, for example ``("image/jpeg",)``;
        ``"multipart/form-data"`` among them allows packing several images or frames
        into one request. Default: ``ACCEPTS`` in ``inference.py``, read and not run;
        without that, nothing is assumed but that a request holds a single value.
    requirements
        Of an object: lines for pip, such as ``("pandas", "pillow>=11")``. A bare name
        is pinned to the version installed here. What an object is seen to use is
        added; an import inside of a function is not seen.
    package
        ARN of a model package, in place of `data` and `image`.
    network_isolation
        Whether the container is cut off from the network; not on serverless. Packages
        of AWS Marketplace always are.
    model_name
        Of a model that SageMaker has; see `from_sagemaker`.

    Raises
    ------
    InvalidInputError
        If there is nothing to deploy, options do not go together, or the environment
        or a content type is not what AWS takes.

    Examples
    --------
    >>> Model("model/", accepts=("image/jpeg", "image/png")).accepts
    ('image/jpeg', 'image/png')
    >>> Model(lambda x: x["price"] * 2).requirements
    ()
    """

    data: Any = None
    image: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    accepts: tuple[str, ...] | str | None = None
    requirements: tuple[str, ...] | str = field(default=(), kw_only=True)
    package: str | None = field(default=None, kw_only=True)
    network_isolation: bool = field(default=False, kw_only=True)
    model_name: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        wishes = self.requirements
        wishes = (wishes,) if isinstance(wishes, str) else tuple(wishes)
        object.__setattr__(self, "requirements", wishes)
        _check_source(self)
        _check_environment(self.environment)
        object.__setattr__(
            self, "environment", MappingProxyType(dict(self.environment))
        )
        if self.accepts is not None:
            object.__setattr__(self, "accepts", self.declared)
            check_accepts(self.declared or ())

    def __repr__(self) -> str:
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        # Variables may hold secrets, and notebooks are passed on.
        given["environment"] = dict.fromkeys(self.environment, "…")
        shown = [f"{name}={v!r}" for name, v in given.items() if name != "data" and v]
        if self.data is not None:
            is_path = isinstance(self.data, str | os.PathLike)
            shown.insert(0, repr(self.label) if is_path else f"<{self.label}>")
        return f"Model({', '.join(shown)})"

    def __reduce__(self) -> tuple[Any, ...]:
        # By its arguments: pickle knows no read-only mapping.
        given = {f.name: getattr(self, f.name) for f in fields(self)}
        given["environment"] = dict(self.environment)
        return partial(type(self), **given), ()

    @classmethod
    def from_sagemaker(
        cls, name: str, *, accepts: tuple[str, ...] | str | None = None
    ) -> Model:
        """Return a model that SageMaker has already, by its name.

        Deploying it makes a configuration and an endpoint; deleting them leaves the
        model where it is.

        Parameters
        ----------
        name
            Its name in SageMaker; that there is one is seen when it is deployed.
        accepts
            Content types that it takes; as of any `Model`.

        Examples
        --------
        >>> Model.from_sagemaker("churn-2026").model_name
        'churn-2026'
        """
        return cls(model_name=name, accepts=accepts)

    @property
    def declared(self) -> tuple[str, ...] | None:
        """The accepted content types as a tuple; None if none are declared."""
        if self.accepts is None:
            return None
        return (self.accepts,) if isinstance(self.accepts, str) else tuple(self.accepts)

    @property
    def label(self) -> str:
        """What messages call it: its path, its URI, its object's name."""
        source = self.model_name or self.package
        if source is None and self.data is not None:
            is_path = isinstance(self.data, str | os.PathLike)
            return os.fspath(self.data) if is_path else _objects.name_of(self.data)
        return source or self.image or ""


@dataclass(frozen=True)
class Artifact:
    """A checked model archive, ready to be uploaded or already on S3.

    Parameters
    ----------
    path
        The archive on disk; None if it lies on S3, or there is none.
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
    framework, version
        By its layout: ``"pytorch"``, ``"tensorflow"``, ``"mxnet"``, ``"sklearn"``,
        ``"xgboost"``, ``"huggingface"``, ``"onnx"``, ``"triton"``; ``"python"`` for a
        function, with Python's version. None if not known.
    python
        ``"3.11"`` if it holds code that no other Python runs.
    notes
        What is worth knowing about it.
    """

    path: Path | None
    s3_uri: str | None
    digest: str
    size_bytes: int
    unpacked_bytes: int | None = None
    handlers: tuple[str, ...] = ()
    accepts: tuple[str, ...] | None = None
    framework: str | None = None
    version: str | None = None
    python: str | None = None
    notes: tuple[str, ...] = ()


def as_model(source: ModelSource) -> Model:
    """Return `source` as a `Model`; it may also be one of the sagemaker SDK's.

    Raises
    ------
    InvalidInputError
        If it is nothing that can be deployed.
    """
    if isinstance(source, Model):
        return source
    options = _foreign.options_of(source)
    return Model(source) if options is None else Model(**options)


def is_on_s3(model: Model) -> bool:
    """Say whether the model's archive is named by an ``s3://`` URI."""
    return isinstance(model.data, str) and model.data.startswith("s3://")


def pack(model: Model, into: Path, *, needs_code: bool = True) -> Artifact:
    """Check the model's files and make the archive that SageMaker unpacks.

    Parameters
    ----------
    into
        Folder that receives the archive if the model is none yet.
    needs_code
        Whether ``code/inference.py`` must be there even if the framework's container
        on AWS could do without.

    Raises
    ------
    NotFoundError
        If there is no such file or folder.
    InvalidInputError
        If the object, the layout, the code or the archive is not one that can be
        deployed.
    """
    kind = _objects.kind_of(model.data)
    if kind is None:
        return _pack_files(model, _existing_path(model), into, needs_code=needs_code)
    with _scratch.folder() as folder:
        written = _objects.write(model.data, kind, folder, model.requirements)
        artifact = _pack_files(model, folder, into, needs_code=needs_code)
    return replace(
        artifact,
        framework=written.framework,
        version=written.version,
        python=written.python,
    )


def options_digest(model: Model, image: str, accepts: tuple[str, ...] | None) -> str:
    """Return 12 hexadecimal digits that differ when the container's options do."""
    options: list[Any] = [image, sorted(model.environment.items()), accepts]
    if model.network_isolation:
        options.append("isolated")
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


def _check_source(model: Model) -> None:
    """Refuse a model that is nothing, two things, or no such thing."""
    sources = {
        "data": model.data,
        "package": model.package,
        "model_name": model.model_name,
    }
    given = [name for name, value in sources.items() if value is not None]
    if not given and model.image is None:
        raise InvalidInputError(
            "This model has neither data nor an image.",
            hint='Name a folder, an object, or an image: smnb.Model("model/").',
        )
    if len(given) > 1 or (model.image is not None and given not in ([], ["data"])):
        given += ["image"] * (model.image is not None)
        raise InvalidInputError(
            f"{' and '.join(given)} do not go together.",
            hint="A package and an existing model bring data and image with them.",
        )
    if model.model_name and (model.environment or model.network_isolation):
        raise InvalidInputError(
            f"The model {model.model_name} exists; its environment and isolation are "
            "what they are.",
            hint="Leave them out, or make a model anew: smnb.Model(data, image=…).",
        )
    _check_data(model)


def _check_data(model: Model) -> None:
    is_path = isinstance(model.data, str | os.PathLike)
    is_object = _objects.kind_of(model.data) is not None
    if model.data is not None and not (is_path or is_object):
        raise InvalidInputError(
            f"{_objects.name_of(model.data)} is nothing that can be deployed.",
            hint="Give a folder, an archive, a fitted estimator, an XGBoost, PyTorch or "
            "ONNX model, or a function.",
        )
    if model.requirements and not is_object:
        raise InvalidInputError(
            "requirements= is for objects and functions.",
            hint=f"Write them into {_archive.REQUIREMENTS} of the folder.",
        )


def _existing_path(model: Model) -> Path:
    if model.data is None:
        raise InvalidInputError(
            f"{model.label} has no files to be packed.",
            hint='Name a folder or an object: smnb.Model("model/").',
        )
    if "://" in os.fspath(model.data):
        raise InvalidInputError(
            f"{model.data} is a URL; models come from this machine or from S3.",
            hint="Download it, and give the file; or name an s3:// URI.",
        )
    path = Path(os.fspath(model.data)).expanduser()
    if not path.exists():
        raise NotFoundError(
            f"There is no {path}.",
            hint=f"Paths are relative to {Path.cwd()}; give a folder or a .tar.gz.",
        )
    return path


def _pack_files(model: Model, path: Path, into: Path, *, needs_code: bool) -> Artifact:
    is_folder = path.is_dir()
    read = _archive.read_folder if is_folder else _archive.read_archive
    contents = read(path)
    layout = _layout.check(
        contents,
        needs_code=needs_code,
        own_image=model.image is not None or "SAGEMAKER_PROGRAM" in model.environment,
    )
    archive = path
    if is_folder:
        archive = _archive.pack_folder(path, into / "model.tar.gz")
    if layout.code.accepts is not None:
        check_accepts(layout.code.accepts)
    return Artifact(
        path=archive,
        s3_uri=None,
        digest=_archive.sha256(archive),
        size_bytes=archive.stat().st_size,
        unpacked_bytes=contents.size_bytes,
        handlers=layout.code.handlers,
        accepts=layout.code.accepts,
        framework=layout.framework,
        version=layout.version,
        notes=layout.notes,
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
        if not is_text or len(value) > longest or not _VARIABLE.fullmatch(name):
            raise InvalidInputError(
                f"environment[{name!r}] is not what AWS takes.",
                hint=f"Names are letters, digits and underscores, values are strings of "
                f"up to {longest} characters.",
            )
    size_bytes = sum(
        len(text.encode()) for pair in environment.items() for text in pair
    )
    most_bytes = LIMITS["environment_bytes"].value
    if size_bytes > most_bytes:
        raise InvalidInputError(
            f"environment has {size_bytes} bytes.",
            hint=f"AWS takes up to {most_bytes}: put the rest into a file of the model.",
        )
