"""How the tests of CloudWatch call it, and when."""

import asyncio
from datetime import datetime, timedelta, timezone

import pytest

from smnb.local.errors import ServiceError
from smnb.local.request import Context

NOW = datetime.now(timezone.utc)
MINUTE = NOW.replace(second=0, microsecond=0)
HOUR = timedelta(hours=1)
SPACE = "own/shop"


def calls(service, region="us-east-1"):
    """Return a function that calls an operation."""
    context = Context(region, "000000000000", "r", None)
    return lambda operation, **params: asyncio.run(
        getattr(service, operation)(context, params)
    )


def refusal(call, *args, **params):
    with pytest.raises(ServiceError) as caught:
        call(*args, **params)
    return caught.value
