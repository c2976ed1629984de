"""What measures an endpoint's model: benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _hosting
from smnb._endpoint.handle import Handle
from smnb._progress import Progress
from smnb._stop import stoppable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._benchmark import Benchmark


class Measuring(Handle):
    """The part of `Endpoint` that measures its model."""

    @stoppable
    def benchmark(
        self,
        payload: Any,
        *,
        memory: Sequence[int] | None = None,
        concurrency: Sequence[int] = (1,),
        calls: int = 50,
        best: str = "balanced",
        content_type: str | None = None,
    ) -> Benchmark:
        """Measure which serverless size suits the model, by sending `payload`.

        On AWS the sizes are deployed side by side as serverless endpoints of the same
        model, ``<name>-bench-<MB>``; the expected cost is said first. Each gets one
        request to start it, then `calls` one after the other, then as many for each
        `concurrency`; three errors end a size. All of them are removed at the end,
        and when it fails or is stopped; the endpoint itself is left alone.

        On the local backend the endpoint is measured as it is: the peak memory of its
        requests, and with it which sizes fit; throughput and latency on this machine.

        The peak is remembered on this machine, and ``Serverless()`` without a size
        takes the one that holds it.

        Parameters
        ----------
        payload
            What `invoke` takes, and fits one request; a list is sent in turn, so that
            a payload that is a list itself goes into another.
        memory
            Serverless sizes, MB, to compare on AWS: 1024 to 6144 in steps of 1024.
            Default: all, without those below a peak that was measured before.
        concurrency
            Requests at a time, 1 to 64; one at a time is always measured. On AWS the
            highest counts against the account's quota for each size.
        calls
            Requests for each of these, 1 to 100,000.
        best
            On AWS, of the sizes without errors and with a fifth more than the peak:
            ``"cost"`` the cheapest, ``"speed"`` that of the least median latency,
            ``"balanced"`` that of the least product of the two, ``"aws"`` the same
            with a factor that falls from 1 to 0.5 with the size, the rule of AWS's
            serverless benchmarking toolkit.
        content_type
            As `invoke` takes it.

        Returns
        -------
        Benchmark
            ``.best`` is ready for `deploy`; ``.rows``, ``.peak_mb``, ``.sizes`` and
            ``.to_frame()`` hold what was measured. If Stop is pressed once something
            was measured, it is returned with what there is, and ``.stopped`` is true.

        Raises
        ------
        InvalidInputError
            If an argument is out of range, or the payload does not fit one request;
            nothing has been sent.
        NameTakenError
            If a benchmark of the same endpoint is going on.

        Examples
        --------
        ::

            measured = ep.benchmark("astronaut.png", concurrency=(1, 4))
            smnb.deploy("faces/", measured.best, name="faces-2")
        """
        from smnb import _benchmark  # no deploy has to load it

        found = _hosting.describe(self._session, self.name)
        plan = _benchmark.make_plan(
            self._session,
            found,
            payload,
            memory=memory,
            concurrency=concurrency,
            calls=calls,
            best=best,
            content_type=content_type,
        )
        return _benchmark.benchmark(self._session, found, plan, Progress())
