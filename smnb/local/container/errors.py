"""What goes wrong with a container.

StartFailedError
├── ArchiveError
├── NoProgramError
├── RequirementsError
└── StartTimeoutError
ModelTimeoutError
ModelDiedError
└── OutOfMemoryError
TooManyRequestsError
"""

from __future__ import annotations


class StartFailedError(Exception):
    """The container does not answer ``/ping``; the text says what stopped it."""


class ArchiveError(StartFailedError):
    """The model's archive cannot be unpacked."""


class NoProgramError(StartFailedError):
    """Nothing is known that runs in the place of the image."""


class RequirementsError(StartFailedError):
    """What `code/requirements.txt` asks for cannot be installed."""


class StartTimeoutError(StartFailedError):
    """The container did not answer ``/ping`` in time."""


class ModelTimeoutError(Exception):
    """The model took longer than an invocation may take."""


class ModelDiedError(Exception):
    """The process ended while it had a request; the text says how."""


class OutOfMemoryError(ModelDiedError):
    """The process was killed, for it took more memory than it has."""


class TooManyRequestsError(Exception):
    """As many requests are under way as the endpoint takes at once."""
