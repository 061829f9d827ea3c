"""The road from YAML to verified files: load, validate, resolve, check, emit, verify, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from compiler import manifest, plugins
from compiler.artifact import Artifact, Emitter
from compiler.checks.run import check
from compiler.diagnostics import Diagnostic, Report, Span, ToolError
from compiler.model.catalog import Catalog
from compiler.parallel import side_by_side
from compiler.publish import Change, Publication, prepare, publish
from compiler.resolve.catalogs import resolve
from compiler.rules.service import plan
from compiler.schema.validate import validate
from compiler.source.files import read_documents
from compiler.staging import Staged, Staging, staging
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
    return produce(catalogs(request.slo, report, request.stack), request, report, check_only)


def produce(found: tuple[Catalog, ...], request: Request, report: Report, check_only: bool = False) -> Change | None:
    """Emit, verify and publish; as ``build``, from Catalogs that are there already."""
    _apart(request.slo, request.output)
    if stopped(report, request.strict):
        return None
    with staging(request.output, dry=check_only) as area:
        staged = _emit(found, area, request, report)
        _unique(staged, report)
        if stopped(report, request.strict):
            return None
        return _finish(area, staged, request, check_only)


def stopped(report: Report, strict: bool) -> bool:
    """Whether there is an error, or with ``strict`` a warning."""
    return report.failed or (strict and any(d.severity.word == "warning" for d in report.items))


def _apart(slo: Path, output: Path) -> None:
    source, target = slo.resolve(), output.resolve()
    if source.is_relative_to(target) or target.is_relative_to(source):
        raise ToolError(f"{output} and {slo} lie in each other; what is compiled needs a folder of its own")


def _unique(staged: Iterable[Staged], report: Report) -> None:
    seen: dict[str, Staged] = {}
    for item in staged:
        first = seen.setdefault(item.path, item)
        if first is not item:
            text = f"{item.path} is written twice, by {first.output} and by {item.output}"
            report.error("SLO201", text, Span(item.sources[0] if item.sources else ""))


def _finish(area: Staging, staged: list[Staged], request: Request, check_only: bool) -> Change:
    before = manifest.owned(request.output, request.stack)
    kept = [entry for entry in before.entries if request.only and entry.output not in request.only]
    publication = prepare(area, staged, kept, before)
    if not check_only:
        publish(area, publication)
        return publication.change
    return _compared(area, publication, request.stack)


def _compared(area: Staging, publication: Publication, stack: str) -> Change:
    change = publication.change
    made = {*publication.paths, *change.deleted}
    return Change(change.written, change.deleted, manifest.strays(area.output, made, stack, area.root))


def emitters() -> tuple[Emitter, ...]:
    """What makes files, by the name of its module."""
    found: tuple[Emitter, ...] = plugins.discover("compiler.emit", "EMITTER")
    return found


def _wanted(catalog: Catalog, only: tuple[str, ...]) -> list[Emitter]:
    asked = [name for name in catalog.stack.spec.outputs if not only or name in only]
    return [emitter for emitter in emitters() if emitter.output in asked]


def _emit(found: tuple[Catalog, ...], area: Staging, request: Request, report: Report) -> list[Staged]:
    """Stage every artefact; services side by side where there are many."""
    tasks = [
        _Task(catalog, index, area, request.only) for catalog in found for index in range(-1, len(catalog.services))
    ]
    emitters()  # imported once, before there are processes
    staged: list[Staged] = []
    done = 0

    def take(result: _Result) -> None:
        nonlocal done
        done += 1
        request.progress(f"{done:,} of {len(tasks):,}")
        staged.extend(result[0])
        report.extend(result[1])

    jobs = request.jobs if len(tasks) >= _FEW else 1
    side_by_side(lambda number: _work(tasks[number]), len(tasks), jobs, take)
    return staged


@dataclass(frozen=True, slots=True)
class _Task:
    """One service of one stack; the stack's own files where ``index`` is -1."""

    catalog: Catalog
    index: int
    area: Staging
    only: tuple[str, ...]


_Result = tuple[list[Staged], list[Diagnostic]]


def _work(task: _Task) -> _Result:
    report, staged = Report(), []
    for emitter in _wanted(task.catalog, task.only):
        for artifact in _made(emitter, task):
            verify_artifact(artifact, report)
            staged.append(task.area.write(task.catalog.stack.name, emitter.output, artifact))
    if task.index >= 0:
        verify_expressions(plan(task.catalog, task.catalog.services[task.index]), report)
    return staged, report.items


def _made(emitter: Emitter, task: _Task) -> Iterable[Artifact]:
    """What an emitter makes of a task; a repository of services alone has no platform files."""
    catalog = task.catalog
    if task.index >= 0:
        return emitter.service(catalog, catalog.services[task.index]) if emitter.service else ()
    made = emitter.platform(catalog) if emitter.platform else ()
    services_only = catalog.stack.spec.role == "services"
    return [
        artifact for artifact in made if not (services_only and artifact.path.startswith(("platform/", "packs/")))
    ]
