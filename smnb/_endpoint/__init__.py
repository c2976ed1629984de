"""An endpoint: the handle that is invoked, changed, looked at and deleted."""

from __future__ import annotations

from smnb._endpoint.calling import Calling
from smnb._endpoint.changing import Changing
from smnb._endpoint.looking import Looking
from smnb._endpoint.measuring import Measuring

__all__ = ["Endpoint"]


class Endpoint(Calling, Changing, Looking, Measuring):
    """A handle on one endpoint; its state is what AWS last said.

    Made by `deploy`, `endpoint` or `endpoints`. As a context manager it deletes the
    endpoint at the end of the block.

    Parameters
    ----------
    name
        The endpoint's name.
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.
    """
