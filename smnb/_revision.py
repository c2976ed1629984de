"""One version of an endpoint's model and compute: checked, then created on AWS.

Everything that can be found wrong is found before the first call that creates.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smnb import _hosting, _s3, _source
from smnb._compute import Async, Compute, Serverless, to_tag
from smnb._limits import LIMITS
from smnb._model import Artifact, Model, options_digest
from smnb._payload import Payload
from smnb._serverless_size import sized
from smnb._text import bytes_text
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session
    from smnb._undo import Undo


# Where the framework's containers look for the code; not all of them by themselves.
_HANDLER_VARIABLES = {
    "SAGEMAKER_PROGRAM": "inference.py",
    "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
}
_ONE_WORKER = {"SAGEMAKER_MODEL_SERVER_WORKERS": "1"}


@dataclass(frozen=True)
class Revision:
    """A model with the compute that it is to run on, under names of its own.

    Parameters
    ----------
    name
        The endpoint's name.
    deployment
        Id shared by all that belongs to the endpoint, and its folder on S3.
    image
        Of the container; empty if a package or an existing model brings it.
    network_isolation
        Whether the container is cut off from the network.
    resource
        Name of the configuration, and of the model if it is made.
    sizing
        What the serverless size was chosen by; empty if it was asked for.
    lifetime
        Tags that say how long it may stay and what it may cost.
    """

    session: Session
    name: str
    deployment: str
    image: str
    model: Model
    artifact: Artifact
    compute: Compute
    overflow: Async | None
    network_isolation: bool
    resource: str
    sizing: str = ""
    lifetime: Mapping[str, str] = field(default_factory=dict)

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
        tags[_hosting.TAG_ENDPOINT] = self.name
        tags |= self.lifetime
        if self.accepts:
            tags[_hosting.TAG_ACCEPTS] = " ".join(self.accepts)
        return tags | self.identity

    def as_running(self, found: Described) -> Revision:
        """Return it with the size that the endpoint has, if none was asked for."""
        compute, memory_mb = self.compute, found.memory_mb
        if not self.sizing or not isinstance(compute, Serverless) or memory_mb is None:
            return self
        return replace(self, compute=replace(compute, memory_mb=memory_mb))

    def checked(self) -> str:
        """Say what was checked, and by which digest it is known."""
        artifact, label = self.artifact, self.model.label
        if artifact.path is None and artifact.s3_uri is None:
            return f"✓ checked {label}"
        names = ", ".join(artifact.handlers)
        code = f" (code/inference.py: {names})" if names else ""
        digest = artifact.digest if artifact.s3_uri else f"sha256 {artifact.digest[:8]}"
        size = bytes_text(artifact.size_bytes)
        extra = (*artifact.notes, self.sizing) if self.sizing else artifact.notes
        notes = "".join(f"\n  {note}" for note in extra)
        return f"✓ checked {label}{code} · {size} · {digest}{notes}"

    def create(self, progress: Reporter, undo: Undo) -> str:
        """Upload the archive, create model and configuration; return the latter's name.

        Parameters
        ----------
        undo
            Learns of each thing before it is created.
        """
        session, resource = self.session, self.resource
        place = _hosting.prefix(session, self.name, self.deployment)
        name = self.model.model_name
        if name is None:
            name = resource
            container = self._container(place, progress, undo)
            undo.add(f"model {name}", lambda: _hosting.delete_model(session, resource))
            _hosting.create_model(
                session,
                name,
                container=container,
                network_isolation=self.network_isolation,
                tags=self.tags,
            )
        undo.add(
            f"configuration {resource}",
            lambda: _hosting.delete_config(session, resource),
        )
        _hosting.create_config(
            session,
            resource,
            model=name,
            compute=self.compute,
            results=place,
            tags=self.tags,
        )
        return resource

    def _container(
        self, place: _s3.S3Uri, progress: Reporter, undo: Undo
    ) -> dict[str, Any]:
        """Return AWS's ContainerDefinition; what it names is uploaded."""
        environment = dict(self.model.environment)
        if isinstance(self.compute, Serverless):
            # Each worker holds a copy of the model, and the memory is one for all.
            environment = _ONE_WORKER | environment
        if self.artifact.handlers:
            environment = _HANDLER_VARIABLES | environment
        container: dict[str, Any] = {"Environment": environment}
        if self.model.package is not None:
            return container | {"ModelPackageName": self.model.package}
        container["Image"] = self.image
        if self.artifact.s3_uri is not None:
            container["ModelDataUrl"] = self.artifact.s3_uri
        elif self.artifact.path is not None:
            container["ModelDataUrl"] = self._upload(place, progress, undo)
        return container

    def _upload(self, place: _s3.S3Uri, progress: Reporter, undo: Undo) -> str:
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
        If no image is named and none is found.
    InvalidInputError, NotFoundError
        If the model cannot be deployed as it is, or not on this compute.
    """
    artifact = _source.artifact_of(model, session, folder)
    isolated = _source.is_isolated(model, session)
    _check_compute(model, artifact, compute, isolated=isolated)
    compute, sizing = sized(
        compute, digest=artifact.digest, unpacked_bytes=artifact.unpacked_bytes
    )
    _check_memory(model, artifact, compute)
    return Revision(
        session=session,
        name=name,
        deployment=deployment,
        image=_source.image_of(model, session, artifact, compute),
        model=model,
        artifact=artifact,
        compute=compute,
        overflow=overflow,
        network_isolation=isolated,
        resource=_hosting.unique_name(name, deployment),
        sizing=sizing,
    )


def default_name(model: Model) -> str:
    """Make a name of the model's: ``faces/`` → ``faces``, ``Pipeline()`` → ``Pipeline``."""
    last = model.label.rstrip("/").rsplit("/", 1)[-1]
    if last in ("", ".", ".."):
        last = Path(model.label).resolve().name
    stem = last.partition("@")[0].partition(":")[0]
    for suffix in (".tar.gz", ".onnx"):
        stem = stem.removesuffix(suffix)
    words = "".join(c if c.isalnum() and c.isascii() else "-" for c in stem)
    return "-".join(word for word in words.split("-") if word)[:57] or "model"


def _check_compute(
    model: Model, artifact: Artifact, compute: Compute, *, isolated: bool
) -> None:
    """Refuse a model that this kind of hosting does not take."""
    if compute.kind != "serverless":
        return
    if isolated:
        of = "a package of AWS Marketplace" if model.package else "network isolation"
        raise InvalidInputError(
            f"Serverless endpoints do not take {of}: {model.label}.",
            hint='Deploy it on an instance: smnb.RealTime("ml.m5.large").',
        )
    most = LIMITS["serverless_disk_bytes"].value
    if (artifact.unpacked_bytes or 0) > most:
        raise InvalidInputError(
            f"{model.label} unpacks to {bytes_text(artifact.unpacked_bytes or 0)}; a "
            f"serverless container has {bytes_text(most)} of disk.",
            hint='Deploy it on an instance: smnb.RealTime("ml.m5.large").',
        )


def _check_memory(model: Model, artifact: Artifact, compute: Compute) -> None:
    """Refuse a serverless size below the model's files."""
    memory_mb = getattr(compute, "memory_mb", None)
    unpacked_bytes = artifact.unpacked_bytes or 0
    if memory_mb is not None and unpacked_bytes > memory_mb * 1024 * 1024:
        raise InvalidInputError(
            f"{model.label} unpacks to {bytes_text(unpacked_bytes)}, more than the "
            f"{memory_mb} MB of memory.",
            hint="Leave the size out, smnb.Serverless(), or deploy it on an instance: "
            'smnb.RealTime("ml.m5.large").',
        )
