"""The Jupyter side: server extension, cell widget, and the data that both show.

Light to import: Jupyter asks each of its extensions when it starts.
"""

from __future__ import annotations

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Say which application is the server extension."""
    from smnb.jupyter.extension import PanelExtension

    return [{"module": "smnb.jupyter", "app": PanelExtension}]
