"""The form of a deploy: what the model is, what it could run on, what that costs."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from smnb import _archive, _hosting, _layout, _measured, _source
from smnb._compute import Async, Serverless, check_name
from smnb._doctor import check_files
from smnb._model import Artifact, is_on_s3
from smnb._quote import quote
from smnb._recommend.options import judged
from smnb._recommend.workload import Workload
from smnb._revision import default_name
from smnb._serverless_size import sized
from smnb._text import bytes_text
from smnb.errors import InvalidInputError, SmnbError
from smnb.jupyter import models
from smnb.jupyter.shapes import Check, CostLine, DeployForm, Option
from smnb.jupyter.views import choices, cost, ladder
from smnb.jupyter.views.subject import Subject, peak_of, place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._compute import Compute
    from smnb._doctor.report import Finding
    from smnb._model import Model
    from smnb._quote import Quote
    from smnb._recommend.options import Option as Judged
    from smnb._session import Session
    from smnb.jupyter.shapes import Choice, FormArgs

_ALWAYS_UP: Final = "Always warm; it costs the same however often it is called."
_MIB: Final = 1024 * 1024
_PACKED_AT_ONCE_BYTES: Final = 128 * _MIB
_FRAMEWORKS: Final = {
    "huggingface": "Hugging Face",
    "mxnet": "MXNet",
    "onnx": "ONNX",
    "python": "Python",
    "pytorch": "PyTorch",
    "sklearn": "scikit-learn",
    "tensorflow": "TensorFlow",
    "triton": "Triton",
    "xgboost": "XGBoost",
}


class _Read(NamedTuple):
    """A model that was looked into; what is wrong with it, if it is none."""

    model: Model | None
    code: str
    artifact: Artifact | None
    error: SmnbError | None


class Forms:
    """Makes forms; a model is packed again only when its files have changed.

    Parameters
    ----------
    root
        The folder that paths are relative to.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._last: tuple[object, _Read] | None = None

    def form(self, session: Session, args: FormArgs) -> DeployForm:
        """Return the form as far as it is filled in; nothing is created."""
        read = self._read(session, args["path"])
        subject = _subject(session, read)
        calls = subject.calls(args["calls_per_month"])
        options = _options(subject, read, calls)
        choice = args["choice"]
        compute = _best(options, read) if choice is None else choices.compute_of(choice)
        name = args["name"]
        if name is None:
            name = default_name(read.model) if read.model else ""
        twin = Async() if args["twin"] and compute.kind != "async" else None
        found = _findings(session, read, compute, name)
        error = _name_error(session, name, twin=twin is not None)
        priced = _priced(subject, compute, calls)
        return DeployForm(
            path=args["path"],
            framework=_framework(read),
            bytes=_size_bytes(read),
            checks=[_check(finding) for finding in found],
            ready=not error and all(one.status != "problem" for one in found),
            name=name,
            name_error=error,
            options=options,
            choice=choices.choice_of(compute),
            cost=cost.cost(session, subject, calls_per_month=calls, chosen=compute),
            lines=[*cost.lines(priced), *_twin_line(twin, session)],
            usd_per_hour=priced.usd_per_hour,
            usd_per_1k=priced.usd_per_1k,
            usd_per_month=priced.usd_per_month,
            code=_code(read.code, compute, name, args),
        )

    def _read(self, session: Session, path: str) -> _Read:
        mark = (session.label, path, _mark(path, self._root))
        if self._last is not None and self._last[0] == mark:
            return self._last[1]
        read = _look_into(session, path, self._root)
        self._last = (mark, read)
        return read


def _look_into(session: Session, path: str, root: Path) -> _Read:
    try:
        model, code = models.named(path, root)
    except SmnbError as error:
        return _Read(None, "", None, error)
    try:
        artifact = _large(model, session)
        if artifact is None:
            with tempfile.TemporaryDirectory(prefix="smnb-") as folder:
                artifact = _source.artifact_of(model, session, Path(folder))
    except SmnbError as error:
        return _Read(model, code, None, error)
    return _Read(model, code, artifact, None)


def _large(model: Model, session: Session) -> Artifact | None:
    """Return what a large folder holds without packing it, which takes minutes.

    Nothing that was measured is known of it then: that goes by the archive's digest.
    """
    path = Path(str(model.data))
    if is_on_s3(model) or not path.is_dir():
        return None
    contents = _archive.read_folder(path)
    if contents.size_bytes <= _PACKED_AT_ONCE_BYTES:
        return None
    needs_code = session.target.image is not None
    layout = _layout.check(contents, needs_code=needs_code, own_image=False)
    return Artifact(
        path=path,
        s3_uri=None,
        digest="",
        size_bytes=contents.size_bytes,
        unpacked_bytes=contents.size_bytes,
        handlers=layout.code.handlers,
        accepts=layout.code.accepts,
        framework=layout.framework,
        version=layout.version,
        notes=layout.notes,
    )


def _mark(path: str, root: Path) -> object:
    """Return what differs when files below a path have changed."""
    if "://" in path or path.startswith("arn:"):
        return None
    try:
        place = Path(str(models.named(path, root).model.data))
    except SmnbError:  # the form says what is wrong
        return None
    files = sorted(place.rglob("*")) if place.is_dir() else [place]
    return [
        (str(file), stat.st_size, stat.st_mtime_ns)
        for file in files
        if file.is_file()
        for stat in [file.stat()]
    ]


def _subject(session: Session, read: _Read) -> Subject:
    artifact = read.artifact
    digest = artifact.digest if artifact else ""
    unpacked = artifact.unpacked_bytes if artifact else None
    times = _measured.times(digest, place_of(session)) if digest else {}
    return Subject(
        name="",
        region=session.region,
        bills=session.target.bills,
        times=times,
        peak=peak_of(digest),
        files_mb=None if unpacked is None else unpacked / _MIB,
    )


def _options(subject: Subject, read: _Read, calls: float) -> list[Option]:
    """Return the ways to host it, the best first."""
    peak = subject.peak
    memory_mb = peak["memory_mb"] if peak else subject.files_mb
    basis = "measured" if peak else "unpacked"
    time, _ = subject.time_at(ladder.best_mb(subject) or 0)
    workload = Workload(
        calls_per_month=calls,
        duration_s=None if time is None else time.mean_ms / 1000,
        memory_mb=memory_mb,
        memory_basis=basis if memory_mb is not None else "unknown",
        gpu="-gpu-" in ((read.model.image if read.model else None) or ""),
    )
    ranked = judged(workload, subject.region)
    first = next((one for one in ranked if _choice(one, subject) is not None), None)
    return [_option(one, subject, calls, best=one is first) for one in ranked]


def _option(judgement: Judged, subject: Subject, calls: float, *, best: bool) -> Option:
    title, usd_per_month = judgement.title, judgement.usd_per_month
    choice = _choice(judgement, subject)
    if choice is not None and choice["kind"] == "serverless":
        # Of the size that is chosen for it, which a measured peak may have told.
        compute = choices.compute_of(choice)
        title = choices.words(compute)
        usd_per_month = _priced(subject, compute, calls).usd_per_month
    verdicts = ("for", "against", "note") if judgement.possible else ("no",)
    reason = "; ".join(judgement.said(*verdicts))
    return Option(
        kind=judgement.name,  # type: ignore[typeddict-item]  # those of the shape
        title=title,
        choice=choice,
        best=best,
        possible=judgement.possible,
        usd_per_month=usd_per_month,
        reason=f"{reason[:1].upper()}{reason[1:]}." if reason else _ALWAYS_UP,
    )


def _choice(judgement: Judged, subject: Subject) -> Choice | None:
    """Return what the form can deploy; None for what it cannot."""
    compute = judgement.compute
    if compute is None or judgement.name not in ("serverless", "realtime", "async"):
        return None
    if isinstance(compute, Serverless):
        best = ladder.best_mb(subject)
        compute = Serverless(best) if best else compute
    return choices.choice_of(compute)  # type: ignore[arg-type]  # no Batch, by its name


def _best(options: Sequence[Option], read: _Read) -> Compute:
    chosen = next((one["choice"] for one in options if one["best"]), None)
    if chosen is not None:
        return choices.compute_of(chosen)
    artifact = read.artifact
    try:
        compute, _ = sized(
            Serverless(),
            digest=artifact.digest if artifact else "",
            unpacked_bytes=artifact.unpacked_bytes if artifact else None,
        )
    except InvalidInputError:  # too large for any: the checks say so
        return Serverless(6144)
    return compute


def _findings(
    session: Session, read: _Read, compute: Compute, name: str
) -> list[Finding]:
    from smnb._doctor.report import Finding

    if read.error is not None or read.model is None or read.artifact is None:
        error = read.error
        what, hint = (error.what, error.hint) if error else ("There is no model.", "")
        return [Finding("model", "problem", what, hint)]
    return check_files(session, read.model, compute, name, artifact=read.artifact)


def _check(finding: Finding) -> Check:
    return Check(
        ok=finding.status != "problem",
        text=f"{finding.check}: {finding.what}",
        fix=finding.fix,
    )


def _name_error(session: Session, name: str, *, twin: bool) -> str:
    try:
        check_name(name)
        if twin:
            check_name(_hosting.twin_name(name))
        found = _hosting.find(session, name)
    except SmnbError as error:
        return f"{error.what} {error.hint}"
    if found is None:
        return ""
    return f"An endpoint {name} exists ({found.status}): choose another name."


def _priced(subject: Subject, compute: Compute, calls: float) -> Quote:
    memory_mb = getattr(compute, "memory_mb", None) or 0
    time, _ = subject.time_at(memory_mb)
    return quote(
        compute,
        calls_per_month=calls,
        duration_s=None if time is None else time.mean_ms / 1000,
        region=subject.region,
    )


def _twin_line(twin: Async | None, session: Session) -> list[CostLine]:
    if twin is None:
        return []
    text = quote(twin, region=session.region).text
    return [CostLine(label="async twin", usd=None, basis=text)]


def _framework(read: _Read) -> str:
    artifact = read.artifact
    if artifact is None:
        return ""
    name = _FRAMEWORKS.get(artifact.framework or "", "")
    version = artifact.version or ""
    if not name and artifact.handlers:
        name = "code/inference.py"
    size = _size_bytes(read)
    words = " ".join(part for part in (name, version) if part)
    return ", ".join(part for part in (words, bytes_text(size) if size else "") if part)


def _size_bytes(read: _Read) -> int | None:
    return (read.artifact.size_bytes or None) if read.artifact else None


def _code(source: str, compute: Compute, name: str, args: FormArgs) -> str:
    """Return the call that does what the form would."""
    on = f"smnb.{type(compute).__name__}({_arguments(compute)})"
    parts = [source, on, f'name="{name}"']
    parts += ["overflow=smnb.Async()"] if args["twin"] else []
    parts += [f'ttl="{args["ttl"]}"'] if args["ttl"] else []
    return f"import smnb\n\nep = smnb.deploy({', '.join(parts)})"


def _arguments(compute: Compute) -> str:
    if isinstance(compute, Serverless):
        return f"memory_mb={compute.memory_mb}" if compute.memory_mb else ""
    count = getattr(compute, "count", 1)
    times = f", count={count}" if count > 1 else ""
    return f'"{compute.instance_type}"{times}'
