"""``leash.py PROGRAM ARGUMENT…``: becomes that program, which ends when whoever started it ends, however that ends.

A lab that is killed outright cannot stop what it has started; the kernel can. By force, for servers that are all told
to end at once wait for each other.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PARENT_DEATH_SIGNAL = 1


def main() -> None:
    """Ask for the signal, look whether it came too late to be sent, and go over to the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit("whoever started this has ended")
    os.execv(sys.argv[1], sys.argv[1:])


main()
