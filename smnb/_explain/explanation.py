"""What an explanation is, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from smnb import _html


@dataclass(frozen=True)
class Finding:
    """One thing that explains how an endpoint behaves.

    Parameters
    ----------
    name
        Short, for programs: ``"out-of-memory"``, ``"cold-starts"``, ``"healthy"``.
    cause
        What is the matter, in plain words.
    evidence
        What shows it: figures, or the line of the log.
    step
        What to do next.
    """

    name: str
    cause: str
    evidence: tuple[str, ...]
    step: str


@dataclass(frozen=True, repr=False)
class Explanation:
    """Why an endpoint failed or is slow; made by `Endpoint.explain`.

    Parameters
    ----------
    title
        Name, status, place and compute.
    findings
        The weightiest first; there is at least one.
    facts
        The figures that everything was judged by.
    """

    title: str
    findings: tuple[Finding, ...]
    facts: tuple[str, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing is the matter."""
        return self.findings[0].name in _FINE

    @property
    def cause(self) -> str:
        """What is the matter above all, in plain words."""
        return self.findings[0].cause

    @property
    def evidence(self) -> tuple[str, ...]:
        """What shows it."""
        return self.findings[0].evidence

    @property
    def step(self) -> str:
        """What to do next."""
        return self.findings[0].step

    def __repr__(self) -> str:
        lines = [self.title]
        for finding in self.findings:
            lines += [finding.cause]
            lines += [f"  | {line}" for line in finding.evidence]
            lines += [f"  {finding.step}"] if finding.step else []
        return "\n".join([*lines, *(f"  {fact}" for fact in self.facts)])

    def _repr_html_(self) -> str:
        found = "".join(_finding(finding) for finding in self.findings)
        facts = " · ".join(self.facts)
        foot = f'<div style="opacity:.72;margin-top:6px">{_html.safe(facts)}</div>'
        return _html.box(
            f"<div>{_html.safe(self.title)}</div>{found}{foot if facts else ''}",
            wide=True,
        )


_FINE = frozenset({"healthy", "unused", "changing"})


def _finding(finding: Finding) -> str:
    color = "healthy" if finding.name in _FINE else "failed"
    evidence = "\n".join(finding.evidence)
    return (
        f'<div style="margin-top:6px">{_html.dot(color)} <b>{_html.safe(finding.cause)}</b>'
        + (_html.preformatted(evidence, height_px=160) if evidence else "")
        + f"<div>{_html.safe(finding.step)}</div></div>"
    )
