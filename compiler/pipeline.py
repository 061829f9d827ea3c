"""The road from YAML to verified files: load, validate, resolve, check, emit, verify, publish."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler import plugins
from compiler.artifact import Emitter
from compiler.checks.run import check
from compiler.diagnostics import Diagnostic, Report
from compiler.model.catalog import Catalog
from compiler.publish import Change, Staged, Staging, manifests, owned, plan_change, publish, staging, strays
from compiler.resolve.catalogs import resolve
from compiler.rules.service import plan
from compiler.schema.validate import validate
from compiler.source.files import read_documents
from compiler.verify.made import verify_artifact, verify_expressions

_FEW = 24
"""So few services are not worth a second process."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a build was asked for."""

    slo: Path
    output: Path
    stack: str = ""
    only: tuple[str, ...] = ()
    jobs: int = 1
    strict: bool = False
    progress: Callable[[str], None] = lambda _: None


def catalogs(slo: Path, report: Report, stack: str = "") -> tuple[Catalog, ...]:
    """Load, validate, resolve and check; stops after the stage in which an error was found.

    Args:
        slo: the user's folder.
        report: gets every problem.
        stack: one stack's name; all where empty.
    """
    documents = read_documents(slo, report)
    declared = validate(documents, report)  # also where a file could not be read: all problems in one go
    found = () if report.failed else resolve(declared, report, stack)
    if found and not report.failed:
        check(found, report)
    return () if report.failed else found


def build(request: Request, report: Report, check_only: bool = False) -> Change | None:
    """Compile everything and publish it.

    Args:
        request: what is asked.
        report: gets every problem; None is returned where one stops the build.
        check_only: compare with output/ and leave it as it is.
    Returns:
        What was, or would be, changed.
    Raises:
        ToolError: output/ cannot be written, or another build is at it.
    """
    found = catalogs(request.slo, report, request.stack)
    if _stopped(report, request.strict):
        return None
    with staging(request.output) as area:
        staged = list(_emit(found, area, request, report))
        if _stopped(report, request.strict):
            return None
        return _publish(found, area, staged, request, check_only)


def _stopped(report: Report, strict: bool) -> bool:
    return report.failed or (strict and any(d.severity.word == "warning" for d in report.items))


def _publish(
    found: tuple[Catalog, ...], area: Staging, staged: list[Staged], request: Request, check_only: bool
) -> Change:
    known = [catalog.stack.name for catalog in found]
    there = [path.parent.name for path in request.output.glob("*/manifest.json")]
    before = owned(request.output, known if request.stack else sorted({*known, *there}))
    kept = {p: e for p, e in before.items() if request.only and e.get("output") not in request.only}
    texts = manifests(staged, {p: e for p, e in kept.items() if p.split("/")[0] in known})
    change = plan_change(area, texts, staged, [p for p in before if p not in kept])
    if not check_only:
        publish(area, texts, change)
        return change
    made = {item.path for item in staged} | set(texts) | set(kept) | set(change.deleted)
    left = [] if request.stack else strays(request.output, made)
    return Change(change.written, change.deleted, tuple(left))


def emitters() -> tuple[Emitter, ...]:
    """What makes files, by the name of its module."""
    found: tuple[Emitter, ...] = plugins.discover("compiler.emit", "EMITTER")
    return found


def _wanted(catalog: Catalog, only: tuple[str, ...]) -> list[Emitter]:
    asked = [name for name in catalog.stack.spec.outputs if not only or name in only]
    return [emitter for emitter in emitters() if emitter.output in asked]


def _emit(found: tuple[Catalog, ...], area: Staging, request: Request, report: Report) -> Iterator[Staged]:
    """Stage every artefact; services side by side where there are many."""
    tasks = [
        _Task(catalog, index, area, request.only) for catalog in found for index in range(-1, len(catalog.services))
    ]
    for number, (staged, problems) in enumerate(_run(tasks, request.jobs), 1):
        request.progress(f"{number} of {len(tasks)}")
        report.extend(problems)
        yield from staged


@dataclass(frozen=True, slots=True)
class _Task:
    """One service of one stack; the stack's own files where ``index`` is -1."""

    catalog: Catalog
    index: int
    area: Staging
    only: tuple[str, ...]


_Result = tuple[list[Staged], list[Diagnostic]]
_TASKS: list[_Task] = []
"""What forked processes find in their memory: Catalogs are not copied to them."""


def _run(tasks: list[_Task], jobs: int) -> Iterable[_Result]:
    if jobs < 2 or len(tasks) < _FEW or "fork" not in multiprocessing.get_all_start_methods():
        return map(_work, tasks)
    return _run_forked(tasks, jobs)


def _run_forked(tasks: list[_Task], jobs: int) -> Iterator[_Result]:
    _TASKS[:] = tasks
    emitters()  # imported once, before the fork
    try:
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            yield from pool.imap(_work_at, range(len(tasks)), chunksize=8)
    finally:
        _TASKS.clear()


def _work_at(number: int) -> _Result:
    return _work(_TASKS[number])


def _work(task: _Task) -> _Result:
    report, staged = Report(), []
    catalog = task.catalog
    service = catalog.services[task.index] if task.index >= 0 else None
    if service:
        verify_expressions(plan(catalog, service), report)
    for emitter in _wanted(catalog, task.only):
        if service:
            made = emitter.service(catalog, service) if emitter.service else ()
        else:
            made = emitter.platform(catalog) if emitter.platform else ()
        for artifact in made:
            if catalog.stack.spec.role == "services" and artifact.path.startswith("platform/"):
                continue
            verify_artifact(artifact, report)
            staged.append(task.area.write(catalog.stack.name, emitter.output, artifact))
    return staged, report.items
