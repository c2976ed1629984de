"""The embedded local backend: AWS's hosting APIs on loopback, running the model.

A program of its own (``python -m smnb.local``), reached over HTTP like AWS; nothing
in the SDK imports it.
"""

import sys

if sys.platform == "win32":
    # Before its modules are imported: sockets of files and locks are not there.
    sys.exit("The local backend runs on Linux and macOS; on Windows, in WSL.")
