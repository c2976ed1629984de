"""Write docs/fidelity.md: where the local backend is as AWS is, and where it is not.

Operations are asked of the backend itself, limits come from the package's data, and
what no program can find out is in fidelity.json. `python docs/fidelity.py` writes the
document; a test compares it with what would be written.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel
from botocore.serialize import create_serializer

from smnb.local.errors import ServiceError
from smnb.local.request import Handler, Request
from smnb.local.server import build
from smnb.local.state import State

HERE = Path(__file__).parent
LIMITS = HERE.parent / "smnb" / "data" / "limits.json"
# botocore's name, the name that requests are handed on by, what it is called.
SERVICES = (
    ("sagemaker", "sagemaker", "SageMaker"),
    ("sagemaker-runtime", "sagemaker-runtime", "SageMaker Runtime"),
    ("s3", "s3", "S3"),
    ("logs", "logs", "CloudWatch Logs"),
    ("cloudwatch", "monitoring", "CloudWatch"),
    ("application-autoscaling", "application-autoscaling", "Application Auto Scaling"),
    ("sts", "sts", "STS"),
    ("iam", "iam", "IAM"),
)
UNITS = {"bytes": "bytes", "count": "", "mb": "MB", "s": "s"}
ORIGINS = {
    "same": "as AWS",
    "own": "own words, AWS's are not known",
    "different": "different",
}


def document() -> str:
    """Return the whole document."""
    data = json.loads((HERE / "fidelity.json").read_bytes())
    limits = json.loads(LIMITS.read_bytes())
    answered = asyncio.run(answered_operations())
    parts = [
        _summary(data, limits, answered),
        _operations(data, answered),
        _limits(limits),
        _errors(data),
        "## What is different\n\n"
        + _table(("what", "on AWS", "here"), data["different"]),
        "## What is absent\n\n" + _table(("what", "what happens"), data["absent"]),
    ]
    return "\n".join(parts)


async def answered_operations() -> dict[str, list[str]]:
    """Return what each service answers by anything but 501, by botocore's names."""
    answered: dict[str, list[str]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(State(Path(folder))) as state,
    ):
        handlers, _ = build(state)
        for api, handed_on_as, _ in SERVICES:
            model = ServiceModel(Loader().load_service_model(api, "service-2"))
            answered[api] = [
                name
                for name in model.operation_names
                if await _is_answered(handlers[handed_on_as], model, name)
            ]
    # On the wire ListDirectoryBuckets is ListBuckets at another host.
    answered["s3"].remove("ListDirectoryBuckets")
    return answered


async def _is_answered(handler: Handler, model: ServiceModel, name: str) -> bool:
    try:
        await handler(_request(model, model.operation_model(name)))
    except ServiceError as error:
        return error.status != 501  # noqa: PLR2004 - HTTP's "not implemented"
    return True


def _request(model: ServiceModel, operation: OperationModel) -> Request:
    """Return the operation's request with no more than it must have."""
    protocol = "json" if "json" in model.protocols else model.protocol
    params = _least(operation.input_shape) if operation.input_shape else {}
    serializer = create_serializer(protocol, include_validation=False)
    wire = serializer.serialize_to_request(params, operation)
    path, _, selector = wire["url_path"].partition("?")
    body = wire["body"]
    if isinstance(body, dict):
        body = urlencode(body).encode()
    query = [*parse_qsl(selector, keep_blank_values=True)]
    if isinstance(wire["query_string"], dict):
        query += [(key, str(value)) for key, value in wire["query_string"].items()]
    headers = {key.lower(): str(value) for key, value in wire["headers"].items()}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body or b""}

    return Request(
        wire["method"],
        path,
        query,
        {"content-length": str(len(body or b"")), **headers},
        model.signing_name,
        "us-east-1",
        "0",
        receive,
    )


def _least(shape: Any) -> Any:
    """Return a value of a shape: its required members, and of each the simplest."""
    if shape.type_name == "structure":
        return {name: _least(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "string":
        return (shape.enum or ["xxx"])[0]
    simplest: dict[str, Any] = {
        "list": [],
        "map": {},
        "blob": b"",
        "boolean": False,
        "timestamp": 0,
    }
    return simplest.get(shape.type_name, 1)


def _summary(
    data: dict[str, Any], limits: dict[str, Any], answered: dict[str, list[str]]
) -> str:
    count = sum(map(len, answered.values()))
    origins = Counter(error["origin"] for error in data["errors"])
    told = ", ".join(f"{origins[key]} {words}" for key, words in ORIGINS.items())
    operations = (
        f"**Operations**: {count} are answered, in {len(SERVICES)} services. Any other gets"
        " HTTP 501 and an error that names it."
    )
    kept = (
        f"**Limits**: {len(limits)} are kept as data with their source and date. Beyond them,"
        " every minimum, maximum, pattern and enumeration in botocore's service models is"
        " enforced."
    )
    lines = [
        operations,
        kept,
        f"**Errors**: of {len(data['errors'])} listed, {told}.",
        *data["summary"],
    ]
    return (
        "# How faithful the local backend is\n\n"
        "<!-- Written by docs/fidelity.py; do not edit. -->\n\n"
        f"{data['introduction']}\n\n" + "".join(f"- {line}\n" for line in lines)
    )


def _operations(data: dict[str, Any], answered: dict[str, list[str]]) -> str:
    rows = [
        {"service": title, "answered": _names(answered[api])}
        for api, _, title in SERVICES
    ]
    missing = [
        {
            "service": title,
            "of": topic,
            "absent": _names(sorted(set(names) - set(answered[api]))),
        }
        for api, _, title in SERVICES
        for topic, names in data["absent_operations"].get(api, {}).items()
        if set(names) - set(answered[api])
    ]
    return (
        "## Operations\n\n"
        + _table(("service", "answered"), rows)
        + "\nAbsent, and what a hosting client may look for:\n\n"
        + _table(("service", "of", "absent"), missing)
    )


def _limits(limits: dict[str, Any]) -> str:
    rows = [
        {
            "limit": f"`{name}`",
            "value": f"{limit['value']:,} {UNITS[limit['unit']]}".strip(),
            "source": limit["source"],
            "as of": limit["as_of"],
        }
        for name, limit in sorted(limits.items())
    ]
    return "## Limits\n\n" + _table(("limit", "value", "source", "as of"), rows)


def _errors(data: dict[str, Any]) -> str:
    rows = [
        {
            "where": error["where"],
            "code": f"{_code(error['code'])} {error['status'] or ''}".strip(),
            "text": _code(error["text"] or "null"),
            "compared with AWS": "; ".join(
                filter(None, [ORIGINS[error["origin"]], error.get("note")])
            ),
        }
        for error in data["errors"]
    ]
    return f"## Errors\n\n{data['errors_introduction']}\n\n" + _table(
        ("where", "code", "text", "compared with AWS"), rows
    )


def _names(names: list[str]) -> str:
    return ", ".join(map(_code, names))


def _code(text: str) -> str:
    return text and f"`{text}`"


def _table(columns: tuple[str, ...], rows: list[dict[str, str]]) -> str:
    lines = [columns, ["---"] * len(columns)]
    lines += [[row[column].replace("|", "\\|") for column in columns] for row in rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    (HERE / "fidelity.md").write_text(document(), encoding="utf-8")
