"""Work side by side in forked processes, which find what they work on in their memory: nothing is copied to them."""

from __future__ import annotations

import gc
import multiprocessing
import signal
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

from compiler.diagnostics import ToolError

T = TypeVar("T")
_PORTION = 4
"""Numbers that a process takes at once."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """An exception on its way to the parent."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class _Done(Generic[T]):
    """The results of one portion."""

    start: int
    results: list[T]


def side_by_side(work: Callable[[int], T], number: int, jobs: int, each: Callable[[T], None]) -> None:
    """Call ``work`` for 0 to ``number - 1``, and ``each`` with every result, in that order.

    Args:
        work: a pure function, or one that writes files of its own.
        number: how many.
        jobs: processes; 1 stays in this one, and so does a system that cannot fork.
        each: called in this process.
    Raises:
        ToolError: a process was killed.
    """
    if jobs < 2 or number < 2 or "fork" not in multiprocessing.get_all_start_methods():
        for index in range(number):
            each(work(index))
        return
    with _forked(work, number, min(jobs, number)) as workers:
        waiting: dict[int, list[T]] = {}
        due = 0
        for done in _received(workers):
            waiting[done.start] = done.results
            while due in waiting:
                for result in waiting.pop(due):
                    each(result)
                    due += 1


@contextmanager
def _forked(work: Callable[[int], T], number: int, jobs: int) -> Iterator[Mapping[Connection, BaseProcess]]:
    """The processes, by the end of their pipe; none is left behind, however this ends."""
    context = multiprocessing.get_context("fork")
    taken = context.Value("q", 0)
    workers: dict[Connection, BaseProcess] = {}
    gc.freeze()  # a collection in a child would copy every page that it looks at
    try:
        for _ in range(jobs):
            here, there = context.Pipe(duplex=False)
            process: BaseProcess = context.Process(
                target=_serve, args=(work, number, taken, there, [here, *workers]), daemon=True
            )
            process.start()
            there.close()
            workers[here] = process
        yield workers
    finally:
        gc.unfreeze()
        for here, process in workers.items():
            process.terminate()
            process.join()
            here.close()


def _serve(
    work: Callable[[int], T], number: int, taken: Any, there: Connection, parents: Iterable[Connection]
) -> None:
    """In a child: take portions until none is left. Ctrl-C is the parent's to answer.

    The parent's ends of the pipes are closed here, so that a parent that was killed is noticed.
    """
    for end in parents:
        end.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        while True:
            with taken.get_lock():
                start = taken.value
                taken.value = start + _PORTION
            if start >= number:
                return
            there.send(_Done(start, [work(index) for index in range(start, min(start + _PORTION, number))]))
    except OSError as error:
        with suppress(OSError):
            there.send(_Failed(error))
    except Exception as error:
        error.add_note(traceback.format_exc())
        there.send(_Failed(error))


def _received(workers: Mapping[Connection, BaseProcess]) -> Iterator[_Done[Any]]:
    """Portions as they come, until every process has ended well."""
    left = dict(workers)
    while left:
        for ready in wait(list(left)):
            assert isinstance(ready, Connection)
            try:
                said = ready.recv()
            except EOFError:
                _ended(left.pop(ready))
                continue
            if isinstance(said, _Failed):
                raise said.error
            yield said


def _ended(process: BaseProcess) -> None:
    process.join()
    if process.exitcode:
        word = f"signal {-process.exitcode}" if process.exitcode < 0 else f"status {process.exitcode}"
        raise ToolError(f"a process of the build ended with {word}; is there memory enough? `--jobs 1` needs least")
