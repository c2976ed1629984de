"""What the doctor found: one line a check, as text and as HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, overload

from smnb import _html

if TYPE_CHECKING:
    from collections.abc import Iterable

Status: TypeAlias = Literal["ok", "warning", "problem", "unknown"]

_SIGNS: Final[dict[Status, str]] = {
    "ok": "✓",
    "warning": "!",
    "problem": "✗",
    "unknown": "?",
}
_WORDS: Final[dict[Status, tuple[str, str]]] = {
    "problem": ("problem", "problems"),
    "warning": ("warning", "warnings"),
    "unknown": ("not known", "not known"),
    "ok": ("fine", "fine"),
}


@dataclass(frozen=True)
class Finding:
    """What one check found.

    Parameters
    ----------
    check
        Its name, for example ``"role"``.
    status
        ``"ok"``; ``"warning"``: it works, but not well; ``"problem"``: a deploy would
        fail; ``"unknown"``: it could not be asked.
    what
        The finding itself.
    fix
        What to do about it; empty if nothing has to be done.
    """

    check: str
    status: Status
    what: str
    fix: str = ""

    def __str__(self) -> str:
        fix = f"\n  → {self.fix}" if self.fix else ""
        return f"{_SIGNS[self.status]} {self.check}: {self.what}{fix}"


@dataclass(frozen=True, repr=False)
class Report(Sequence[Finding]):
    """All findings, in the order in which they were asked.

    Parameters
    ----------
    title
        What was looked at.
    findings
        One for each check.
    """

    title: str
    findings: tuple[Finding, ...] = field(default_factory=tuple)

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return self.findings[index]

    def __len__(self) -> int:
        return len(self.findings)

    def of(self, *statuses: Status) -> list[Finding]:
        """Return the findings with one of these statuses."""
        return [finding for finding in self if finding.status in statuses]

    @property
    def problems(self) -> list[Finding]:
        """What would make a deploy fail."""
        return self.of("problem")

    def __repr__(self) -> str:
        width = max((len(finding.check) for finding in self), default=0)
        lines = [self.title, *_lines(self, width), self.summary()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = [
            [_SIGNS[finding.status], finding.check, finding.what, finding.fix]
            for finding in self
        ]
        table = _html.table(
            ["", "check", "finding", "what to do"], rows, wraps="what to do"
        )
        head = _html.table([self.title], [[self.summary()]])
        return f"{head}{table}"

    def summary(self) -> str:
        """Say how many findings there are of each status."""
        counts = Counter(finding.status for finding in self)
        return ", ".join(
            f"{counts[status]} {words[counts[status] != 1]}"
            for status, words in _WORDS.items()
            if counts[status]
        )


def _lines(findings: Iterable[Finding], width: int) -> Iterable[str]:
    for finding in findings:
        sign = _SIGNS[finding.status]
        indent = " " * (width + 4)
        text = finding.what.replace("\n", f"\n{indent}")
        yield f"{sign} {finding.check:<{width}}  {text}"
        if finding.fix:
            fix = finding.fix.replace("\n", f"\n{indent}  ")
            yield f"{indent}→ {fix}"
