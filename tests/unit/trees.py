"""What a folder holds, and ways to stop whoever writes into it."""

from __future__ import annotations

import errno
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

NOBODY = 65534


def tree(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes, every symbolic link with its target, every empty folder."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = b"-> " + os.fsencode(path.readlink())
        elif path.is_file():
            found[name] = path.read_bytes()
        elif not any(path.iterdir()):
            found[name] = b"an empty folder"
    return found


def in_child(act: Callable[[], object]) -> int:
    """Do something in a forked process; its exit status, negative where a signal ended it."""
    child = os.fork()
    if not child:
        status = 1
        try:
            act()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def stopping(step: int, stop: Callable[[], object], function: Callable[..., object]) -> Callable[..., object]:
    """The function, stopped by ``stop`` before its call number ``step``, from 0."""
    calls = count()

    def replacement(*arguments: object) -> object:
        if next(calls) == step:
            stop()
        return function(*arguments)

    return replacement


def killed() -> None:
    """This process, as kill -9 does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def failed(*_: object) -> None:
    """A disk without room."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to write everywhere, for whoever has it."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that everybody may enter and write into."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder
