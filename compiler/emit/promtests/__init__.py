"""Promtool unit tests of a service's rules: ``tests/{fast,slow,period}.yaml``, each of one rule file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from compiler.artifact import Artifact, Emitter, header
from compiler.emit.promtests.case import Case
from compiler.emit.promtests.fast import fast
from compiler.emit.promtests.fed import evaluated_every
from compiler.emit.promtests.period import period
from compiler.emit.promtests.slow import slow
from compiler.emit.promtests.span import EVERY
from compiler.emit.promtests.subject import Subject
from compiler.model.catalog import Catalog, Service
from compiler.rules.rule import FAST, PERIOD, SLOW
from compiler.rules.service import plan
from compiler.units import Duration
from compiler.yaml_text import to_yaml


def tests(catalog: Catalog, service: Service) -> Iterator[Artifact]:
    """The three files; a service's alerts are tested where their group is."""
    made = plan(catalog, service)
    subjects = [Subject(context, made.alerts[context.objective.name]) for context in made.contexts]
    interval, every = catalog.stack.spec.prometheus.rule_interval, evaluated_every(subjects)
    yield _file(service, FAST, interval, (case for subject in subjects for case in fast(subject)))
    yield _file(service, SLOW, every, (case for subject in subjects for case in slow(subject, every)))
    yield _file(service, PERIOD, EVERY, (case for subject in subjects for case in period(subject)))


def _file(service: Service, speed: str, interval: Duration, cases: Iterable[Case]) -> Artifact:
    """Promtool evaluates every group at the file's interval and ignores the group's own."""
    head = {"rule_files": [f"../rules/{speed}.yaml"], "evaluation_interval": str(interval), "fuzzy_compare": True}
    text = to_yaml(head) + "tests:\n" + to_yaml([case.as_test() for case in cases])
    path = f"services/{service.name}/tests/{speed}.yaml"
    return Artifact(path, header(service.sources) + text, service.sources)


EMITTER = Emitter("tests", service=tests)
