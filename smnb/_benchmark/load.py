"""Requests sent to one endpoint, so many at a time; and what was seen of them.

What has been sent so far counts, also when it is stopped.
"""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from smnb import _request, _retry
from smnb._control import Control, Silent
from smnb.errors import SmnbError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._payload import Payload
    from smnb._progress import Reporter
    from smnb._session import Session

MOST_ERRORS: Final = 3  # then no more is sent: the next one would fail as well


class Load:
    """`calls` requests with `concurrency` of them under way.

    Parameters
    ----------
    session, endpoint_name
        Where they are sent.
    payloads
        What is sent, in turn.
    is_cold
        Whether a container may have to start first: then throttling is waited out. A
        throttled request is an error otherwise.
    """

    def __init__(
        self,
        session: Session,
        endpoint_name: str,
        payloads: Sequence[Payload],
        *,
        calls: int,
        concurrency: int = 1,
        is_cold: bool = False,
    ) -> None:
        self.endpoint_name = endpoint_name
        self.concurrency = concurrency
        self.latencies_ms: list[float] = []
        self.errors = 0
        self.failure = ""
        self.elapsed_s = 0.0
        self._session = session
        self._payloads = payloads
        self._calls = calls
        self._patience = _retry.PATIENT if is_cold else _retry.UNTHROTTLED
        self._taken = 0
        self._lock = threading.Lock()
        self._control = Control(Silent())

    @property
    def sent(self) -> int:
        """Requests that have been answered, or have failed."""
        return len(self.latencies_ms) + self.errors

    @property
    def per_s(self) -> float | None:
        """Answers a second; None if there was none."""
        if not self.latencies_ms or not self.elapsed_s:
            return None
        return len(self.latencies_ms) / self.elapsed_s

    def percentile_ms(self, percent: float) -> float | None:
        """Return the latency that so many percent do not exceed; None without one."""
        if not self.latencies_ms:
            return None
        ranked = sorted(self.latencies_ms)
        return ranked[max(math.ceil(percent / 100 * len(ranked)) - 1, 0)]

    def run(self, progress: Reporter) -> None:
        """Send them all, or until three have failed."""
        began = time.perf_counter()
        try:
            if self.concurrency == 1:
                self._send_some(progress)
            else:
                self._send_at_once(progress)
        finally:
            self.elapsed_s = time.perf_counter() - began

    def _send_at_once(self, progress: Reporter) -> None:
        pool = ThreadPoolExecutor(self.concurrency, "smnb-benchmark")
        try:
            senders = [
                pool.submit(self._send_some, progress) for _ in range(self.concurrency)
            ]
            for sender in senders:
                sender.result()
        finally:
            self._control.stop()
            # Stopped, it does not wait for what is under way.
            pool.shutdown(wait=False)

    def _send_some(self, progress: Reporter) -> None:
        while (number := self._take()) is not None:
            progress.now(
                f"{self.endpoint_name} · {self.concurrency} at a time · "
                f"call {number + 1} of {self._calls}"
            )
            self._send(self._payloads[number % len(self._payloads)])

    def _take(self) -> int | None:
        """Return the number of the next request; None if there is to be none."""
        with self._lock:
            if self._taken == self._calls or self.errors >= MOST_ERRORS:
                return None
            if self._control.stopped:
                return None
            self._taken += 1
            return self._taken - 1

    def _send(self, payload: Payload) -> None:
        try:
            answer = _request.send(
                self._session,
                self.endpoint_name,
                payload,
                self._control,
                patience=self._patience,
            )
        except SmnbError as error:
            with self._lock:
                self.errors += 1
                self.failure = error.what
        else:
            with self._lock:
                self.latencies_ms.append(answer.latency_ms)
