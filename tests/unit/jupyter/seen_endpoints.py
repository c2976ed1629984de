"""Endpoints as the panel sees them, made up for the tests of what it shows."""

from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

from smnb._compute import to_tag
from smnb._hosting import TAG_COMPUTE, TAG_DEPLOYMENT, Described
from smnb.jupyter.seen import Listed, Seen
from smnb.jupyter.views.rows import Setting

# What is spent is worked out up to this very moment.
NOW = datetime.now(timezone.utc).replace(second=30)
SESSION = SimpleNamespace(
    region="us-east-1", label="local", target=SimpleNamespace(bills=False)
)


def described(compute, *, name="faces", status="InService", tags=None, **changes):
    """Return what AWS says of an endpoint that smnb deployed three hours ago."""
    values = {
        "name": name,
        "arn": f"arn:aws:sagemaker:us-east-1:123456789012:endpoint/{name}",
        "status": status,
        "reason": "",
        "created": NOW - timedelta(hours=3),
        "kind": compute.kind,
        "compute": str(compute),
        "memory_mb": getattr(compute, "memory_mb", None),
        "concurrency": getattr(compute, "max_concurrency", None),
        "variant": "AllTraffic",
        "config": f"{name}-1",
        "models": (f"{name}-1",),
        "tags": {
            TAG_COMPUTE: to_tag(compute),
            TAG_DEPLOYMENT: "0123abcd",
            **(tags or {}),
        },
        "modified": NOW - timedelta(hours=2),
        "instance_type": getattr(compute, "instance_type", None),
        "instances": getattr(compute, "count", None),
    }
    return Described(**{**values, **changes})


def seen(compute, *, found=None, **changes):
    """Return an endpoint as it was read."""
    of_seen = {"use", "failure", "pending", "has_begun", "over_budget", "last_took_s"}
    kept = {key: changes.pop(key) for key in of_seen & set(changes)}
    found = found or described(compute, **changes)
    listed = Listed(found.name, found.arn, found.status, found.created, found.modified)
    return Seen(listed, found, 0.0, **kept)


def setting(*, bills=False, now=NOW, twins=()):
    """Return what holds for all rows."""
    by_name = {twin.listed.name: twin for twin in twins}
    return Setting(SESSION, "us-east-1", bills, now.timestamp(), by_name)
