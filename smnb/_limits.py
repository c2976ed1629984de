"""The service limits, each with its unit and its source (`data/limits.json`)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Final


@dataclass(frozen=True)
class Limit:
    """One limit of Amazon SageMaker hosting and where it is written down.

    Parameters
    ----------
    value
        The limit, in `unit`; inclusive.
    unit
        ``"bytes"``, ``"s"``, ``"mb"`` (MiB of memory) or ``"count"``.
    source
        The document or API model that states it.
    as_of
        Date of that document, ISO 8601.
    """

    value: int
    unit: str
    source: str
    as_of: str


def _load() -> dict[str, Limit]:
    text = files("smnb").joinpath("data/limits.json").read_text("utf-8")
    return {name: Limit(**fields) for name, fields in json.loads(text).items()}


LIMITS: Final = _load()
