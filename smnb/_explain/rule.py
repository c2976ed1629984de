"""One rule that tells a cause from a text: pattern, cause, next step."""

from __future__ import annotations

import re
from dataclasses import dataclass

# Where the name to import is not the name to install.
_PACKAGE_OF = {
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "cv2": "opencv-python-headless",
    "faiss": "faiss-cpu",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "yaml": "pyyaml",
}


@dataclass(frozen=True)
class Rule:
    """What a text tells.

    Parameters
    ----------
    name
        Short, for programs: ``"out-of-memory"``.
    pattern
        Regular expression, searched line by line and over lines.
    cause, step
        What happened and what to do; ``{0}`` is what the pattern's first group holds.
    """

    name: str
    pattern: str
    cause: str
    step: str

    def read(self, text: str) -> tuple[str, str, str] | None:
        """Return cause, step and the telling line, or None if it does not match."""
        match = re.search(self.pattern, text)
        if match is None:
            return None
        groups = [group or "" for group in match.groups()]
        if self.name == "missing-package":
            groups.append(_package(groups[0]))
        # What a pattern allows before its words may be the end of the line above.
        first = match.end() - len(match.group().lstrip())
        start = text.rfind("\n", 0, first) + 1
        line = text[start:].partition("\n")[0].strip()
        return self.cause.format(*groups), self.step.format(*groups), line


def _package(module: str) -> str:
    top = module.partition(".")[0]
    return _PACKAGE_OF.get(top, top)
