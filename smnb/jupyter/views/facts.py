"""What an endpoint is, for its settings; its log and its charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smnb import _explain, _hosting
from smnb._limits import LIMITS
from smnb._preparation import hosting_of
from smnb._text import bytes_text
from smnb.errors import SmnbError
from smnb.jupyter.shapes import Fact, Facts, Failure, Takes
from smnb.jupyter.views import choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._hosting import Described
    from smnb._session import Session

# Findings that nothing is the matter: not told beside what is.
_WELL: Final = frozenset({"healthy", "unused"})


def facts(session: Session, found: Described) -> Facts:
    """Return what an endpoint is, takes, and suffers from."""
    return Facts(
        facts=list(_lines(session, found)),
        ttl_ends_at=found.expires.timestamp() * 1000 if found.expires else None,
        can_extend=_hosting.TAG_DEPLOYMENT in found.tags,
        takes=takes(found),
        code=code(found),
        explanation=_explanation(session, found),
    )


def takes(found: Described) -> Takes:
    """Return what an endpoint takes: types and limits."""
    hosting = hosting_of(found)
    is_async = found.kind == "async"
    most = LIMITS["async_payload_bytes"].value
    larger = ""
    if not is_async and hosting.overflow:
        larger = f"Up to {bytes_text(most)} through its asynchronous twin."
    elif not is_async and hosting.accepts and "image/jpeg" in hosting.accepts:
        larger = "Larger videos go as frames."
    return Takes(
        accepts=list(found.accepts) if found.accepts else None,
        request_bytes=most if is_async else hosting.request_limit_bytes,
        timeout_s=_timeout_s(found),
        larger=larger,
    )


def code(found: Described) -> str:
    """Return the code that calls an endpoint, with what it takes as the argument."""
    value = "x"
    first = (found.accepts or ("",))[0]
    if first.startswith("image/"):
        value = '"picture.jpg"'
    elif first.startswith("video/"):
        value = '"clip.mp4"'
    return f'import smnb\n\nep = smnb.endpoint("{found.name}")\nep.invoke({value})'


def _timeout_s(found: Described) -> float:
    if found.kind != "async":
        return float(LIMITS["realtime_timeout_s"].value)
    compute = choices.compute_in(found)
    return float(getattr(compute, "timeout_s", LIMITS["async_timeout_max_s"].value))


def _lines(session: Session, found: Described) -> Iterator[Fact]:
    """Yield the lines of the settings."""
    deployment = found.tags.get(_hosting.TAG_DEPLOYMENT)
    pairs = [
        ("Name", found.name, True),
        ("ARN", found.arn, True),
        ("Runs on", choices.words_of(found), False),
        ("At a time", _at_a_time(found), False),
        ("Takes", ", ".join(found.accepts or ()), False),
        ("Model", ", ".join(found.models), True),
        ("Configuration", found.config, True),
        ("Region", session.region, False),
        ("Digest", found.tags.get(_hosting.TAG_DIGEST, ""), True),
        ("Objects", _objects(session, found, deployment), True),
        ("Log group", f"/aws/sagemaker/Endpoints/{found.name}", True),
        ("Budget", found.tags.get(_hosting.TAG_BUDGET, ""), False),
    ]
    if deployment is None:
        pairs.append(("Made by", "not smnb: it is deleted without its model", False))
    for label, value, copies in pairs:
        if value:
            yield Fact(label=label, value=value, copies=copies)


def _at_a_time(found: Described) -> str:
    if found.concurrency is not None:
        return f"{found.concurrency} requests"
    return "" if found.instances is None else f"{found.instances} instances"


def _objects(session: Session, found: Described, deployment: str | None) -> str:
    if deployment is None:
        return ""
    try:
        return str(_hosting.kept_below(session, found.name, deployment))
    except SmnbError:  # who may not ask for the account does not know the bucket
        return ""


def _explanation(session: Session, found: Described) -> list[Failure]:
    try:
        told = _explain.explain(session, found.name)
    except SmnbError:
        return []
    return [
        Failure(
            cause=one.cause,
            fix=one.step,
            reason=found.reason or "\n".join(one.evidence),
        )
        for one in told.findings
        if one.name not in _WELL
    ]
