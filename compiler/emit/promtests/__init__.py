"""Promtool unit tests of a service's rules: ``tests/{fast,slow,period}.yaml``, each of one rule file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from compiler.artifact import Artifact, Emitter, header
from compiler.emit.promtests.fast import fast
from compiler.emit.promtests.meta import meta
from compiler.emit.promtests.neighbours import among_others
from compiler.emit.promtests.period import period
from compiler.emit.promtests.slices.cases import slices
from compiler.emit.promtests.slow import slow
from compiler.emit.promtests.stage.case import Case
from compiler.emit.promtests.stage.fed import evaluated_every
from compiler.emit.promtests.stage.span import EVERY
from compiler.emit.promtests.stage.subject import Subject
from compiler.model.catalog import Catalog, Service
from compiler.rules.recording import slices_group
from compiler.rules.rule import FAST, PERIOD, SLOW
from compiler.rules.service import plan
from compiler.units import Duration
from compiler.yaml_text import to_yaml


def tests(catalog: Catalog, service: Service) -> Iterator[Artifact]:
    """The three files, and one of slices where there are; a service's alerts are tested where their group is."""
    made = plan(catalog, service)
    subjects = [Subject(context, made.alerts[context.objective.name]) for context in made.contexts]
    interval, every = catalog.stack.spec.prometheus.rule_interval, evaluated_every(subjects)
    yield from _slices(service, subjects)
    yield _file(service, FAST, interval, _among_others(fast, subjects))
    yield _file(service, SLOW, every, _among_others(lambda subject: slow(subject, every), subjects))
    yield _file(service, PERIOD, EVERY, _among_others(period, subjects))


def _among_others(cases: Callable[[Subject], Iterable[Case]], subjects: Iterable[Subject]) -> Iterator[Case]:
    """The cases of each SLO, with neighbours whom its rules must pass over."""
    return (case for subject in subjects for case in among_others(subject, cases(subject)))


def _slices(service: Service, subjects: list[Subject]) -> Iterator[Artifact]:
    """One file for each length of slices."""
    by_group = {slices_group(s.context): s.context.sliced.length for s in subjects if s.context.sliced}
    for group, length in sorted(by_group.items()):
        own = [subject for subject in subjects if slices_group(subject.context) == group]
        yield _file(service, group, length, _among_others(slices, own))


def _file(service: Service, speed: str, interval: Duration, cases: Iterable[Case]) -> Artifact:
    """Promtool evaluates every group at the file's interval and ignores the group's own."""
    head = {"rule_files": [f"../rules/{speed}.yaml"], "evaluation_interval": str(interval), "fuzzy_compare": True}
    made = [case.as_test() for case in cases]
    text = to_yaml(head) + (f"tests:\n{to_yaml(made)}" if made else "tests: []\n")
    path = f"services/{service.name}/tests/{speed}.yaml"
    return Artifact(path, header(service.sources) + text, service.sources)


EMITTER = Emitter("tests", service=tests, platform=meta)
