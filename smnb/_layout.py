"""The frameworks' file layouts: recognised by names, checked, each mistake with its fix.

The layouts are those that AWS's containers read below /opt/ml/model.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from smnb._archive import CONFIG, ENTRY, REQUIREMENTS
from smnb._code import Code, read_code
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smnb._archive import Contents

# Files by which a framework is known; the first match counts.
_MARKS = {
    "triton": r"[^/]+/config\.pbtxt",
    "tensorflow": r"(.*/)?saved_model\.pb",
    "mxnet": r"[^/]+-symbol\.json|[^/]+-\d{4}\.params",
    "xgboost": r"xgboost-model",
    "huggingface": r"model.*\.safetensors|pytorch_model.*\.bin|tf_model\.h5"
    r"|tokenizer(_config)?\.json",
    "onnx": r"([^/]+/)?[^/]+\.onnx",
    "pytorch": r"[^/]+\.(pth|pt)",
    "sklearn": r"[^/]+\.(joblib|pkl|pickle)",
}
# Their containers on AWS run a model without code of the user's.
_SERVE_BY_THEMSELVES = {"huggingface", "mxnet", "tensorflow", "triton", "xgboost"}
_PACKAGES = {
    "tensorflow": ("tensorflow", "tensorflow-cpu"),
    "mxnet": ("mxnet",),
    "xgboost": ("xgboost", "xgboost-cpu"),
    "huggingface": ("transformers",),
    "onnx": ("onnxruntime",),
    "pytorch": ("torch",),
    "sklearn": ("scikit-learn",),
}
_PIN = re.compile(r"^\s*([A-Za-z0-9._-]+)\s*==\s*([A-Za-z0-9.]+)", re.MULTILINE)


@dataclass(frozen=True)
class Layout:
    """What a folder or an archive is.

    Parameters
    ----------
    framework, version
        As far as they are known: by the files, and by requirements.txt, config.json or
        the package that is installed here.
    code
        What ``code/inference.py`` declares.
    notes
        What is not wrong, and worth knowing.
    """

    framework: str | None
    version: str | None
    code: Code
    notes: tuple[str, ...] = ()


def check(contents: Contents, *, needs_code: bool, own_image: bool) -> Layout:
    """Recognise the layout, and refuse what no container could run.

    Parameters
    ----------
    needs_code
        Whether ``code/inference.py`` must be there even if the framework's container
        on AWS could do without.
    own_image
        Whether the container is the user's own, which may want any layout.

    Raises
    ------
    InvalidInputError
        If a file is not where the framework's container looks for it.
    """
    names = contents.names
    framework = recognise(names)
    if not own_image:
        _check_root(contents, framework)
    if ENTRY in contents.texts:
        code = read_code(contents.texts[ENTRY], _inside(contents, ENTRY))
    elif own_image:
        code = Code()
    else:
        _check_files(contents, framework)
        if needs_code or framework not in _SERVE_BY_THEMSELVES:
            raise _no_entry(contents, framework)
        code = Code()
    version = _version(contents, framework) if framework else None
    return Layout(framework, version, code, _notes(contents))


def recognise(names: Iterable[str]) -> str | None:
    """Return the framework whose files these are; None if it is none's.

    Examples
    --------
    >>> recognise(["1/saved_model.pb", "code/inference.py"])
    'tensorflow'
    >>> recognise(["weights.bin"])
    """
    own = [name for name in names if not name.startswith("code/")]
    for framework, mark in _MARKS.items():
        if any(re.fullmatch(mark, name) for name in own):
            return framework
    return None


def _inside(contents: Contents, name: str) -> str:
    return (
        str(contents.where / name) if contents.is_folder else f"{contents.where}:{name}"
    )


def _check_root(contents: Contents, framework: str | None) -> None:
    """Find a second root: the whole model, or another one, a folder too deep."""
    entries = [n for n in contents.names if n == ENTRY or n.endswith(f"/{ENTRY}")]
    if len(entries) > 1 and (ENTRY in entries or framework is None):
        raise InvalidInputError(
            f"{contents.where} has {len(entries)} models: {' and '.join(sorted(entries))}.",
            hint="Deploy each on its own, or remove one.",
        )
    tops = {PurePosixPath(name).parts[0] for name in contents.names}
    if len(tops) != 1 or framework is not None:
        return
    (top,) = tops
    below = [name.removeprefix(f"{top}/") for name in contents.names]
    if top == "code" or not (ENTRY in below or recognise(below)):
        return
    raise InvalidInputError(
        f"Everything in {contents.where} lies in {top}/, where SageMaker does not look.",
        hint=_only(contents, top),
    )


def _only(contents: Contents, folder: str) -> str:
    """Say how to give a folder in it in place of all."""
    if contents.is_folder:
        return f"Give the folder in it: {contents.where / folder}"
    return f"Make it again from inside the folder: tar -czf model.tar.gz -C {folder}/ ."


def _check_files(contents: Contents, framework: str | None) -> None:
    """Find files that the framework's container does not see, or misses."""
    found = _CHECKS[framework](contents.names) if framework in _CHECKS else None
    if found is None and framework is None:
        found = _triton_without_config(contents.names)
    if found is not None:
        what, hint = found
        raise InvalidInputError(f"{contents.where}: {what}", hint=hint)


def _tensorflow(names: tuple[str, ...]) -> tuple[str, str] | None:
    for name in names:
        *folders, last = PurePosixPath(name).parts
        if last == "saved_model.pb" and not (folders and folders[-1].isdecimal()):
            place = "/".join(folders) or "the root"
            what = f"saved_model.pb lies in {place}, and not in a version's folder."
            return what, "Move it, with variables/, into 1/: 1/saved_model.pb."
    return None


def _huggingface(names: tuple[str, ...]) -> tuple[str, str] | None:
    if CONFIG in names:
        return None
    what = "it has a Hugging Face model's files, but no config.json beside them."
    return what, 'Save it whole: model.save_pretrained("model/"), and the tokenizer.'


def _mxnet(names: tuple[str, ...]) -> tuple[str, str] | None:
    wanted = ("model-symbol.json", "model-shapes.json", "model-0000.params")
    missing = [name for name in wanted if name not in names]
    if not missing:
        return None
    what = (
        f"MXNet's container reads {', '.join(wanted)}; {', '.join(missing)} is missing."
    )
    return what, "Name them so; model-shapes.json holds the inputs' names and shapes."


def _triton(names: tuple[str, ...]) -> tuple[str, str] | None:
    for name in names:
        model, _, last = name.rpartition("/")
        if last != "config.pbtxt":
            continue
        versions = re.compile(re.escape(model) + r"/\d+/.+")
        if not any(versions.fullmatch(other) for other in names):
            what = f"{model}/ has no version folder with the model's file."
            return what, f"Put it into {model}/1/, for example {model}/1/model.onnx."
    return _triton_without_config(names)


def _triton_without_config(names: tuple[str, ...]) -> tuple[str, str] | None:
    """Find a model repository's folders that lack config.pbtxt."""
    for name in names:
        found = re.fullmatch(r"([^/]+)/\d+/model\.(onnx|plan|pt|py|graphdef)", name)
        if found and f"{found[1]}/config.pbtxt" not in names:
            what = f"{found[1]}/ looks like a model of Triton's without config.pbtxt."
            place = f"{found[1]}/config.pbtxt"
            return what, f"Put it at {place}, or write {ENTRY} for another container."
    return None


_CHECKS: dict[str | None, Callable[[tuple[str, ...]], tuple[str, str] | None]] = {
    "tensorflow": _tensorflow,
    "huggingface": _huggingface,
    "mxnet": _mxnet,
    "triton": _triton,
}


def _no_entry(contents: Contents, framework: str | None) -> InvalidInputError:
    """Explain a missing code/inference.py by where else one lies."""
    others = [n for n in contents.names if PurePosixPath(n).name == "inference.py"]
    if others:
        hint = f"Move it to {ENTRY}."
        if contents.where.name == "code" and "inference.py" in others:
            hint = f"Give the folder above: {contents.where.parent}"
        elif others[0].endswith(f"/{ENTRY}"):
            hint = _only(contents, others[0].removesuffix(f"/{ENTRY}"))
        return InvalidInputError(
            f"{contents.where} has {others[0]}, but SageMaker reads {ENTRY}.", hint=hint
        )
    archive = next((n for n in contents.names if n.endswith((".tar.gz", ".tgz"))), None)
    if archive is not None:
        return InvalidInputError(
            f"{contents.where} has no {ENTRY}; it has an archive, {archive}, which "
            "SageMaker does not unpack there.",
            hint=f"Give that itself: {contents.where / archive}",
        )
    on_aws = ""
    if framework in _SERVE_BY_THEMSELVES:
        on_aws = f" AWS's image for {framework} needs none; the local backend does."
    return InvalidInputError(
        f"{contents.where} has no {ENTRY}, so nothing says how to run the model."
        f"{on_aws}",
        hint=f"Write {ENTRY} with model_fn(model_dir) and predict_fn(data, model), "
        "or name a container: Model(…, image=…).",
    )


def _version(contents: Contents, framework: str) -> str | None:
    packages = _PACKAGES.get(framework, ())
    text = contents.texts.get(REQUIREMENTS, b"").decode(errors="replace")
    pins: dict[str, str] = {
        name.lower().replace("_", "-"): pin for name, pin in _PIN.findall(text)
    }
    for package in packages:
        if package in pins:
            return pins[package]
    if framework == "huggingface" and (version := _saved_by(contents)):
        return version
    for package in packages:
        try:
            return metadata.version(package).partition("+")[0]
        except metadata.PackageNotFoundError:
            continue
    return None


def _saved_by(contents: Contents) -> str | None:
    """Return the version of transformers that config.json names."""
    try:
        config = json.loads(contents.texts.get(CONFIG, b"{}"))
    except ValueError:
        return None
    version = config.get("transformers_version") if isinstance(config, dict) else None
    return version if isinstance(version, str) else None


def _notes(contents: Contents) -> tuple[str, ...]:
    if not contents.junk:
        return ()
    count, first = len(contents.junk), contents.junk[0]
    more = f" and {count - 1} more" if count > 1 else ""
    return (f"it also holds {first}{more}, which no model needs",)
