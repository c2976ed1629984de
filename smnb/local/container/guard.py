"""Become a program, and leave behind what ends it when standard input ends.

A file that is run by itself: ``python guard.py PROGRAM ARGUMENT …`` as the leader of a
process group. The program has this process's id, for whoever watches its memory, and
nothing on its own standard input.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Run the program named by the arguments."""
    group, child = os.getpgrp(), os.fork()
    if child == 0:
        if os.fork() == 0:
            _watch(group)
        os._exit(0)
    os.waitpid(child, 0)  # the program shall have no child that it does not know
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    program = sys.argv[1]
    try:
        os.execv(program, sys.argv[1:])  # noqa: S606 (no shell is wanted)
    except OSError as error:
        sys.exit(f"{program}: {error.strerror}")


def _watch(group: int) -> None:
    """End the whole group with the process that holds the other end of the input."""
    output = os.open(os.devnull, os.O_WRONLY)
    for descriptor in (1, 2):  # else the program's output would not end with it
        os.dup2(output, descriptor)
    while os.read(0, 1):
        pass
    os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
