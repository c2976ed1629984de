"""One version of an endpoint's model and compute: checked, then created on AWS.

Everything that can be found wrong is found before the first call that creates.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from smnb import _hosting, _s3
from smnb._compute import Async, Compute, to_tag
from smnb._model import (
    Artifact,
    Model,
    is_on_s3,
    options_digest,
    pack,
)
from smnb._payload import Payload
from smnb._text import bytes_text
from smnb.errors import ConfigurationError

if TYPE_CHECKING:
    from smnb._progress import Reporter
    from smnb._session import Session


@dataclass(frozen=True)
class Revision:
    """A model with the compute that it is to run on, under names of its own.

    Parameters
    ----------
    name
        The endpoint's name.
    deployment
        Id shared by all that belongs to the endpoint, and its folder on S3.
    resource
        Name of the model and of the configuration.
    """

    session: Session
    name: str
    deployment: str
    image: str
    model: Model
    artifact: Artifact
    compute: Compute
    overflow: Async | None
    resource: str

    @property
    def accepts(self) -> tuple[str, ...] | None:
        """Content types that the model declares; None if it declares none."""
        return self.model.declared or self.artifact.accepts

    @property
    def identity(self) -> dict[str, str]:
        """The tags by which the same deploy is known again."""
        tags = {
            _hosting.TAG_DIGEST: self.artifact.digest,
            _hosting.TAG_OPTIONS: options_digest(self.model, self.image, self.accepts),
            _hosting.TAG_COMPUTE: to_tag(self.compute),
        }
        if self.overflow is not None:
            tags[_hosting.TAG_OVERFLOW] = to_tag(self.overflow)
        return tags

    @property
    def tags(self) -> dict[str, str]:
        """The tags of everything that it consists of."""
        tags = dict(self.session.tags)
        tags[_hosting.TAG_DEPLOYMENT] = self.deployment
        if self.accepts:
            tags[_hosting.TAG_ACCEPTS] = " ".join(self.accepts)
        return tags | self.identity

    def checked(self) -> str:
        """Say what was checked, and by which digest it is known."""
        artifact = self.artifact
        names = ", ".join(artifact.handlers)
        code = f" (code/inference.py: {names})" if names else ""
        digest = artifact.digest if artifact.s3_uri else f"sha256 {artifact.digest[:8]}"
        size = bytes_text(artifact.size_bytes)
        return f"✓ checked {self.model.data}{code} · {size} · {digest}"

    def create(self, progress: Reporter, undo: _hosting.Undo) -> str:
        """Upload the archive, create model and configuration; return the latter's name.

        Parameters
        ----------
        undo
            Learns of each thing before it is created.
        """
        session, resource = self.session, self.resource
        place = _hosting.prefix(session, self.name, self.deployment)
        data_uri = self.artifact.s3_uri or self._upload(place, progress, undo)
        undo.add(f"model {resource}", lambda: _hosting.delete_model(session, resource))
        _hosting.create_model(
            session,
            resource,
            image=self.image,
            data_uri=data_uri,
            environment=self.model.environment,
            tags=self.tags,
        )
        undo.add(
            f"configuration {resource}",
            lambda: _hosting.delete_config(session, resource),
        )
        _hosting.create_config(
            session,
            resource,
            model=resource,
            compute=self.compute,
            results=place,
            tags=self.tags,
        )
        return resource

    def _upload(self, place: _s3.S3Uri, progress: Reporter, undo: _hosting.Undo) -> str:
        path = self.artifact.path or Path()
        archive = Payload.of_file(path, "application/gzip")
        folder = place / self.resource
        uri = folder / "model.tar.gz"
        undo.add(
            f"objects below {folder}", lambda: _s3.delete_prefix(self.session, folder)
        )
        total, sent = bytes_text(archive.size_bytes), 0

        def show(count: int) -> None:
            nonlocal sent
            sent += count
            progress.now(f"uploading · {bytes_text(sent)} of {total}")

        _s3.upload(self.session, archive, uri, on_bytes=show)
        progress.done(f"✓ uploaded to s3://{uri.bucket}")
        return str(uri)


def make_revision(
    session: Session,
    name: str,
    model: Model,
    compute: Compute,
    *,
    deployment: str,
    overflow: Async | None,
    folder: Path,
) -> Revision:
    """Check the model and make its archive in `folder`; nothing is created yet.

    Raises
    ------
    ConfigurationError
        If no image is named and the target has none of its own.
    InvalidInputError, NotFoundError
        If the model cannot be deployed as it is.
    """
    return Revision(
        session=session,
        name=name,
        deployment=deployment,
        image=_image(model, session),
        model=model,
        artifact=_artifact(model, session, folder),
        compute=compute,
        overflow=overflow,
        resource=_hosting.unique_name(name, deployment),
    )


def default_name(model: Model) -> str:
    """Make a name of the folder's or archive's: ``faces/`` → ``faces``."""
    last = str(model.data).rstrip("/").rsplit("/", 1)[-1]
    if not is_on_s3(model):
        last = Path(model.data).resolve().name
    stem = last.removesuffix(".tar.gz")
    words = "".join(c if c.isalnum() and c.isascii() else "-" for c in stem)
    return "-".join(word for word in words.split("-") if word)[:57] or "model"


def _image(model: Model, session: Session) -> str:
    image = model.image or session.target.image
    if image is None:
        raise ConfigurationError(
            "AWS needs the image of the container that runs the model.",
            hint='Name it: smnb.Model(data, image="…dkr.ecr….amazonaws.com/…").',
        )
    return image


def _artifact(model: Model, session: Session, folder: Path) -> Artifact:
    if not is_on_s3(model):
        return pack(model, folder)
    uri = str(model.data)
    found = _s3.head(session, _s3.S3Uri.parse(uri))
    etag = found["ETag"].strip('"')
    return Artifact(None, uri, f"etag:{etag}", found["ContentLength"])
