"""What is to be measured: the arguments of a benchmark, checked, nothing sent yet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, get_args

from smnb import _measured, _preparation
from smnb._benchmark.choice import Rule
from smnb._hosting import TAG_DIGEST
from smnb._limits import LIMITS
from smnb._preparation import Options
from smnb._routes import Direct
from smnb._serverless_size import sizes_mb
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._hosting import Described
    from smnb._payload import Payload
    from smnb._session import Session

_MOST_CONCURRENCY: Final = 64  # threads


@dataclass(frozen=True)
class Plan:
    """What is sent, how often, and to what.

    Parameters
    ----------
    payloads
        Sent in turn.
    sizes_mb
        Serverless sizes to compare, the smallest first.
    concurrency
        Requests at a time: 1, then more and more.
    calls
        Requests of each load.
    best
        What the best size is chosen by.
    """

    payloads: tuple[Payload, ...]
    sizes_mb: tuple[int, ...]
    concurrency: tuple[int, ...]
    calls: int
    best: Rule

    @property
    def calls_a_size(self) -> int:
        """Requests that one size gets: the cold one, then each load's."""
        return 1 + self.calls * len(self.concurrency)


def make_plan(
    session: Session,
    found: Described,
    payload: Any,
    *,
    memory: Sequence[int] | None,
    concurrency: Sequence[int],
    calls: int,
    best: str,
    content_type: str | None,
) -> Plan:
    """Check what `Endpoint.benchmark` was given.

    Parameters
    ----------
    found
        What is measured; on AWS by serverless endpoints of the same model.

    Raises
    ------
    InvalidInputError
        If an argument is out of range, or the payload does not fit one request.
    """
    if best not in get_args(Rule):
        raise InvalidInputError(
            f"best={best!r} is no rule.",
            hint=f"Use one of {', '.join(get_args(Rule))}.",
        )
    _within("calls", calls, 1, 100_000)
    if session.target.bills:
        found = replace(found, kind="serverless")
    for count in concurrency:
        _within("concurrency", count, 1, _MOST_CONCURRENCY)
    return Plan(
        payloads=_payloads(session, found, payload, Options(content_type)),
        sizes_mb=_sizes(found, memory),
        concurrency=tuple(sorted({1, *concurrency})),
        calls=calls,
        best=best,  # type: ignore[arg-type]  # checked above
    )


def _payloads(
    session: Session, found: Described, payload: Any, options: Options
) -> tuple[Payload, ...]:
    several = payload if isinstance(payload, list) else [payload]
    if not several:
        raise InvalidInputError(
            "payload=[] is nothing to send.",
            hint="Give what ep.invoke takes, or a list of that.",
        )
    prepared = [_preparation.prepare(session, found, one, options) for one in several]
    for one in prepared:
        if not isinstance(one.route, Direct):
            raise InvalidInputError(
                f"{one.payload.label} goes to {found.name} by the route "
                f"{one.route.name}; one request is what can be measured.",
                hint="Give what fits one request, for example a single frame, to a "
                "serverless or real-time endpoint.",
            )
    return tuple(one.payload for one in prepared)


def _sizes(found: Described, memory: Sequence[int] | None) -> tuple[int, ...]:
    """Return the asked sizes; by default those that hold what was measured."""
    if memory is None:
        peak_mb = _measured.peak_mb(found.tags.get(TAG_DIGEST, "")) or 0
        return tuple(mb for mb in sizes_mb() if mb >= peak_mb) or sizes_mb()[-1:]
    if not memory or set(memory) - set(sizes_mb()):
        raise InvalidInputError(
            f"memory={list(memory)} names what is no serverless size.",
            hint=f"Choose of {', '.join(map(str, sizes_mb()))}.",
        )
    return tuple(sorted(set(memory)))


def _within(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise InvalidInputError(
            f"{name}={value} is out of range.", hint=f"Choose {least} to {most}."
        )


def check_concurrency(found: Described, plan: Plan) -> None:
    """Refuse more requests at a time than a serverless endpoint takes."""
    most = found.concurrency or LIMITS["serverless_concurrency_max"].value
    if max(plan.concurrency) > most:
        raise InvalidInputError(
            f"{found.name} takes {most} requests at a time, not "
            f"{max(plan.concurrency)}: the others would be throttled.",
            hint=f"ep.update(max_concurrency={max(plan.concurrency)})",
        )
