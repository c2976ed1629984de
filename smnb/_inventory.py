"""The models and configurations that deployments of ours are made of.

Their names end in the deployment's id (`_hosting.unique_name`), so that few calls tell
ours from those of others; their tags say what they belong to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING, Any

from smnb import _hosting
from smnb.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smnb._session import Session

_OURS = re.compile(r".+-(?P<deployment>[0-9a-f]{8})-[0-9a-f]{4}")
_PAGE = 100  # the most that SageMaker's List calls answer at once
_MOST_LISTED = 2000
_MOST_ASKED = 500  # for its tags, which takes a call each; the newest come first
_NEVER = datetime.min.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Part:
    """One model or configuration.

    Parameters
    ----------
    kind
        ``"model"`` or ``"configuration"``.
    tags
        None as long as they have not been asked for.
    """

    kind: str
    name: str
    arn: str
    created: datetime
    deployment: str
    tags: Mapping[str, str] | None = None

    @property
    def endpoint(self) -> str:
        """Name of the endpoint that it was made for."""
        return (self.tags or {}).get(_hosting.TAG_ENDPOINT, "")

    @property
    def expires(self) -> datetime | None:
        """When it may be removed, if nothing needs it then."""
        return _hosting.expiry_in(self.tags or {})


def of_deployment(session: Session, deployment: str) -> list[Part]:
    """Return what belongs to one deployment, configurations first."""
    return [p for p in _parts(session, f"-{deployment}-") if p.deployment == deployment]


def parts(
    session: Session, *, contains: str = "", without: Iterable[str] = ()
) -> list[Part]:
    """Return what carries our tags, of all deployments but those `without`.

    Parameters
    ----------
    contains
        What their names must hold.
    """
    skipped = set(without)
    found = (p for p in _parts(session, contains) if p.deployment not in skipped)
    tagged = (_tagged(session, part) for part in islice(found, _MOST_ASKED))
    return [p for p in tagged if p and p.tags and p.tags.get(_hosting.TAG_DEPLOYMENT)]


def _parts(session: Session, contains: str) -> Iterator[Part]:
    for kind, operation, rows, prefix in (
        (
            "configuration",
            "list_endpoint_configs",
            "EndpointConfigs",
            "EndpointConfig",
        ),
        ("model", "list_models", "Models", "Model"),
    ):
        for row in _rows(session, operation, rows, contains):
            name = row[f"{prefix}Name"]
            if match := _OURS.fullmatch(name):
                yield Part(
                    kind,
                    name,
                    row[f"{prefix}Arn"],
                    row.get("CreationTime", _NEVER),
                    match["deployment"],
                )


def _rows(
    session: Session, operation: str, key: str, contains: str
) -> list[dict[str, Any]]:
    options: dict[str, Any] = {"PaginationConfig": {"PageSize": _PAGE}}
    if contains:
        options["NameContains"] = contains
    with session.translated("Looking for what deployments are made of"):
        pages = session.client("sagemaker").get_paginator(operation).paginate(**options)
        return list(islice((row for page in pages for row in page[key]), _MOST_LISTED))


def _tagged(session: Session, part: Part) -> Part | None:
    """Return the part with its tags; None if it is gone by now."""
    try:
        return replace(part, tags=_hosting.tags_of(session, part.arn))
    except NotFoundError:
        return None
