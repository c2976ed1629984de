"""Write a container for SageMaker that runs a model as the local backend does."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import string
import sys
import tempfile
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Final

from smnb import _html
from smnb._container.folder import install
from smnb._container.requirements import requirements_text
from smnb._model import ModelSource, as_model, is_on_s3, pack
from smnb._stop import stoppable
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._model import Model

__all__ = ["ContainerFolder", "container"]

_ARCHIVE: Final = "model.tar.gz"
_ECR: Final = re.compile(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?(?=/)")


class _Template(string.Template):
    """Text with names behind an ``@``, since shells and Docker use ``$``."""

    delimiter = "@"


@dataclass(frozen=True)
class ContainerFolder(os.PathLike[str]):
    """A folder with all that a container for SageMaker is built from.

    Parameters
    ----------
    path
        The folder.
    name
        Name of the image and of its repository in ECR.
    base
        The image that it extends.
    options
        Source of the model's further arguments in the call that deploys it.

    Examples
    --------
    >>> folder = ContainerFolder(Path("faces"), "faces", "python:3.11-slim")
    >>> print(folder.run)
    mkdir -p /tmp/faces && tar -xzf faces/model.tar.gz -C /tmp/faces
    docker run --rm -p 8080:8080 -v /tmp/faces:/opt/ml/model:ro faces serve
    """

    path: Path
    name: str
    base: str
    options: str = ""

    @property
    def build(self) -> str:
        """The command that builds the image, behind a login if `base` needs one."""
        command = (
            "docker buildx build --platform linux/amd64 --provenance=false "
            f"--output type=docker -t {self.name} {_quoted(self.path)}"
        )
        if found := _ECR.match(self.base):
            return f"{_login(found.group(1), found.group())}\n{command}"
        return command

    @property
    def run(self) -> str:
        """The commands that serve the model on port 8080 of this machine."""
        unpacked = f"/tmp/{self.name}"  # noqa: S108  only shown
        archive = _quoted(self.path / _ARCHIVE)
        return (
            f"mkdir -p {unpacked} && tar -xzf {archive} -C {unpacked}\n"
            f"docker run --rm -p 8080:8080 -v {unpacked}:/opt/ml/model:ro "
            f"{self.name} serve"
        )

    @property
    def push(self) -> str:
        """The commands that make a repository in ECR and push the image to it."""
        # ECR knows what registries are called in this partition of AWS.
        uri = (
            f"aws ecr describe-repositories --repository-names {self.name} "
            "--query 'repositories[0].repositoryUri' --output text"
        )
        return "\n".join(
            [
                "REGION=$(aws configure get region)",
                f"aws ecr create-repository --repository-name {self.name}",
                f"IMAGE=$({uri})",
                _login("$REGION", "${IMAGE%/*}"),
                f"docker tag {self.name} $IMAGE:latest",
                "docker push $IMAGE:latest",
            ]
        )

    @property
    def deploy(self) -> str:
        """The Python that deploys the pushed image with the model."""
        archive = json.dumps(str(self.path / _ARCHIVE), ensure_ascii=False)
        image = f"ACCOUNT.dkr.ecr.REGION.amazonaws.com/{self.name}:latest"
        return (
            f'smnb.deploy(smnb.Model({archive}, image="{image}"{self.options}), '
            'session=smnb.Session("aws"))'
        )

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        steps = {
            "Build": self.build,
            "Run here": self.run,
            "Push": self.push,
            "Deploy, in Python": self.deploy,
        }
        shown = [f"{title}:\n{indent(text, '  ')}" for title, text in steps.items()]
        return "\n".join([f"Container in {self.path} · on {self.base}", *shown])

    def _repr_html_(self) -> str:
        return f"<pre>{_html.safe(repr(self))}</pre>"


@stoppable
def container(
    model: ModelSource, folder: str | os.PathLike[str], *, base: str | None = None
) -> ContainerFolder:
    """Write a container for SageMaker that runs the model as it ran locally.

    The folder gets a Dockerfile, the model server, the requirements, the model's
    archive, and a README with the commands that build, run, push and deploy it.

    Parameters
    ----------
    model
        As `deploy` takes it, with ``code/inference.py``; not one on S3.
    folder
        A new or empty folder, or one that this function wrote and nobody changed.
    base
        Image to extend, for example one of AWS's with a framework; it must have
        Python 3.10 or later as ``python``. Default: ``python:…-slim`` of the running
        Python, where what the code imports is installed in the versions that are
        installed here.

    Returns
    -------
    ContainerFolder
        Its repr shows the commands; a path for whatever takes one.

    Raises
    ------
    InvalidInputError
        If the model cannot be packed, or the folder holds something else.

    Examples
    --------
    ::

        smnb.container("faces/", "faces-container/")
    """
    source = as_model(model)
    if source.data is None:
        raise InvalidInputError(
            "smnb.container() runs a model's files, and this model names none.",
            hint='Give a folder or an object: smnb.container("model/", "container/")',
        )
    if is_on_s3(source):
        raise InvalidInputError(
            f"smnb.container() reads the model's code, and {source.data} is on S3.",
            hint=f"Fetch it first: aws s3 cp {source.data} {_ARCHIVE}",
        )
    path = Path(folder).expanduser()
    path.parent.mkdir(parents=True, exist_ok=True)
    extended = base or f"python:{sys.version_info.major}.{sys.version_info.minor}-slim"
    written = ContainerFolder(path, _name(path), extended, _options(source))
    with tempfile.TemporaryDirectory(prefix=".smnb-", dir=path.parent) as made:
        _write(source, written, Path(made), with_imports=base is None)
        install(Path(made), path)
    return written


def _write(
    model: Model, written: ContainerFolder, made: Path, *, with_imports: bool
) -> None:
    """Write all files of the container into a new folder."""
    archive = made / _ARCHIVE
    # The server that goes along runs code/inference.py, from which an image of the
    # model's own would excuse it.
    packed = pack(replace(model, image=None), made).path
    if packed is not None and packed != archive:
        shutil.copyfile(packed, archive)
    (made / "requirements.txt").write_text(
        requirements_text(archive, with_imports=with_imports), "utf-8"
    )
    data = files("smnb")
    here = replace(written, path=Path())  # the README's reader is in the folder
    values = {
        name: getattr(here, name)
        for name in ("base", "build", "deploy", "name", "push", "run")
    }
    for template in ("Dockerfile", "README.md", "dockerignore"):
        text = (data / "data" / "container" / template).read_text("utf-8")
        target = made / ("." * (template == "dockerignore") + template)
        target.write_text(_Template(text).substitute(values), "utf-8")
    (made / "model_server").mkdir()
    for module in (data / "local" / "model_server").iterdir():
        if module.name.endswith(".py"):
            (made / "model_server" / module.name).write_bytes(module.read_bytes())


def _options(model: Model) -> str:
    """Return the source of what a deploy must repeat: of a variable, only its name."""
    shown = dict.fromkeys(model.environment, "…")
    environment = f", environment={shown!r}" if shown else ""
    return environment + (f", accepts={model.declared!r}" if model.declared else "")


def _name(path: Path) -> str:
    """Make a name that Docker and ECR take of the folder's."""
    words = re.findall(r"[a-z0-9]+", path.resolve().name.lower())
    return "-".join(words) or "model"


def _login(region: str, registry: str) -> str:
    return (
        f"aws ecr get-login-password --region {region} | "
        f"docker login --username AWS --password-stdin {registry}"
    )


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
