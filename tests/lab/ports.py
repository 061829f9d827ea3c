"""Free ports of this machine."""

from __future__ import annotations

import random
import socket

_LOWEST, _HIGHEST = 20_000, 32_000
"""Below the ports that the kernel gives to outgoing connections: those may be taken again at any moment."""


def free(count: int) -> list[int]:
    """So many ports of 127.0.0.1 on which nothing listens.

    Raises:
        RuntimeError: there are not so many.
    """
    found: list[int] = []
    for port in random.sample(range(_LOWEST, _HIGHEST), k=min(4_000, _HIGHEST - _LOWEST)):
        if len(found) == count:
            return found
        if _is_free(port):
            found.append(port)
    raise RuntimeError(f"there are no {count} free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
