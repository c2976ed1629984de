"""A job that measures an endpoint with what it answered last, and what that would cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final

from smnb._benchmark import make_plan
from smnb._benchmark.side_by_side import expected_cost
from smnb._endpoint import Endpoint
from smnb._text import bytes_text
from smnb.errors import InvocationError
from smnb.jupyter.shapes import MeasurePlan
from smnb.jupyter.views import choices

if TYPE_CHECKING:
    from smnb._benchmark import Benchmark
    from smnb._hosting import Described
    from smnb._session import Session
    from smnb.jupyter import jobs
    from smnb.jupyter.sources import Content

_MIB: Final = 1024 * 1024
_CALLS: Final = 20  # to each size: enough for a median


@dataclass(frozen=True)
class Measure:
    """Send the same again, some times: here as it is, on AWS to sizes side by side.

    Parameters
    ----------
    content
        What is sent.
    """

    kind: ClassVar[jobs.Deed] = "measure"

    session: Session
    found: Described
    content: Content

    @property
    def endpoint(self) -> str:
        """The endpoint's name."""
        return self.found.name

    @property
    def text(self) -> str:
        """What goes on."""
        return f"Measuring {self.endpoint}"

    def plan(self) -> MeasurePlan:
        """Say what it would send and cost; nothing is sent.

        Raises
        ------
        InvalidInputError
            If the content does not fit one request.
        """
        plan = make_plan(
            self.session,
            self.found,
            self.content.value,
            memory=None,
            concurrency=(1,),
            calls=_CALLS,
            best="balanced",
            content_type=self.content.content_type,
        )
        sizes = ", ".join(str(mb // 1024) for mb in plan.sizes_mb)
        makes = (
            f"Serverless endpoints of {sizes} GB are made beside it, called with what it "
            "answered last, and removed."
        )
        bills = self.session.target.bills
        text = [makes, f"{expected_cost(self.session, plan)}."] if bills else []
        return MeasurePlan(text=text, bills=bills)

    def work(self) -> str:
        """Measure, and say what was found.

        Raises
        ------
        InvocationError
            If nothing was answered.
        """
        made = Endpoint(self.endpoint, session=self.session).benchmark(
            self.content.value, calls=_CALLS, content_type=self.content.content_type
        )
        failed = _failed(made)
        if not any(row.p50_ms for row in made.rows):
            raise InvocationError(
                f"nothing was answered. {failed}".strip(),
                hint="Send it under Test: the answer says why.",
            )
        stopped = " until it was stopped" if made.stopped else ""
        found = ", ".join(part for part in (_peak(made), _best(made)) if part)
        return f"Measured {self.endpoint}{stopped}: {found}. {failed}".strip()


def _peak(made: Benchmark) -> str:
    if made.peak_mb is None:
        return "peak unknown"
    # Calls of the same minute before it count as well.
    most = "at most " if made.earlier_peak else ""
    return f"peak {most}{bytes_text(made.peak_mb * _MIB)}"


def _best(made: Benchmark) -> str:
    """Say which size is the best on AWS; here sizes differ in memory alone."""
    if not made.on_aws:
        return ""
    if made.best is None:
        return f"none of {len(made.rows)} sizes will do"
    best = choices.size_words(made.best)
    return f"{best} is the best of {len(made.rows)} sizes for cost and speed"


def _failed(made: Benchmark) -> str:
    """Say how many calls failed, and how the last of them did; else nothing."""
    errors = sum(row.errors for row in made.rows)
    notes = [row.note for row in made.rows if row.note]
    if not errors:
        return " ".join(notes)
    calls = sum(row.calls for row in made.rows)
    return f"{errors} of {calls} calls failed: {notes[-1]}"
