"""One size of the comparison on AWS: its endpoint, what it measured, its removal."""

from __future__ import annotations

import secrets
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

from smnb import _figures, _hosting, _lifetime, _measured, _metrics, _wait
from smnb._benchmark import figures
from smnb._benchmark.load import MOST_ERRORS, Load
from smnb._benchmark.result import Row, row_of
from smnb._compute import Serverless, to_tag
from smnb._undo import Undo
from smnb.errors import NameTakenError, ServiceError

if TYPE_CHECKING:
    from smnb._benchmark.plan import Plan
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session

_TTL: Final = "1h"


class Side:
    """A serverless endpoint of one size, made of another endpoint's model.

    It is tagged to expire within the hour: what a process that dies leaves behind,
    `reap` removes.
    """

    def __init__(
        self, session: Session, found: Described, plan: Plan, memory_mb: int
    ) -> None:
        self.memory_mb = memory_mb
        self.name = f"{found.name[:52].rstrip('-')}-bench-{memory_mb}"
        self._session = session
        self._model = found.models[0]
        self._accepts = found.tags.get(_hosting.TAG_ACCEPTS, "")
        self._digest = found.tags.get(_hosting.TAG_DIGEST, "")
        self._compute = Serverless(memory_mb, max_concurrency=max(plan.concurrency))
        self._undo = Undo()
        self._began = datetime.now(timezone.utc)
        self._first = Load(session, self.name, plan.payloads, calls=1, is_cold=True)
        self._loads = [
            Load(session, self.name, plan.payloads, calls=plan.calls, concurrency=n)
            for n in plan.concurrency
        ]
        self._failure = ""
        self._is_ours = False

    @property
    def has_rows(self) -> bool:
        """Whether anything was measured."""
        return any(load.sent for load in self._loads)

    def create(self) -> None:
        """Create its configuration and its endpoint.

        Raises
        ------
        NameTakenError
            If the endpoint exists: another benchmark of the same one is going on.
        """
        session, deployment = self._session, secrets.token_hex(4)
        config = _hosting.unique_name(self.name, deployment)
        tags = {
            **session.tags,
            _hosting.TAG_DEPLOYMENT: deployment,
            _hosting.TAG_ENDPOINT: self.name,
            _hosting.TAG_COMPUTE: to_tag(self._compute),
            **_lifetime.tags(_TTL),
        }
        if self._accepts:
            tags[_hosting.TAG_ACCEPTS] = self._accepts
        # Each is noted first: a call that is stopped half-way may have created it.
        self._undo.add(
            f"configuration {config}", lambda: _hosting.delete_config(session, config)
        )
        _hosting.create_config(
            session,
            config,
            model=self._model,
            compute=self._compute,
            results=_hosting.kept_below(session, self.name, deployment),
            tags=tags,
        )
        self._undo.add(
            f"endpoint {self.name}",
            lambda: _hosting.delete_endpoint(session, self.name),
        )
        self._is_ours = True
        try:
            _hosting.create_endpoint(session, self.name, config=config, tags=tags)
        except ServiceError as error:
            if not _hosting.is_name_taken(error):
                raise
            self._undo.forget_last()
            self._is_ours = False
            raise NameTakenError(
                f"An endpoint {self.name} exists: another benchmark may be going on.",
                hint=f'Wait for it, or delete it: smnb.endpoint("{self.name}").delete()',
            ) from error

    def measure(self, progress: Reporter) -> None:
        """Wait until it is in service, then send each load, as long as it answers."""
        state, reason = _wait.until_settled(self._session, self.name, progress)
        if state != "InService":
            self._failure = f"did not come into service: {state}. {reason}".strip()
            return
        arn = self._described().arn
        for load in (self._first, *self._loads):
            _hosting.add_tags(self._session, arn, _lifetime.tags(_TTL))
            load.run(progress)
            if load.errors >= MOST_ERRORS:
                return

    def is_counted(self) -> bool:
        """Say whether CloudWatch has all calls yet."""
        answered = sum(len(load.latencies_ms) for load in (self._first, *self._loads))
        if not answered:
            return True
        return figures.calls(self._session, self._described(), self._began) >= answered

    def rows(self, usd_per_gb_s: float) -> list[Row]:
        """Return the rows of what was sent, with CloudWatch's figures as far as it has any.

        The time that the model took is remembered for its size.

        Parameters
        ----------
        usd_per_gb_s
            Price of a second with 1 GB of memory.
        """
        if self._failure:
            return [Row(str(self._compute), self.memory_mb, 1, note=self._failure)]
        sent = [load for load in self._loads if load.sent]
        if not sent:
            return []
        found = self._described()
        readings = _metrics.measure(self._session, found, since=self._began)
        peak_mb = _figures.memory_peak_mb(readings, found)
        billed_ms = figures.model_ms(self._session, found, self._began)
        p50_ms = readings.totals.get("model_latency_p50_ms")
        if self._digest and billed_ms and p50_ms is not None:
            took = _measured.Time(p50_ms, billed_ms, self._began.timestamp())
            _measured.keep_time(self._digest, "aws", self.memory_mb, took)
        first_ms = self._first.percentile_ms(50)
        rows = []
        for load in sent:
            seen = load.latencies_ms
            ms = (billed_ms or sum(seen) / len(seen)) if seen else None
            usd = ms and usd_per_gb_s * self.memory_mb / 1024 * ms / 1000 * 1e6
            rows.append(
                row_of(
                    load,
                    str(self._compute),
                    self.memory_mb,
                    cold_start_ms=first_ms,
                    peak_mb=peak_mb,
                    billed_ms=ms,
                    usd_per_million=usd,
                )
            )
        return rows

    def remove(self) -> list[str]:
        """Remove what it made; return what AWS does not delete yet, marked for `reap`."""
        remains = self._undo.run()
        if remains:
            found = _hosting.find(self._session, self.name)
            _lifetime.mark_over(self._session, [found.arn] if found else [])
        return remains

    def is_gone(self) -> bool:
        """Say whether AWS has deleted its endpoint, or it never made one."""
        return not self._is_ours or _hosting.find(self._session, self.name) is None

    def _described(self) -> Described:
        return _hosting.describe(self._session, self.name)
