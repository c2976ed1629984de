"""The panel in a cell: what `smnb.panel` and `Endpoint.watch` return."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from smnb._session import Session, default_session
from smnb._stop import stoppable
from smnb.errors import MissingExtraError

if TYPE_CHECKING:
    from smnb._endpoint import Endpoint
    from smnb.jupyter.cell import Cell

STATIC: Final = Path(__file__).parent.parent / "static"
"""Where the widget's built script and style lie."""


@stoppable
def panel(session: Session | None = None) -> Cell:
    """Show the endpoints in a cell: live, with costs, tests, logs and deploys.

    It asks nothing of AWS while nobody can see it. Where no script runs, as in an
    exported notebook, the same cell shows a table.

    Parameters
    ----------
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.

    Raises
    ------
    MissingExtraError
        If the widget was not built, which only happens in a checkout.
    """
    return _cell(session or default_session(), {"view": "list"})


def watch(endpoint: Endpoint) -> Cell:
    """Show one endpoint in a cell; raises as `panel`."""
    return _cell(endpoint.session, {"view": "endpoint", "name": endpoint.name})


def _cell(session: Session, start: dict[str, Any]) -> Cell:
    if not (STATIC / "widget.js").is_file():
        raise MissingExtraError(
            "The widget's script is not built.", hint="In a checkout, run: make panel"
        )
    from smnb.jupyter.cell import Cell

    return Cell(session, start)
