"""What the checks look at, made or asked for once; and the form of a check."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb import _source
from smnb._model import is_on_s3
from smnb._serverless_size import sized

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smnb._compute import Compute
    from smnb._doctor.report import Status
    from smnb._model import Artifact, Model
    from smnb._session import Session


class Outcome(NamedTuple):
    """What a check returns: its status, the finding, and the fix."""

    status: Status
    what: str
    fix: str = ""


def fine(what: str) -> Outcome:
    """Say that nothing has to be done."""
    return Outcome("ok", what)


def warn(what: str, fix: str) -> Outcome:
    """Say that it works, but not well."""
    return Outcome("warning", what, fix)


def bad(what: str, fix: str) -> Outcome:
    """Say that a deploy would fail."""
    return Outcome("problem", what, fix)


def unknown(what: str, fix: str = "") -> Outcome:
    """Say that it could not be asked."""
    return Outcome("unknown", what, fix)


class Check(NamedTuple):
    """One row of the table of checks.

    Parameters
    ----------
    name
        As the report shows it.
    look
        Takes the subject; None if the check does not apply to it.
    needs
        What it cannot do without: ``"model"``, ``"compute"``, ``"aws"``, ``"local"``;
        ``"caller"`` that AWS knows; ``"role"``, ``"archive"``, ``"image"`` that were
        found.
    is_cheap
        Whether each deploy makes it: a millisecond, and no call that deploy itself
        would not make.
    """

    name: str
    look: Callable[[Any], Outcome | None]
    needs: frozenset[str] = frozenset()
    is_cheap: bool = False


def _works(look: Callable[[], object]) -> bool:
    try:
        look()
    except Exception:  # noqa: BLE001  the check of its own says what it was
        return False
    return True


@dataclass
class Subject:
    """A session, and a model and its compute as far as they are named.

    Parameters
    ----------
    folder
        Where the model's archive is made if it is none yet.
    known_artifact, known_image, known_isolated
        What a deploy has found out already.
    """

    session: Session
    folder: Path
    model: Model | None = None
    compute: Compute | None = None
    name: str | None = None
    known_artifact: Artifact | None = None
    known_image: str | None = None
    known_isolated: bool | None = None
    _found: dict[str, bool] = field(default_factory=dict, init=False)

    @cached_property
    def artifact(self) -> Artifact:
        """The checked archive; asking for it raises what is wrong with the model."""
        if self.known_artifact is not None:
            return self.known_artifact
        return _source.artifact_of(self._model, self.session, self.folder)

    @cached_property
    def image(self) -> str:
        """The container's image; asking for it raises if none is found."""
        if self.known_image is not None:
            return self.known_image
        return _source.image_of(self._model, self.session, self.artifact, self._compute)

    @cached_property
    def isolated(self) -> bool:
        """Whether the container is cut off from the network; AWS may be asked."""
        if self.known_isolated is not None:
            return self.known_isolated
        return _source.is_isolated(self._model, self.session)

    def has(self, name: str) -> bool:
        """Say whether ``"caller"``, ``"role"``, ``"archive"`` or ``"image"`` is found.

        Why one is not is what the check of its own says.
        """
        if name not in self._found:
            self._found[name] = _works(self._looks()[name])
        return self._found[name]

    def _looks(self) -> dict[str, Callable[[], object]]:
        return {
            "caller": lambda: self.session.caller_arn,
            "role": self.session.role,
            "archive": lambda: self.artifact,
            "image": lambda: self.image,
        }

    @property
    def is_serverless(self) -> bool:
        """Whether it is to run on serverless inference."""
        return self.compute is not None and self.compute.kind == "serverless"

    @property
    def memory_mb(self) -> int | None:
        """Of serverless, what `deploy` would take if no size is named; else None."""
        if self.compute is None:
            return None
        artifact = self.artifact if self.model and self.has("archive") else None
        compute, _ = sized(
            self.compute,
            digest=artifact.digest if artifact else "",
            unpacked_bytes=artifact.unpacked_bytes if artifact else None,
        )
        return getattr(compute, "memory_mb", None)

    @property
    def instance_type(self) -> str | None:
        """The instance type; None on serverless."""
        return getattr(self.compute, "instance_type", None)

    @property
    def has_archive(self) -> bool:
        """Whether there are files that can be looked into here."""
        model = self.model
        return model is not None and model.data is not None and not is_on_s3(model)

    @property
    def _model(self) -> Model:
        if self.model is None:
            raise TypeError("a check that needs a model ran without one")
        return self.model

    @property
    def _compute(self) -> Compute:
        if self.compute is None:
            raise TypeError("a check that needs a compute ran without one")
        return self.compute
