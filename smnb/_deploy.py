"""Deploy: check, upload, create model, configuration and endpoint; undo on failure."""

from __future__ import annotations

import secrets
import tempfile
import time
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from smnb import _explain, _hosting, _s3, _wait
from smnb._compute import Async, Compute, RealTime, Serverless, check_name, to_tag
from smnb._endpoint import Endpoint
from smnb._model import (
    Artifact,
    Model,
    ModelSource,
    as_model,
    is_on_s3,
    options_digest,
    pack,
)
from smnb._payload import Payload
from smnb._progress import Progress
from smnb._session import Session, default_session
from smnb._text import bytes_text, seconds_text
from smnb.errors import (
    ConfigurationError,
    DeploymentFailedError,
    InvalidInputError,
    NameTakenError,
    ServiceError,
    SmnbError,
)

if TYPE_CHECKING:
    from smnb._hosting import Described


@dataclass(frozen=True)
class _Plan:
    """Everything that one deployment will create, decided before the first call."""

    session: Session
    name: str
    deployment: str
    image: str
    model: Model
    artifact: Artifact
    compute: Compute
    overflow: Async | None

    @property
    def resource(self) -> str:
        """Name of the model and the configuration: unique, so that racers differ."""
        return f"{self.name[:54]}-{self.deployment}"

    @property
    def accepts(self) -> tuple[str, ...] | None:
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
        tags = dict(self.session.tags)
        tags[_hosting.TAG_DEPLOYMENT] = self.deployment
        if self.accepts:
            tags[_hosting.TAG_ACCEPTS] = " ".join(self.accepts)
        return tags | self.identity


def deploy(
    model: ModelSource,
    compute: Compute = Serverless(),  # noqa: B008  frozen, so safe to share
    *,
    name: str | None = None,
    overflow: Async | None = None,
    ttl: str | None = None,
    budget_usd: float | None = None,
    session: Session | None = None,
    wait: bool = True,
) -> Endpoint:
    """Put a model behind a SageMaker endpoint.

    Running the same call again returns the running endpoint. A deploy that fails
    removes what it created.

    Parameters
    ----------
    model
        A folder with ``code/inference.py``, a ``.tar.gz`` of one, its ``s3://`` URI,
        or a `Model` with an image, environment or accepted types.
    compute
        `Serverless`, `RealTime` or `Async`.
    name
        Of the endpoint: 1 to 63 letters, digits and hyphens. Default: the model's
        file name.
    overflow
        What takes payloads too large for a request, up to 1 GB: an asynchronous twin
        ``<name>-async``, created when it is first needed.
    ttl, budget_usd
        Not available yet, and refused.
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.
    wait
        Return when the endpoint is in service, not before.

    Returns
    -------
    Endpoint
        Also a context manager that deletes it.

    Raises
    ------
    InvalidInputError
        If the model, the name or the compute is wrong; nothing has been created.
    NameTakenError
        If an endpoint of this name differs from what is asked for.
    DeploymentFailedError
        If it did not come into service; what was created is removed, or named.

    Examples
    --------
    ::

        with smnb.deploy("faces/", smnb.Serverless(memory_mb=2048)) as ep:
            ep.invoke("astronaut.png")
    """
    _refuse_unfinished(ttl, budget_usd)
    with tempfile.TemporaryDirectory(prefix="smnb-") as folder:
        plan = _check(model, compute, name, overflow, session, Path(folder))
        progress = Progress()
        progress.line(f"{plan.name} · {plan.session.label} · {plan.compute}")
        found = _hosting.find(plan.session, plan.name)
        if found is not None:
            return _running(plan, found, progress)
        progress.line(_checked(plan))
        return _create(plan, progress, wait=wait)


def _refuse_unfinished(ttl: str | None, budget_usd: float | None) -> None:
    for option, value in (("ttl", ttl), ("budget_usd", budget_usd)):
        if value is not None:
            raise InvalidInputError(
                f"{option}= is not available in this version.",
                hint="Leave it out, and call ep.delete() when you are done.",
            )


def _check(
    source: ModelSource,
    compute: Compute,
    name: str | None,
    overflow: Async | None,
    session: Session | None,
    folder: Path,
) -> _Plan:
    """Find every mistake that can be found before anything is sent."""
    if not isinstance(compute, Serverless | RealTime | Async):
        raise InvalidInputError(
            f"{compute!r} is nothing that a model runs on.",
            hint="Use smnb.Serverless(…), smnb.RealTime(…) or smnb.Async(…).",
        )
    if overflow is not None and compute.kind == "async":
        raise InvalidInputError(
            "overflow= beside Async: the endpoint takes up to 1 GB by itself.",
            hint="Leave overflow= out.",
        )
    model = as_model(source)
    name = check_name(name if name is not None else _default_name(model))
    if overflow is not None:
        check_name(f"{name}-async", what="endpoint with an asynchronous twin")
    artifact = None if is_on_s3(model) else pack(model, folder)
    session = session or default_session()
    image = model.image or session.target.image
    if image is None:
        raise ConfigurationError(
            f"AWS needs the image of the container that runs {name}.",
            hint='Name it: smnb.Model(data, image="…dkr.ecr….amazonaws.com/…").',
        )
    return _Plan(
        session=session,
        name=name,
        deployment=secrets.token_hex(4),
        image=image,
        model=model,
        artifact=artifact or _on_s3(session, str(model.data)),
        compute=compute,
        overflow=overflow,
    )


def _default_name(model: Model) -> str:
    """Make a name of the folder's or archive's: ``faces/`` → ``faces``."""
    text = str(model.data)
    last = (
        text.rstrip("/").rsplit("/", 1)[-1]
        if is_on_s3(model)
        else Path(text).resolve().name
    )
    words = "".join(
        c if c.isalnum() and c.isascii() else "-" for c in last.removesuffix(".tar.gz")
    )
    return "-".join(word for word in words.split("-") if word)[:57] or "model"


def _on_s3(session: Session, uri: str) -> Artifact:
    found = _s3.head(session, _s3.S3Uri.parse(uri))
    etag = found["ETag"].strip('"')
    return Artifact(None, uri, f"etag:{etag}", found["ContentLength"])


def _checked(plan: _Plan) -> str:
    artifact = plan.artifact
    code = (
        f" (code/inference.py: {', '.join(artifact.handlers)})"
        if artifact.handlers
        else ""
    )
    digest = artifact.digest if artifact.s3_uri else f"sha256 {artifact.digest[:8]}"
    return f"✓ checked {plan.model.data}{code} · {bytes_text(artifact.size_bytes)} · {digest}"


def _running(plan: _Plan, found: Described, progress: Progress) -> Endpoint:
    """Return the endpoint of this name if it is the same, or say how it differs."""
    names = {
        _hosting.TAG_DIGEST: "the model's archive",
        _hosting.TAG_OPTIONS: "its image, environment or accepts",
        _hosting.TAG_COMPUTE: "its compute",
        _hosting.TAG_OVERFLOW: "its overflow",
    }
    differs = [
        f"{what} ({found.tags.get(tag, 'none')[:60]} there, "
        f"{plan.identity.get(tag, 'none')[:60]} asked for)"
        for tag, what in names.items()
        if found.tags.get(tag) != plan.identity.get(tag)
    ]
    if _hosting.TAG_DEPLOYMENT not in found.tags:
        differs = ["it was not made by smnb"]
    if differs:
        raise NameTakenError(
            f"An endpoint {plan.name} exists ({plan.session.label}, {found.status}) "
            f"and differs: {'; '.join(differs)}.",
            hint="Change it with ep.update(…), delete it with "
            f'smnb.endpoint("{plan.name}").delete(), or choose another name=.',
        )
    state, reason = _wait.until_settled(plan.session, plan.name, progress)
    if state != "InService":
        raise NameTakenError(
            f"An endpoint {plan.name} of the same model exists, but it is {state}. {reason}",
            hint=f'Delete it: smnb.endpoint("{plan.name}").delete()',
        )
    progress.done("✓ already in service, unchanged")
    return Endpoint(plan.name, session=plan.session)


def _create(plan: _Plan, progress: Progress, *, wait: bool) -> Endpoint:
    undo = _hosting.Undo()
    try:
        if not _create_resources(plan, progress, undo):
            # Another process made the endpoint of this name a moment ago.
            undo.run()
            return _running(plan, _hosting.describe(plan.session, plan.name), progress)
        endpoint = Endpoint(plan.name, session=plan.session)
        if wait:
            _await_service(plan, progress)
            if isinstance(plan.compute, Async):
                _hosting.scale_to_zero(plan.session, plan.name, plan.compute)
    except SmnbError as error:
        progress.done()
        raise _undone(plan, undo, error) from error
    except KeyboardInterrupt:
        progress.done(f"Stopped. {_clean_up(plan, undo)}")
        raise
    return endpoint


def _create_resources(plan: _Plan, progress: Progress, undo: _hosting.Undo) -> bool:
    """Create everything; False if the endpoint's name was taken meanwhile."""
    session, resource = plan.session, plan.resource
    place = _hosting.prefix(session, plan.name, plan.deployment)
    data_uri = plan.artifact.s3_uri
    if plan.artifact.path is not None:
        archive = Payload.of_file(plan.artifact.path, "application/gzip")
        data_uri = str(place / "model.tar.gz")
        undo.add(f"objects below {place}", lambda: _s3.delete_prefix(session, place))
        sent = 0

        def show(count: int) -> None:
            nonlocal sent
            sent += count
            progress.now(
                f"uploading · {bytes_text(sent)} of {bytes_text(archive.size_bytes)}"
            )

        _s3.upload(session, archive, place / "model.tar.gz", on_bytes=show)
        progress.done(f"✓ uploaded to {place}")
    undo.add(f"model {resource}", lambda: _hosting.delete_model(session, resource))
    _hosting.create_model(
        session,
        resource,
        image=plan.image,
        data_uri=data_uri,
        environment=plan.model.environment,
        tags=plan.tags,
    )
    undo.add(
        f"configuration {resource}", lambda: _hosting.delete_config(session, resource)
    )
    _hosting.create_config(
        session,
        resource,
        model=resource,
        compute=plan.compute,
        results=place,
        tags=plan.tags,
    )
    progress.line(
        f"{'On AWS' if not session.target.bills else 'Cost'}: {plan.compute.cost()}"
    )
    try:
        _hosting.create_endpoint(session, plan.name, config=resource, tags=plan.tags)
    except ServiceError as error:
        if _hosting.is_name_taken(error):
            return False
        raise
    undo.add(
        f"endpoint {plan.name}", lambda: _hosting.delete_endpoint(session, plan.name)
    )
    return True


def _await_service(plan: _Plan, progress: Progress) -> None:
    started = time.monotonic()
    state, reason = _wait.until_settled(plan.session, plan.name, progress)
    if state != "InService":
        raise _explain.failed_deployment(plan.session, plan.name, state, reason)
    progress.done(f"✓ in service after {seconds_text(time.monotonic() - started)}")


def _undone(plan: _Plan, undo: _hosting.Undo, error: SmnbError) -> SmnbError:
    """Remove what was created, and say in the error what became of it."""
    outcome = _clean_up(plan, undo)
    if isinstance(
        error, DeploymentFailedError | ConfigurationError | InvalidInputError
    ):
        return type(error)(error.what, hint=f"{error.hint} {outcome}")
    return DeploymentFailedError(
        f"{plan.name} was not deployed. {error.what}", hint=f"{error.hint} {outcome}"
    )


def _clean_up(plan: _Plan, undo: _hosting.Undo) -> str:
    """Remove what was created; say truthfully what remains and what it costs."""
    try:
        remains = undo.run()
    except SmnbError as error:
        return (
            f"Removing what was created failed too ({error.what}): look at "
            f'smnb.endpoint("{plan.name}"), and delete it.'
        )
    if not remains:
        return "Nothing was left behind."
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    arn = _hosting.describe(plan.session, plan.name).arn
    _hosting.add_tags(plan.session, arn, {_hosting.TAG_EXPIRES: now})
    return (
        f"AWS does not delete an endpoint that is still Creating, so there remain: "
        f"{', '.join(remains)}. They are tagged: smnb.reap() removes them as soon as "
        f"that is possible. Until then: {plan.compute.cost()}."
    )
