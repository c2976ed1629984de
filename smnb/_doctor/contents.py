"""Checks of the model: its files, code and size, and what it was made with."""

from __future__ import annotations

import platform
from functools import cache
from importlib.resources import files
from typing import Any, Final

from smnb._doctor.subject import Check, Outcome, Subject, bad, fine, unknown, warn
from smnb._limits import LIMITS
from smnb._text import bytes_text

_MODEL: Final = frozenset({"model"})
_FILES: Final = frozenset({"model", "archive"})
_BOTH: Final = frozenset({"model", "archive", "compute"})
_MIB: Final = 1024 * 1024
# Weights are read from disk into objects, and for a moment both are in memory.
_COMFORTABLE: Final = 0.5


def _layout(subject: Subject) -> Outcome:
    artifact = subject.artifact
    if artifact.path is None:
        return fine("nothing to pack: it lies on AWS")
    framework = f" · {artifact.framework}" if artifact.framework else ""
    version = f" {artifact.version}" if artifact.version else ""
    return fine(f"sha256 {artifact.digest[:8]}{framework}{version}")


def _handlers(subject: Subject) -> Outcome | None:
    artifact = subject.artifact
    if artifact.path is None:
        return None
    if artifact.handlers:
        return fine(", ".join(artifact.handlers))
    return fine("no code/inference.py: the image brings its own")


def _content_types(subject: Subject) -> Outcome | None:
    model = subject.model
    if model is None:
        return None
    accepts = model.declared or subject.artifact.accepts
    if accepts:
        return fine(", ".join(accepts))
    return warn(
        "the model declares no content types, so videos and batches are not split",
        'Model(…, accepts=("image/jpeg",)), or ACCEPTS in code/inference.py',
    )


def _size(subject: Subject) -> Outcome | None:
    artifact = subject.artifact
    if not artifact.size_bytes:
        return None
    unpacked = artifact.unpacked_bytes
    if unpacked is None:
        return fine(f"{bytes_text(artifact.size_bytes)} packed")
    most = LIMITS["serverless_disk_bytes"].value
    what = f"{bytes_text(artifact.size_bytes)} packed, {bytes_text(unpacked)} unpacked"
    if subject.is_serverless and unpacked > most:
        return bad(
            f"{what}; a serverless container has {bytes_text(most)} of disk",
            'Deploy on an instance: smnb.RealTime("ml.m5.large").',
        )
    return fine(what)


def _memory(subject: Subject) -> Outcome | None:
    unpacked = subject.artifact.unpacked_bytes
    memory = _memory_bytes(subject)
    if unpacked is None:
        return None
    if memory is None:
        return unknown(f"the memory of {subject.instance_type} is not known")
    what = f"{bytes_text(unpacked)} of files, {bytes_text(memory)} of memory"
    fix = _more_memory(subject)
    if unpacked > memory:
        return bad(what, fix)
    if unpacked > memory * _COMFORTABLE:
        return warn(f"{what}: loading takes more than the files", fix)
    return fine(what)


def _memory_bytes(subject: Subject) -> int | None:
    if subject.memory_mb is not None:
        return subject.memory_mb * _MIB
    known = _instances().get(subject.instance_type or "")
    return int(known["memory_gib"] * 1024) * _MIB if known else None


@cache
def _instances() -> dict[str, Any]:
    import json

    text = files("smnb").joinpath("data/instances.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def _more_memory(subject: Subject) -> str:
    if subject.is_serverless:
        most = LIMITS["serverless_memory_max_mb"].value
        return f"Serverless(memory_mb=…) up to {most}, or an instance with more memory."
    return "Choose an instance type with more memory."


def _notes(subject: Subject) -> Outcome | None:
    notes = subject.artifact.notes
    if not notes:
        return None
    return warn("\n".join(notes), "See whether that is what you mean.")


def _binaries(subject: Subject) -> Outcome | None:
    """Warn of code compiled for this machine's processor."""
    machine = platform.machine().lower()
    if not subject.has_archive or machine not in ("arm64", "aarch64"):
        return None
    return warn(
        f"this machine is {machine}; AWS's serverless and most instances are x86_64",
        "Leave compiled files (.so) out, and build images with: docker build "
        "--platform linux/amd64",
    )


CHECKS: Final = (
    Check("layout", _layout, _MODEL),
    Check("handlers", _handlers, _FILES),
    Check("content types", _content_types, _FILES),
    Check("size", _size, _FILES, is_cheap=True),
    Check("memory", _memory, _BOTH, is_cheap=True),
    Check("notes", _notes, _FILES),
    Check("processor", _binaries, _MODEL),
)
