"""What `recommend` returns: the options in order, with reasons, as text and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smnb import _html
from smnb._compute import RealTime
from smnb._recommend import rules
from smnb._recommend.plot import break_even_svg, work_per_call
from smnb._text import dollars_text, seconds_text, text_table

if TYPE_CHECKING:
    from smnb._quote import Priced
    from smnb._recommend.history import History
    from smnb._recommend.options import Option
    from smnb._recommend.workload import Workload

_HEAD: Final = ("", "option", "cost", "why")


@dataclass(frozen=True, repr=False)
class Recommendation:
    """The ways to host a workload, the best one first.

    Parameters
    ----------
    workload
        What was known.
    options
        Those that are possible, the best first; behind them those that are not.
    region
        Whose prices were taken; None is ``us-east-1``.
    seen
        The traffic of the endpoint that was looked at; None if none was.
    """

    workload: Workload
    options: tuple[Option, ...]
    region: str | None = None
    seen: History | None = None

    @property
    def best(self) -> Option | None:
        """The first option; None if none is possible."""
        first = self.options[0]
        return first if first.possible else None

    @property
    def compute(self) -> Priced | None:
        """The best option's compute, ready for `deploy`."""
        return self.best.compute if self.best else None

    @property
    def instance(self) -> str:
        """The type of instance of the real-time option; empty if it is not possible."""
        compute = self["realtime"].compute
        return compute.instance_type if isinstance(compute, RealTime) else ""

    @property
    def savings(self) -> tuple[str, ...]:
        """What else would lower the bill, each with its condition."""
        return rules.savings(self.workload, self.best.name if self.best else None)

    @property
    def break_even_calls(self) -> float | None:
        """Calls a month from which one instance costs less than serverless.

        None where one of the two is not possible, a price or the duration is not known,
        or both are of batch jobs.
        """
        if self.workload.batch:
            return None
        serverless, instance = self._named("serverless"), self._named("realtime")
        if serverless is None or instance is None:
            return None
        month = _one_instance(instance)
        # Data costs the same on both sides.
        per_call = work_per_call(self)
        return month / per_call if per_call and month is not None else None

    def __getitem__(self, name: str) -> Option:
        return next(option for option in self.options if option.name == name)

    def _named(self, name: str) -> Option | None:
        return self[name] if self[name].possible else None

    def __repr__(self) -> str:
        rows = [_row(place, option) for place, option in self._numbered()]
        return "\n".join([text_table([], rows), *self._closing()])

    def _repr_html_(self) -> str:
        rows = [_row(place, option) for place, option in self._numbered()]
        drawn = break_even_svg(self)
        closing = "".join(f"<div>{_html.safe(line)}</div>" for line in self._closing())
        return _html.table(_HEAD, rows, wraps="why") + drawn + closing

    def _numbered(self) -> list[tuple[str, Option]]:
        return [
            (str(i) if option.possible else "-", option)
            for i, option in enumerate(self.options, 1)
        ]

    def _closing(self) -> list[str]:
        lines = []
        if self.best is None:
            lines.append(
                "No option takes this as it is: the reasons say what would have to change."
            )
        works_s, within_s = self.workload.duration_s, self.workload.latency_s
        if works_s is not None and within_s is not None and works_s > within_s:
            lines.append(
                f"The model alone works {seconds_text(works_s)} on a request: no option "
                f"answers within {seconds_text(within_s)}."
            )
        if self.seen is not None:
            lines.append(self._would_have_paid(self.seen))
        calls = self.break_even_calls
        if calls is not None:
            lines.append(
                f"One {self.instance} costs less than serverless from {calls:,.0f} calls a month, "
                "if it can carry them: measure that."
            )
        prices = [o.quote.lines[0].price for o in self.options if o.quote]
        known = sorted({price.where_and_when for price in prices if price})
        if known:
            lines.append(f"Prices: {'; '.join(known)}")
        if self.best is not None and self.savings:
            lines += ["What else lowers the bill:", *(f"  {s}" for s in self.savings)]
        return lines

    def _would_have_paid(self, seen: History) -> str:
        paid = [
            f"{dollars_text(option.usd_per_month * seen.months)} {option.title}"
            for option in self.options
            if option.usd_per_month is not None
        ]
        each = "" if seen.mean_s is None else f" of {seconds_text(seen.mean_s)}"
        calls = f"{seen.calls:,.0f} call{'s' * (seen.calls != 1)}{each}"
        spread = "" if seen.pattern is None else f" ({seen.pattern})"
        found = f"Seen: {calls} in {seen.time}{spread}."
        return f"{found} You would have paid on AWS: {', '.join(paid) or 'unknown'}."


def _row(place: str, option: Option) -> list[str]:
    if not option.possible:
        return [place, option.title, "", _sentences(option.said("no"))]
    month, per_1k = option.usd_per_month, option.usd_per_1k
    cost = []
    if month is not None:
        cost.append(f"{dollars_text(month)} a month")
    if per_1k is not None:
        calls = "jobs" if option.name == "batch" else "calls"
        cost.append(f"{dollars_text(per_1k)} per 1k {calls}")
    why = _sentences(option.said("for", "against", "note"))
    if not cost and option.quote is not None:
        each = "each " if option.endpoints > 1 else ""
        cost.append(f"{each}{option.quote.text}")  # the rate, whatever the traffic
    return [place, option.title, " · ".join(cost), why]


def _sentences(texts: list[str]) -> str:
    return " ".join(f"{text[0].upper()}{text[1:]}." for text in texts)


def _one_instance(option: Option) -> float | None:
    quote = option.quote
    if quote is None or quote.usd_per_hour is None or option.compute is None:
        return None
    month = quote.lines[0].usd_per_month
    count = option.compute.count if isinstance(option.compute, RealTime) else 1
    return None if month is None else month / count
