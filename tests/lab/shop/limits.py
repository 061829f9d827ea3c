"""How many requests a pod can take."""

from __future__ import annotations

import threading
import time

PER_SECOND, AT_ONCE = 3.0, 6.0


class Capacity:
    """So many requests a second, and a few more at once after a pause."""

    def __init__(self) -> None:
        self._left, self._seen, self._lock = AT_ONCE, time.monotonic(), threading.Lock()

    def take(self) -> bool:
        """Whether there was room for one more."""
        with self._lock:
            now = time.monotonic()
            self._left = min(AT_ONCE, self._left + PER_SECOND * (now - self._seen))
            self._seen = now
            if self._left < 1:
                return False
            self._left -= 1
            return True
